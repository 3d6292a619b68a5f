"""Folders that were renamed or removed on the server: followed at once, and softly.

    cannot be opened, listed          it refuses: see ``phantoms``
    cannot be opened, not listed      ─┐  another folder is the same one ──▶ it goes on under its name, with its history
    chosen, never synced              ─┘  none is, and it is not listed  ──▶ its mail stays, and is no longer there

A server tells of no rename (RFC 3501 section 6.3.5 keeps UIDVALIDITY and UIDs, and says nothing). So it is recognised:
the same UIDVALIDITY, and under the same numbers the same messages, of which some headers are compared to the byte, for
there are servers that give every folder the same UIDVALIDITY. A folder of which nothing is here is never taken for one.
"""

from collections.abc import Iterable
from dataclasses import replace

from desktop.domain.changes import Changed
from desktop.domain.errors import Misconfigured
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import FolderStatus
from desktop.sync.connection import Connection
from desktop.sync.context import SyncContext

CANDIDATES = 40
"""How many folders are opened to find one that was renamed; those that are named alike come first."""

COMPARED = 3
"""Of how many messages the headers are compared."""


class Renames:
    """For one mailbox, on its connection. What was found is written down, and told in the log."""

    def __init__(self, mailbox: Mailbox, connection: Connection, context: SyncContext) -> None:
        self._mailbox = mailbox
        self._connection = connection
        self._context = context

    def followed(self, folder: FolderState) -> FolderState | None:
        """Return *folder*, which cannot be opened, under the name it has now; None where there is none.

        Where the server does not list it either, what lay there is no longer there.
        """
        listed = self._listed() if folder.epoch else set()
        if not listed or folder.name in listed:  # a list without a single folder shows nothing
            return None
        with self._context.store.read() as read:
            known = {one.name for one in read.mailboxes.every_folder(self._mailbox.id) if one.epoch}
        for name in _likely_first(folder.name, listed - known)[:CANDIDATES]:
            status = self._opened(name)
            if status is not None and self._is_same(folder, status):
                return self._rename(folder, name)
        self._leave([folder])
        return None

    def adopted(self, folder: FolderState, status: FolderStatus) -> FolderState:
        """Return what *folder*, open and never synced, was before under another name; itself where it was nothing.

        Folders that are no longer chosen and no longer listed are not there any more, then.
        """
        with self._context.store.read() as read:
            chosen = {one.id for one in read.mailboxes.folders(self._mailbox.id)}
            every = read.mailboxes.every_folder(self._mailbox.id)
        others = [one for one in every if one.epoch and one.id not in chosen]
        listed = self._listed() if others else set()
        gone = [one for one in others if one.name not in listed] if listed else []
        same = next((one for one in gone if self._is_same(one, status)), None)
        self._leave(one for one in gone if one is not same)
        return folder if same is None else self._rename(same, folder.name)

    def _listed(self) -> set[str]:
        return {one.name for one in self._connection.source.folders() if one.selectable}

    def _opened(self, name: str) -> FolderStatus | None:
        try:
            return self._connection.source.open_folder(name)
        except Misconfigured:
            return None

    def _is_same(self, folder: FolderState, status: FolderStatus) -> bool:
        """Tell whether the folder that is open, with *status*, is *folder* under another name."""
        if folder.epoch != status.epoch or (folder.uid_next or 0) > (status.uid_next or folder.uid_next or 0):
            return False
        with self._context.store.read() as read:
            known = read.ledger.newest_contents(folder.id, folder.epoch, COMPARED)
        source = self._connection.source
        heads = list(source.fetch(source.describe(RefSet.of(known)), headers_only=True)) if known else []
        return bool(heads) and all(known[int(one.ref)].startswith(one.content) for one in heads)

    def _rename(self, folder: FolderState, name: str) -> FolderState:
        words = f'The folder "{folder.name}" is called "{name}" now. It is synced under that name; nothing is doubled.'
        with self._context.store.write() as uow:
            uow.mailboxes.rename_folder(folder.id, name)
            uow.records.say("info", words, self._context.clock.now(), mailbox_id=self._mailbox.id)
        self._context.committed(Changed.EMAILS | Changed.LOG)
        return replace(folder, name=name, refusals=0, refused_at=None)

    def _leave(self, folders: Iterable[FolderState]) -> None:
        now = self._context.clock.now()
        for folder in folders:
            with self._context.store.write() as uow:
                count = uow.places.note_all_gone(folder.id, now)
                if not count:
                    continue
                uow.mailboxes.forget_folder_state(folder.id)
                words = (
                    f'The folder "{folder.name}" is not on the server any more. {count:,} '
                    f"{'email' if count == 1 else 'emails'} from there stay here, with everything."
                )
                code = ReasonCode.MISSING_ON_SERVER.value
                uow.records.say("warning", words, now, mailbox_id=self._mailbox.id, code=code)
            self._context.committed(Changed.EMAILS | Changed.LOG)


def _likely_first(name: str, others: Iterable[str]) -> list[str]:
    """Return *others*, those first that have the same last name, or lie in the same place."""
    words = name.replace(".", "/").split("/")

    def unlikeness(other: str) -> tuple[bool, bool, str]:
        its = other.replace(".", "/").split("/")
        return (its[-1] != words[-1], its[:-1] != words[:-1], other)

    return sorted(others, key=unlikeness)
