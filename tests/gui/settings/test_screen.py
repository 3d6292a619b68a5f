"""The settings as a whole: pages, search, keys, names, and room."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.mailbox import MailboxState
from desktop.ui.actions import Actions
from desktop.ui.frame import Place
from desktop.ui.kit.buttons import KitButton
from desktop.ui.kit.labels import Label
from desktop.views.settings.nav import NavModel
from desktop.views.settings.rows import Row
from desktop.views.settings.screen import PAGES, SettingsScreen
from tests.gui.settings.conftest import SUPPORT, Scene
from tests.gui.windows import windows_shown


def titles(scene: Scene) -> list[str]:
    """The pages that the list shows."""
    model = scene.screen.nav.model()
    return [model.index(row, 0).data() for row in scene.screen.nav.shown_rows()]


def page_id(scene: Scene) -> str:
    """The page that is open."""
    return scene.screen.page.id if scene.screen.page is not None else ""


def shown_rows(scene: Scene) -> list[str]:
    """The titles of the rows that are seen."""
    page = scene.screen.page
    assert page is not None
    return [row._title.text() for row in page.findChildren(Row) if row.isVisible()]


def test_there_is_a_page_for_everything_there_is(scene: Scene) -> None:
    assert titles(scene) == [
        "Mailboxes",
        "Matching",
        "Filters",
        "Frequency",
        "Customers",
        "Appearance",
        "Keyboard",
        "Sign-in apps",
        "Network and sync",
        "Privacy and data",
        "About",
    ]
    assert page_id(scene) == "mailboxes"


def test_a_place_opens_its_page_and_it_is_remembered(scene: Scene) -> None:
    scene.go("appearance")
    assert scene.frame.state.get("settings.page") == "appearance"
    assert scene.screen.nav.currentIndex().data() == "Appearance"


def test_a_place_with_a_mailbox_goes_to_its_choices(scene: Scene) -> None:
    scene.go("frequency", mailbox_id=SUPPORT)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName().startswith("Every 15 minutes")


def test_each_page_is_a_command_of_its_own(scene: Scene) -> None:
    for page in PAGES:
        scene.frame.actions.action(f"settings.{page.id}").trigger()
    assert [place.part for place in scene.went.places] == [page.id for page in PAGES]
    assert scene.frame.actions.act("settings.about").plain == "Settings: About"


def test_typing_narrows_pages_and_rows_and_opens_the_first_that_fits(scene: Scene) -> None:
    scene.screen.search.setFocus()
    QTest.keyClicks(scene.screen.search, "batch")
    assert titles(scene) == ["Network and sync"]
    assert page_id(scene) == "network"
    scene.screen.search.setText("size of a batch")
    assert shown_rows(scene) == ["Size of a batch"]
    QTest.keyClick(scene.screen.search, Qt.Key.Key_Escape)
    assert len(titles(scene)) == len(PAGES)
    assert "Keep at most" in shown_rows(scene)


def test_a_page_is_found_by_its_name_whole(scene: Scene) -> None:
    scene.screen.search.setText("appear")
    assert titles(scene) == ["Appearance"]
    assert shown_rows(scene) == ["Theme", "Text and control size"]


def test_who_types_the_name_of_a_page_is_led_to_it(scene: Scene) -> None:
    scene.screen.search.setText("filters")
    assert titles(scene)[0] == "Matching", "a page above has the word too"
    assert page_id(scene) == "filters"
    scene.settle()
    assert page_id(scene) == "filters"


def test_a_part_of_a_page_in_which_nothing_fits_is_not_there(scene: Scene) -> None:
    scene.screen.search.setText("aliases team")
    scene.settle()
    page = scene.screen.page
    assert page is not None
    shown = [section for section in page.sections if section.isVisible()]
    assert [section.rows[0].words.split()[0] for section in shown] == ["ours"]


def test_a_mailbox_and_a_key_are_found_too(scene: Scene) -> None:
    scene.screen.search.setText("sales@")
    scene.qtbot.waitUntil(lambda: titles(scene) == ["Mailboxes", "Frequency", "Privacy and data"])
    scene.screen.search.setText("palette")
    assert titles(scene) == ["Keyboard"]
    assert shown_rows(scene) == ["Command palette"]


def test_what_nothing_fits_says_so_and_leads_back(scene: Scene) -> None:
    scene.screen.search.setText("zebra")
    assert titles(scene) == []
    assert scene.screen._nothing.isVisible()
    assert "“zebra”" in scene.screen._nothing.sentence.text()
    QTest.mouseClick(scene.screen._nothing.primary, Qt.MouseButton.LeftButton)
    assert page_id(scene) == "mailboxes"


def test_the_screen_is_used_by_keys_alone(scene: Scene) -> None:
    search, nav = scene.screen.search, scene.screen.nav
    assert scene.screen.panes()[0] is search
    search.setFocus()
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert page_id(scene) == "matching"
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert page_id(scene) == "filters"
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert page_id(scene) == "frequency"
    QTest.keyClick(search, Qt.Key.Key_Return)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert scene.screen.page is not None
    assert scene.screen.page.isAncestorOf(focus)
    nav.setFocus()
    QTest.keyClicks(nav, "t")
    assert QApplication.focusWidget() is search
    QTest.keyClicks(search, "heme")
    assert search.text() == "theme"


def test_the_pane_of_the_page_hands_the_focus_to_its_first_control(scene: Scene) -> None:
    page = scene.go("appearance")
    scene.screen.panes()[-1].setFocus()
    assert QApplication.focusWidget() is page.stops()[0]


def test_everything_focusable_has_a_name_and_no_command_is_cut(scene: Scene) -> None:
    for part in scene.screen.pages:
        page = scene.go(part)
        for stop in page.stops():
            assert stop.accessibleName(), f"{stop} on {part}"
        for button in page.findChildren(KitButton):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width(), button.text()


@pytest.mark.parametrize("size", [(960, 600), (1280, 800)])
def test_nothing_is_wider_than_its_page(scene: Scene, size: tuple[int, int]) -> None:
    scene.window.resize(*size)
    for part in scene.screen.pages:
        page = scene.go(part)
        assert page._inner.width() <= page.area.viewport().width()
        for label in page.findChildren(Label):
            if label.isVisible() and not label.wordWrap() and type(label) is Label:
                assert label.width() >= label.sizeHint().width(), label.text()


def test_where_there_is_no_room_the_pages_are_a_choice(scene: Scene) -> None:
    scene.window.resize(600, 600)
    assert scene.screen.nav.isHidden()
    assert scene.screen.chooser.isVisible()
    at = scene.screen.chooser.findData("appearance")
    scene.screen.chooser.setCurrentIndex(at)
    scene.screen.chooser.activated.emit(at)
    assert page_id(scene) == "appearance"
    scene.window.resize(1280, 800)
    assert scene.screen.nav.isVisible()


def test_the_list_of_pages_is_a_sound_model(qtmodeltester: Any) -> None:
    qtmodeltester.check(NavModel([("Mailboxes", "mail"), ("About", "info")]))


def test_tab_goes_from_search_over_the_list_into_the_page(scene: Scene) -> None:
    scene.go("appearance")
    scene.screen.search.setFocus()
    seen: list[QWidget] = []
    for _ in range(4):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    page = scene.screen.page
    assert page is not None
    assert seen[:2] == [scene.screen.search, scene.screen.nav]
    assert page.isAncestorOf(seen[2])


def test_a_change_elsewhere_is_shown_soon(scene: Scene) -> None:
    with scene.store.write() as uow:
        uow.mailboxes.set_state(SUPPORT, MailboxState.PAUSED)
    scene.ops.announce(ChangeSet(Changed.MAILBOXES))
    pages: Any = scene.screen.pages["mailboxes"]
    scene.qtbot.waitUntil(lambda: pages.rows[SUPPORT].state == "Paused")


def test_the_window_waits_for_no_page_and_knows_all_commands(scene: Scene) -> None:
    actions = Actions(scene.window)
    made = SettingsScreen(replace(scene.frame, actions=actions))
    assert [page.id for page in made.pages.made] == ["filters"]
    known = {act.id for act, _ in actions.every()}
    assert {"filters.add", "filters.apply", *(f"settings.{page.id}" for page in PAGES)} <= known
    made.open(Place("settings", part="network"))
    assert [page.id for page in made.pages.made] == ["filters", "network"]
    made.deleteLater()
    scene.qtbot.waitUntil(lambda: not scene.screen.pages.missing)  # so that whoever searches need not wait for them


def test_nothing_flashes_as_a_window_of_its_own(scene: Scene) -> None:
    with windows_shown() as seen:
        made = SettingsScreen(replace(scene.frame, actions=Actions(scene.window)))
        for part in made.pages:
            made.open(Place("settings", part=part))
        made.search.setText("mail")
    assert seen == []
    made.deleteLater()
