"""Emails dragged with a mouse, press to release, on a display: Qt's own drag runs, and its pictures are seen."""

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.review.conftest import LEFT, NONE, Make, Scene
from tests.gui.review.queue_data import LETTERS

pytestmark = pytest.mark.display

FIRST = "Two orders merged into one shipment"


def point_of(scene: Scene, name: str) -> QPoint:
    """Where a customer stands in the window."""
    return scene.screen.desk.customers.list.viewport().mapTo(scene.window, scene.place_of(name))


def pull(scene: Scene, steps: Sequence[Callable[[], object]]) -> None:
    """Press on the current row and pull; *steps* happen one by one while Qt's drag goes on."""
    view, handle = scene.screen.view, scene.window.windowHandle()
    start = view.viewport().mapTo(scene.window, view.visualRect(view.currentIndex()).center())
    todo, timer = iter(steps), QTimer(view, interval=40)

    def go_on() -> None:
        step = next(todo, None)
        if step is None:
            timer.stop()
        else:
            step()

    timer.timeout.connect(go_on)
    view.drag_began.connect(timer.start)
    QTest.mousePress(handle, LEFT, NONE, start)
    QTest.mouseMove(handle, start + QPoint(6, 2))
    with scene.qtbot.waitSignal(view.drag_ended, timeout=10_000):
        QTest.mouseMove(handle, start + QPoint(40, 8))
    scene.qtbot.waitUntil(lambda: not timer.isActive())
    scene.settle()


def over(scene: Scene, name: str) -> Callable[[], object]:
    def move() -> None:
        place = point_of(scene, name)
        QTest.mouseMove(scene.window.windowHandle(), place - QPoint(5, 0))
        QTest.mouseMove(scene.window.windowHandle(), place)

    return move


def release(scene: Scene, name: str) -> Callable[[], object]:
    return lambda: QTest.mouseRelease(scene.window.windowHandle(), LEFT, NONE, point_of(scene, name))


def test_one_email_is_dragged_onto_a_customer(make: Make) -> None:
    scene = make(*LETTERS)
    number = scene.id_of(FIRST)
    lit: list[tuple[int, str]] = []
    model = scene.screen.desk.customers.model
    wanted = model.row_of(scene.ids["Tidewater Marine"])
    look = [over(scene, "Tidewater Marine"), lambda: lit.append((model.lit, model.act))]
    pull(scene, [*look, release(scene, "Tidewater Marine")])
    assert lit == [(wanted, "Assign 1 email")]
    assert scene.stored(number).customer == "Tidewater Marine"
    assert scene.current() == "Re: Ticket #1182, new delivery window"
    assert scene.has_focus()


def test_all_of_a_domain_are_dragged_at_once(make: Make) -> None:
    scene = make(*LETTERS)
    scene.press("D")
    zone: list[bool] = []
    seen = [over(scene, "Tidewater Marine"), lambda: zone.append(scene.screen.desk.customers.zones.new.isVisible())]
    pull(scene, [*seen, release(scene, "Tidewater Marine")])
    assert zone == [True]
    assert scene.said == ["Assigned 6 emails to Tidewater Marine"]
    assert scene.rows()[0] == "[freemail.example]"
    assert scene.went.told[-1] == ""
    scene.undo()
    assert scene.left() == len(LETTERS)
    assert len(scene.chosen()) == 6


def test_escape_ends_a_drag_and_nothing_has_happened(make: Make) -> None:
    scene = make(*LETTERS)

    def escape() -> None:
        QTest.keyClick(scene.window.windowHandle(), Qt.Key.Key_Escape)

    pull(scene, [over(scene, "Tidewater Marine"), escape])
    QTest.mouseRelease(scene.window.windowHandle(), LEFT, NONE, QPoint(5, 5))
    assert scene.said == []
    assert scene.left() == len(LETTERS)
    assert not scene.screen.desk.customers.zones.new.isVisible()
    assert scene.screen.desk.customers.model.lit == -1
    assert QApplication.overrideCursor() is None
