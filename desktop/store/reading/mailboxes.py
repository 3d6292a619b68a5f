"""Questions about mailboxes, their folders and their health."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.attachments import AttachmentPolicy
from desktop.domain.health import Condition, FolderFreshness, Health
from desktop.domain.ids import FolderId, MailboxId
from desktop.domain.mailbox import (
    Direction,
    Frequency,
    Mailbox,
    MailboxDetails,
    MailboxPurpose,
    MailboxState,
    OAuthProvider,
    Security,
    ServerSettings,
)
from desktop.domain.rows import FolderState, MailboxFigures
from desktop.store.health_rows import condition_of, freshness_of, health_of
from desktop.store.tables import folder, freshness, health, mailbox


class MailboxQueries:
    """Connected accounts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> Sequence[Mailbox]:
        """Return every mailbox, disconnected ones too, in the order they were added."""
        chosen: dict[int, list[str]] = {}
        names = sa.select(folder.c.mailbox_id, folder.c.name).where(folder.c.selected).order_by(folder.c.id)
        for number, name in self._run.execute(names):
            chosen.setdefault(number, []).append(name)
        rows = self._run.execute(sa.select(mailbox).order_by(mailbox.c.id)).mappings()
        return [_mailbox(row, tuple(chosen.get(row["id"], ()))) for row in rows]

    def by_address(self, address: str) -> Mailbox | None:
        """Return the mailbox with this address (in comparable form), or None."""
        return next((made for made in self.every() if made.address == address), None)

    def synced_from(self, mailbox_id: MailboxId) -> datetime:
        """Return the instant from which on a mailbox is synced now."""
        query = sa.select(mailbox.c.synced_from).where(mailbox.c.id == mailbox_id)
        moment: datetime = self._run.execute(query).scalar_one()
        return moment

    def folders(self, mailbox_id: MailboxId) -> Sequence[FolderState]:
        """Return the folders chosen for syncing, with what is known of each."""
        query = sa.select(folder).where(folder.c.mailbox_id == mailbox_id, folder.c.selected).order_by(folder.c.id)
        return [_folder_state(row) for row in self._run.execute(query).mappings()]

    def every_folder(self, mailbox_id: MailboxId) -> Sequence[FolderState]:
        """Return every folder of which something is known, chosen for syncing or not."""
        query = sa.select(folder).where(folder.c.mailbox_id == mailbox_id).order_by(folder.c.id)
        return [_folder_state(row) for row in self._run.execute(query).mappings()]

    def folder(self, mailbox_id: MailboxId, name: str) -> FolderState | None:
        """Return what is known of a folder, chosen for syncing or not."""
        query = sa.select(folder).where(folder.c.mailbox_id == mailbox_id, folder.c.name == name)
        row = self._run.execute(query).mappings().first()
        return None if row is None else _folder_state(row)

    def health(self, mailbox_id: MailboxId) -> Health:
        """Return how a mailbox is; the value of "not synced yet" when nothing is known."""
        row = self._health_row(mailbox_id)
        return Health() if row is None else health_of(row)

    def condition(self, mailbox_id: MailboxId) -> Condition:
        """Return what a mailbox's health is made of, but for how long its sign-in lasts (``grants``)."""
        return condition_of(self._health_row(mailbox_id), self.freshness(mailbox_id))

    def freshness(self, mailbox_id: MailboxId) -> tuple[FolderFreshness, ...]:
        """Return the newest message on the server against the newest here, for each folder chosen for syncing."""
        columns = (folder.c.id, folder.c.name, *(one for one in freshness.c if one is not freshness.c.folder_id))
        query = sa.select(*columns).select_from(folder.outerjoin(freshness))
        query = query.where(folder.c.mailbox_id == mailbox_id, folder.c.selected).order_by(folder.c.id)
        return tuple(freshness_of(row) for row in self._run.execute(query).mappings())

    def _health_row(self, mailbox_id: MailboxId) -> sa.RowMapping | None:
        return self._run.execute(sa.select(health).where(health.c.mailbox_id == mailbox_id)).mappings().first()

    def figures(self, mailbox_id: MailboxId) -> MailboxFigures:
        """Return a mailbox's counts by status; messages that could not be fetched count as errors."""
        return self.every_figures().get(mailbox_id, MailboxFigures(0, 0, 0))

    def every_figures(self) -> dict[MailboxId, MailboxFigures]:
        """Return the counts of every mailbox that has seen mail."""
        total = "SELECT mailbox_id, count(*) FROM email INDEXED BY ix_email_mailbox GROUP BY 1"
        status = (
            "SELECT mailbox_id, count(*) FROM email INDEXED BY ix_email_open "
            "WHERE status = :status AND status != 'synced' GROUP BY 1"
        )
        unfetched = (
            "SELECT folder.mailbox_id, count(*) FROM ledger INDEXED BY ix_ledger_unkept "
            "JOIN folder ON folder.id = ledger.folder_id "
            "WHERE ledger.email_id IS NULL AND ledger.code = 'FETCH_RETRYING' GROUP BY 1"
        )
        totals, open_ = self._counts(total), self._counts(status, "pending")
        errors = self._counts(status, "error")
        for number, count in self._counts(status, "left_out").items():
            totals[number] -= count
        for number, count in self._counts(unfetched).items():
            errors[number] = errors.get(number, 0) + count
        return {
            MailboxId(number): MailboxFigures(totals.get(number, 0), errors.get(number, 0), open_.get(number, 0))
            for number in {*totals, *errors}
        }

    def _counts(self, sql: str, status: str = "") -> dict[int, int]:
        return dict(self._run.exec_driver_sql(sql, {"status": status} if status else {}).all())


def _folder_state(row: sa.RowMapping) -> FolderState:
    return FolderState(
        id=FolderId(row["id"]),
        mailbox_id=MailboxId(row["mailbox_id"]),
        name=row["name"],
        epoch=row["epoch"],
        uid_next=row["uid_next"],
        exists=row["exists_count"],
        highest_modseq=row["highest_modseq"],
        listed_at=row["listed_at"],
        holds_sent=row["holds_sent"],
        refusals=row["refusals"],
        refused_at=row["refused_at"],
    )


def _mailbox(row: sa.RowMapping, folders: tuple[str, ...]) -> Mailbox:
    return Mailbox(
        id=MailboxId(row["id"]),
        address=row["address"],
        provider=row["provider"],
        imap=_server(row, "imap"),
        smtp=_server(row, "smtp") if row["smtp_host"] else None,
        folders=folders,
        direction=Direction(row["direction"]),
        frequency=Frequency(row["frequency"]),
        since_days=row["since_days"],
        synced_from=row["synced_from"],
        state=MailboxState(row["state"]),
        created_at=row["created_at"],
        oauth=OAuthProvider(row["oauth"]) if row["oauth"] else None,
        details=MailboxDetails(
            purpose=MailboxPurpose(row["purpose"]),
            owner=row["owner"],
            recovery_contact=row["recovery_contact"],
            display_name=row["display_name"],
            reply_to=row["reply_to"],
        ),
        attachments=AttachmentPolicy(row["attachments_up_to"] if row["attachments_up_to"] >= 0 else None),
    )


def _server(row: sa.RowMapping, kind: str) -> ServerSettings:
    return ServerSettings(
        row[f"{kind}_host"], row[f"{kind}_port"], Security(row[f"{kind}_security"]), row[f"{kind}_user"]
    )
