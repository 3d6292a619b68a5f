"""Toasts: one at a time, at the bottom, gone after six seconds or ten with Undo, never while looked at.

They lie over the screen, unless it has a lane for them: then they take the place of what stands there. Over a screen
they stand clear of its foot and of every button and field: a command that is wanted now is never below a toast.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QStackedLayout, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.messages import Toast
from desktop.ui.kit.text import elided
from desktop.ui.kit.theme import theme

SHOWN_S = 6
WITH_UNDO_S = 10
ABOVE_STATUS_BAR, MARGIN, CLEAR = 12, 16, 8
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)


@dataclass(frozen=True, slots=True)
class Words:
    """What a toast says, and what its one button does."""

    text: str
    button: str = ""
    key: str = ""
    act: Callable[[], object] | None = None
    is_bad: bool = False


def _no_foot() -> None:
    return None


class ToastLane(QWidget):
    """A lane at the bottom of a screen: shows *usual*, and while there is a toast that instead."""

    def __init__(self, usual: QWidget) -> None:
        super().__init__()
        self._usual = usual
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(usual)
        self._stack.addWidget(Ground())
        self._dress()
        theme().changed.connect(self._dress)

    def give_way(self, *, to_toast: bool) -> None:
        """Make room for a toast, or show again what is usual."""
        self._stack.setCurrentIndex(int(to_toast))

    def _dress(self) -> None:
        self.setFixedHeight(self._usual.sizeHint().height())


@runtime_checkable
class Ledge(Protocol):
    """What a screen says of its lower edge."""

    def toast_lane(self) -> ToastLane | None:
        """Return the lane for toasts, if there is one."""

    def foot(self) -> QWidget | None:
        """Return what is never covered, if anything is there now."""


class Ground(QWidget):
    """The empty lane, with the line above it."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("window"))
        painter.fillRect(0, 0, self.width(), 1, theme().color("border"))


class Toasts(QObject):
    """Shows toasts at the bottom centre of *over*, or in the lane of the screen, and announces them."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over, self._own = over, over
        self._foot: Callable[[], QWidget | None] = _no_foot
        self._words: Words | None = None
        self._toast: Toast | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.close)
        over.installEventFilter(self)

    def stand_on(self, screen: object) -> None:
        """From now on show toasts where this screen wants them; any other page has them over its lower edge."""
        if isinstance(screen, Ledge):
            self.use(screen.toast_lane(), screen.foot)
        else:
            self.use(None)

    def use(self, lane: ToastLane | None, foot: Callable[[], QWidget | None] = _no_foot) -> None:
        """From now on show toasts in *lane*, or over the screen clear of its *foot*; one that is shown moves along."""
        self._foot = foot
        words, rest = self._words, self._timer.remainingTime()
        self.close()
        if self._over is not self._own:
            self._over.removeEventFilter(self)
        self._over = lane or self._own
        self._over.installEventFilter(self)
        if words is not None:
            self._show(words)
            if rest > 0:
                self._timer.start(rest)

    @property
    def current(self) -> Toast | None:
        """The toast that is shown, if one is."""
        return self._toast

    def show(self, words: Words) -> None:
        """Show *words*; a toast before it gives way."""
        self._show(words)
        announce(self._over, words.text)

    def _show(self, words: Words) -> None:
        self.close()
        over, in_lane = self._over, isinstance(self._over, ToastLane)
        toast = Toast(words.text, words.button, words.key, is_bad=words.is_bad, small=in_lane, parent=over)
        toast.closed.connect(self.close)
        if words.act is not None:
            toast.acted.connect(partial(self._act, words.act))
        toast.installEventFilter(self)
        self._words, self._toast = words, toast
        if isinstance(over, ToastLane):
            over.give_way(to_toast=True)
        self._place()
        toast.show()
        toast.raise_()
        self._timer.start((WITH_UNDO_S if words.button else SHOWN_S) * 1000)

    def _act(self, act: Callable[[], object]) -> None:
        self.close()
        act()

    def close(self) -> None:
        """Take the toast away."""
        self._timer.stop()
        if self._toast is not None:
            self._toast.hide()
            self._toast.deleteLater()
            self._toast = self._words = None
        if isinstance(self._over, ToastLane):
            self._over.give_way(to_toast=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where the lane's bottom is, and as long as the pointer or the focus is on the toast."""
        if self._toast is not None:
            if watched is self._over and event.type() == QEvent.Type.Resize:
                self._place()
            elif watched is self._toast and event.type() == QEvent.Type.Enter:
                self._timer.stop()
            elif watched is self._toast and event.type() == QEvent.Type.Leave:
                self._timer.start(SHOWN_S * 1000)
        return super().eventFilter(watched, event)

    def settle(self) -> None:
        """Stand clear of what is there now: another page of the screen may have another foot."""
        self._place()

    def _place(self) -> None:
        if self._toast is None:
            return
        room = self._over.size()
        self._fit(room.width() - 2 * scaled(MARGIN))
        size = self._toast.sizeHint().expandedTo(self._toast.minimumSize()).boundedTo(room)
        left = (room.width() - size.width()) // 2
        below = (room.height() - size.height()) // 2 if isinstance(self._over, ToastLane) else scaled(ABOVE_STATUS_BAR)
        box = QRect(QPoint(left, room.height() - size.height() - below), size)
        if not isinstance(self._over, ToastLane):
            box = clear_of(box, self._kept(self._toast), room.height() // 2)
        self._toast.setGeometry(box)

    def _kept(self, toast: Toast) -> list[QRect]:
        """Return what may not be hidden now: the foot, and each control that is seen and can be used."""
        foot = self._foot()
        controls = [
            one
            for one in self._over.findChildren(QWidget)
            if isinstance(one, CONTROLS) and one.isVisible() and one.isEnabled() and not toast.isAncestorOf(one)
        ]
        kept = [*controls, *([foot] if foot is not None and foot.isVisible() else [])]
        return [one.visibleRegion().boundingRect().translated(one.mapTo(self._over, QPoint())) for one in kept]

    def _fit(self, width: int) -> None:
        """Cut words that are too long at a letter; the whole of them is in the tooltip."""
        if self._toast is None or self._words is None:
            return
        label, text = self._toast.label, self._words.text
        label.setText(text)
        beyond = self._toast.sizeHint().width() - width
        if beyond > 0:
            label.setText(elided(text, label.font(), max(0, label.sizeHint().width() - beyond)))
            self._toast.setToolTip(text)


def clear_of(box: QRect, kept: Sequence[QRect], highest: int) -> QRect:
    """Return *box* moved up until it hides nothing of *kept*; where all is full up to *highest*, as it was."""
    placed = QRect(box)
    while placed.top() >= highest:
        hidden = [one.top() for one in kept if one.intersects(placed)]
        if not hidden:
            return placed
        placed.moveBottom(min(hidden) - scaled(CLEAR) - 1)
    return box


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say *text* now."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
