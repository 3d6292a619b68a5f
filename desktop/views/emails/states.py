"""What stands in place of the list when there is nothing to list, and why."""

import enum
from collections.abc import Callable, Sequence

from desktop.domain.errors import AppError
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.syncing import SyncProgress
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.kit.states import EmptyState


class Why(enum.Enum):
    """Why a list is empty."""

    NO_MAILBOX = "no_mailbox"
    NOT_SYNCED = "not_synced"
    NOT_PICKED = "not_picked"
    NOTHING_FITS = "nothing_fits"
    UNREADABLE = "unreadable"


class EmptyList(EmptyState):
    """Says why, and offers the one thing that helps."""

    def __init__(self, frame: Frame, clear: Callable[[], object], retry: Callable[[], object]) -> None:
        super().__init__("mail", "", "")
        self._frame, self._clear, self._retry = frame, clear, retry
        self.why = Why.NOTHING_FITS
        self._progress: SyncProgress | None = None
        self.primary.clicked.connect(self._act)
        frame.sync.progressed.connect(self._hear)
        frame.sync.finished.connect(self._over)

    def show_why(self, why: Why, typed: str = "", error: AppError | None = None) -> None:
        """Show a reason; *typed* is what was searched for."""
        self.why = why
        if why is Why.NO_MAILBOX:
            self.icon.show_icon("mail-plus", "text3")
            self.show_words(
                "No mailbox yet", "Emails are listed here once a mailbox is connected.", "Connect a mailbox"
            )
        elif why is Why.NOT_SYNCED:
            self.icon.show_icon("refresh-cw", "text3")
            self._show_progress()
        elif why is Why.NOT_PICKED:
            self.icon.show_icon("list-checks", "text3")
            self.show_words(
                "Nothing is brought in yet",
                "This mailbox brings in only what you pick from the server's list.",
                "Choose messages",
            )
        elif why is Why.UNREADABLE and error is not None:
            self.icon.show_icon("triangle-alert", "bad_glyph")
            self.show_words(error.what, f"{error.meaning} {error.action}".strip(), "Try again")
        else:
            self.icon.show_icon("search", "text3")
            title = f"No email matches “{typed.strip()}”" if typed.strip() else "No email fits these filters"
            self.show_words(title, "Other words or fewer filters may find it.", "Clear filter")

    def _show_progress(self) -> None:
        progress = self._progress
        if progress is None:
            self.show_words("Nothing synced yet", "Emails appear here as the first sync brings them.", "Sync now")
            return
        how_far = f"{words.number(progress.done)} of {words.number(progress.total)} messages are read"
        where = f" in {progress.folder} of {progress.address}" if progress.folder else ""
        told = f"{how_far}{where}." if progress.total else f"Asking {progress.address} what there is."
        self.show_words("The first sync is running", f"{told} Emails appear here as they come.")

    def _act(self) -> None:
        if self.why is Why.NO_MAILBOX:
            self._frame.doors.connect()
        elif self.why is Why.NOT_PICKED:
            self._frame.doors.choose_messages(None)
        elif self.why is Why.NOT_SYNCED:
            self._frame.sync.sync_now()
        elif self.why is Why.UNREADABLE:
            self._retry()
        else:
            self._clear()

    def _hear(self, progress: SyncProgress) -> None:
        self._progress = progress
        if self.why is Why.NOT_SYNCED:
            self._show_progress()

    def _over(self, _finished: object) -> None:
        self._progress = None
        if self.why is Why.NOT_SYNCED:
            self._show_progress()


def why_none(mailboxes: Sequence[Mailbox]) -> Why:
    """Return why there is no email at all."""
    if not mailboxes:
        return Why.NO_MAILBOX
    by_hand = all(one.direction is Direction.MANUAL for one in mailboxes)
    return Why.NOT_PICKED if by_hand else Why.NOT_SYNCED
