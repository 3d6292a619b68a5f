"""What a person types above the list of emails: words, and narrower questions like ``from:acme -status:error``.

Whatever is typed is understood somehow and never an error; what an operator cannot take is looked for as it stands,
and :attr:`SearchRead.notes` say so in words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches

from desktop.domain.email_list import EmailFilter
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class Operator:
    """One word before a colon: what it asks, in a few words, and the values it can have (none: any text)."""

    key: str
    asks: str
    values: tuple[str, ...] = ()


OPERATORS = (
    Operator("from", "part of the sender's name or address"),
    Operator("to", "a recipient's address, from the beginning of a word"),
    Operator("subject", "words of the subject"),
    Operator("customer", "part of the customer's name, or none", ("none",)),
    Operator("status", "synced, pending or error", ("synced", "pending", "error")),
    Operator("tag", "a tag"),
    Operator("has", "attachment", ("attachment",)),
    Operator("is", "waiting", ("waiting",)),
    Operator("mailbox", "part of one of your addresses"),
    Operator("provider", "where a mailbox is, such as gmail"),
    Operator("after", "a day, month or year: 2026-03-01, 2026-03, today, 7d"),
    Operator("before", "a day, month or year: 2026-03-01, 2026-03, today, 7d"),
    Operator("code", "a reason code, such as NO_MATCH"),
)
"""All there are, in the order in which they are offered; ``-`` before one turns it round."""

KEYS = tuple(operator.key for operator in OPERATORS)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the words of a search are read against: where days begin, which day it is, and the mailboxes there are."""

    zone: tzinfo
    today: date
    mailboxes: Sequence[Mailbox] = field(default=())


@dataclass(frozen=True, slots=True)
class Note:
    """What of a search was not understood as it may have been meant: the words as typed, and a sentence."""

    term: str
    words: str


@dataclass(frozen=True, slots=True)
class SearchRead:
    """A search that was read: what it asks, and what is to be said about it."""

    wanted: EmailFilter
    notes: tuple[Note, ...] = ()


_TERM = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z]+):(?:"(?P<phrase>[^"]*)"|(?P<value>\S+))|(?P<plain>"[^"]*"|\S+))')
_SINGLE = {"from": "sender", "to": "to", "customer": "customer"}
"""Operators that one search has one value of, with their field."""


def parse_search(text: str, around: Surroundings) -> EmailFilter:
    """Return the filter for *text*; see :func:`read_search`."""
    return read_search(text, around).wanted


def read_search(text: str, around: Surroundings) -> SearchRead:
    """Return what *text* asks.

    Days begin at midnight in the zone of *around*; the day of ``after:`` is included, that of ``before:`` is not.
    """
    wanted, words, notes = EmailFilter(), list[str](), list[Note]()
    for term in _TERM.finditer(text):
        read = _narrowed(EmailFilter() if term["minus"] else wanted, term, around)
        if isinstance(read, str):
            notes.append(Note(term.group(), read))
        if isinstance(read, EmailFilter):
            wanted = replace(wanted, without=(*wanted.without, read)) if term["minus"] else read
        elif term["minus"] and _is_word(term):
            wanted = replace(wanted, without=(*wanted.without, EmailFilter(search=term["plain"])))
        else:
            words.append(term.group())
    return SearchRead(replace(wanted, search=" ".join(words)), tuple(notes))


def _is_word(term: "re.Match[str]") -> bool:
    return bool(term["plain"]) and any(letter.isalnum() for letter in term["plain"])


def _narrowed(wanted: EmailFilter, term: "re.Match[str]", around: Surroundings) -> EmailFilter | str | None:
    """Return *wanted* narrowed by one term, a sentence for why it is not, or None for words."""
    if not term["key"]:
        return _empty_operator(term["plain"])
    key = term["key"].casefold()
    narrow = _NARROWING.get(key)
    if narrow is None:
        return _meant(key)
    value = (term["phrase"] if term["phrase"] is not None else term["value"]).strip()
    if not value:
        return f"“{key}:” needs something after it."
    single = _SINGLE.get(key)
    if single and getattr(wanted, single):
        return f"One “{key}:” at a time: the first counts."
    return narrow(wanted, value, around)


def _empty_operator(word: str) -> str | None:
    """Say what is wrong with ``from: acme``: a colon stands right before its value."""
    key = word[:-1].casefold()
    if word.endswith(":") and key in KEYS:
        return f"“{key}:” needs something right after it, without a blank."
    return None


def _meant(key: str) -> str | None:
    near = get_close_matches(key, KEYS, 1, 0.75)
    return f"There is no “{key}:”. Did you mean “{near[0]}:”?" if near else None


def _as_words(what: str) -> str:
    return f"{what} It is looked for as words."


def _sender(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    return replace(wanted, sender=value)


def _to(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    if not any(letter.isalnum() for letter in value):
        return _as_words("“to:” needs letters.")
    return replace(wanted, to=value)


def _subject(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    if not any(letter.isalnum() for letter in value):
        return _as_words("“subject:” needs letters.")
    more = f'"{value}"' if " " in value else value
    return replace(wanted, subject=f"{wanted.subject} {more}".strip())


def _customer(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    if value.casefold() == "none":
        return replace(wanted, has_customer=False)
    return replace(wanted, customer=value)


def _status(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    known = {"synced": "synced", "error": "error", "errors": "error", "pending": "pending"}
    if value.casefold() not in known:
        return _as_words(f"There is no status “{value}”: it is synced, pending or error.")
    return replace(wanted, status=known[value.casefold()])


def _tag(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    return replace(wanted, tags=wanted.tags | {value})


def _has(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    if value.casefold() not in {"attachment", "attachments", "file", "files"}:
        return _as_words(f"“has:” takes attachment, not “{value}”.")
    return replace(wanted, has_attachments=True)


def _is(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    if value.casefold() not in {"waiting", "review"}:
        return _as_words(f"“is:” takes waiting, not “{value}”.")
    return replace(wanted, needs_review=True)


def _code(wanted: EmailFilter, value: str, _around: Surroundings) -> EmailFilter | str:
    code = value.upper().replace("-", "_")
    if code not in set(ReasonCode):
        near = get_close_matches(code, list(ReasonCode), 1, 0.6)
        meant = f" Did you mean {near[0]}?" if near else ""
        return _as_words(f"There is no reason code {code}.{meant}")
    return replace(wanted, codes=wanted.codes | {code})


def _mailbox(wanted: EmailFilter, value: str, around: Surroundings) -> EmailFilter | str:
    named = frozenset(one.id for one in around.mailboxes if value.casefold() in one.address.casefold())
    if not named:
        return _as_words(f"No mailbox has “{value}” in its address.")
    return replace(wanted, mailboxes=named | (wanted.mailboxes or frozenset()))


def _provider(wanted: EmailFilter, value: str, around: Surroundings) -> EmailFilter | str:
    there = ", ".join(sorted({one.provider for one in around.mailboxes}))
    named = frozenset(one.id for one in around.mailboxes if one.provider.casefold().startswith(value.casefold()))
    if not named:
        return _as_words(f"No mailbox is at “{value}”" + (f": there is {there}." if there else "."))
    return replace(wanted, mailboxes=named | (wanted.mailboxes or frozenset()))


def _after(wanted: EmailFilter, value: str, around: Surroundings) -> EmailFilter | str:
    day = _first_day(value, around.today)
    return _no_day("after", value) if day is None else replace(wanted, since=_midnight(day, around.zone))


def _before(wanted: EmailFilter, value: str, around: Surroundings) -> EmailFilter | str:
    day = _first_day(value, around.today)
    return _no_day("before", value) if day is None else replace(wanted, until=_midnight(day, around.zone))


def _no_day(key: str, value: str) -> str:
    return _as_words(f"“{key}:” takes a day like 2026-03-01, a month, a year, today or 7d, not “{value}”.")


_MOST_DAYS = 36_500
_AGO = re.compile(r"([0-9]{1,5})d", re.ASCII | re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?", re.ASCII)


def _first_day(value: str, today: date) -> date | None:
    """Return the day, or the first one of the month or year, that *value* names; ``7d`` is seven days ago."""
    named = {"today": 0, "yesterday": 1}.get(value.casefold())
    ago = _AGO.fullmatch(value)
    month = _MONTH.fullmatch(value)
    try:
        if named is not None or ago is not None:
            return today - timedelta(days=min(int(ago[1]), _MOST_DAYS) if ago is not None else named or 0)
        if month is not None:
            return date(int(month[1]), int(month[2] or 1), 1)
        return date.fromisoformat(value)
    except (ValueError, OverflowError):
        return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


_NARROWING: dict[str, Callable[[EmailFilter, str, Surroundings], EmailFilter | str]] = {
    "from": _sender,
    "to": _to,
    "subject": _subject,
    "customer": _customer,
    "status": _status,
    "tag": _tag,
    "has": _has,
    "is": _is,
    "mailbox": _mailbox,
    "provider": _provider,
    "after": _after,
    "before": _before,
    "code": _code,
}
