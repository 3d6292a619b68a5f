"""What the buttons and keys of the log do about an entry."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QApplication

from desktop.domain.activity import Fix
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.ui import words
from desktop.ui.frame import Frame, Place
from desktop.views.sync_log.detail import bundle
from desktop.views.sync_log.model import Entry

RESTING = {MailboxState.PAUSED: "is paused. Resume it first.", MailboxState.DISCONNECTED: "is disconnected."}


class Acts:
    """Carries out what an entry asks for. ``mailboxes`` are those there are, as last read."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.mailboxes: Mapping[MailboxId, Mailbox] = {}

    def mend(self, entry: Entry) -> None:
        """Do what an entry asks for: go there, ask for the password, or sync again."""
        place = place_of(entry)
        if place is not None:
            self._frame.doors.go(place)
        elif entry.fix is Fix.SYNC:
            self.retry(entry)
        elif entry.mailbox_id is not None:
            self._open_door(entry.fix, entry.mailbox_id)

    def retry(self, entry: Entry) -> None:
        """Sync the entry's mailbox now, or all where it names none; one that rests is said to, and shown."""
        doors, mailbox = self._frame.doors, self.mailboxes.get(entry.mailbox_id) if entry.mailbox_id else None
        if mailbox is not None and mailbox.state in RESTING:
            doors.toast(f"{mailbox.address} {RESTING[mailbox.state]}")
            doors.go(Place("dashboard", mailbox_id=mailbox.id))
            return
        self._frame.sync.sync_now(entry.mailbox_id)

    def begin(self, *, connects: bool) -> None:
        """Have a first entry made: connect a mailbox, or sync those there are."""
        if connects:
            self._frame.doors.connect()
        else:
            self._frame.sync.sync_now()

    def copy_for_support(self, entries: Sequence[Entry]) -> None:
        """Put times and codes of *entries* on the clipboard, and say so."""
        QApplication.clipboard().setText(bundle(entries))
        self._frame.doors.toast(f"Copied {words.counted(len(entries), 'entry', 'entries')} for support")

    def _open_door(self, fix: Fix, mailbox_id: MailboxId) -> None:
        doors = self._frame.doors
        door = {
            Fix.RECONNECT: doors.reconnect,
            Fix.SETTINGS: doors.edit_mailbox,
            Fix.FOLDERS: doors.edit_mailbox,
            Fix.REVIEW_SETTINGS: doors.review_settings,
            Fix.AUDIT: doors.audit,
        }.get(fix)
        if door is not None:
            door(mailbox_id)


def place_of(entry: Entry) -> Place | None:
    """Return the place an entry's button leads to, or None where it does something else."""
    if entry.fix is Fix.OPEN_EMAIL and entry.email_id is not None:
        return Place("emails", email_id=entry.email_id)
    return {
        Fix.OPEN_REVIEW: Place("review"),
        Fix.OPEN_EMAIL: Place("emails", mailbox_id=entry.mailbox_id, part="errors"),
        Fix.SHOW_ERRORS: Place("emails", mailbox_id=entry.mailbox_id, part="errors"),
        Fix.OWN_APP: Place("settings", part="sign_in"),
        Fix.FREQUENCY: Place("settings", mailbox_id=entry.mailbox_id, part="frequency"),
        Fix.PROFILE: Place("settings", part="privacy"),
    }.get(entry.fix)
