"""What one fills in: fields, searches, switches, choices - by key, with their words, in error."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QRadioButton, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.inputs import Choice, Field, SearchField, Switch, text_field
from desktop.ui.kit.labels import Label
from desktop.ui.kit.tokens import LIGHT
from tests.gui.kit.looking import bounds, has, picture

Show = Callable[..., QWidget]


def test_fields_are_as_high_as_in_the_mockups(qtbot: QtBot) -> None:
    for widget in (QLineEdit(), SearchField(), Choice([("One", 1)]), QComboBox(), QSpinBox()):
        qtbot.addWidget(widget)
        assert widget.sizeHint().height() == 32, widget
    low = text_field(small=True)
    qtbot.addWidget(low)
    assert low.sizeHint().height() == 28


def test_a_field_in_the_focus_has_a_ring_inside(qtbot: QtBot, show: Show) -> None:
    field = text_field("support@acme.example")
    show(field)
    assert has(picture(field), LIGHT.control)
    field.setFocus()
    qtbot.waitUntil(lambda: has(picture(field), LIGHT.focus))
    edge = [picture(field).pixelColor(x, 16).name().upper() for x in range(3)]
    assert edge == [LIGHT.focus, LIGHT.focus, LIGHT.surface]


def test_a_wrong_field_says_what_is_wrong_beside_it(qtbot: QtBot, show: Show) -> None:
    editor = text_field("imap.acme.exmple")
    field = Field("Server", editor, "The name of the mail server")
    show(field)
    assert field.error == ""
    field.set_error("No such server")
    assert field.error == "No such server"
    assert editor.accessibleDescription() == "No such server"
    assert has(picture(editor), LIGHT.bad)
    assert has(picture(field), LIGHT.bad_glyph)
    field.clear_error()
    assert field.error == ""
    assert editor.accessibleDescription() == "The name of the mail server"
    assert not has(picture(editor), LIGHT.bad)


def test_a_field_names_its_editor(qtbot: QtBot) -> None:
    editor = QLineEdit()
    field = Field("&Server", editor)
    qtbot.addWidget(field)
    assert editor.accessibleName() == "Server"


def test_an_error_is_seen_whole_where_there_is_little_room(qtbot: QtBot, show: Show) -> None:
    field = Field("Server", text_field(), note_at="below")
    window = show(field)
    window.resize(220, 60)
    field.set_error("This server could not be reached from here. Is the name right, and are you online?")
    note = next(label for label in field.findChildren(Label) if label.text().startswith("This server"))
    qtbot.waitUntil(lambda: note.height() >= 3 * 16)


def test_a_search_is_emptied_by_esc_and_by_its_button(qtbot: QtBot, show: Show) -> None:
    field = SearchField("Search this view", "/")
    show(field)
    QTest.keyClicks(field, "zhang")
    assert field._clear.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field._clear.isVisible()) == ("", False)
    QTest.keyClicks(field, "zhang")
    QTest.mouseClick(field._clear, Qt.MouseButton.LeftButton)
    assert field.text() == ""


def test_esc_in_an_empty_search_goes_on_to_the_window(qtbot: QtBot) -> None:
    heard: list[int] = []

    class Window(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            heard.append(event.key())

    window = Window()
    qtbot.addWidget(window)
    field = SearchField()
    QVBoxLayout(window).addWidget(field)
    window.show()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert heard == [Qt.Key.Key_Escape]


def test_the_key_of_a_search_shows_until_it_is_used(qtbot: QtBot, show: Show) -> None:
    field = SearchField("Search this view", "/")
    window = show(field)
    window.resize(300, 60)
    assert has(picture(field), LIGHT.edge)
    field.setFocus()
    qtbot.waitUntil(lambda: not has(picture(field), LIGHT.edge))


def test_a_search_is_turned_around_where_reading_is(qtbot: QtBot, mirrored: None) -> None:
    field = SearchField("", "/")
    qtbot.addWidget(field)
    field.resize(200, 32)
    assert bounds(picture(field), LIGHT.edge).right() < 100
    assert field.textMargins().right() == 24


def test_a_switch_is_a_check_box_to_keys_and_readers(qtbot: QtBot, show: Show) -> None:
    switch = Switch("Follow new entries")
    show(switch)
    assert isinstance(switch, QCheckBox)
    assert switch.accessibleName() == "Follow new entries"
    assert has(picture(switch), LIGHT.control)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    assert has(picture(switch), LIGHT.accent)


def test_the_whole_row_of_a_choice_is_the_target(qtbot: QtBot, show: Show) -> None:
    box, circle = QCheckBox("Remember this address"), QRadioButton("Inbound only")
    show(box, circle)
    for widget in (box, circle):
        assert widget.sizeHint().height() == 24
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().bottomRight())
        assert widget.isChecked()


def test_a_choice_is_made_by_its_data(qtbot: QtBot, show: Show) -> None:
    choice = Choice([("Every 15 minutes", 15), ("Every hour", 60)], name="How often")
    show(choice)
    choice.choose(60)
    assert (choice.value, choice.currentText()) == (60, "Every hour")
    choice.choose(99)
    assert choice.currentText() == "Every hour"
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Up)
    assert choice.currentText() == "Every 15 minutes"


def test_a_choice_has_room_for_its_longest_words(qtbot: QtBot) -> None:
    short, long = Choice([("Hour", 1)]), Choice([("Hour", 1), ("Every other Thursday at half past ten", 2)])
    for choice in (short, long):
        qtbot.addWidget(choice)
    assert long.sizeHint().width() > short.sizeHint().width() + 150


def test_rows_of_an_open_choice_have_room_to_hit(qtbot: QtBot, show: Show) -> None:
    choice = Choice([("Every 15 minutes", 15), ("Every hour", 60)])
    show(choice)
    assert choice.view().sizeHintForRow(0) >= 28
