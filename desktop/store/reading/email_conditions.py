"""A filter of emails as SQL: written out, because these statements name the index that makes them quick."""

from dataclasses import dataclass

from desktop.domain.email_list import EmailFilter
from desktop.domain.reasons import FAILURES
from desktop.store.search_text import match_expression
from desktop.store.sqltypes import stored_instant

Values = dict[str, object]

_FAILED = {code.value for code in FAILURES}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold, as SQL joined by AND, and the values bound in it."""

    sql: str
    values: Values

    def also(self, sql: str, values: Values | None = None) -> "Conditions":
        """Return these conditions and one more."""
        return Conditions(f"{self.sql} AND {sql}", {**self.values, **(values or {})})


def on_columns(wanted: EmailFilter) -> Conditions:
    """Return what must hold of an email's own columns; words and the sender's are not among them."""
    parts, values = ["1"], Values()
    equal = {"status": wanted.status or None, "mailbox_id": wanted.mailbox_id, "customer_id": wanted.customer_id}
    for name, value in equal.items():
        if value is not None:
            parts.append(f"{name} = :{name}")
            values[name] = value
    if not wanted.status and not wanted.every_code:
        parts.append("status != 'left_out'")  # what a filter left out is listed by its code, as what never came in is
    if wanted.every_code:
        names = [f"code{at}" for at in range(len(wanted.every_code))]
        parts.append(f"code IN ({', '.join(f':{name}' for name in names)})")
        values |= zip(names, sorted(wanted.every_code), strict=True)
    for sign, name, moment in ((">=", "since", wanted.since), ("<", "until", wanted.until)):
        if moment is not None:
            parts.append(f"received_at {sign} :{name}")
            values[name] = stored_instant(moment)
    if wanted.needs_review is not None:  # written out, as partial indexes ask for it
        parts.append(f"needs_review = {int(wanted.needs_review)}")
    if wanted.has_attachments is not None:
        parts.append("attachments > 0" if wanted.has_attachments else "attachments = 0")
    return Conditions(" AND ".join(parts), values)


def on_words(search: str) -> Conditions | None:
    """Return the search of the text index for what a person typed; None when there is nothing in it to look for."""
    expression = match_expression(search)
    return Conditions("email_fts MATCH :words", {"words": expression}) if expression else None


def on_sender(sender: str) -> Conditions:
    """Return what must hold of the sender's address or name: *sender* is a part of it.

    SQLite folds the case of ASCII letters only, so a name is also looked for in capitals and with a capital.
    """
    typed = sender.strip().casefold()
    values: Values = {"in_address": like(typed)}
    parts = ["from_address LIKE :in_address ESCAPE '/'"]
    for at, form in enumerate(sorted({typed, typed.upper(), typed.title(), typed.capitalize(), sender.strip()})):
        parts.append(f"from_name LIKE :in_name{at} ESCAPE '/'")
        values[f"in_name{at}"] = like(form)
    return Conditions(f"({' OR '.join(parts)})", values)


def like(text: str) -> str:
    """Return the pattern (with ``ESCAPE '/'``) of texts that contain *text*."""
    return "%" + text.replace("/", "//").replace("%", "/%").replace("_", "/_") + "%"


def on_unkept(wanted: EmailFilter) -> Conditions | None:
    """Return what must hold in the ledger of messages that are not kept; None when none of them is wanted."""
    codes = set(wanted.every_code)
    if wanted.status == "error":
        codes = codes & _FAILED if codes else _FAILED
    asks_of_an_email = wanted.search.strip() or wanted.sender.strip() or wanted.has_attachments is not None
    waits = wanted.needs_review is not None or wanted.customer_id is not None
    if not codes or asks_of_an_email or waits or wanted.status not in {"", "error"}:
        return None
    values: Values = {f"code{at}": code for at, code in enumerate(sorted(codes))}
    parts = ["email_id IS NULL", f"code IN ({', '.join(f':{name}' for name in values)})"]
    if wanted.mailbox_id is not None:
        parts.append("folder_id IN (SELECT id FROM folder WHERE mailbox_id = :mailbox_id)")
        values["mailbox_id"] = wanted.mailbox_id
    for sign, name, moment in ((">=", "since", wanted.since), ("<", "until", wanted.until)):
        if moment is not None:
            parts.append(f"coalesce(received_at, seen_at) {sign} :{name}")
            values[name] = stored_instant(moment)
    return Conditions(" AND ".join(parts), values)
