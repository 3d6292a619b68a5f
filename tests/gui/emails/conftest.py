"""The Emails screen in a window, on a store that mail can be put into, and what a person does with it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId
from desktop.store.store import Store
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.ui.state import UiState
from desktop.ui.tables import selected_ids
from desktop.views.emails.screen import EmailsScreen
from tests.gui.frames import make_frame
from tests.gui.mailroom import SALES, SUPPORT, Mailroom, letter
from tests.helpers.mails import NOON, FixedClock

KNOWN = ("Acme Parts", "Lumen Clinic", "Fjord Outdoor")


class Desk:
    """The screen under test."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, state: UiState | None = None) -> None:
        self.qtbot, self.ops, self.clock, self.room = qtbot, ops, clock, Mailroom(store)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        made, self.went, self.sync, _ = make_frame(ops, clock, self.window)
        self.frame = replace(made, state=state or UiState())
        self.troubles: list[AppError] = []
        self.said: list[str] = []
        ops.troubled.connect(self.troubles.append)
        ops.said.connect(lambda change: self.said.append(change.words))
        self.screen = EmailsScreen(self.frame)
        self.table, self.preview = self.screen.table, self.screen.preview

    def open(self, width: int = 1280, height: int = 800) -> "Desk":
        self.window.setCentralWidget(self.screen)
        self.window.resize(width, height)
        self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        self.screen.panes()[0].setFocus()  # as the window does when it goes to a place
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until everything that was asked for has come, and what follows from it too."""
        screen = self.screen

        def is_quiet() -> bool:
            timers = (screen._soon, screen._typing, screen._following._soon, self.table._refit)
            return self.ops.is_idle() and not any(timer.isActive() for timer in timers)

        self.qtbot.waitUntil(is_quiet)
        QApplication.processEvents()
        self.qtbot.waitUntil(is_quiet)

    def fill(self, count: int = 40) -> None:
        """Put mail in, the newest last: every fourth from somebody nobody knows, every fifth to another mailbox."""
        for name in KNOWN:
            self.room.customer(name, f"info@{name.split()[0].lower()}.example")
        mails: dict[str, list[tuple[bytes, datetime]]] = {SALES: [], SUPPORT: []}
        for at in range(count):
            name = KNOWN[at % 4] if at % 4 < 3 else "Stranger"
            sender = f"{name} <info@{name.split()[0].lower()}.example>"
            raw = letter(sender, f"Order {at:03}", f"about number {at}")
            mails[SALES if at % 5 == 0 else SUPPORT].append((raw, NOON - timedelta(hours=count - at)))
        for mailbox, letters in mails.items():
            self.room.keep_all(letters, mailbox=mailbox)

    def arrive(self, subject: str = "Brand new", sender: str = "Bo <bo@new.example>") -> EmailId:
        """One more email comes, and the window hears of it."""
        email_id = self.room.keep(letter(sender, subject), at=self.clock.now())
        self.ops.announce(ChangeSet(Changed.EMAILS | Changed.REVIEW))
        self.qtbot.waitUntil(self.screen._soon.isActive)
        self.settle()
        return email_id

    # --- what is seen -----------------------------------------------------------------------------------------------

    def subjects(self) -> list[str]:
        """The subjects from the top of the list to its end."""
        model = self.table.emails
        for at in range(0, model.rowCount(), 200):
            model.row_at(at)
        self.settle()
        return [str(model.index(row, model.column_of("subject")).data()) for row in range(model.rowCount())]

    def cell(self, row: int, key: str) -> str:
        return str(self.table.emails.index(row, self.table.emails.column_of(key)).data())

    def chosen(self) -> list[int]:
        return list(selected_ids(self.table, self.table.emails))

    def titles(self) -> list[str]:
        """The heads of the columns that are shown, in the order they stand in."""
        header, model = self.table.horizontalHeader(), self.table.emails
        columns = [header.logicalIndex(at) for at in range(header.count())]
        return [model.columns[at].title for at in columns if not header.isSectionHidden(at)]

    # --- what is done -----------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        for key in keys:
            QTest.keySequence(QApplication.focusWidget() or self.table, key)
            self.settle()

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, text)
        self.settle()

    def search(self, text: str) -> None:
        field = self.screen.top.search
        field.setFocus()
        field.selectAll()
        self.type(text)

    def click_row(self, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        model = self.table.emails
        self.table.scrollTo(model.index(row, 0))
        spot = self.table.visualRect(model.index(row, model.column_of("subject"))).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, modifiers, spot)
        self.settle()

    def click_head(self, key: str) -> None:
        header = self.table.horizontalHeader()
        at = self.table.emails.column_of(key)
        spot = header.sectionViewportPosition(at) + header.sectionSize(at) // 2
        at_middle = QPoint(spot, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at_middle)
        self.settle()

    def choose_file(self, path: Path, dialog: object) -> None:
        """Answer a file dialog that is open."""
        assert isinstance(dialog, QFileDialog)
        dialog.fileSelected.emit(str(path))
        dialog.reject()
        self.settle()


def entries(menu: QMenu | None) -> dict[str, QAction]:
    """The entries of a menu by their words."""
    assert menu is not None
    return {action.text().replace("&", ""): action for action in menu.actions() if not action.isSeparator()}


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme().apply(qapp)
    yield
    theme().set_text_scale(100)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def empty_desk(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Desk:
    """The screen before it is shown, and no mailbox."""
    return Desk(qtbot, store, ops, clock)


@pytest.fixture
def desk(empty_desk: Desk) -> Desk:
    """The screen with forty emails."""
    empty_desk.fill()
    return empty_desk.open()


@pytest.fixture
def again(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Callable[[UiState], Desk]:
    """Makes the screen once more, as after a restart, with what was kept of its looks."""
    return lambda state: Desk(qtbot, store, ops, clock, state).open()
