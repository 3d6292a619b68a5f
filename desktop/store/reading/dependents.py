"""What depends on a mailbox, counted when a person is about to disconnect or to change it."""

import sqlalchemy as sa

from desktop.domain.dependents import Dependents, people_of
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.store.reading.attachments import AttachmentQueries
from desktop.store.reading.grants import GrantQueries
from desktop.store.reading.mailboxes import MailboxQueries

_WAITING = "SELECT count(*) FROM email INDEXED BY ix_email_review WHERE needs_review = 1 AND mailbox_id = :mailbox_id"
_ONLY_HERE = (
    "SELECT count(*) FROM (SELECT 1 FROM email INDEXED BY ix_email_list WHERE customer_id IS NOT NULL "
    "GROUP BY customer_id HAVING min(mailbox_id) = :mailbox_id AND max(mailbox_id) = :mailbox_id)"
)
_IN_FOLDER = (
    "SELECT count(DISTINCT email_id) FROM ledger JOIN folder ON folder.id = ledger.folder_id "
    "WHERE folder.mailbox_id = :mailbox_id AND folder.name = :folder AND email_id IS NOT NULL"
)
_LEFT_OUT_ONE_BY_ONE = (
    "SELECT count(*) FROM ledger INDEXED BY ix_ledger_unkept JOIN folder ON folder.id = ledger.folder_id "
    "WHERE email_id IS NULL AND code = :code AND folder.mailbox_id = :mailbox_id AND folder.name = :folder"
)
_LEFT_OUT_IN_RANGES = (
    "SELECT coalesce(sum(count), 0) FROM ledger_range JOIN folder ON folder.id = ledger_range.folder_id "
    "WHERE code = :code AND folder.mailbox_id = :mailbox_id AND folder.name = :folder"
)


class DependentQueries:
    """Counts that no list needs; each may take a second where there are a million emails."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._mailboxes = MailboxQueries(connection)
        self._grants = GrantQueries(connection)
        self._attachments = AttachmentQueries(connection)

    def of(self, mailbox_id: MailboxId) -> Dependents:
        """Return what depends on a mailbox; nothing does on one that is not there."""
        boxes = self._mailboxes.every()
        box = next((one for one in boxes if one.id == mailbox_id), None)
        if box is None:
            return Dependents()
        figures = self._mailboxes.figures(mailbox_id)
        grant = self._grants.of(mailbox_id)
        left = self._attachments.figures(mailbox_id)
        others = [one for one in boxes if one.id != mailbox_id and one.state is not MailboxState.DISCONNECTED]
        return Dependents(
            emails=figures.synced,
            waiting=self._count(_WAITING, mailbox_id=mailbox_id),
            failed=figures.errors,
            customers_only_here=self._count(_ONLY_HERE, mailbox_id=mailbox_id),
            files_not_here=left.coming + left.on_demand,
            sends=box.smtp is not None,
            other_senders=tuple(one.address for one in others if one.smtp is not None),
            people=people_of(box),
            signed_in_as=grant.identity.address or grant.identity.name if grant else "",
        )

    def emails_in(self, mailbox_id: MailboxId, folder: str) -> int:
        """Return how many emails that are here lie, or lay, in a folder."""
        return self._count(_IN_FOLDER, mailbox_id=mailbox_id, folder=folder)

    def left_out_in(self, mailbox_id: MailboxId, folder: str, code: ReasonCode) -> int:
        """Return how many messages of a folder were left out because of *code*."""
        values = {"mailbox_id": mailbox_id, "folder": folder, "code": code.value}
        return self._count(_LEFT_OUT_ONE_BY_ONE, **values) + self._count(_LEFT_OUT_IN_RANGES, **values)

    def _count(self, sql: str, **values: object) -> int:
        return int(self._run.exec_driver_sql(sql, values).scalar_one())
