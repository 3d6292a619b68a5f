"""Matching again after a customer changed: previewed, one command, one undo; a person's decision is never touched."""

from datetime import timedelta

import pytest

from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import add_address, remove_address
from desktop.services.rematch import apply_rematch, preview_rematch
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

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
    assert found.words == "Of 4 emails 3 would change: 3 would be filed, 0 would come to review."
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
