"""Matching again after a customer changed: previewed, one command, one undo; a person's decision is never touched."""

from datetime import timedelta

import pytest

from desktop.domain.decision import Decision
from desktop.domain.delivery_report import DeliveryReport, Outcome, RecipientStatus
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.mail import Address, ParsedMail
from desktop.domain.reasons import ReasonCode
from desktop.matching.decide import SENT_BY
from desktop.services.customers import add_address, remove_address
from desktop.services.rematch import apply_rematch, preview_rematch
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import SUPPORT, Office, filed_with, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def verdicts(office: Office) -> list[tuple[str, object, str]]:
    with office.store.read() as read:
        rows = read.emails.by_ids([EmailId(number) for number in range(1, 20)])
        return [(rows[number].code, rows[number].customer_id, rows[number].decided_by) for number in sorted(rows)]


def test_an_address_that_was_added_files_what_waited_and_one_undo_takes_it_back(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    for number in range(3):
        office.mail(letter("Wei", "wei@home.example", f"{number}"), waits(), at=NOON + timedelta(minutes=number))
    office.mail(letter("Ana", "ana@x.example", "another"), waits())
    before = verdicts(office)
    with office.store.write() as uow:
        add_address(uow, acme, "wei@home.example", CLOCK)
    with office.store.read() as read:
        found = preview_rematch(read, acme)
    assert (len(found.moved), found.filed, found.to_review, found.looked_at) == (3, 3, 0, 4)
    assert [one.row.subject for one in found.moved] == ["2", "1", "0"]
    assert found.words == "3 emails would now be filed with Acme Parts."
    with office.store.write() as uow:
        done = apply_rematch(uow, acme, CLOCK)
    assert done.words == "Matched 3 emails again for Acme Parts"
    after = verdicts(office)
    assert [code for code, _, _ in after] == ["SYNCED"] * 3 + ["NO_MATCH"]
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert verdicts(office) == before
    with office.store.write() as uow:
        redo(uow, CLOCK)
    assert verdicts(office) == after


def test_an_address_that_was_taken_away_brings_its_mail_to_review(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example", "wei@home.example")
    office.mail(letter("Wei", "wei@home.example", "filed"), filed_with(acme))
    with office.store.write() as uow:
        remove_address(uow, acme, "wei@home.example", CLOCK)
    with office.store.read() as read:
        (moved,) = preview_rematch(read, acme).moved
    assert (moved.row.customer_id, moved.decision.code) == (acme, ReasonCode.NO_MATCH)


def test_what_a_person_decided_stays(office: Office) -> None:
    acme, other = office.customer("Acme Parts", "wei@acme.example"), office.customer("Other")
    number = office.mail(letter("Wei", "wei@acme.example", "x"), waits())
    with office.store.write() as uow:
        assign(uow, [number], other, remember=False, clock=CLOCK)
    for customer in (acme, other):
        with office.store.read() as read:
            assert preview_rematch(read, customer).moved == ()
        with office.store.write() as uow:
            assert not apply_rematch(uow, customer, CLOCK).changed
    assert verdicts(office) == [("SYNCED", other, "person")]


def offered(office: Office, customer: CustomerId) -> tuple[str, list[str]]:
    """Return what the person is told, and the subjects of the mail that is meant."""
    with office.store.read() as read:
        found = preview_rematch(read, customer)
    return found.words, sorted(one.row.subject for one in found.moved)


def test_only_mail_that_this_customers_change_touches_is_counted(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei@acme.example"), office.customer("Lumen", "desk@lumen.example")
    office.mail(letter("Wei", "wei@home.example", "theirs"), waits())
    office.mail(letter("Mia", "mia@home.example", "another's"), waits())
    nothing = "Nothing would change: no email is answered otherwise because of {}."
    assert offered(office, acme) == (nothing.format("Acme Parts"), [])
    with office.store.write() as uow:
        add_address(uow, acme, "wei@home.example", CLOCK)
        add_address(uow, lumen, "mia@home.example", CLOCK)
    assert offered(office, acme) == ("1 email would now be filed with Acme Parts.", ["theirs"])
    assert offered(office, lumen) == ("1 email would now be filed with Lumen.", ["another's"])
    with office.store.write() as uow:
        assert apply_rematch(uow, acme, CLOCK).words == "Matched 1 email again for Acme Parts"
    assert offered(office, acme) == (nothing.format("Acme Parts"), [])
    assert offered(office, lumen) == ("1 email would now be filed with Lumen.", ["another's"])


def test_an_address_that_another_customer_has_too_is_told_at_both(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei@acme.example"), office.customer("Lumen", "desk@lumen.example")
    office.mail(letter("Desk", "desk@lumen.example", "filed"), filed_with(lumen))
    by_hand = office.mail(letter("Desk", "desk@lumen.example", "by hand"), filed_with(lumen))
    with office.store.write() as uow:
        assign(uow, [by_hand], lumen, remember=False, clock=CLOCK)
    assert offered(office, acme)[1] == []
    with office.store.write() as uow:
        add_address(uow, acme, "desk@lumen.example", CLOCK)
    told = "1 email would come to Needs Review."
    assert offered(office, acme) == offered(office, lumen) == (told, ["filed"])
    with office.store.write() as uow:
        apply_rematch(uow, acme, CLOCK)
    with office.store.read() as read:
        rows = read.emails.by_ids([EmailId(1), EmailId(2)])
    assert [(row.subject, row.code, row.decided_by) for row in rows.values()] == [
        ("filed", "AMBIGUOUS_MATCH", "rule:review"),
        ("by hand", "SYNCED", "person"),
    ]
    with office.store.write() as uow:
        remove_address(uow, acme, "desk@lumen.example", CLOCK)
    assert offered(office, acme) == ("1 email would now be filed with another customer.", ["filed"])
    with office.store.write() as uow:
        undo(uow, CLOCK)
        undo(uow, CLOCK)
    assert {code for code, _, _ in verdicts(office)} == {"SYNCED"}


def test_mail_that_would_wait_for_another_reason_is_told_apart(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei.chen@acme.example"), office.customer("Lumen")
    office.mail(letter("Wei", "wei.chen@gmail.com", "filed"), filed_with(acme))
    office.mail(letter("Wei", "wei.chen+shop@acme.example", "like it"), waits())
    assert offered(office, lumen)[1] == []
    assert offered(office, acme) == (
        "1 email would come to Needs Review and 1 email would wait for another reason.",
        ["filed", "like it"],
    )


def test_an_address_that_came_from_another_customer_brings_the_mail_that_was_filed_there(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei@acme.example"), office.customer("Lumen", "mia@home.example")
    office.mail(letter("Mia", "mia@home.example", "moved"), filed_with(lumen))
    with office.store.write() as uow:
        remove_address(uow, lumen, "mia@home.example", CLOCK)
        add_address(uow, acme, "mia@home.example", CLOCK)
    assert offered(office, acme) == ("1 email would now be filed with Acme Parts.", ["moved"])


def sent(subject: str, *people: str, bcc: str = "", reply_to: str = "") -> ParsedMail:
    to, answers = [Address("", one) for one in people], [Address("", one) for one in (reply_to,) if one]
    hidden = [Address("", one) for one in (bcc,) if one]
    return letter("Us", SUPPORT, subject, to=to, bcc=hidden, reply_to=answers)


def test_mail_that_was_sent_to_an_address_that_was_added_is_offered(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei@acme.example"), office.customer("Lumen", "desk@lumen.example")
    nobody = Decision(ReasonCode.NO_MATCH, "It was sent to nobody who is a customer.", SENT_BY)
    with_lumen = filed_with(lumen, "rule:exact_recipient")
    for mail, made in (
        (sent("to both", "desk@lumen.example", "wei@home.example"), with_lumen),
        (sent("hidden copy", "desk@lumen.example", bcc="wei@home.example"), with_lumen),
        (sent("to nobody yet", "x@y.example", "wei@home.example"), nobody),
        (sent("to Lumen alone", "desk@lumen.example"), with_lumen),
        (sent("to somebody like them", "wei@home.example.org"), nobody),
        (sent("by hand", "desk@lumen.example", "wei@home.example"), with_lumen),
    ):
        number = office.mail(mail, made, outbound=True, about="")
    with office.store.write() as uow:
        assign(uow, [number], lumen, remember=False, clock=CLOCK)
    assert offered(office, acme)[1] == offered(office, lumen)[1] == []
    with office.store.write() as uow:
        add_address(uow, acme, "wei@home.example", CLOCK)
    told = "1 email would now be filed with Acme Parts and 2 emails would come to Needs Review."
    assert offered(office, acme) == (told, ["hidden copy", "to both", "to nobody yet"])
    with office.store.write() as uow:
        apply_rematch(uow, acme, CLOCK)
    assert offered(office, acme)[1] == []
    with office.store.write() as uow:
        remove_address(uow, acme, "wei@home.example", CLOCK)
    told = "2 emails would now be filed with another customer and 1 email would be filed with nobody."
    assert offered(office, acme) == (told, ["hidden copy", "to both", "to nobody yet"])


def test_mail_whose_answers_go_to_an_address_that_was_added_is_offered(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei@acme.example"), office.customer("Lumen", "desk@lumen.example")
    for subject, to in (("answers elsewhere", "wei@home.example"), ("answers to another", "mia@home.example")):
        mail = letter("Desk", "desk@lumen.example", subject, reply_to=[Address("Wei", to)])
        office.mail(mail, filed_with(lumen))
    assert offered(office, acme)[1] == []
    with office.store.write() as uow:
        add_address(uow, acme, "wei@home.example", CLOCK)
    assert offered(office, acme) == ("1 email would come to Needs Review.", ["answers elsewhere"])


def test_a_report_on_mail_to_an_address_that_was_added_is_offered(office: Office) -> None:
    acme, lumen = office.customer("Acme Parts", "wei@acme.example"), office.customer("Lumen", "desk@lumen.example")
    mail = sent("order", "desk@lumen.example", "wei@home.example")
    office.mail(mail, filed_with(lumen, "rule:exact_recipient"), outbound=True, about="")
    about = [RecipientStatus(one, Outcome.FAILED, "5.2.2", "") for one in ("desk@lumen.example", "wei@home.example")]
    came_back = letter(
        "", "mailer-daemon@shop.example", "came back", report=DeliveryReport(tuple(about), mail.message_id, "")
    )
    office.mail(came_back, filed_with(lumen, "rule:bounce"), about=mail.message_id)
    assert offered(office, acme)[1] == []
    with office.store.write() as uow:
        add_address(uow, acme, "wei@home.example", CLOCK)
    assert offered(office, acme) == ("2 emails would come to Needs Review.", ["came back", "order"])


def test_there_is_nothing_to_match_again_for_nobody(office: Office) -> None:
    with office.store.read() as read, pytest.raises(CommandRefused, match="There is no customer 7"):
        preview_rematch(read, CustomerId(7))
