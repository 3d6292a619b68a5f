"""An email dragged with a mouse across the window on a display: Qt's own drag lives on while its screen is left."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changed, ChangeSet
from desktop.views.customers.screen import CustomersScreen
from desktop.views.review.screen import ReviewScreen
from tests.gui.mailroom import Mailroom, letter
from tests.gui.window.support import real_window

pytestmark = pytest.mark.display
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


def test_customers_opens_under_a_real_drag_and_takes_the_drop(qtbot: QtBot, tmp_path: Path) -> None:
    with real_window(qtbot, tmp_path) as real:
        room = Mailroom(real.store)
        room.customer("Acme Parts", "info@acme.example")
        email_id = room.keep(letter("Bo <bo@new.example>", "Waiting"))
        real.frame.ops.announce(ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES))
        real.settle()
        review = real.go("review")
        assert isinstance(review, ReviewScreen)
        review.view.select({email_id})
        window, handle, sidebar = real.window, real.window.windowHandle(), real.window.sidebar
        screen = window.place("customers")
        assert isinstance(screen, CustomersScreen)
        customers = screen._list
        timer = QTimer(window, interval=60)
        released: list[bool] = []

        def move(widget: QWidget, place: QPoint) -> QPoint:
            at = widget.mapTo(window, place)
            QTest.mouseMove(handle, at - QPoint(5, 0))
            QTest.mouseMove(handle, at)
            return at

        def go_on() -> None:
            if window.screen_now is review:
                places = sidebar.main_list
                each = [places.model().index(row, 0) for row in range(places.model().rowCount())]
                wanted = next(one for one in each if one.data() == "Customers")
                move(places.viewport(), places.visualRect(wanted).center())
            elif customers.isVisible() and real.session.ops.is_idle():
                at = move(customers.viewport(), QPoint(60, 20))
                if screen.mail_drop.lit is not None:
                    timer.stop()
                    released.append(True)
                    QTest.mouseRelease(handle, LEFT, NONE, at)

        timer.timeout.connect(go_on)
        review.view.drag_began.connect(timer.start)
        start = review.view.viewport().mapTo(window, review.view.visualRect(review.view.currentIndex()).center())
        QTest.mousePress(handle, LEFT, NONE, start)
        QTest.mouseMove(handle, start + QPoint(6, 2))
        with qtbot.waitSignal(review.view.drag_ended, timeout=10_000):
            QTest.mouseMove(handle, start + QPoint(40, 8))
        real.settle()
        assert released
        with real.store.read() as read:
            row = read.emails.get(email_id)
        assert row is not None
        assert row.customer == "Acme Parts"
        assert window.screen_now is screen
