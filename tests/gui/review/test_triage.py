"""Fifty emails, seventy keys, no click: the right customer on each, no dialog, one undo per decision; and by mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from desktop.domain.ids import EmailId
from desktop.ui.customer_form import CustomerForm
from desktop.views.review.sender_sheet import SenderSheet
from tests.gui.review.conftest import CTRL, LEFT, NONE, SHIFT, Make, Scene
from tests.gui.review.triage import DECISIONS, EMAILS, KEYS, Case, cases, filed, fingerprint

Key = Qt.Key
APP_S, BUSY = 2.0, 4
"""What the program may take for all keys together, and how much slower a machine with other work may be."""
BY_SUBJECT = {case.letter.subject: case for case in cases()}
TRUTH = {subject: case.truth for subject, case in BY_SUBJECT.items()}


def windows() -> set[int]:
    """Return the windows that are seen; other tests of this process may have left one."""
    return {one.winId() for one in QApplication.topLevelWidgets() if one.isVisible()}


class Hand:
    """Presses keys, and looks after each that nothing stands between the person and the queue."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.keys, self.seconds = scene, 0, 0.0
        self.windows = windows()

    def press(self, key: Qt.Key | str) -> None:
        self.seconds += self.scene.press(key)
        self.keys += 1
        self.look()

    def look(self) -> None:
        """No window that was not there before, and the focus is on something in the scene's that is seen."""
        assert windows() == self.windows
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.isVisible()
        assert self.scene.has_focus() or self.scene.screen.desk.is_clear or isinstance(focus, QLineEdit)

    def decide(self, case: Case) -> None:
        """Press the keys of one decision; the queue has the focus before and after."""
        if case.way == "accept":
            self.press(Key.Key_Return)
        elif case.way == "ignore":
            self.press("I")
        elif case.way == "domain":
            self.press("D")
            assert self.scene.has_focus()
            self.press(Key.Key_Return)
        elif case.way == "new":
            self.press("N")
            (form,) = (one for one in self.scene.window.findChildren(CustomerForm) if one.isVisible())
            assert form.isAncestorOf(QApplication.focusWidget() or form)
            self.press(Key.Key_Return)
        else:
            for key in ("A", *case.letters):
                self.press(key)
            self.press(Key.Key_Return)
        assert self.scene.has_focus() or self.scene.screen.desk.is_clear


@pytest.fixture(autouse=True)
def _read_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not gather changes before the queue is read again: that is waited for after each of so many keys."""
    monkeypatch.setattr("desktop.ui.screen.SOON_MS", 1)


def begin(make: Make) -> tuple[Scene, list[EmailId], dict[str, str]]:
    scene = make(*(case.letter for case in cases()))
    assert scene.left() == EMAILS
    return scene, [item.mail.id for item in scene.screen.shelf.waiting], fingerprint(scene.store)


def commands(scene: Scene) -> int:
    with scene.store.read() as read:
        journal = read.records.journal(limit=200)
    return sum(1 for row in journal if row.state == "done" and row.command.startswith("review.")) - 6


def test_fifty_emails_with_seventy_keys_and_all_of_it_can_be_undone(make: Make) -> None:
    scene, emails, before = begin(make)
    hand, made = Hand(scene), 0
    while not scene.screen.desk.is_clear:
        hand.decide(BY_SUBJECT[scene.current()])
        made += 1
        assert commands(scene) == made, "one undo for each decision"
    assert (hand.keys, made, scene.left()) == (KEYS, DECISIONS, 0)
    assert filed(scene.store, emails) == TRUTH
    assert hand.seconds < BUSY * APP_S
    assert scene.screen.desk.clear.title.text() == "All clear"
    assert scene.screen.desk.clear.words.text().startswith("50 emails reviewed in ")
    sitting = scene.screen.filing.sitting
    assert (sitting.emails(), len(sitting.filed)) == (EMAILS, DECISIONS)
    press_quickly(scene, CTRL)
    assert fingerprint(scene.store) == before
    assert [item.mail.id for item in scene.screen.shelf.waiting] == emails
    assert (sitting.filed, scene.has_focus()) == ([], True)
    press_quickly(scene, CTRL | SHIFT)
    assert filed(scene.store, emails) == TRUTH
    assert (sitting.emails(), len(sitting.filed), scene.screen.desk.is_clear) == (EMAILS, DECISIONS, True)


def press_quickly(scene: Scene, modifier: Qt.KeyboardModifier) -> None:
    """Press Z as often as there were decisions, without waiting for what each press does."""
    for _ in range(DECISIONS):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Key.Key_Z, modifier)
    scene.settle()


# --- the same with the mouse ------------------------------------------------------------------------------------------


class Mouse:
    """Drags emails onto customers and zones, as Qt tells the targets of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def decide(self, case: Case) -> None:
        scene, screen = self.scene, self.scene.screen
        ids = [item.mail.id for item in screen.choice().items]
        if case.way == "domain":
            self._choose_group()
            ids = [item.mail.id for item in screen.choice().items]
        screen.view.drag_began.emit()
        pane = screen.desk.customers
        if case.way == "ignore":
            self._drop_on_ignore(ids)
        elif case.way == "new":
            assert scene.drop(pane.zones.new, pane.zones.new.rect().center(), ids)
            screen.view.drag_ended.emit()
            scene.qtbot.waitUntil(lambda: any(one.isVisible() for one in scene.window.findChildren(CustomerForm)))
            (form,) = (one for one in scene.window.findChildren(CustomerForm) if one.isVisible())
            QTest.mouseClick(form.save, LEFT)
        else:
            place = scene.place_of(case.truth)
            pane.list.scrollTo(pane.model.index(pane.model.row_of(scene.ids[case.truth])))
            place = scene.place_of(case.truth)
            assert scene.drop(pane.list.viewport(), place, ids)
            screen.view.drag_ended.emit()
        scene.settle()

    def _choose_group(self) -> None:
        """Click the first email of the domain and, with Shift, its last one."""
        scene, view, model = self.scene, self.scene.screen.view, self.scene.screen.model
        domain = scene.screen.choice().items[0].domain
        scene.screen.shelf.uncover()
        scene.screen.show_queue()
        rows = [at for at in range(model.rowCount()) if (row := model.mail(at)) and row.group == domain]
        for at, modifier in ((rows[0], NONE), (rows[-1], SHIFT)):
            view.scrollTo(model.index(at, 0))
            box = view.visualRect(model.index(at, 0))
            QTest.mouseClick(view.viewport(), LEFT, modifier, QPoint(box.left() + 80, box.center().y()))
        scene.settle()

    def _drop_on_ignore(self, ids: list[EmailId]) -> None:
        scene, zone = self.scene, self.scene.screen.desk.customers.zones.ignoring
        assert scene.drop(zone, zone.rect().center(), ids)
        scene.screen.view.drag_ended.emit()
        scene.qtbot.waitUntil(lambda: any(one.isVisible() for one in scene.window.findChildren(QDialog)))
        (sheet,) = (one for one in scene.window.findChildren(SenderSheet) if one.isVisible())
        QTest.mouseClick(sheet.this, LEFT)


def test_the_same_fifty_by_drag_and_drop(make: Make) -> None:
    scene, emails, before = begin(make)
    mouse, made = Mouse(scene), 0
    while not scene.screen.desk.is_clear:
        mouse.decide(BY_SUBJECT[scene.current()])
        made += 1
        assert len(scene.screen.filing.sitting.filed) == made
        assert scene.has_focus() or scene.screen.desk.is_clear
    assert made == DECISIONS
    assert filed(scene.store, emails) == TRUTH
    press_quickly(scene, CTRL)
    assert fingerprint(scene.store) == before
