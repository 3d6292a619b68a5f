"""Emails dragged across the window: a place of the sidebar opens under them, and a customer of the list takes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.ids import CustomerId, EmailId
from desktop.services.review import assign
from desktop.ui.mail_drag import dragged_ids, mail_mime
from desktop.ui.tables import TableView
from tests.gui.mailroom import Mailroom, letter
from tests.gui.window.support import RealWindow, real_window
from tests.helpers.mails import FixedClock

NONE, LEFT, MOVE = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.DropAction.MoveAction
ACME, LUMEN = "Acme Parts", "Lumen Clinic"


class Drag:
    """A drag of emails over the real window, as Qt tells its widgets of it."""

    def __init__(self, real: RealWindow, ids: list[EmailId]) -> None:
        self.real, self.data = real, mail_mime(ids, [])
        self._over: QWidget | None = None

    def over(self, widget: QWidget, place: QPoint) -> bool:
        """Move to a place of a widget; return whether a drop would be taken there."""
        if widget is not self._over:
            self.leave()
            self._over = widget
            QApplication.sendEvent(widget, QDragEnterEvent(place, MOVE, self.data, LEFT, NONE))
        event = QDragMoveEvent(place, MOVE, self.data, LEFT, NONE)
        QApplication.sendEvent(widget, event)
        return event.isAccepted()

    def leave(self) -> None:
        """Go somewhere else, or be ended by Esc: Qt tells a widget the same."""
        if self._over is not None:
            QApplication.sendEvent(self._over, QDragLeaveEvent())
            self._over = None

    def over_place(self, name: str) -> bool:
        for view in self.real.window.sidebar._lists:
            for row in range(view.model().rowCount()):
                if view.model().index(row, 0).data() == name:
                    return self.over(view.viewport(), view.visualRect(view.model().index(row, 0)).center())
        raise AssertionError(name)

    def over_customer(self, name: str) -> bool:
        return self.over(customers(self.real).viewport(), self.place_of(name))

    def place_of(self, name: str) -> QPoint:
        view = customers(self.real)
        rows = range(view.model().rowCount())
        row = next(row for row in rows if view.model().index(row, 0).data() == name)
        return view.visualRect(view.model().index(row, 0)).center()

    def drop_on(self, name: str) -> bool:
        self.over_customer(name)
        self.real.settle()  # what is known of the emails is read
        self.over_customer(name)
        event = QDropEvent(QPointF(self.place_of(name)), MOVE, self.data, LEFT, NONE)
        QApplication.sendEvent(customers(self.real).viewport(), event)
        self._over = None
        self.real.settle()
        return event.isAccepted()


def customers(real: RealWindow) -> TableView:
    pane = real.window.place("customers").panes()[0]
    assert isinstance(pane, TableView)
    return pane


def told(real: RealWindow) -> str:
    return real.window.status._sentence.text()


def here(real: RealWindow) -> str:
    screen = real.window.screen_now
    return screen.id if screen is not None else ""


def homes(real: RealWindow) -> dict[EmailId, tuple[str, bool]]:
    with real.store.read() as read:
        return {number: (row.customer or "", row.needs_review) for number, row in read.emails.by_ids(IDS).items()}


IDS = [EmailId(number) for number in range(1, 6)]


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path) -> Iterator[RealWindow]:
    with real_window(qtbot, tmp_path) as made:
        room = Mailroom(made.store)
        room.customer(ACME, "info@acme.example")
        room.customer(LUMEN, "info@lumen.example")
        for number in range(30):
            room.customer(f"Other {number:02}", f"info@other{number:02}.example")
        for number in range(3):
            room.keep(letter(f"Bo <bo{number}@new.example>", f"Waiting {number}"))
        for number in range(2):
            room.keep(letter("Ann <info@acme.example>", f"Filed {number}"))
        made.frame.ops.announce(ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES))
        made.settle()
        made.go("review")
        yield made


def test_customers_opens_under_a_drag_that_rests_and_a_drop_files_with_one_undo(real: RealWindow) -> None:
    waiting = IDS[:3]
    drag = Drag(real, waiting)
    assert not drag.over_place("Customers")
    assert told(real) == "Hold still to open Customers. Esc cancels."
    assert here(real) == "review"
    with real.qtbot.waitSignal(real.window.sidebar.springs.rested):
        pass
    assert here(real) == "customers"
    real.settle()
    current = customers(real).currentIndex().row()
    assert drag.over_customer(LUMEN)
    assert told(real) == "Drop to assign 3 emails to Lumen Clinic. Esc cancels."
    assert drag.drop_on(LUMEN)
    assert {one: homes(real)[one] for one in waiting} == dict.fromkeys(waiting, (LUMEN, False))
    assert customers(real).currentIndex().row() == current
    assert told(real) == ""
    toast = real.window.toasts.current
    assert toast is not None
    assert toast.accessibleName() == "Assigned 3 emails to Lumen Clinic"
    assert toast.button is not None
    assert toast.button.text() == "Undo"
    real.act("edit.undo")
    assert {one: homes(real)[one] for one in waiting} == dict.fromkeys(waiting, ("", True))


def test_a_place_opens_only_under_emails_that_rest_and_where_they_are_taken(real: RealWindow) -> None:
    drag, timer = Drag(real, IDS[:1]), real.window.sidebar.springs._timer
    for name in ("Dashboard", "Emails", "Sync log", "Settings"):
        drag.over_place("Customers")
        assert timer.isActive()
        assert not drag.over_place(name)
        assert not timer.isActive()
        assert told(real) == f"{name} takes no emails. Hold them over Customers to assign them."
    drag.over_place("Customers")
    drag.leave()
    assert not timer.isActive()
    assert told(real) == ""
    drag.over_place("Needs Review")
    assert not timer.isActive(), "one is there already"
    drag.leave()
    drag.data = QMimeData()
    drag.data.setText("some words")
    drag.over_place("Customers")
    assert not timer.isActive(), "these are no emails"
    assert here(real) == "review"


def test_filed_emails_move_and_those_that_are_there_or_decided_on_elsewhere_stay(real: RealWindow) -> None:
    real.go("customers")
    drag = Drag(real, IDS[3:])
    assert not drag.drop_on(ACME)
    drag.over_customer(ACME)
    real.settle()
    assert told(real) == "These 2 emails are with Acme Parts already."
    assert real.window.toasts.current is None
    assert drag.drop_on(LUMEN)
    assert [homes(real)[one][0] for one in IDS[3:]] == [LUMEN, LUMEN]
    real.act("edit.undo")
    assert [homes(real)[one][0] for one in IDS[3:]] == [ACME, ACME]
    # one of two is decided on elsewhere during the drag: it stays as it was decided
    drag = Drag(real, IDS[:2])
    drag.over_customer(LUMEN)
    real.settle()
    with real.store.write() as uow:
        assign(uow, IDS[:1], CustomerId(3), remember=False, clock=FixedClock())
    assert drag.drop_on(LUMEN)
    assert [homes(real)[one][0] for one in IDS[:2]] == ["Other 00", LUMEN]


def test_the_list_scrolls_near_its_edge_and_escape_leaves_everything_as_it_was(real: RealWindow) -> None:
    real.go("customers")
    drag, view, before = Drag(real, IDS[:1]), customers(real), homes(real)
    viewport, bar = view.viewport(), view.verticalScrollBar()
    selected = view.currentIndex().row()
    drag.over(viewport, QPoint(40, viewport.height() - 3))
    real.qtbot.waitUntil(lambda: bar.value() > 60)
    drag.over(viewport, QPoint(40, viewport.height() // 2))
    still = bar.value()
    drag.over(viewport, QPoint(40, 2))
    real.qtbot.waitUntil(lambda: bar.value() < still)
    drag.over_customer(str(view.model().index(view.rowAt(100), 0).data()))
    drop = real.window.place("customers").mail_drop  # type: ignore[attr-defined]
    assert drop.lit is not None
    drag.leave()
    assert (drop.lit, told(real)) == (None, "")
    assert not drop._edge._timer.isActive()
    assert homes(real) == before
    assert view.currentIndex().row() == selected


def test_the_list_of_emails_carries_what_is_chosen(real: RealWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = real.go("emails")
    table = screen.table  # type: ignore[attr-defined]
    table.selectAll()
    drag = screen.dragging.drag()  # type: ignore[attr-defined]
    assert sorted(dragged_ids(drag.mimeData())) == IDS
    assert "Waiting 0" in drag.mimeData().text()
    drag.deleteLater()
    monkeypatch.setattr("desktop.views.emails.dragging.MOST", 2)
    assert screen.dragging.drag() is None  # type: ignore[attr-defined]
    assert told(real) == "Drag up to 2 emails at once. The key A assigns more."
