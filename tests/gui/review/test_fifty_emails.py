"""Fifty emails to review, and the keys that clear them: focus, undo, time and the way back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from desktop.services.undo import undo
from desktop.ui.customer_form import CustomerForm
from tests.gui.review.conftest import Make, Scene
from tests.gui.review.queue_data import Letter

Key = Qt.Key
ACCEPTED, PICKED, NEW = 18, 10, 2
APP_S, BUSY = 2.0, 4
"""What the program may take for all keys together, and how much slower a machine with other work may be."""
DOMAINS = {"bulk-one.example": 8, "bulk-two.example": 6, "bulk-three.example": 4, "bulk-four.example": 2}
KNOWN = ("Kestrel Logistics", "Fjord Outdoor", "Harborview Hotels", "Northwind Traders")
DOMAIN_OF = {
    "Kestrel Logistics": "kestrel.example",
    "Fjord Outdoor": "fjord.example",
    "Harborview Hotels": "harborview.example",
    "Northwind Traders": "northwind.example",
}
OTHERS = ("Tidewater Marine", "Acme Retail", "Lumen Eye Care", "Kestrel Logistics", "Acme Parts")


def letters() -> list[Letter]:
    """18 with a right suggestion, 20 of four domains nobody has, 10 of known people at free mail, 2 of strangers."""
    found = [
        Letter(10 + one, f"Person {one}", f"person{one}@{DOMAIN_OF[KNOWN[one % 4]]}", f"Accept {one}")
        for one in range(ACCEPTED)
    ]
    for domain, count in DOMAINS.items():
        found += [Letter(100 + one, f"Bulk {one}", f"b{one}@{domain}", f"{domain} {one}") for one in range(count)]
    free = [(f"Pick {one}", f"pick{one}") for one in range(PICKED)] + [
        (f"New {one}", f"new{one}") for one in range(NEW)
    ]
    found += [Letter(200 + place, name, f"{local}@freemail.example", name) for place, (name, local) in enumerate(free)]
    assert len(found) == 50
    return found


class Hand:
    """Presses keys, and looks after each that nothing stands between the person and the queue."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.keys, self.seconds = scene, 0, 0.0
        self.expected: dict[int, str] = {}

    def press(self, key: Qt.Key | str) -> None:
        self.seconds += self.scene.press(key)
        self.keys += 1

    def in_queue(self) -> None:
        scene = self.scene
        scene.qtbot.waitUntil(lambda: scene.has_focus() or scene.screen.desk.is_clear)
        assert QApplication.activeModalWidget() is None

    def expect(self, customer: str) -> None:
        for one in self.scene.screen.choice().items:
            self.expected[one.mail.id] = customer

    def accept(self) -> None:
        first = self.scene.screen.choice().first
        assert first is not None
        self.expect(first.customer.name)
        self.press(Key.Key_Return)
        self.in_queue()

    def find(self, letters: str, customer: str) -> None:
        self.expect(customer)
        self.press("A")
        for letter in letters:
            self.press(letter)
        self.press(Key.Key_Return)
        self.in_queue()

    def make_new(self) -> None:
        name = self.scene.current()
        self.expect(name)
        self.press("N")
        dialogs = [one for one in self.scene.window.findChildren(QDialog) if one.isVisible()]
        assert [type(one) for one in dialogs] == [CustomerForm]
        self.scene.qtbot.waitUntil(lambda: dialogs[0].isAncestorOf(QApplication.focusWidget() or self.scene.window))
        self.press(Key.Key_Return)
        self.in_queue()

    def clear(self) -> int:
        """Decide about everything, and return with how many decisions."""
        decisions = 0
        scene = self.scene
        while (choice := scene.screen.choice()).items:
            subject = scene.current()
            if subject.startswith("Accept"):
                self.accept()
            elif subject.startswith("Pick"):
                customer = OTHERS[int(subject.split()[1]) % len(OTHERS)]
                first, second = customer.casefold().split()[:2]
                self.find(f"{first[:3]} {second[:4]}", customer)
            elif subject.startswith("New"):
                self.make_new()
            else:
                self.press("D")
                assert len(scene.chosen()) == DOMAINS[choice.items[0].domain]
                self.find("tide", "Tidewater Marine")
            decisions += 1
        return decisions


def test_fifty_emails_are_cleared_by_key_and_all_of_it_can_be_undone(make: Make) -> None:
    scene = make(*letters())
    with scene.store.read() as read:
        before = {mail.id: mail for mail in read.review.waiting()}
        customers = read.customers.count()
    hand = Hand(scene)
    assert scene.left() == 50
    decisions = hand.clear()
    assert decisions == ACCEPTED + len(DOMAINS) + PICKED + NEW
    assert scene.left() == 0
    assert {number: scene.stored(number).customer for number in before} == hand.expected
    assert hand.seconds < BUSY * APP_S
    sitting = scene.screen.filing.sitting
    assert (sitting.emails(), len(sitting.filed)) == (50, decisions)
    assert scene.screen.desk.is_clear
    assert scene.screen.desk.clear.title.text() == "All clear"
    assert scene.screen.desk.clear.words.text().startswith("50 emails reviewed in ")
    for _ in range(decisions):
        scene.frame.ops.run(scene.screen, undo)
    scene.settle()
    with scene.store.read() as read:
        assert {mail.id: mail for mail in read.review.waiting()} == before
        assert read.customers.count() == customers
    assert len(scene.screen.shelf.waiting) == 50
    assert sitting.filed == []
    assert scene.has_focus()
