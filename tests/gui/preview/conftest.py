"""A preview in a window, on a store that mail can be put into."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId
from desktop.store.store import Store
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.ui.preview.preview import MailPreview
from tests.gui.frames import make_frame
from tests.gui.mailroom import Mailroom
from tests.helpers.mails import FixedClock


class Pane:
    """The preview under test, and what a person does with it."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, *, is_demo: bool = False) -> None:
        self.qtbot, self.ops, self.room = qtbot, ops, Mailroom(store)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        made, self.went, self.sync, _ = make_frame(ops, clock, self.window)
        self.frame = replace(made, is_demo=is_demo)
        self.troubles: list[AppError] = []
        ops.troubled.connect(self.troubles.append)
        self.preview = MailPreview(self.frame)
        self.window.setCentralWidget(self.preview)
        self.window.resize(420, 700)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def show(self, email_id: EmailId | None) -> None:
        self.preview.show_email(email_id)
        self.settle()

    def settle(self) -> None:
        """Wait for every answer, and until what came is laid out."""

        def is_quiet() -> bool:
            return self.ops.is_idle() and not self.preview.fetching._soon.isActive()

        self.qtbot.waitUntil(is_quiet)
        QApplication.processEvents()
        self.qtbot.waitUntil(is_quiet)

    @property
    def body(self) -> str:
        """The text that stands in the body, when it is shown as plain text."""
        view = self.preview.page.sheet.view
        assert view.form == "plain"
        return view._plain.toPlainText()

    @property
    def words(self) -> list[str]:
        """The words of the trace."""
        return [button.text() for button in self.preview.page.strip.buttons]

    def press(self, keys: str) -> None:
        QTest.keySequence(QApplication.focusWidget() or self.preview, keys)

    def choose_file(self, path: Path) -> None:
        """Answer the file dialog that is open."""
        dialog = self.preview.keeper.dialog
        assert isinstance(dialog, QFileDialog)
        dialog.setDirectory(str(path.parent))
        dialog.selectFile(str(path))
        dialog.accept() if dialog.fileMode() != QFileDialog.FileMode.Directory else dialog.fileSelected.emit(str(path))
        self.settle()

    def is_shown(self, widget: QWidget) -> bool:
        return widget.isVisible()


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme().apply(qapp)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def pane(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Pane:
    return Pane(qtbot, store, ops, clock)


@pytest.fixture
def demo_pane(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Callable[[], Pane]:
    """Makes a pane that has the browser engine, whoever runs the tests."""
    return lambda: Pane(qtbot, store, ops, clock, is_demo=True)
