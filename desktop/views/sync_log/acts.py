"""What the buttons and keys of the log do about an entry."""

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from desktop.domain.activity import Fix
from desktop.ui import words
from desktop.ui.frame import Frame, Place
from desktop.views.sync_log.detail import bundle
from desktop.views.sync_log.model import Entry


def mend(frame: Frame, entry: Entry) -> None:
    """Do what an entry asks for: go there, ask for the password, or sync again."""
    doors = frame.doors
    if entry.fix is Fix.OPEN_REVIEW:
        doors.go(Place("review"))
    elif entry.fix is Fix.OPEN_EMAIL and entry.email_id is not None:
        doors.go(Place("emails", email_id=entry.email_id))
    elif entry.fix is Fix.SHOW_ERRORS:
        doors.go(Place("emails", mailbox_id=entry.mailbox_id, part="errors"))
    elif entry.fix is Fix.OWN_APP:
        doors.go(Place("settings", part="sign_in"))
    elif entry.mailbox_id is None:
        return
    elif entry.fix is Fix.RECONNECT:
        doors.reconnect(entry.mailbox_id)
    elif entry.fix is Fix.SETTINGS:
        doors.edit_mailbox(entry.mailbox_id)
    elif entry.fix is Fix.REVIEW_SETTINGS:
        doors.review_settings(entry.mailbox_id)
    elif entry.fix is Fix.SYNC:
        frame.sync.sync_now(entry.mailbox_id)


def retry(frame: Frame, entry: Entry) -> None:
    """Sync the entry's mailbox now."""
    if entry.mailbox_id is not None:
        frame.sync.sync_now(entry.mailbox_id)


def copy_for_support(frame: Frame, entries: Sequence[Entry]) -> None:
    """Put times and codes of *entries* on the clipboard, and say so."""
    QApplication.clipboard().setText(bundle(entries))
    frame.doors.toast(f"Copied {words.counted(len(entries), 'entry', 'entries')} for support")
