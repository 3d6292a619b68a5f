"""The customer form: prefilled, checked beside each field, open until what it asked for is done."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.services.customer_values import bad_input
from desktop.ui.customer_draft import CustomerDraft, company_of, draft_from_mail, draft_of, problems_of
from desktop.ui.customer_form import CustomerForm
from tests.gui.picker.conftest import Scene


def test_one_sender_is_a_person_at_the_company_of_their_domain() -> None:
    draft = draft_from_mail([("Wei Zhang", "Wei@Acme-Parts.example")])
    assert draft == CustomerDraft("Wei Zhang", ("wei@acme-parts.example",), "Acme Parts")


def test_several_senders_of_one_domain_are_that_company() -> None:
    draft = draft_from_mail([("Wei Zhang", "wei@acme.example"), ("Tom", "tom@acme.example"), ("", "wei@acme.example")])
    assert draft == CustomerDraft("Acme", ("wei@acme.example", "tom@acme.example"), "Acme")


def test_free_mail_says_nothing_of_a_company() -> None:
    assert draft_from_mail([("Priya Raman", "priya@gmail.com")]).company == ""
    assert draft_from_mail([("", "priya@gmail.com")]).name == "priya"


def test_a_sender_that_is_no_address_leaves_the_form_empty() -> None:
    assert draft_from_mail([("", "")]) == CustomerDraft()


@pytest.mark.parametrize(
    ("domain", "company"),
    [
        ("acme-parts.example", "Acme Parts"),
        ("mail.north_wind.co.uk", "North Wind"),
        ("co.uk", "Co"),
        ("gmail.com", ""),
        ("localhost", "Localhost"),
        ("", ""),
    ],
)
def test_a_company_is_guessed_from_its_domain(domain: str, company: str) -> None:
    assert company_of(domain) == company


def test_a_customer_is_edited_as_it_is() -> None:
    held = Customer(CustomerId(3), "Acme", ("a@acme.example",), "Acme Ltd", "Ana", ("vip", "uk"))
    draft = draft_of(held)
    assert draft == CustomerDraft("Acme", ("a@acme.example",), "Acme Ltd", "Ana", "vip, uk")
    assert draft.details.tags == ("vip", "uk")


def test_problems_are_named_by_field() -> None:
    wrong = problems_of(CustomerDraft(" ", ("a@acme.example", "nonsense", ""), tags="x" * 100))
    assert wrong["name"] == "A customer needs a name."
    assert wrong[1] == "'nonsense' is not a mail address."
    assert set(wrong) == {"name", 1, "tags"}


class Asked:
    def __init__(self, scene: Scene, qtbot: QtBot, draft: CustomerDraft) -> None:
        self.form = CustomerForm("New customer", "Add and assign 1 email", draft, scene.window)
        self.wanted: list[CustomerDraft] = []
        self.form.wanted.connect(self.wanted.append)
        self.form.open()
        qtbot.waitExposed(self.form)
        self.form.activateWindow()
        qtbot.waitUntil(self.name.hasFocus)

    @property
    def name(self) -> QLineEdit:
        editor = self.form.name.editor
        assert isinstance(editor, QLineEdit)
        return editor


@pytest.fixture
def asked(scene: Scene, qtbot: QtBot) -> Asked:
    return Asked(scene, qtbot, CustomerDraft("Wei Zhang", ("wei@acme.example",), "Acme"))


def test_enter_takes_what_was_prefilled(asked: Asked) -> None:
    assert asked.name.selectedText() == "Wei Zhang"
    QTest.keyClick(asked.name, Qt.Key.Key_Return)
    assert asked.wanted == [CustomerDraft("Wei Zhang", ("wei@acme.example",), "Acme")]
    assert asked.form.isVisible()
    assert not asked.form.save.isEnabled()
    asked.form.accept()
    assert not asked.form.isVisible()


def test_mistakes_stand_beside_their_fields_and_nothing_is_asked_for(asked: Asked) -> None:
    asked.name.clear()
    row = asked.form.rows[0]
    row.editor.setText("wei at acme")
    QTest.keyClick(asked.name, Qt.Key.Key_Return)
    assert asked.wanted == []
    assert asked.form.name.error == "A customer needs a name."
    assert row.error == "'wei at acme' is not a mail address."
    assert asked.name.hasFocus()
    assert row.editor.accessibleDescription() == row.error
    QTest.keyClicks(row.editor, "x")
    assert row.error == ""


def test_a_refusal_keeps_what_was_filled_in(asked: Asked) -> None:
    QTest.keyClick(asked.name, Qt.Key.Key_Return)
    asked.form.refuse(bad_input("The customer Wei Zhang is here already, with the same address.", "Edit that one."))
    assert asked.form.refusal == "The customer Wei Zhang is here already, with the same address. Edit that one."
    assert asked.form.save.isEnabled()
    assert asked.form.draft().company == "Acme"


def test_addresses_come_and_go(asked: Asked) -> None:
    form = asked.form
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    QTest.keyClicks(form.rows[1].editor, "Orders@Acme.example")
    assert [row.editor.accessibleName() for row in form.rows] == ["Address 1", "Address 2"]
    assert form.draft().emails == ("wei@acme.example", "orders@acme.example")
    QTest.mouseClick(form.rows[0].remove, Qt.MouseButton.LeftButton)
    assert form.draft().emails == ("orders@acme.example",)
    assert form.rows[0].editor.hasFocus()


def test_escape_leaves_without_asking(asked: Asked) -> None:
    QTest.keyClick(asked.name, Qt.Key.Key_Escape)
    assert not asked.form.isVisible()
    assert asked.wanted == []


def test_the_tab_chain_goes_down_the_form(asked: Asked) -> None:
    form, seen = asked.form, list[QWidget]()
    for _ in range(20):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.accessibleName(), focus
        if focus in seen:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    first = form.rows[0]
    expected = [form.name.editor, first.editor, first.remove, form.add, form.phones.editor, form.company.editor]
    assert seen == [*expected, form.owner.editor, form.tags.editor, form.cancel, form.save]
