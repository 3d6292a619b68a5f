"""A filter of emails as SQL: written out, because these statements name the index that makes them quick."""

import re
from dataclasses import dataclass, replace

from desktop.domain.email_list import EmailFilter
from desktop.domain.reasons import FAILURES
from desktop.store.reading.folded import like, named_so
from desktop.store.search_text import plain
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


def on_columns(wanted: EmailFilter, prefix: str = "") -> Conditions:
    """Return what must hold of an email's own columns, customer and tags; words and people are not among them.

    Names of bound values begin with *prefix*.
    """
    parts, values = ["1"], Values()
    equal = {"status": wanted.status or None, "mailbox_id": wanted.mailbox_id, "customer_id": wanted.customer_id}
    for name, value in equal.items():
        if value is not None:
            parts.append(f"{name} = :{prefix}{name}")
            values[f"{prefix}{name}"] = value
    if not wanted.status and not wanted.every_code and not prefix:
        parts.append("status != 'left_out'")  # what a filter left out is listed by its code, as what never came in is
    if wanted.every_code:
        names = [f"{prefix}code{at}" for at in range(len(wanted.every_code))]
        parts.append(f"code IN ({', '.join(f':{name}' for name in names)})")
        values |= zip(names, sorted(wanted.every_code), strict=True)
    for sign, name, moment in ((">=", "since", wanted.since), ("<", "until", wanted.until)):
        if moment is not None:
            parts.append(f"received_at {sign} :{prefix}{name}")
            values[f"{prefix}{name}"] = stored_instant(moment)
    if wanted.needs_review is not None:  # written out, as partial indexes ask for it
        parts.append(f"needs_review = {int(wanted.needs_review)}")
    if wanted.has_attachments is not None:
        parts.append("attachments > 0" if wanted.has_attachments else "attachments = 0")
    conditions = Conditions(" AND ".join(parts), values)
    conditions = _on_customer_and_tags(wanted, conditions, prefix)
    for at, one in enumerate(wanted.without):
        if not one.asks_people_or_words:
            never = on_columns(one, f"{prefix}without{at}_")
            conditions = conditions.also(f"NOT coalesce(({never.sql}), 0)", never.values)
    return conditions


def _on_customer_and_tags(wanted: EmailFilter, conditions: Conditions, prefix: str) -> Conditions:
    if wanted.has_customer is not None:
        conditions = conditions.also(f"customer_id IS {'NOT ' if wanted.has_customer else ''}NULL")
    if wanted.mailboxes is not None:
        conditions = conditions.also(f"mailbox_id IN ({', '.join(str(int(one)) for one in sorted(wanted.mailboxes))})")
    if wanted.customer:
        theirs, values = named_so(wanted.customer.strip(), f"{prefix}customer")
        conditions = conditions.also(f"customer_id IN ({theirs})", values)
    for at, tag in enumerate(sorted(wanted.tags)):
        name = f"{prefix}tag{at}"
        tagged = f"SELECT email_id FROM email_tag WHERE tag_id = (SELECT id FROM tag WHERE key = :{name})"
        conditions = conditions.also(f"email.id IN ({tagged})", {name: plain(tag)})
    return conditions


def on_recipient(to: str) -> Conditions:
    """Return what must hold of the recipients' addresses: *to* is a part of one of them."""
    others = "SELECT 1 FROM email_facts WHERE email_facts.email_id = email.id AND recipients LIKE :to ESCAPE '/'"
    return Conditions(f"(to_line LIKE :to ESCAPE '/' OR EXISTS ({others}))", {"to": like(to.strip().casefold())})


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


def named(where: Conditions, prefix: str) -> Conditions:
    """Return *where* with names of bound values that begin with *prefix*."""
    if not prefix:
        return where
    sql = re.sub(r":(?=[a-z])", f":{prefix}", where.sql)
    return Conditions(sql, {f"{prefix}{name}": value for name, value in where.values.items()})


def on_unkept(wanted: EmailFilter) -> Conditions | None:
    """Return what must hold in the ledger of messages that are not kept; None when none of them is wanted."""
    codes = set(wanted.every_code)
    if wanted.status == "error":
        codes = codes & _FAILED if codes else _FAILED
    kept_only = replace(wanted, codes=frozenset(), code="", status="", mailbox_id=None, since=None, until=None)
    if not codes or replace(kept_only, mailboxes=None) != EmailFilter() or wanted.status not in {"", "error"}:
        return None
    values: Values = {f"code{at}": code for at, code in enumerate(sorted(codes))}
    parts = ["email_id IS NULL", f"code IN ({', '.join(f':{name}' for name in values)})"]
    if wanted.mailbox_id is not None:
        parts.append("folder_id IN (SELECT id FROM folder WHERE mailbox_id = :mailbox_id)")
        values["mailbox_id"] = wanted.mailbox_id
    if wanted.mailboxes is not None:
        numbers = ", ".join(str(int(one)) for one in sorted(wanted.mailboxes))
        parts.append(f"folder_id IN (SELECT id FROM folder WHERE mailbox_id IN ({numbers}))")
    for sign, name, moment in ((">=", "since", wanted.since), ("<", "until", wanted.until)):
        if moment is not None:
            parts.append(f"coalesce(received_at, seen_at) {sign} :{name}")
            values[name] = stored_instant(moment)
    return Conditions(" AND ".join(parts), values)
