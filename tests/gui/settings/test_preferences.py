"""Settings made from the registry: each has a row, applies at once, refuses beside the field, and goes back."""

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.settings import registry
from desktop.settings.setting import AnySetting
from desktop.ui.kit.theme import theme
from desktop.views.settings.editors import NumberRow, PercentRow, SegmentsRow, SettingRow, SwitchRow, TextRow
from desktop.views.settings.keyboard import KeyboardPage
from desktop.views.settings.preferences import PreferencesPage
from tests.gui.settings.conftest import Scene


def row_of(scene: Scene, setting: AnySetting) -> SettingRow:
    """The row of a setting, on whatever page it is."""
    if setting.key == registry.SINGLE_LETTERS.key:
        return cast("KeyboardPage", scene.screen.pages["keyboard"]).letters
    for part in ("appearance", "network", "sign_in"):
        page = cast("PreferencesPage", scene.screen.pages[part])
        if setting.key in page.rows:
            scene.go(part)
            return page.rows[setting.key]
    raise AssertionError(f"{setting.key} is on no page")


def number(scene: Scene, setting: AnySetting) -> NumberRow:
    """The row of a number."""
    return cast("NumberRow", row_of(scene, setting))


def enter(row: NumberRow, text: str) -> None:
    """Type a number and press Enter."""
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, text)
    QTest.keyClick(row.line, Qt.Key.Key_Return)


def test_every_setting_has_a_row_that_says_what_it_is(scene: Scene) -> None:
    for setting in registry.SETTINGS:
        row = row_of(scene, setting)
        assert row._title.text() == setting.words
        assert row.more.startswith(setting.description)


def test_a_number_applies_with_enter(scene: Scene) -> None:
    row = number(scene, registry.BATCH_MESSAGES)
    assert row.line.text() == "500"
    assert not row.reset.isEnabled()
    enter(row, "1000")
    assert scene.frame.settings.get(registry.BATCH_MESSAGES) == 1000
    assert row.reset.isEnabled()


def test_a_text_applies_with_enter_and_without_its_spaces(scene: Scene) -> None:
    row = row_of(scene, registry.MICROSOFT_TENANT)
    assert isinstance(row, TextRow)
    assert row.line.text() == "common"
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, " organizations ")
    QTest.keyClick(row.line, Qt.Key.Key_Return)
    assert scene.frame.settings.get(registry.MICROSOFT_TENANT) == "organizations"
    assert row.line.text() == "organizations"


def test_a_number_applies_when_it_is_left(scene: Scene) -> None:
    row = number(scene, registry.READ_TIMEOUT)
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, "7.5")
    QTest.keyClick(row.line, Qt.Key.Key_Tab)
    assert scene.frame.settings.get(registry.READ_TIMEOUT) == 7.5


def test_what_is_not_allowed_is_said_beside_it_and_not_taken(scene: Scene) -> None:
    row = number(scene, registry.BATCH_MESSAGES)
    for wrong in ("0", "90000", "many", " ", "1e999", "2.5", "nan"):
        enter(row, wrong)
        assert row.error.replace("\u00a0", " ") == "It can be 1 to 5,000 messages. It stays at 500 messages.", wrong
        assert row.line.text() == wrong
        assert row.line.accessibleDescription() == row.error
        assert scene.frame.settings.get(registry.BATCH_MESSAGES) == 500
        QTest.keyClicks(row.line, "1")
        assert row.error == ""


def test_bytes_are_given_in_megabytes(scene: Scene) -> None:
    row = number(scene, registry.BATCH_BYTES)
    assert (row.line.text(), row._unit.text()) == ("8", "MB")
    enter(row, "0.5")
    assert scene.frame.settings.get(registry.BATCH_BYTES) == 512 * 1024
    assert row.line.text() == "0.5"
    enter(row, "300")
    assert row.error.replace("\u00a0", " ") == "It can be 64 KB to 256 MB. It stays at 512 KB."


def test_reset_goes_back_to_the_default(scene: Scene) -> None:
    row = number(scene, registry.CONNECT_TIMEOUT)
    enter(row, "30")
    assert row.reset.toolTip() == "Back to 15 seconds"
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert scene.frame.settings.get(registry.CONNECT_TIMEOUT) == 15
    assert row.line.text() == "15"
    assert QApplication.focusWidget() is row.line


def test_the_theme_is_switched_by_a_press_and_shown_when_it_changes_elsewhere(scene: Scene) -> None:
    row = cast("SegmentsRow", row_of(scene, registry.THEME))
    QTest.mouseClick(row.segments.button(1), Qt.MouseButton.LeftButton)
    assert scene.frame.settings.get(registry.THEME) == "dark"
    scene.frame.settings.set(registry.THEME, "light")
    assert row.segments.current == 0


def test_sizes_are_a_choice_and_an_unusual_one_is_shown(scene: Scene) -> None:
    row = cast("PercentRow", row_of(scene, registry.TEXT_SCALE))
    assert [row.choice.itemText(at) for at in (0, row.choice.count() - 1)] == ["100 %", "300 %"]
    row.choice.setCurrentIndex(row.choice.findData(150))
    row.choice.activated.emit(row.choice.currentIndex())
    assert scene.frame.settings.get(registry.TEXT_SCALE) == 150
    scene.frame.settings.set(registry.TEXT_SCALE, 135)
    assert row.choice.currentText() == "135 %"


def test_single_letters_are_switched_off(scene: Scene) -> None:
    row = cast("SwitchRow", row_of(scene, registry.SINGLE_LETTERS))
    scene.go("keyboard")
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    assert scene.frame.settings.get(registry.SINGLE_LETTERS) is False


def test_the_keyboard_page_lists_every_key_once_it_is_seen(scene: Scene) -> None:
    page = cast("KeyboardPage", scene.go("keyboard"))
    assert [section._words.strip() for section in page.sections] == ["", "Everywhere", "Settings: Filters"]
    assert "Command palette" in page.sections[1].rows[0].words


def test_everything_stands_at_200_percent(scene: Scene) -> None:
    try:
        theme().set_text_scale(200)
        for part in ("mailboxes", "filters", "frequency", "appearance", "network", "privacy"):
            page = scene.go(part)
            scene.qtbot.waitUntil(lambda page=page: page._inner.width() <= page.area.viewport().width())  # type: ignore[misc]
    finally:
        theme().set_text_scale(100)
