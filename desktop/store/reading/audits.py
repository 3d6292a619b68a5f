"""Questions of the completeness audit: what has which verdict in a folder, and which audits were made."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.audit import AuditCause, PastAudit, SeenFolder, Tally
from desktop.domain.ids import Epoch, FolderId, MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import FolderStatus
from desktop.store.sqltypes import read_instant
from desktop.store.tables import audit, ledger, ledger_range

_WAITING = frozenset({ReasonCode.FETCH_RETRYING, ReasonCode.MISSING_ON_SERVER})
"""Verdicts that do not settle a message which the server lists."""

QUARTER_MS = 15 * 60 * 1000
"""Every zone's days begin at a whole quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One row of the ledger. ``code`` is None for mail that is kept; ``quarter`` is when the server received it, in
    quarters of an hour since 1970 UTC.
    """

    ref: int
    code: ReasonCode | None
    quarter: int | None
    gone: bool

    @property
    def is_waiting(self) -> bool:
        """Whether it has no verdict yet, if it is still on the server."""
        return self.code in _WAITING


class AuditQueries:
    """Folders at one epoch, and audits of mailboxes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    # --- verdicts -----------------------------------------------------------------------------------------------------

    def rows(self, folder_id: FolderId, epoch: str) -> list[Placed]:
        """Return every row of a folder, in no order."""
        received = sa.type_coerce(ledger.c.received_at, sa.BigInteger)  # a date for each of 200,000 would take seconds
        query = sa.select(
            ledger.c.ref, ledger.c.email_id.is_not(None), ledger.c.code, received, ledger.c.gone_at.is_not(None)
        ).where(ledger.c.folder_id == folder_id, ledger.c.epoch == epoch)
        codes = dict(ReasonCode.__members__)
        return [
            Placed(int(ref), None if kept else codes[code], None if at is None else at // QUARTER_MS, bool(gone))
            for ref, kept, code, at, gone in self._run.execute(query)
        ]

    def ranges(self, folder_id: FolderId, epoch: str) -> dict[ReasonCode, RefSet]:
        """Return the verdicts that many messages share."""
        mine = (ledger_range.c.folder_id == folder_id) & (ledger_range.c.epoch == epoch)
        query = sa.select(ledger_range.c.code, ledger_range.c.refs).where(mine).order_by(ledger_range.c.code)
        return {ReasonCode(code): RefSet.parse(refs) for code, refs in self._run.execute(query)}

    def counts(self, folder_id: FolderId, epoch: str) -> Tally:
        """Return how many messages that are still on the server have which verdict, without looking at each."""
        kept, count = ledger.c.email_id.is_not(None), sa.func.count()
        mine = (ledger.c.folder_id == folder_id) & (ledger.c.epoch == epoch) & ledger.c.gone_at.is_(None)
        found = Tally()
        for is_kept, name, number in self._run.execute(
            sa.select(kept, ledger.c.code, count).where(mine).group_by(kept, ledger.c.code)
        ):
            code = ReasonCode(name)
            if is_kept:
                found += Tally(kept=number)
            else:
                found += Tally(waiting=number) if code in _WAITING else Tally(left_out=((code, number),))
        shared = sa.select(ledger_range.c.code, ledger_range.c.count).where(
            ledger_range.c.folder_id == folder_id, ledger_range.c.epoch == epoch
        )
        for name, number in self._run.execute(shared):
            found += Tally(left_out=((ReasonCode(name), number),))
        return found

    def reasons(self, folder_id: FolderId, epoch: str, refs: RefSet) -> list[tuple[str, int]]:
        """Return why those of *refs* that were not delivered are waited for, the commonest reason first."""
        here = (ledger.c.folder_id == folder_id) & (ledger.c.epoch == epoch) & ledger.c.email_id.is_(None)
        waiting = ledger.c.code.in_(sorted(code.value for code in _WAITING))
        found: dict[str, int] = {}
        for ref, reason in self._run.execute(sa.select(ledger.c.ref, ledger.c.reason).where(here, waiting)):
            if int(ref) in refs:
                found[reason] = found.get(reason, 0) + 1
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))

    # --- audits that were made ----------------------------------------------------------------------------------------

    def of(self, mailbox_id: MailboxId, *, limit: int = 20) -> list[PastAudit]:
        """Return the latest audits of a mailbox, the newest first."""
        mine = sa.select(audit).where(audit.c.mailbox_id == mailbox_id).order_by(audit.c.id.desc()).limit(limit)
        return [_past(row) for row in self._run.execute(mine).mappings()]

    def last_complete(self, mailbox_id: MailboxId) -> datetime | None:
        """Return when an audit last found, or made, everything complete; None when none ever did."""
        mine = (audit.c.mailbox_id == mailbox_id) & audit.c.complete
        query = sa.select(audit.c.ended_at).where(mine).order_by(audit.c.id.desc()).limit(1)
        return self._run.execute(query).scalar()


def _past(row: sa.RowMapping) -> PastAudit:
    return PastAudit(
        mailbox_id=MailboxId(row["mailbox_id"]),
        begun_at=row["begun_at"],
        ended_at=row["ended_at"],
        cause=AuditCause(row["cause"]),
        code=row["code"],
        reason=row["reason"],
        complete=row["complete"],
        on_server=row["on_server"],
        judged=row["judged"],
        found=row["found"],
        repaired=row["repaired"],
        still_open=row["still_open"],
        seen=tuple(_seen(one) for one in json.loads(row["folders"])),
    )


def _seen(one: dict[str, Any]) -> SeenFolder:
    left_out = tuple((ReasonCode(code), count) for code, count in one["left_out"].items())
    return SeenFolder(
        folder_id=FolderId(one["folder"]),
        status=FolderStatus(Epoch(one["epoch"]), one["exists"], one["uid_next"], one["modseq"]),
        listed_at=read_instant(one["listed_at"]),
        tally=Tally(one["kept"], left_out),
        counted=one["counted"],
    )
