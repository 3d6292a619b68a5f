"""What Postroom says: whole, with its button in reach of the keyboard, and aloud."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.messages import Banner, KeyLane, Note, Toast
from desktop.ui.kit.states import EmptyState, ErrorPanel, LoadingRows
from desktop.ui.kit.theme import Theme
from desktop.ui.kit.tokens import DARK, LIGHT
from tests.gui.kit.looking import bounds, has, has_hue, picture, share

LONG = "[Ťĥé måíl šéŕvéŕ åť ḿåíl.åçḿé.éхåḿpľé ŕéƒúšéď ťĥé påššŵóŕď óƒ ƀíľľíñĝ@åçḿé.éхåḿpľé, åñď ńó måíl çåñ ƀé ƒéťçĥéď]"


@pytest.mark.parametrize("state", ["bad", "warn", "info", "mute"])
def test_a_banner_has_its_tint_its_words_and_one_button(qtbot: QtBot, state: str) -> None:
    banner = Banner(state, "Mail waits there.", "Reconnect", can_close=True, strong="billing@ is disconnected")
    qtbot.addWidget(banner)
    banner.resize(640, 40)
    assert banner.accessibleName() == "billing@ is disconnected Mail waits there."
    assert share(picture(banner), LIGHT.color(f"{state}_bg")) > 0.6
    assert banner.button is not None
    with qtbot.waitSignal(banner.acted):
        QTest.keyClick(banner.button, Qt.Key.Key_Space)
    close = next(one for one in banner.findChildren(IconButton) if one.accessibleName() == "Close this message")
    with qtbot.waitSignal(banner.closed):
        QTest.mouseClick(close, Qt.MouseButton.LeftButton)


def test_a_long_banner_grows_and_is_not_cut(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    banner = Banner("bad", LONG, "Reconnect")
    column.addWidget(banner)
    column.addStretch(1)
    window.resize(420, 300)
    window.show()
    assert banner.button is not None
    assert banner.button.width() >= banner.button.sizeHint().width()
    qtbot.waitUntil(lambda: banner.label.height() >= banner.label.heightForWidth(banner.label.width()))
    assert banner.height() > 40


def test_a_short_banner_is_40_high(qtbot: QtBot) -> None:
    banner = Banner("mute", "Offline since 10:42. You can keep working.", icon="wifi-off")
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(banner)
    column.addStretch(1)
    window.resize(700, 200)
    window.show()
    assert banner.height() == 40


@pytest.mark.parametrize("state", ["bad", "warn", "info", "ok", "mute"])
def test_a_note_is_words_on_a_tint(qtbot: QtBot, state: str, dressed: Theme) -> None:
    note = Note(state, "The password was changed at the provider.", glyph=True)
    qtbot.addWidget(note)
    note.resize(200, note.heightForWidth(200))
    assert note.accessibleName() == "The password was changed at the provider."
    assert share(picture(note), LIGHT.color(f"{state}_bg")) > 0.5
    dressed.set_mode("dark")
    assert share(picture(note), DARK.color(f"{state}_bg")) > 0.5
    note.show_note("ok", "All is well.")
    assert note.label.text() == "All is well."


def test_a_toast_has_undo_and_close_in_reach(qtbot: QtBot) -> None:
    toast = Toast("Assigned 12 emails to Acme Parts", "Undo", "Ctrl+Z")
    qtbot.addWidget(toast)
    assert (toast.accessibleName(), toast.height()) == ("Assigned 12 emails to Acme Parts", 36)
    assert toast.button is not None
    assert toast.button.accessibleName() == "Undo"
    with qtbot.waitSignal(toast.acted):
        QTest.keyClick(toast.button, Qt.Key.Key_Return)
    with qtbot.waitSignal(toast.closed):
        QTest.mouseClick(toast.close_button, Qt.MouseButton.LeftButton)
    assert toast.close_button.accessibleName() == "Close this message"


def test_a_toast_of_trouble_has_a_red_cross(qtbot: QtBot) -> None:
    toast = Toast("Could not assign", "Show", is_bad=True, small=True)
    qtbot.addWidget(toast)
    toast.resize(toast.sizeHint())
    assert toast.height() == 28
    assert has_hue(picture(toast), LIGHT.toast_bad)
    assert share(picture(toast), LIGHT.toast) > 0.5


def test_keys_without_room_are_left_out_whole(qtbot: QtBot) -> None:
    hints = [("J", "K", "Move"), ("Enter", "Accept"), ("D", "Whole domain"), ("Ctrl+Z", "Undo")]
    lane = KeyLane(hints)
    qtbot.addWidget(lane)
    lane.resize(800, 36)
    assert list(lane.shown()) == hints
    lane.resize(220, 36)
    assert list(lane.shown()) == hints[:2]
    assert "D: Whole domain" in lane.accessibleName()
    assert bounds(picture(lane), LIGHT.edge).right() < 204


def test_an_empty_list_says_why_and_what_to_do(qtbot: QtBot) -> None:
    empty = EmptyState("inbox", "No email matches", "The filter leaves nothing from today.", "Clear filter")
    qtbot.addWidget(empty)
    empty.resize(400, 300)
    assert empty.accessibleName() == "No email matches. The filter leaves nothing from today."
    assert not empty.primary.isHidden()
    assert empty.secondary.isHidden()
    with qtbot.waitSignal(empty.primary.clicked):
        QTest.keyClick(empty.primary, Qt.Key.Key_Return)
    empty.show_words("All clear", "Nothing waits for you.")
    assert empty.primary.isHidden()


def test_a_narrow_pane_still_shows_all_words_of_an_empty_list(qtbot: QtBot) -> None:
    empty = EmptyState("inbox", "No email matches", LONG, "Clear filter", "Why missing?")
    qtbot.addWidget(empty)
    empty.resize(240, 400)
    empty.show()
    qtbot.waitUntil(lambda: empty.sentence.height() >= empty.sentence.heightForWidth(empty.sentence.width()))
    assert empty.sentence.geometry().right() <= 240


def test_loading_is_structure_not_a_spinner(qtbot: QtBot) -> None:
    rows = LoadingRows(4, 42, avatar=True)
    qtbot.addWidget(rows)
    rows.resize(400, 200)
    first = picture(rows)
    assert has(first, LIGHT.badge)
    assert has(first, LIGHT.line)
    assert picture(rows) == first
    assert rows.accessibleName() == "Loading"


def test_an_error_has_three_sentences_and_its_buttons(qtbot: QtBot) -> None:
    fix, again = Button("Reconnect billing@", kind="primary"), Button("Try again")
    panel = ErrorPanel(
        "The server refused the password.",
        "New mail waits there; nothing is lost.",
        "Reconnect and enter the new password.",
        [fix, again],
        server_words="AUTHENTICATIONFAILED",
    )
    qtbot.addWidget(panel)
    panel.resize(700, panel.heightForWidth(700))
    panel.show()
    said = panel.accessibleName()
    assert said.index("refused") < said.index("nothing is lost") < said.index("Reconnect")
    assert fix.isVisible()
    assert again.isVisible()
    assert bounds(picture(panel), LIGHT.bad_glyph).left() == 0
