"""Writes mailboxes, their folders and their health."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.health import Condition, FolderFreshness, Health
from desktop.domain.ids import FolderId, MailboxId
from desktop.domain.mailbox import Mailbox, MailboxDetails, MailboxState, ServerSettings
from desktop.domain.source import FolderStatus
from desktop.store.health_rows import freshness_columns, health_columns
from desktop.store.tables import folder, freshness, health, mailbox, own_message

UNASKED = {"selected": False, "holds_sent": None, "refusals": 0, "refused_at": None}
"""What a folder is before somebody chooses it."""


class MailboxWriter:
    """Mailboxes and the folders chosen of each."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def add(self, made: Mailbox) -> MailboxId:
        """Store a new mailbox (its ``id`` is ignored) with its folders; returns its id."""
        number = self._run.execute(sa.insert(mailbox).values(**_columns(made))).inserted_primary_key
        mailbox_id = MailboxId(number[0] if number else 0)
        self.choose_folders(mailbox_id, made.folders)
        return mailbox_id

    def replace(self, changed: Mailbox) -> None:
        """Store every setting of an existing mailbox as it is in *changed*, folders too."""
        self._run.execute(sa.update(mailbox).where(mailbox.c.id == changed.id).values(**_columns(changed)))
        self.choose_folders(changed.id, changed.folders)

    def set_state(self, mailbox_id: MailboxId, state: MailboxState) -> None:
        """Pause, disconnect or wake a mailbox."""
        self._run.execute(sa.update(mailbox).where(mailbox.c.id == mailbox_id).values(state=state.value))

    def choose_folders(self, mailbox_id: MailboxId, names: Sequence[str]) -> None:
        """Sync exactly these folders from now on; what is known of others is kept.

        Which has sent mail is open, and one that was not opened is tried anew.
        """
        mine = folder.c.mailbox_id == mailbox_id
        self._run.execute(sa.update(folder).where(mine).values(**UNASKED))
        for name in names:
            statement = upsert(folder).values(mailbox_id=mailbox_id, name=name, selected=True, epoch="")
            self._run.execute(
                statement.on_conflict_do_update(index_elements=["mailbox_id", "name"], set_={"selected": True})
            )

    def rename_folder(self, folder_id: FolderId, name: str) -> None:
        """Go on with a folder, and with all that is known of it, under another name, as one that is synced.

        A row of that name that was chosen and never synced makes room for it.
        """
        this = folder.c.id == folder_id
        mailbox_id = self._run.execute(sa.select(folder.c.mailbox_id).where(this)).scalar_one()
        other = (folder.c.mailbox_id == mailbox_id) & (folder.c.name == name) & (folder.c.epoch == "") & ~this
        in_the_way = self._run.execute(sa.select(folder.c.id).where(other)).scalars().all()
        self._run.execute(sa.delete(freshness).where(freshness.c.folder_id.in_(in_the_way)))
        self._run.execute(sa.delete(folder).where(other))
        self._run.execute(sa.update(folder).where(this).values(name=name, **{**UNASKED, "selected": True}))

    def know_folder(self, mailbox_id: MailboxId, name: str) -> None:
        """Have a row for a folder from which somebody picks; whether it is synced stays as it is."""
        statement = upsert(folder).values(mailbox_id=mailbox_id, name=name, selected=False, epoch="")
        self._run.execute(statement.on_conflict_do_nothing(index_elements=["mailbox_id", "name"]))

    def note_sent(self, folder_id: FolderId, *, holds_sent: bool) -> None:
        """Remember whether a folder is the one with sent mail."""
        self._run.execute(sa.update(folder).where(folder.c.id == folder_id).values(holds_sent=holds_sent))

    def note_refusal(self, folder_id: FolderId, refusals: int, at: datetime | None) -> None:
        """Remember how many times in a row the server did not open a folder, and when it last did not."""
        values = {"refusals": refusals, "refused_at": at}
        self._run.execute(sa.update(folder).where(folder.c.id == folder_id).values(**values))

    def begin_epoch(self, folder_id: FolderId, epoch: str) -> None:
        """A folder was met at another UIDVALIDITY: what was known of its state no longer holds."""
        self._run.execute(
            sa.update(folder)
            .where(folder.c.id == folder_id)
            .values(epoch=epoch, uid_next=None, exists_count=None, highest_modseq=None, listed_at=None)
        )
        self._run.execute(sa.delete(freshness).where(freshness.c.folder_id == folder_id))

    def note_folder(self, folder_id: FolderId, status: FolderStatus, *, listed_at: datetime | None) -> None:
        """Remember the state in which a folder was completely synced; *listed_at* when all of it was listed.

        Nothing is remembered of a folder that is known by another epoch by now.
        """
        values: dict[str, Any] = {
            "uid_next": status.uid_next,
            "exists_count": status.exists,
            "highest_modseq": status.highest_modseq,
        }
        if listed_at is not None:
            values["listed_at"] = listed_at
        here = (folder.c.id == folder_id) & (folder.c.epoch == status.epoch)
        self._run.execute(sa.update(folder).where(here).values(**values))

    def forget_folder_state(self, folder_id: FolderId) -> None:
        """Make the next sync list the whole folder (something is still open in it).

        From where on it asks what has changed stays as it is: what was not told yet must not be passed over.
        """
        values = {"uid_next": None, "exists_count": None}
        self._run.execute(sa.update(folder).where(folder.c.id == folder_id).values(**values))

    def set_health(self, mailbox_id: MailboxId, value: Health, condition: Condition) -> None:
        """Store how the mailbox is and what that was made of; only ``services/health.py`` decides on either."""
        columns = health_columns(value, condition)
        statement = upsert(health).values(mailbox_id=mailbox_id, **columns)
        self._run.execute(statement.on_conflict_do_update(index_elements=["mailbox_id"], set_=columns))
        for seen in condition.folders:
            if seen.looked_at is not None:
                self._note_freshness(seen)

    def _note_freshness(self, seen: FolderFreshness) -> None:
        columns = freshness_columns(seen)
        statement = upsert(freshness).values(folder_id=seen.folder_id, **columns)
        self._run.execute(statement.on_conflict_do_update(index_elements=["folder_id"], set_=columns))

    def note_own_message(self, message_id: str, at: datetime) -> None:
        """Remember a message that Postroom sends to itself, so that it is recognised when it arrives."""
        self._run.execute(upsert(own_message).values(message_id=message_id, sent_at=at).on_conflict_do_nothing())


def _columns(made: Mailbox) -> dict[str, Any]:
    return {
        "address": made.address,
        "provider": made.provider,
        **_server("imap", made.imap),
        **(_server("smtp", made.smtp) if made.smtp else dict.fromkeys(_SMTP)),
        "direction": made.direction.value,
        "frequency": made.frequency.value,
        "since_days": made.since_days,
        "synced_from": made.synced_from,
        "state": made.state.value,
        "created_at": made.created_at,
        "oauth": made.oauth.value if made.oauth else None,
        **detail_columns(made.details),
        "attachments_up_to": -1 if made.attachments.up_to_bytes is None else made.attachments.up_to_bytes,
    }


def detail_columns(details: MailboxDetails) -> dict[str, Any]:
    """Return whose a mailbox is as its columns."""
    return {**asdict(details), "purpose": details.purpose.value}


_SMTP = ("smtp_host", "smtp_port", "smtp_security", "smtp_user")


def _server(kind: str, server: ServerSettings) -> dict[str, Any]:
    return {
        f"{kind}_host": server.host,
        f"{kind}_port": server.port,
        f"{kind}_security": server.security.value,
        f"{kind}_user": server.user,
    }
