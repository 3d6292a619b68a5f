"""What changed folders or another direction would add and leave: shown, and agreed to, before it is saved."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.scope_change import FolderCount, ScopeChange
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Icon, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.ops import Job
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted, day

LEAD = "Nothing at the server changes, and nothing that is here goes away."
NOTHING = "Nothing comes in and nothing is left: the same mail is synced as before."
BY_HAND = "From now on nothing comes in by itself. You choose messages from the server's list."
UNTOLD = "how many, the server could not say"


def concerns_scope(held: Mailbox, changed: Mailbox) -> bool:
    """Tell whether *changed* may bring other mail in than *held*."""
    return (held.folders, held.direction, held.synced_from) != (changed.folders, changed.direction, changed.synced_from)


def added_words(folder: FolderCount, since: str) -> tuple[str, str]:
    """Return what a folder adds, and how much of it; *since* is the day it reaches back to."""
    if folder.messages is None:
        return f"Adds: {folder.name}", f"Emails since {since}; {UNTOLD}."
    if not folder.messages:
        return f"Adds: {folder.name}", f"No email since {since} is there; new ones come in."
    return f"Adds: {folder.name}", f"{counted(folder.messages, 'email')} since {since} come in with the next sync."


def left_words(folder: FolderCount) -> tuple[str, str]:
    """Return what a folder leaves."""
    if not folder.messages:
        return f"Leaves: {folder.name}", "Nothing of it is here; nothing new comes."
    stay = "email stays" if folder.messages == 1 else "emails stay"
    many = counted(folder.messages, stay, stay)
    return f"Leaves: {folder.name}", f"{many} here, nothing new comes."


class ScopeChangeSheet(Sheet):
    """Asks the server, then the person. ``accepted`` to apply it; Back, or Esc, changes nothing."""

    told = Signal()
    """What would change stands there."""

    def __init__(self, frame: Frame, parent: QWidget, held: Mailbox, changed: Mailbox) -> None:
        address = held.address
        super().__init__(parent, f"What changes for {address}", f"What changes for {address}", LEAD)
        self._frame, self._held, self._changed = frame, held, changed
        self._job: Job | None = None
        self.lines: list[str] = []
        self._card = Card()
        self._column = VBox(0, (16, 4, 16, 4), self._card)
        self._loading: QWidget = LoadingRows(2, 48)
        self._column.addWidget(self._loading)
        self.apply = Button("Apply", "check", "primary")
        self.apply.clicked.connect(lambda _checked=False: self.accept())
        self.again = Button("Count again", "refresh-cw", "quiet")
        self.again.clicked.connect(lambda _checked=False: self._ask())
        self.inside.addWidget(self._card)
        self.inside.addStretch(1)
        self.cancel.setText("Back")
        self.buttons.addWidget(self.again)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.apply)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def _ask(self) -> None:
        frame, held, changed = self._frame, self._held, self._changed
        self.say("bad", "")
        self._loading.show()
        self.again.hide()
        self.apply.setEnabled(False)
        self._job = frame.ops.work(
            self, lambda job: frame.connections.scope_change(job, held, changed), self._show, failed=self._not_counted
        )

    def _show(self, change: ScopeChange) -> None:
        since = day(self._changed.synced_from, self._frame.clock.now())
        lines = [("arrow-down-to-line", *added_words(one, since)) for one in change.added]
        lines += [("archive", *left_words(one)) for one in change.left]
        if self._changed.direction is Direction.MANUAL and self._held.direction is not Direction.MANUAL:
            lines.append(("list-checks", "Manual selection", BY_HAND))
        self._list(lines or [("check", "The same mail as before", NOTHING)])
        self._ready()

    def _not_counted(self, error: AppError) -> None:
        """The server could not be asked: what the folders are is known all the same."""
        before, after = self._held.folders, self._changed.folders
        added = [FolderCount(name, None) for name in after if name not in before]
        self._show(ScopeChange(tuple(added), ()))
        self.again.show()
        self.say("warn", f"It could not be counted. {error}")

    def _ready(self) -> None:
        self._job = None
        self.apply.setEnabled(True)
        self.apply.setFocus(Qt.FocusReason.OtherFocusReason)
        self.told.emit()

    def _list(self, lines: Sequence[tuple[str, str, str]]) -> None:
        self._loading.hide()
        for old in self._card.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if old is not self._loading:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.lines = [f"{what}. {more}" for _, what, more in lines]
        for at, (icon, what, more) in enumerate(lines):
            if at:
                self._column.addWidget(Line(color="line"))
            shown = _ScopeLine(icon, what, more)
            self._column.addWidget(shown)
            shown.show()
        self._card.setAccessibleName(" ".join(self.lines))
        self.setAccessibleDescription(" ".join(self.lines))
        self.fit()

    def done(self, result: int) -> None:
        """Leave nothing running."""
        if self._job is not None:
            self._job.cancel()
        super().done(result)


def ask_for_scope(
    frame: Frame, parent: QWidget, change: tuple[Mailbox, Mailbox], apply: Callable[[], None], back: Callable[[], None]
) -> None:
    """Show what a *change* from one mailbox's settings to others means; *apply* it, or go *back*."""
    sheet = ScopeChangeSheet(frame, parent, *change)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.accepted.connect(apply)
    sheet.rejected.connect(back)
    sheet.open()


class _ScopeLine(QWidget):
    def __init__(self, icon: str, what: str, more: str) -> None:
        super().__init__()
        self.setMinimumHeight(scaled(48))
        line = HBox(12, (0, 4, 0, 4), self)
        line.addWidget(Icon(icon, "text2", px=20), 0, Qt.AlignmentFlag.AlignVCenter)
        texts = VBox(0)
        texts.addWidget(Label(what, "body", wrap=True))
        texts.addWidget(Label(more, "caption", "text3", wrap=True))
        line.addLayout(texts, 1)
