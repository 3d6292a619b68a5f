"""What the mailbox dialog was opened for, and its words."""

import enum
from dataclasses import dataclass

from desktop.domain.mailbox import Mailbox, MailboxState


class Purpose(enum.Enum):
    """Why the dialog is open."""

    CONNECT = "connect"
    RECONNECT = "reconnect"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """Title of the window, head and lead above the form, and what the main button does."""

    title: str
    head: str
    lead: str
    button: str


def words_of(purpose: Purpose, mailbox: Mailbox | None) -> PurposeWords:
    """Return the words for *purpose*; *mailbox* is the one it is about, if it is stored already."""
    if mailbox is None or purpose is Purpose.CONNECT:
        return PurposeWords(
            "Connect a mailbox",
            "Where is the mailbox?",
            "Use a shared address such as support@, not a personal one. It is tested first; it is only ever read.",
            "Test and connect",
        )
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


def purpose_for(purpose: Purpose, mailbox: Mailbox | None) -> Purpose:
    """Return what can be done with *mailbox*: one that is disconnected has no password, and needs one first."""
    if mailbox is None:
        return Purpose.CONNECT
    if purpose is Purpose.EDIT and mailbox.state is MailboxState.DISCONNECTED:
        return Purpose.RECONNECT
    return purpose
