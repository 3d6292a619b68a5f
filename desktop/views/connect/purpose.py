"""What the mailbox dialog was opened for, and its words."""

import enum
from dataclasses import dataclass

from desktop.domain.mailbox import Mailbox, MailboxState


class Purpose(enum.Enum):
    """Why the dialog is open."""

    RECONNECT = "reconnect"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """Title of the window, head and lead above the form, and what the main button does."""

    title: str
    head: str
    lead: str
    button: str


def words_of(purpose: Purpose, mailbox: Mailbox) -> PurposeWords:
    """Return the words for *purpose*; *mailbox* is the one it is about."""
    if purpose is Purpose.RECONNECT:
        return PurposeWords(
            f"Reconnect {mailbox.address}",
            "Give its password again",
            "Everything it brought in is kept. Once the test succeeds, the sync goes on where the last one ended.",
            "Test and reconnect",
        )
    return PurposeWords(
        f"Edit {mailbox.address}",
        "Settings of this mailbox",
        "What concerns the connection is tested before it is saved. Mail that is here already stays.",
        "Test and save",
    )


def purpose_for(purpose: Purpose, mailbox: Mailbox) -> Purpose:
    """Return what can be done with *mailbox*: one that is disconnected has no password, and needs one first."""
    if purpose is Purpose.EDIT and mailbox.state is MailboxState.DISCONNECTED:
        return Purpose.RECONNECT
    return purpose
