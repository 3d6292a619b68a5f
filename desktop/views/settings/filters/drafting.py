"""Rows as a person edits them: text in fields becomes rows, and wrong ones are told in words. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.errors import CommandRefused
from desktop.domain.filters import KIND_WORDS, NAMED_KINDS, Comparison, Effect, Field, FilterRow, Kind
from desktop.domain.ids import FilterId, MailboxId
from desktop.services.filters import checked_row

EFFECTS: tuple[tuple[str, Effect], ...] = (
    ("Exclude", Effect.EXCLUDE),
    ("Include", Effect.INCLUDE),
    ("Keep", Effect.KEEP),
)
FIELDS: tuple[tuple[str, Field], ...] = (
    ("From", Field.SENDER),
    ("To", Field.RECIPIENT),
    ("Subject", Field.SUBJECT),
    ("Kind", Field.KIND),
)
_IN_TEXT = (
    ("contains", Comparison.CONTAINS),
    ("starts with", Comparison.STARTS_WITH),
    ("ends with", Comparison.ENDS_WITH),
    ("is", Comparison.IS),
    ("looks like", Comparison.PATTERN),
)
COMPARISONS: dict[Field, tuple[tuple[str, Comparison], ...]] = {
    Field.SENDER: (*_IN_TEXT, ("at domain", Comparison.DOMAIN)),
    Field.RECIPIENT: (*_IN_TEXT, ("at domain", Comparison.DOMAIN)),
    Field.SUBJECT: _IN_TEXT,
    Field.KIND: (("is", Comparison.IS),),
}
KIND_NAMES: dict[Kind, str] = {
    Kind.CUSTOMER: "Known customers",
    Kind.NEWSLETTER: "Newsletters",
    Kind.AUTOMATIC: "Automatic mail",
    Kind.AUTO_REPLY: "Automatic replies",
    Kind.BOUNCE: "Delivery reports",
    Kind.SPAM: "Spam and junk",
    Kind.INTERNAL: "Internal team",
}
_BETWEEN = re.compile(r"[,;\n]")
EXAMPLES: dict[Comparison, str] = {
    Comparison.CONTAINS: "newsletter, unsubscribe",
    Comparison.STARTS_WITH: "noreply@, no-reply@",
    Comparison.ENDS_WITH: "@shop.example",
    Comparison.IS: "support@shop.example",
    Comparison.PATTERN: "order-*@shop.example",
    Comparison.DOMAIN: "shop.example",
}


def new_row(mailbox_id: MailboxId | None) -> FilterRow:
    """Return the row that *Add filter* begins with."""
    return FilterRow(FilterId(0), Effect.EXCLUDE, Field.SENDER, Comparison.CONTAINS, (), mailbox_id)


def text_of(row: FilterRow) -> str:
    """Return a row's values as they stand in its field."""
    return ", ".join(row.values)


def with_text(row: FilterRow, text: str) -> FilterRow:
    """Return *row* with the values that are typed; one that was stored with a comma stays while it is not touched."""
    if text == text_of(row):
        return row
    return replace(row, values=tuple(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def with_field(row: FilterRow, field: Field) -> FilterRow:
    """Return *row* looking at another part of a mail; values and comparison stay where they still mean something."""
    ways = [way for _, way in COMPARISONS[field]]
    comparison = row.comparison if row.comparison in ways else ways[0]
    keeps = (field is Field.KIND) == (row.field is Field.KIND)
    return replace(row, field=field, comparison=comparison, values=row.values if keeps else ())


def kinds_of(row: FilterRow) -> tuple[Kind, ...]:
    """Return the kinds a row names, in the order they are listed."""
    return tuple(kind for kind in NAMED_KINDS if kind.value in row.values)


def kinds_text(row: FilterRow) -> str:
    """Return the kinds a row names, as they stand on its button."""
    return ", ".join(KIND_NAMES[kind] for kind in kinds_of(row)) or "Choose kinds…"


def wrong_with(row: FilterRow) -> str:
    """Return why a row cannot be stored, in words; empty when it can."""
    try:
        checked_row(row)
    except CommandRefused as refused:
        return f"{refused.what} {refused.action}".strip()
    return ""


def sound(rows: Sequence[FilterRow]) -> tuple[FilterRow, ...]:
    """Return the rows that can be tried: a row that is not finished yet does nothing in the preview."""
    return tuple(row for row in rows if not wrong_with(row))


def moved(rows: Sequence[FilterRow], at: int, to: int) -> list[FilterRow]:
    """Return *rows* with the one at a place put to another."""
    left = [row for place, row in enumerate(rows) if place != at]
    return [*left[:to], rows[at], *left[to:]]


def kind_hint(kind: Kind) -> str:
    """Return what a kind of mail is, in a few words."""
    return KIND_WORDS[kind]
