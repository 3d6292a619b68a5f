"""Is what is stored whole and true to its own rules? The checks behind ``postroom verify``."""

from dataclasses import dataclass

import sqlalchemy as sa

from desktop.domain.ids import FolderId
from desktop.store.reading.ledger import LedgerQueries


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what must hold, whether it does, and how many rows break it."""

    name: str
    passed: bool
    broken: int
    evidence: str


_RULES = {
    "every email has a decision": "SELECT count(*) FROM email e WHERE NOT EXISTS "
    "(SELECT 1 FROM decision d WHERE d.email_id = e.id)",
    "every email shows its newest decision": "SELECT count(*) FROM email e JOIN decision d ON d.id = "
    "(SELECT max(id) FROM decision WHERE email_id = e.id) "
    "WHERE d.code != e.code OR d.customer_id IS NOT e.customer_id OR d.decided_by != e.decided_by",
    "every email has its planned effect": "SELECT count(*) FROM email e WHERE NOT EXISTS "
    "(SELECT 1 FROM outbox o WHERE o.email_id = e.id)",
    "every email has its bytes": "SELECT count(*) FROM email e WHERE NOT EXISTS "
    "(SELECT 1 FROM email_body b WHERE b.email_id = e.id)",
    "every email was seen somewhere": "SELECT count(*) FROM email e WHERE NOT EXISTS "
    "(SELECT 1 FROM ledger l WHERE l.email_id = e.id)",
    "every email can be searched": "SELECT count(*) FROM email e WHERE NOT EXISTS "
    "(SELECT 1 FROM email_fts_docsize f WHERE f.id = e.id)",
    "no cursor range overlaps another": "SELECT count(*) FROM cursor_range a JOIN cursor_range b ON "
    "a.folder_id = b.folder_id AND a.epoch = b.epoch AND a.first_ref < b.first_ref AND a.last_ref >= b.first_ref - 1",
}


class SoundnessQueries:
    """Checks of the whole database: they read everything and take their time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def checks(self) -> list[Check]:
        """Run every check and return all of them, passed or not."""
        found = [self._pragma("pages decrypt and authenticate", "cipher_integrity_check", "")]
        found.append(self._pragma("the file is whole", "integrity_check", "ok"))
        found.append(self._pragma("no reference points nowhere", "foreign_key_check", ""))
        for name, statement in _RULES.items():
            broken = int(self._run.exec_driver_sql(statement).scalar_one())
            found.append(Check(name, broken == 0, broken, ""))
        found.append(self._cursor_is_backed())
        return found

    def _pragma(self, name: str, pragma: str, good: str) -> Check:
        rows = [str(row[0]) for row in self._run.exec_driver_sql(f"PRAGMA {pragma}") if str(row[0]) != good]
        return Check(name, not rows, len(rows), "; ".join(rows[:3]))

    def _cursor_is_backed(self) -> Check:
        """Everything the cursor covers has a ledger row or lies in a range (and nothing confirmed is still open)."""
        ledger, broken = LedgerQueries(self._run), 0
        for folder_id, epoch in self._run.exec_driver_sql("SELECT DISTINCT folder_id, epoch FROM cursor_range").all():
            cursor = ledger.cursor(FolderId(folder_id), epoch)
            open_refs = ledger.open_refs(FolderId(folder_id), epoch).at_least(0)
            broken += len(cursor - ledger.verdicts(FolderId(folder_id), epoch)) + len(cursor & open_refs)
        return Check("the cursor covers only messages with a verdict", broken == 0, broken, "")
