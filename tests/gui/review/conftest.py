"""The Needs Review screen in a window, on a store with a queue."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.changes import ChangeSet
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import EmailRow
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from desktop.ui.actions import Act
from desktop.ui.frame import Frame
from desktop.ui.kit.theme import theme
from desktop.ui.mail_drag import mail_mime
from desktop.ui.ops import Ops
from desktop.views.review.queue import GroupRow, MailRow
from desktop.views.review.screen import ReviewScreen
from tests.gui.frames import Went, make_frame
from tests.gui.review.queue_data import LETTERS, Letter, add_history, add_letters, add_people
from tests.helpers.mails import FixedClock

NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
UNDO = Act("edit.undo", "&Undo", "Edit", ("Ctrl+Z",))
REDO = Act("edit.redo", "&Redo", "Edit", ("Ctrl+Shift+Z",))
"""As the shell of the window has them."""
MOVE, LEFT = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton


@dataclass
class Scene:
    window: QMainWindow
    screen: ReviewScreen
    frame: Frame
    went: Went
    store: Store
    clock: FixedClock
    ids: dict[str, CustomerId]
    qtbot: QtBot
    said: list[str]

    def settle(self) -> None:
        """Wait for every answer, and for the reading that comes a moment after a change."""
        self.qtbot.waitUntil(lambda: self.frame.ops.is_idle() and not self.screen._soon.isActive(), timeout=20_000)

    def press(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = NONE) -> float:
        """Press a key where the focus is, and wait for what it does; return how long it took to be taken in."""
        focus = QApplication.focusWidget()
        assert focus is not None
        begun = time.perf_counter()
        if isinstance(key, str):
            QTest.keyClick(focus, ord(key.upper()), modifier)
        else:
            QTest.keyClick(focus, key, modifier)
        passed = time.perf_counter() - begun
        self.settle()
        return passed

    def type(self, text: str) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, text)
        self.settle()

    def rows(self) -> list[str]:
        """The rows as a person reads them: heads in brackets."""
        return [
            f"[{row.title}]" if isinstance(row, GroupRow) else row.item.mail.subject for row in self.screen.model.rows
        ]

    def subjects(self) -> list[str]:
        return [row.item.mail.subject for row in self.screen.model.rows if isinstance(row, MailRow)]

    def current(self) -> str:
        row = self.screen.model.mail(self.screen.view.currentIndex().row())
        return row.item.mail.subject if row is not None else ""

    def chosen(self) -> list[str]:
        return [item.mail.subject for item in self.screen.choice().items]

    def go_to(self, subject: str) -> None:
        self.screen.view.select({self.id_of(subject)})

    def id_of(self, subject: str) -> EmailId:
        return next(item.mail.id for item in self.screen.shelf.waiting if item.mail.subject == subject)

    def left(self) -> int:
        with self.store.read() as read:
            return read.review.count()

    def stored(self, email_id: EmailId) -> EmailRow:
        with self.store.read() as read:
            row = read.emails.get(email_id)
        assert row is not None
        return row

    def has_focus(self) -> bool:
        return QApplication.focusWidget() is self.screen.view

    def undo(self) -> None:
        self.frame.ops.run(self.screen, undo)
        self.settle()

    def put(self, *letters: Letter) -> list[EmailId]:
        ids = add_letters(self.store, letters)
        self.screen.refresh()
        self.settle()
        return ids

    # --- dragging, as Qt tells a widget of it ------------------------------------------------------------------------

    def drag_over(self, widget: QWidget, place: QPoint, ids: list[EmailId]) -> bool:
        """Move a drag of these emails over a widget; return whether it would be taken there."""
        data = mail_mime(ids, [])
        QApplication.sendEvent(widget, QDragEnterEvent(place, MOVE, data, LEFT, NONE))
        event = QDragMoveEvent(place, MOVE, data, LEFT, NONE)
        QApplication.sendEvent(widget, event)
        return event.isAccepted()

    def drop(self, widget: QWidget, place: QPoint, ids: list[EmailId]) -> bool:
        """Drag these emails over a widget and let go; return whether they were taken."""
        self.drag_over(widget, place, ids)
        data = mail_mime(ids, [])
        event = QDropEvent(QPointF(place), MOVE, data, LEFT, NONE)
        QApplication.sendEvent(widget, event)
        self.settle()
        return event.isAccepted()

    def place_of(self, name: str) -> QPoint:
        """Where a customer stands in the list of targets."""
        pane = self.screen.desk.customers
        return pane.list.visualRect(pane.model.index(pane.model.row_of(self.ids[name]))).center()


Make = Callable[..., Scene]


@pytest.fixture
def make(qapp: QApplication, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Iterator[Make]:
    """Make the screen over a queue of these letters."""
    theme().apply(qapp)

    def made(*letters: Letter, width: int = 1072, height: int = 740, settled: bool = True) -> Scene:
        ids = add_people(store, clock)
        add_history(store, clock, ids)
        add_letters(store, letters)
        window = QMainWindow()
        qtbot.addWidget(window)
        frame, went, *_ = make_frame(ops, clock, window)
        screen = ReviewScreen(frame)
        frame.actions.add(UNDO, lambda: ops.run(window, undo))
        frame.actions.add(REDO, lambda: ops.run(window, redo))
        window.setCentralWidget(screen)
        window.resize(width, height)
        said: list[str] = []

        def hear(change: ChangeSet) -> None:
            said.append(change.words)

        ops.said.connect(hear)
        window.show()
        window.activateWindow()
        with qtbot.waitActive(window):
            pass
        scene = Scene(window, screen, frame, went, store, clock, ids, qtbot, said)
        if settled:
            scene.settle()
            screen.view.setFocus()
        return scene

    yield made
    theme().set_mode("system")


@pytest.fixture
def scene(make: Make) -> Scene:
    """The screen over a usual queue."""
    return make(*LETTERS)
