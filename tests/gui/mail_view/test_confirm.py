"""The question before a link is opened."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.ui.mail_view.confirm import OpenLinkDialog, ask_to_open
from desktop.ui.mail_view.links import read_link


class Desktop(QObject):
    """Stands for the desktop's browser and mail program."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    made = Desktop()
    for scheme in ("http", "https", "mailto"):
        QDesktopServices.setUrlHandler(scheme, made, "open")  # type: ignore[arg-type]  # bytes are refused
    yield made
    for scheme in ("http", "https", "mailto"):
        QDesktopServices.unsetUrlHandler(scheme)


def dialog_for(address: str, qtbot: QtBot, words: str = "") -> OpenLinkDialog:
    made = OpenLinkDialog(read_link(address, words))
    qtbot.addWidget(made)
    made.show()
    return made


def buttons(dialog: OpenLinkDialog) -> set[str]:
    return {button.text().replace("&", "") for button in dialog.findChildren(QPushButton)}


def test_it_names_the_place_and_shows_the_whole_address(qtbot: QtBot) -> None:
    address = "https://bücher.example/" + "x" * 500
    dialog = dialog_for(address, qtbot)
    assert dialog.question.text() == "Open bücher.example (xn--bcher-kva.example) in the browser?"
    (field,) = dialog.findChildren(QPlainTextEdit)
    assert field.toPlainText() == "https://xn--bcher-kva.example/" + "x" * 500
    assert field.accessibleName() == "Full address"
    assert dialog.windowTitle() == "Open link"
    assert buttons(dialog) == {"Open in browser", "Copy address", "Cancel"}


def test_return_opens_a_link_that_nothing_is_odd_about(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = dialog_for("https://acme.example/a?b=%C3%BC", qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert desktop.opened == ["https://acme.example/a?b=%C3%BC"]
    assert not dialog.isVisible()


def test_return_cancels_where_something_is_odd_and_it_says_what(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = dialog_for("https://good.example@evil.example/", qtbot, "good.example")
    assert [doubt.text() for doubt in dialog.doubts] == [
        "“good.example” before the @ is not where it leads; it is left out.",
        "The mail says “good.example”, but the link leads elsewhere.",
    ]
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert desktop.opened == []
    assert not dialog.isVisible()


def test_a_doubtful_link_is_opened_by_its_button_without_its_trick(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = dialog_for("https://good.example@evil.example/", qtbot)
    assert dialog.open_button is not None
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert desktop.opened == ["https://evil.example/"]


def test_esc_opens_nothing(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = dialog_for("https://acme.example/", qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert desktop.opened == []
    assert not dialog.isVisible()


def test_the_address_can_be_copied_instead(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = dialog_for("https://acme.example/x", qtbot)
    dialog._copy()
    assert QGuiApplication.clipboard().text() == "https://acme.example/x"
    assert desktop.opened == []


def test_a_mail_address_opens_the_mail_program(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = dialog_for("mailto:ann@acme.example?subject=Hi&attach=/etc/passwd", qtbot)
    assert dialog.question.text() == "Write a mail to ann@acme.example?"
    dialog._open()
    assert desktop.opened == ["mailto:ann@acme.example?subject=Hi"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "ms-msdt:/id x", "https://a\\@b.example"]
)
def test_anything_else_is_not_opened_and_the_reason_is_told(address: str, qtbot: QtBot) -> None:
    dialog = dialog_for(address, qtbot)
    assert dialog.question.text() == "Postroom does not open this link."
    assert len(dialog.doubts) == 1
    assert buttons(dialog) == {"Cancel"}


def test_when_the_desktop_opens_nothing_it_says_so_and_stays(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)
    dialog = dialog_for("https://acme.example/", qtbot)
    dialog._open()
    assert dialog.isVisible()
    assert dialog.trouble.isVisible()
    assert "Copy the address" in dialog.trouble.text()


def test_nothing_in_it_is_rich_text(qtbot: QtBot) -> None:
    dialog = dialog_for('mailto:"<img src=file:///etc/passwd>"@x.example', qtbot)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel))


def test_it_is_gone_when_it_is_answered(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = ask_to_open(read_link("https://acme.example/"), parent)
    assert dialog.isVisible()
    assert dialog.isModal()
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog))
