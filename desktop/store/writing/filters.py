"""Writes filters and blocked domains (tracked, for undo), and what is known of mail that a filter left out."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.filters import DomainRole, Facts, FilterRow, Kind
from desktop.domain.ids import EmailId, FilterId
from desktop.domain.intake import FolderEpoch, LeftOut, LeftOutFacts
from desktop.store.packing import facts_columns, kinds_text
from desktop.store.tables import email_facts, filter_domain, filter_row, ledger, meta, skipped
from desktop.store.writing.tracked import TrackedRows

_NEXT = "next_filter_id"


class FilterWriter:
    """The rows in their order, from 1, and the domains."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def add(self, row: FilterRow, position: int) -> FilterId:
        """Store a new row (its ``id`` is ignored) at *position*; those from there on must have been moved before."""
        number = self._take_number()
        self._tracked.insert(filter_row, [{"id": number, "position": position, **_columns(row)}])
        return FilterId(number)

    def change(self, row: FilterRow) -> None:
        """Store a row that is there as it is now; its place stays."""
        self._tracked.update(filter_row, {"id": row.id}, _columns(row))

    def remove(self, row_id: FilterId) -> None:
        """Remove a row."""
        self._tracked.delete(filter_row, {"id": row_id})

    def put_in_order(self, rows: Sequence[FilterId]) -> None:
        """Give every row its place, in this order."""
        for position, row_id in enumerate(rows, 1):
            self._tracked.update(filter_row, {"id": row_id}, {"position": position})

    def add_domain(self, domain: str, role: DomainRole) -> None:
        """Put a domain (in comparable form) on a list; it must not be there."""
        self._tracked.insert(filter_domain, [{"domain": domain, "role": role.value}])

    def remove_domain(self, domain: str, role: DomainRole) -> None:
        """Take a domain off a list."""
        self._tracked.delete(filter_domain, {"domain": domain, "role": role.value})

    def keep_facts(self, facts: Mapping[EmailId, Facts]) -> int:
        """Keep what filters look at in emails of which nothing is kept; not tracked. Returns for how many."""
        rows = [{"email_id": number, **facts_columns(one)} for number, one in facts.items()]
        if rows:
            self._run.execute(upsert(email_facts).on_conflict_do_nothing(), rows)
        return len(rows)

    def pick(self, emails: Sequence[EmailId]) -> None:
        """Remember of emails whose facts are kept that a person brought them in: no filter leaves them out any more."""
        for at in range(0, len(emails), 500):
            query = sa.select(email_facts.c.email_id, email_facts.c.kinds)
            held = self._run.execute(query.where(email_facts.c.email_id.in_(emails[at : at + 500]))).all()
            kinds = [(number, text.split()) for number, text in held]
            self._tracked.update_each(
                email_facts,
                {
                    number: {"kinds": " ".join((*names, Kind.PICKED))}
                    for number, names in kinds
                    if Kind.PICKED not in names
                },
            )

    def _take_number(self) -> int:
        """Return an id never used before: what a row left out says by which, also when the row is gone."""
        number = int(self._run.execute(sa.select(meta.c.value).where(meta.c.key == _NEXT)).scalar() or 1)
        statement = upsert(meta).values(key=_NEXT, value=str(number + 1))
        self._run.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": str(number + 1)}))
        return number


def note_skipped(run: sa.Connection, place: FolderEpoch, left_out: Sequence[LeftOut], here: Collection[str]) -> None:
    """Keep what is known of messages that a filter left out, and forget it of those that are *here*, by references.

    Their rows of the ledger are there already.
    """
    _write_skipped(run, place, {str(item.ref): item.known for item in left_out if item.known is not None})
    _forget_skipped(run, place, here)


def _write_skipped(run: sa.Connection, place: FolderEpoch, facts: Mapping[str, LeftOutFacts]) -> None:
    refs = list(facts)
    columns = ("row_id", "message_id", "sender", "sender_name", "recipients", "subject", "kinds")
    for at in range(0, len(refs), 500):
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        query = sa.select(ledger.c.id, ledger.c.ref).where(here, ledger.c.ref.in_(refs[at : at + 500]))
        rows = [{"ledger_id": number, **_facts_columns(facts[ref])} for number, ref in run.execute(query)]
        statement = upsert(skipped)
        changed = {name: statement.excluded[name] for name in columns}
        run.execute(statement.on_conflict_do_update(index_elements=["ledger_id"], set_=changed), rows)


def _forget_skipped(run: sa.Connection, place: FolderEpoch, refs: Collection[str]) -> None:
    if not refs or run.execute(sa.select(skipped.c.ledger_id).limit(1)).first() is None:
        return
    wanted = list(refs)
    for at in range(0, len(wanted), 500):
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        numbers = sa.select(ledger.c.id).where(here, ledger.c.ref.in_(wanted[at : at + 500]))
        run.execute(sa.delete(skipped).where(skipped.c.ledger_id.in_(numbers)))


def _columns(row: FilterRow) -> dict[str, Any]:
    return {
        "mailbox_id": row.mailbox_id,
        "effect": row.effect.value,
        "field": row.field.value,
        "comparison": row.comparison.value,
        "values": json.dumps(list(row.values), ensure_ascii=False),
        "enabled": row.enabled,
    }


def _facts_columns(known: LeftOutFacts) -> dict[str, Any]:
    return {
        "row_id": known.row,
        "message_id": known.message_id,
        "sender": known.facts.sender,
        "sender_name": known.sender_name,
        "recipients": " ".join(known.facts.recipients),
        "subject": known.subject,
        "kinds": kinds_text(known.facts),
    }
