"""The first minute: two ways, Enter takes the first, and the looks change at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop.settings import registry
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.ops import Ops
from desktop.views.welcome.page import WelcomePage
from tests.gui.frames import Went, make_frame
from tests.gui.windows import windows_shown
from tests.helpers.mails import FixedClock


class Scene:
    def __init__(self, qtbot: QtBot, ops: Ops, clock: FixedClock, *, has_demo: bool) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.frame: Frame
        self.went: Went
        self.frame, self.went, _, _ = make_frame(ops, clock, self.window)
        self.demos = 0
        self.page = WelcomePage(self.frame, self.open_demo if has_demo else None)
        self.window.setCentralWidget(self.page)
        self.window.resize(1280, 800)
        self.window.show()

    def open_demo(self) -> None:
        self.demos += 1


@pytest.fixture
def scene(qtbot: QtBot, ops: Ops, clock: FixedClock) -> Scene:
    return Scene(qtbot, ops, clock, has_demo=True)


def test_enter_opens_the_demo(scene: Scene) -> None:
    QTest.keyClick(scene.page, Qt.Key.Key_Return)
    assert scene.demos == 1


def test_a_mailbox_is_connected_with_one_click(scene: Scene) -> None:
    QTest.mouseClick(scene.page.connect_button, Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("connect", None)]


def test_customers_can_come_first(scene: Scene) -> None:
    bring = next(one for one in scene.page.findChildren(Button) if "CSV" in one.text())
    QTest.mouseClick(bring, Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("import", None)]


def test_the_looks_are_chosen_here_too(scene: Scene, qtbot: QtBot, ops: Ops) -> None:
    QTest.mouseClick(scene.page.themes.button(1), Qt.MouseButton.LeftButton)
    assert scene.frame.settings.get(registry.THEME) == "dark"
    scene.frame.settings.set(registry.THEME, "light")
    assert scene.page.themes.current == 0
    qtbot.waitUntil(ops.is_idle)


def test_inside_the_demo_there_is_only_the_real_way(qtbot: QtBot, ops: Ops, clock: FixedClock) -> None:
    scene = Scene(qtbot, ops, clock, has_demo=False)
    assert scene.page.demo is None
    QTest.keyClick(scene.page, Qt.Key.Key_Return)
    assert scene.went.asked == [("connect", None)]


def test_the_first_button_has_the_focus_and_alone_is_filled(scene: Scene, qtbot: QtBot) -> None:
    scene.window.activateWindow()
    qtbot.waitUntil(scene.page.first_button().hasFocus)
    assert scene.page.first_button() is scene.page.demo
    assert scene.page.demo is not None
    assert [scene.page.demo.face.kind, scene.page.connect_button.face.kind] == ["primary", "secondary"]


def test_both_ways_are_as_large_as_each_other(scene: Scene) -> None:
    demo, real = scene.page.demo_card, scene.page.real_card
    assert demo is not None
    assert demo.size() == real.size()
    assert demo.button.size() == real.button.size()


def test_tab_goes_over_everything_in_reading_order_and_all_have_names(scene: Scene, qtbot: QtBot) -> None:
    page, seen = scene.page, list[QWidget]()
    scene.window.activateWindow()
    qtbot.waitUntil(page.first_button().hasFocus)
    for _ in range(5):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.accessibleName()
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen[2].parentWidget() is page.themes
    assert [*seen[:2], *seen[3:]] == [page.demo, page.connect_button, page.importing, page.demo]


def test_where_there_is_no_room_the_ways_stand_above_each_other(scene: Scene, qtbot: QtBot) -> None:
    demo, real = scene.page.demo_card, scene.page.real_card
    assert demo is not None
    assert demo.y() == real.y()
    scene.window.resize(500, 800)
    qtbot.waitUntil(lambda: demo.geometry().bottom() < real.geometry().top())


def test_nothing_flashes_as_a_window_of_its_own(scene: Scene) -> None:
    with windows_shown() as seen:
        WelcomePage(scene.frame, None).deleteLater()
    assert seen == []
