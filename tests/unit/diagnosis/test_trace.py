"""The trace of a message: five steps, each with how it went, when, and a sentence."""

from datetime import timedelta

import pytest

from desktop.diagnosis.trace import Step, StepState, TraceStep, decided_by, trace_email, trace_unkept
from desktop.domain.decision import Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import EmailId, Epoch, Ref
from desktop.domain.intake import FolderEpoch, LeftOut
from desktop.domain.reasons import ReasonCode
from desktop.services.review import assign
from desktop.services.undo import undo
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.conftest import store
from tests.unit.store.screens import SALES, SUPPORT, Office, filed_with, letter, unreadable, waits

__all__ = ["store"]

STORED = NOON + timedelta(seconds=30)
CLOCK = FixedClock(NOON + timedelta(hours=1))


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def traced(office: Office, number: EmailId) -> list[TraceStep]:
    with office.store.read() as read:
        detail = read.emails.open(number)
        assert detail is not None
        return trace_email(detail, read.emails.places(number), read.emails.decisions(number))


def told(steps: list[TraceStep]) -> list[tuple[str, str, str]]:
    return [(one.step.value, one.state.value, one.sentence) for one in steps]


def test_mail_that_a_rule_filed(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    steps = traced(office, office.mail(letter("Wei", "wei@acme.example", "hi"), filed_with(acme)))
    assert told(steps) == [
        ("Received", "done", "Arrived for support@shop.example."),
        ("Fetched", "done", "Message 1 of INBOX in support@shop.example."),
        ("Kept", "done", "No filter left it out."),
        ("Matched", "done", "The sender's address is theirs."),
        ("Filed", "done", "Filed with Acme Parts by the rule exact address."),
    ]
    assert [one.at for one in steps] == [NOON, STORED, STORED, STORED, STORED]


def test_mail_that_waits_then_is_assigned_then_undone(office: Office) -> None:
    acme = office.customer("Acme Parts")
    number = office.mail(letter("Wei", "wei@acme.example", "hi"), waits())
    waiting = [
        ("Matched", "waiting", "No customer has this address."),
        ("Filed", "waiting", "Waits in Needs Review for you to say whose it is."),
    ]
    assert told(traced(office, number))[3:] == waiting
    with office.store.write() as uow:
        assign(uow, [number], acme, remember=False, clock=CLOCK)
    steps = traced(office, number)
    assert told(steps)[3:] == [waiting[0], ("Filed", "done", "Filed with Acme Parts by you.")]
    assert steps[4].at == CLOCK.now()
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert told(traced(office, number))[3:] == waiting


def test_mail_that_could_not_be_read(office: Office) -> None:
    steps = traced(office, office.mail(*unreadable("one")))
    assert [(one.step, one.state) for one in steps[2:]] == [
        (Step.KEPT, StepState.FAILED),
        (Step.MATCHED, StepState.NOT_REACHED),
        (Step.FILED, StepState.NOT_REACHED),
    ]
    assert steps[2].sentence == "Its bytes are kept, unread. It took longer than ten seconds to read."


def test_a_parked_mail_that_a_person_assigned_is_filed(office: Office) -> None:
    acme = office.customer("Acme Parts")
    number = office.mail(*unreadable("one"))
    with office.store.write() as uow:
        assign(uow, [number], acme, remember=False, clock=CLOCK)
    assert told(traced(office, number))[4] == ("Filed", "done", "Filed with Acme Parts by you.")


def test_more_places_and_mail_that_is_gone_from_the_server(office: Office) -> None:
    acme = office.customer("Acme Parts")
    mail = letter("Wei", "wei@acme.example", "hi")
    number = office.mail(mail, filed_with(acme))
    office.mail(mail, filed_with(acme), mailbox=SALES)
    assert traced(office, number)[1].sentence == "Message 1 of INBOX in support@shop.example, and 1 more place."
    for place in (office.place(SUPPORT), office.place(SALES)):
        with office.store.write() as uow:
            uow.intake.close_old_epochs(FolderEpoch(place.mailbox_id, place.folder_id, Epoch("2")), NOON)
    assert traced(office, number)[1].sentence.endswith("It is no longer on the server.")


def test_messages_that_are_not_kept(office: Office) -> None:
    office.undelivered(1)
    with office.store.read() as read:
        (row,) = read.email_list.first_page(EmailFilter(status="error"))
        place = read.emails.seen(row.seen_id)
    assert place is not None
    assert told(trace_unkept(place))[:3] == [
        ("Received", "done", "Is on the server of support@shop.example."),
        ("Fetched", "failed", "The server did not deliver it."),
        ("Kept", "not reached", "Not reached."),
    ]


def test_a_message_left_out_on_purpose_stops_there(office: Office) -> None:
    place = office.place(SUPPORT)
    with office.store.write() as uow:
        left_out = LeftOut(Ref("9"), ReasonCode.OWN_LOOP, "A connection test of Postroom's own.", NOON)
        uow.intake.take_in(place, [], [left_out], STORED)
    with office.store.read() as read:
        (row,) = read.email_list.first_page(EmailFilter(code="OWN_LOOP"))
        seen = read.emails.seen(row.seen_id)
    assert seen is not None
    assert told(trace_unkept(seen))[1:3] == [
        ("Fetched", "done", "Message 9 of INBOX."),
        ("Kept", "stopped", "A connection test of Postroom's own."),
    ]


def test_who_decided() -> None:
    assert decided_by("person") == "you"
    assert decided_by("rule:exact_address") == "the rule exact address"


def test_what_a_preview_needs_is_there(office: Office) -> None:
    decision = Decision(ReasonCode.SENDER_AMBIGUOUS, "x", "rule:review", needs_review=True)
    mail = letter("Wei", "wei@acme.example", "hi", has_html=True, date_note="Its date lies in the future.")
    number = office.mail(mail, decision)
    with office.store.read() as read:
        detail = read.emails.open(number)
    assert detail is not None
    assert [one.address for one in detail.to] == ["support@shop.example"]
    assert [(one.name, one.address) for one in detail.claimed_from] == [("Wei", "wei@acme.example")]
    assert (detail.cc, detail.reply_to, detail.has_html) == ((), (), True)
    assert detail.notes == ("Its date lies in the future.",)
