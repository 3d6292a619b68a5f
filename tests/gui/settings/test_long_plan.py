"""A look at very many emails and the command that follows: how far they are, and the way out of either."""

from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.ui.long_plan import LongPlanSheet, Step
from desktop.ui.plan_sheet import Plan, Question
from tests.gui.settings.conftest import Scene

SOON = 30
"""Seconds after which a test that waits has failed."""


class Work:
    """A look and a command that are half way until they may go on."""

    def __init__(self) -> None:
        self.may_look, self.may_go = Event(), Event()
        self.ends: list[str] = []

    def look(self, _read: Any, step: Step) -> Plan:
        step(2_000, 5_000)
        self.may_look.wait(SOON)
        self._on("look", step)
        return Plan([("inbox", "5,000 emails would change.")])

    def change(self, _uow: Any, _clock: Clock, step: Step) -> ChangeSet:
        step(1_000, 5_000)
        self.may_go.wait(SOON)
        self._on("command", step)
        return ChangeSet(Changed.NOTHING, "Changed 5,000 emails")

    def _on(self, what: str, step: Step) -> None:
        self.ends.append(f"{what} stopped")
        step(3_000, 5_000)
        self.ends[-1] = f"{what} done"


@pytest.fixture
def work() -> Work:
    return Work()


def opened(scene: Scene, work: Work) -> LongPlanSheet:
    question = Question("Apply", "Apply it?", "To all mail.", "Apply")
    sheet = LongPlanSheet(scene.frame, scene.window, question, work.look, work.change)
    sheet.open()
    scene.qtbot.waitUntil(lambda: sheet.far.text() == "2,000 of 5,000 emails looked at")
    assert (sheet.bar.isVisible(), sheet.bar.value(), sheet.bar.maximum()) == (True, 2_000, 5_000)
    return sheet


def test_a_command_says_how_far_it_is_and_stopped_leaves_the_sheet_to_try_again(scene: Scene, work: Work) -> None:
    sheet = opened(scene, work)
    work.may_look.set()
    scene.qtbot.waitUntil(lambda: sheet.lines == ["5,000 emails would change."])
    assert not sheet.bar.isVisible()
    QTest.mouseClick(sheet.act, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: sheet.far.text() == "1,000 of 5,000 emails done")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    work.may_go.set()
    scene.qtbot.waitUntil(lambda: "It was stopped. Nothing was changed." in sheet.outcome.accessibleName())
    assert (sheet.act.isEnabled(), sheet.bar.isVisible()) == (True, False)
    QTest.mouseClick(sheet.act, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: work.ends == ["look done", "command stopped", "command done"])
    scene.settle()


def test_cancel_ends_the_look_and_closes_the_sheet(scene: Scene, work: Work) -> None:
    sheet = opened(scene, work)
    QTest.mouseClick(sheet.cancel, Qt.MouseButton.LeftButton)
    work.may_look.set()
    scene.qtbot.waitUntil(lambda: work.ends == ["look stopped"] and scene.ops.is_idle())
