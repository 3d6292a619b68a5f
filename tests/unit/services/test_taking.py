"""Two people at one queue: whoever decides second is told, and what the first decided stays."""

import pytest

from desktop.domain.changes import Changed
from desktop.domain.decision import Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details
from desktop.services.ignoring import ignore_emails
from desktop.services.review import accept_all, assign, assign_waiting, assign_waiting_to_new
from desktop.services.taking import still_waiting, taken_words
from desktop.services.undo import undo
from desktop.store.store import Store
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def mails(office: Office, count: int) -> list[EmailId]:
    return [office.mail(letter("Wei", f"wei{at}@acme.example", str(at)), waits()) for at in range(count)]


def customer_of(office: Office, email_id: EmailId) -> str:
    with office.store.read() as read:
        row = read.emails.get(email_id)
    assert row is not None
    return row.customer


def test_the_second_to_file_an_email_is_told_and_overwrites_nothing(office: Office) -> None:
    (one,), acme, other = mails(office, 1), office.customer("Acme"), office.customer("Other")
    for customer_id, words, changed in (
        (acme, "Assigned 1 email to Acme", Changed.EMAILS | Changed.REVIEW),
        (other, "Taken by somebody else: filed with Acme", Changed.NOTHING),
    ):
        with office.store.write() as uow:
            done = assign_waiting(uow, [one], customer_id, remember=True, clock=CLOCK)
        assert (done.change.words, done.change.changed & ~Changed.CUSTOMERS) == (words, changed)
    assert customer_of(office, one) == "Acme"
    with office.store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Assigned 1 email to Acme"


def test_of_several_emails_those_that_wait_are_filed(office: Office) -> None:
    first, second, third = mails(office, 3)
    acme, other = office.customer("Acme"), office.customer("Other")
    with office.store.write() as uow:
        ignore_emails(uow, [first], CLOCK)
        assign(uow, [second], acme, remember=False, clock=CLOCK)
    with office.store.write() as uow:
        done = assign_waiting(uow, [first, second, third], other, remember=False, clock=CLOCK)
    assert done.change.words == "Assigned 1 email to Other. 2 emails were decided on elsewhere meanwhile"
    assert {one.id: one.words for one in done.taken} == {
        first: "Taken by somebody else: ignored",
        second: "Taken by somebody else: filed with Acme",
    }
    assert [customer_of(office, one) for one in (first, second, third)] == ["", "Acme", "Other"]


def test_a_rule_may_be_quicker_too(office: Office) -> None:
    (one,), acme = mails(office, 1), office.customer("Acme")
    with office.store.write() as uow:
        uow.decisions.decide_by_rule(
            one, Decision(ReasonCode.SYNCED, "It fits.", "rule:thread", acme, 100), CLOCK.now()
        )
        waiting, taken = still_waiting(uow.read, [one, EmailId(99)])
    assert waiting == []
    assert [one.words for one in taken] == ["Taken by a rule: filed with Acme", "Taken away: it is not here any more"]
    assert taken_words(()) == ""


def test_no_customer_is_made_for_what_is_gone(office: Office) -> None:
    one, two = mails(office, 2)
    with office.store.write() as uow:
        ignore_emails(uow, [one], CLOCK)
    with office.store.write() as uow:
        number, done = assign_waiting_to_new(uow, [one], Details("New"), addresses=(), clock=CLOCK)
        assert (number, uow.read.customers.count(), done.change.changed) == (None, 0, Changed.NOTHING)
    with office.store.write() as uow:
        number, done = assign_waiting_to_new(uow, [one, two], Details("New"), addresses=(), clock=CLOCK)
    assert number is not None
    assert done.change.words == ("Added the customer New and assigned 1 email. Taken by somebody else: ignored")


def test_many_suggestions_are_accepted_as_one_command(office: Office) -> None:
    first, second, third = mails(office, 3)
    acme, other = office.customer("Acme"), office.customer("Other")
    with office.store.write() as uow:
        ignore_emails(uow, [third], CLOCK)
    with office.store.write() as uow:
        done = accept_all(uow, {first: acme, second: other, third: acme}, CLOCK)
    assert done.change.words == "Accepted 2 suggestions. Taken by somebody else: ignored"
    assert [customer_of(office, one) for one in (first, second, third)] == ["Acme", "Other", ""]
    with office.store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Accepted 2 suggestions"
        assert uow.read.review.count() == 2
    with pytest.raises(CommandRefused), office.store.write() as uow:
        accept_all(uow, {first: acme, second: CustomerId(99)}, CLOCK)
    with office.store.read() as read:
        assert read.review.count() == 2
