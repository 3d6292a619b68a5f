"""Writes down audits that were made, and takes one of two verdicts away where a message has both."""

import json

import sqlalchemy as sa

from desktop.domain.audit import AuditReport
from desktop.domain.intake import FolderEpoch
from desktop.domain.refset import RefSet
from desktop.store.reading.email_rows import chunks
from desktop.store.sqltypes import stored_instant
from desktop.store.tables import audit, ledger
from desktop.store.writing.coverage import Coverage

KEPT = 60
"""Audits that are remembered of each mailbox."""


class AuditWriter:
    """Audits, in the transaction of a unit of work."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._coverage = Coverage(connection)

    def note(self, report: AuditReport, reason: str) -> None:
        """Remember *report*, with *reason* as its sentence, and forget the oldest beyond those that are kept."""
        values = {
            "mailbox_id": report.mailbox_id,
            "begun_at": report.begun_at,
            "ended_at": report.ended_at,
            "cause": report.cause.value,
            "code": report.code.value,
            "reason": reason,
            "complete": report.is_complete,
            "on_server": report.on_server,
            "judged": report.tally.judged,
            "found": report.found,
            "repaired": report.repaired,
            "still_open": sum(one.count for one in report.still_open),
            "folders": json.dumps(_seen(report)),
        }
        self._run.execute(sa.insert(audit).values(**values))
        mine = audit.c.mailbox_id == report.mailbox_id
        oldest = sa.select(audit.c.id).where(mine).order_by(audit.c.id.desc()).offset(KEPT - 1).limit(1)
        self._run.execute(sa.delete(audit).where(mine, audit.c.id < oldest.scalar_subquery()))

    def settle_doubles(self, place: FolderEpoch, refs: RefSet) -> None:
        """Take verdicts that *refs* share with others away: their own rows count; without one they are asked for."""
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        in_rows: set[int] = set()
        for part in chunks([str(ref) for ref in refs]):
            query = sa.select(ledger.c.ref).where(here, ledger.c.ref.in_(part))
            in_rows.update(map(int, self._run.execute(query).scalars()))
        self._coverage.take_out_of_ranges(place, refs)
        self._coverage.uncover(place, refs - RefSet.of(in_rows))


def _seen(report: AuditReport) -> list[dict[str, object]]:
    """Return the folders that were complete, what the server said of them, and which verdicts they had."""
    return [
        {
            "folder": folder.place.folder_id,
            "epoch": folder.status.epoch,
            "exists": folder.status.exists,
            "uid_next": folder.status.uid_next,
            "modseq": folder.status.highest_modseq,
            "listed_at": stored_instant(folder.listed_at),
            "kept": folder.tally.kept,
            "left_out": {code.value: count for code, count in folder.tally.left_out},
            "counted": folder.counted,
        }
        for folder in report.folders
        if folder.is_complete and not folder.new and folder.listed_at is not None
    ]
