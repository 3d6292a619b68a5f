"""Undo of a command on very many emails: it shows how far it is, and can be stopped with nothing changed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.app import turning
from desktop.app.turning import SEGMENT, Turning
from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.services.tags import add_tag
from desktop.services.undo import undo
from desktop.store.store import Store
from desktop.store.writing.journal import Step
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.ui.ops import Ops
from desktop.ui.statusbar import StatusBar
from tests.gui.frames import make_frame
from tests.gui.mailroom import Mailroom, letter
from tests.helpers.mails import FixedClock


@pytest.mark.parametrize("stops", [False, True])
def test_an_undo_of_many_shows_how_far_it_is_and_can_be_stopped(
    qtbot: QtBot, store: Store, ops: Ops, monkeypatch: pytest.MonkeyPatch, *, stops: bool
) -> None:
    monkeypatch.setattr(turning, "SHOWN_FROM", 2)
    room = Mailroom(store)
    emails = [room.keep(letter(subject=f"Order {at}")) for at in range(3)]
    with store.write() as uow:
        add_tag(uow, emails, "vip", FixedClock())
    window, bar = QWidget(), StatusBar()
    qtbot.addWidget(window)
    qtbot.addWidget(bar)
    frame, went, _, _ = make_frame(ops, FixedClock(), window)
    said: list[str] = []
    ops.said.connect(lambda change: said.append(change.words))
    does, shown = Turning(frame, bar, window), list[str]()
    does.progressed.connect(lambda *_: shown.append(bar.segment(SEGMENT).text()))
    if stops:  # in the worker, where the next step hears of it
        does.progressed.connect(lambda *_: does.stop(), Qt.ConnectionType.DirectConnection)

        def in_steps(uow: UnitOfWork, clock: Clock, step: Step) -> ChangeSet:
            step(1, 3)
            return undo(uow, clock, step)

        monkeypatch.setattr("desktop.services.undo.undo", in_steps)
    frame.actions.action("edit.undo").trigger()
    qtbot.waitUntil(ops.is_idle)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[-1] == ("Stop undoing: 33 %" if stops else "Stop undoing: 100 %")
    assert bar.segment(SEGMENT).text() == ""
    with store.read() as read:
        assert [row.emails for row in read.tags.every()] == ([3] if stops else [])
    assert said == ([] if stops else ["Undone: Tagged 3 emails vip"])
    assert went.toasts == (["Undoing was stopped. Nothing was changed."] if stops else [])


def test_the_words_that_stop_it_are_a_button(qtbot: QtBot, ops: Ops) -> None:
    window, bar = QWidget(), StatusBar()
    qtbot.addWidget(window)
    qtbot.addWidget(bar)
    frame, _, _, _ = make_frame(ops, FixedClock(), window)
    does = Turning(frame, bar, window)
    does.progressed.emit("Undoing", 412_000, 1_000_000)
    button = bar.segment(SEGMENT)
    assert button.accessibleName() == "Stop undoing: 41 %"
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert does._stop.is_set()
