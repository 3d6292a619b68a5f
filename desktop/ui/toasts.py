"""Toasts: one at a time, in the lane at the bottom, gone after six seconds or ten with Undo, never while looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.messages import Toast

SHOWN_S = 6
WITH_UNDO_S = 10
ABOVE_STATUS_BAR = 12


@dataclass(frozen=True, slots=True)
class Words:
    """What a toast says, and what its one button does."""

    text: str
    button: str = ""
    key: str = ""
    act: Callable[[], object] | None = None
    is_bad: bool = False


class Toasts(QObject):
    """Shows toasts over *window*, bottom centre of *lane*, and announces them to screen readers."""

    def __init__(self, lane: QWidget) -> None:
        super().__init__(lane)
        self._lane = lane
        self._toast: Toast | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.close)
        lane.installEventFilter(self)

    @property
    def current(self) -> Toast | None:
        """The toast that is shown, if one is."""
        return self._toast

    def show(self, words: Words) -> None:
        """Show *words*; a toast before it gives way."""
        self.close()
        toast = Toast(words.text, words.button, words.key, is_bad=words.is_bad, parent=self._lane)
        toast.closed.connect(self.close)
        if words.act is not None:
            toast.acted.connect(partial(self._act, words.act))
        toast.installEventFilter(self)
        self._toast = toast
        self._place()
        toast.show()
        toast.raise_()
        self._timer.start((WITH_UNDO_S if words.button else SHOWN_S) * 1000)
        announce(self._lane, words.text)

    def _act(self, act: Callable[[], object]) -> None:
        self.close()
        act()

    def close(self) -> None:
        """Take the toast away."""
        self._timer.stop()
        if self._toast is not None:
            self._toast.hide()
            self._toast.deleteLater()
            self._toast = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where the lane's bottom is, and as long as the pointer or the focus is on the toast."""
        if self._toast is not None:
            if watched is self._lane and event.type() == QEvent.Type.Resize:
                self._place()
            elif watched is self._toast and event.type() == QEvent.Type.Enter:
                self._timer.stop()
            elif watched is self._toast and event.type() == QEvent.Type.Leave:
                self._timer.start(SHOWN_S * 1000)
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        if self._toast is None:
            return
        size = self._toast.sizeHint().boundedTo(self._lane.size())
        left = (self._lane.width() - size.width()) // 2
        top = self._lane.height() - size.height() - ABOVE_STATUS_BAR
        self._toast.setGeometry(left, top, size.width(), size.height())


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say *text* now."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
