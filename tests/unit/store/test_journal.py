"""Undo and redo: exact, over many steps and restarts, refused when something has moved on."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON, Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.review import assign
from desktop.services.undo import TAKEN_BACK, redo, undo
from desktop.store.opening import open_store
from desktop.store.store import Store
from desktop.store.tables import customer, customer_address, email, journal
from desktop.store.writing.journal import FORGOTTEN
from tests.helpers.mails import KEY, NOON, FixedClock, packed, parsed, place_in

CLOCK = FixedClock()


def add(store: Store, name: str, *addresses: str) -> CustomerId:
    with store.write() as uow:
        (number,) = uow.customers.add_all([Customer(CustomerId(0), name, addresses)], "person", NOON)
        uow.journal.record("customers.add", f"Added {name}", PERSON, NOON)
    return number


def put_mail(store: Store, *serials: str) -> list[EmailId]:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(at, parsed(one)) for at, one in enumerate(serials, 1)], [], NOON)
        rows = uow.read.emails.page(EmailFilter(), limit=100)
    by_subject = {row.subject: row.id for row in rows}
    return [number for one in serials if (number := by_subject[f"Order {one}"]) is not None]


def dump(store: Store) -> list[tuple[object, ...]]:
    with store.write() as uow:
        run = uow.customers._run
        tables = (customer, customer_address, email)
        return [tuple(row) for table in tables for row in run.execute(sa.select(table).order_by(*table.primary_key))]


def test_assign_undo_redo_restores_every_column(store: Store) -> None:
    (first, second), acme = put_mail(store, "a", "b"), add(store, "Acme", "a@acme.example")
    before = dump(store)
    with store.write() as uow:
        change = assign(uow, [first, second], acme, remember=True, clock=CLOCK)
    assert change.words == "Assigned 2 emails to Acme"
    after = dump(store)
    assert after != before
    with store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Assigned 2 emails to Acme"
    assert dump(store) == before
    with store.write() as uow:
        assert redo(uow, CLOCK).words == "Done again: Assigned 2 emails to Acme"
    assert dump(store) == after


def test_many_steps_over_a_restart(store: Store, tmp_path: Path) -> None:
    (mail,) = put_mail(store, "a")
    states = [dump(store)]
    for name in ("One", "Two", "Three"):
        number = add(store, name, f"{name.lower()}@x.example")
        states.append(dump(store))
        with store.write() as uow:
            assign(uow, [mail], number, remember=False, clock=CLOCK)
        states.append(dump(store))
    store.close()
    again = open_store(tmp_path, KEY, writing=True)
    for state in reversed(states[:-1]):
        with again.write() as uow:
            undo(uow, CLOCK)
        assert dump(again) == state
    for state in states[1:]:
        with again.write() as uow:
            redo(uow, CLOCK)
        assert dump(again) == state
    again.close()


def test_a_new_command_forgets_what_was_undone(store: Store) -> None:
    add(store, "One")
    with store.write() as uow:
        undo(uow, CLOCK)
    add(store, "Two")
    with pytest.raises(CommandRefused, match="nothing to redo"), store.write() as uow:
        redo(uow, CLOCK)


def test_nothing_to_undo_is_said(store: Store) -> None:
    with pytest.raises(CommandRefused, match="nothing to undo"), store.write() as uow:
        undo(uow, CLOCK)


def test_undo_is_refused_when_the_row_has_moved_on(store: Store) -> None:
    (mail,), acme = put_mail(store, "a"), add(store, "Acme")
    with store.write() as uow:
        assign(uow, [mail], acme, remember=False, clock=CLOCK)
        uow.customers._run.execute(sa.update(email).values(status="error"))
    state = dump(store)
    with pytest.raises(CommandRefused) as refused, store.write() as uow:
        undo(uow, CLOCK)
    assert refused.value.code is ReasonCode.CHANGED_MEANWHILE
    assert dump(store) == state


def test_a_persons_decision_is_not_overridden_by_a_rule(store: Store) -> None:
    (mail,), acme = put_mail(store, "a"), add(store, "Acme")
    with store.write() as uow:
        assign(uow, [mail], acme, remember=False, clock=CLOCK)
        changed = uow.decisions.decide_by_rule(
            mail, Decision(ReasonCode.NO_MATCH, "nobody", "rule:review", needs_review=True), NOON
        )
    assert not changed
    with store.read() as read:
        row = read.emails.get(mail)
    assert row is not None
    assert (row.customer, row.decided_by, row.status, row.confidence) == ("Acme", PERSON, "synced", 100)


def test_undoing_a_customer_sends_mail_filed_by_rule_back_to_review(store: Store) -> None:
    acme = add(store, "Acme", "ann@acme.example")
    place = place_in(store)
    filed = Decision(ReasonCode.SYNCED, "exact", "rule:exact_address", acme, 100)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("a"), filed)], [], NOON)
        undo(uow, CLOCK)
    with store.read() as read:
        (row,) = read.emails.page(EmailFilter(), limit=10)
        assert (row.code, row.needs_review, row.reason, row.customer) == ("NO_MATCH", True, TAKEN_BACK, "")
        assert all(check.passed for check in read.soundness.checks())


def test_a_customer_is_not_undone_under_mail_filed_by_hand_whose_command_went_with_a_backfill(store: Store) -> None:
    acme, (mail,) = add(store, "Acme"), put_mail(store, "a")
    with store.write() as uow:
        assign(uow, [mail], acme, remember=False, clock=CLOCK)
    with store.write() as uow:  # as undoing a backfill does with commands on its mail, whatever else they touched
        uow.journal._run.execute(sa.update(journal).where(journal.c.command == "review.assign").values(state=FORGOTTEN))
    with pytest.raises(CommandRefused, match="filed by hand"), store.write() as uow:
        undo(uow, CLOCK)
    with store.read() as read:
        row = read.emails.get(mail)
        assert row is not None
        assert (row.customer, row.decided_by) == ("Acme", PERSON)
        assert all(check.passed for check in read.soundness.checks())


def test_history_keeps_every_decision(store: Store) -> None:
    (mail,), acme = put_mail(store, "a"), add(store, "Acme")
    with store.write() as uow:
        assign(uow, [mail], acme, remember=False, clock=CLOCK)
    with store.write() as uow:
        undo(uow, CLOCK)
    with store.read() as read:
        history = [(one.code, one.customer) for one in read.emails.decisions(mail)]
    assert history == [("NO_MATCH", ""), ("SYNCED", "Acme"), ("NO_MATCH", "")]


def test_assigning_where_it_is_already_is_no_command(store: Store) -> None:
    (mail,), acme = put_mail(store, "a"), add(store, "Acme")
    with store.write() as uow:
        assign(uow, [mail], acme, remember=False, clock=CLOCK)
    with store.write() as uow:
        assert "already" in assign(uow, [mail], acme, remember=False, clock=CLOCK).words
    with store.read() as read:
        assert len(read.records.journal(limit=10)) == 2


@pytest.mark.parametrize(("email_id", "customer_id"), [(99, 1), (1, 99)])
def test_assigning_what_is_not_there_is_refused(store: Store, email_id: int, customer_id: int) -> None:
    put_mail(store, "a")
    add(store, "Acme")
    with pytest.raises(CommandRefused) as refused, store.write() as uow:
        assign(uow, [EmailId(email_id)], CustomerId(customer_id), remember=False, clock=CLOCK)
    assert refused.value.code is ReasonCode.NOT_FOUND


def test_a_doubtful_sender_teaches_no_address(store: Store) -> None:
    place, acme = place_in(store), add(store, "Acme")
    doubt = Decision(ReasonCode.SENDER_AMBIGUOUS, "two From lines", "rule:review", needs_review=True)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("a", sender=None), doubt)], [], NOON)
        assign(uow, [EmailId(1)], acme, remember=True, clock=CLOCK)
        made = uow.read.customers.get(acme)
    assert made is not None
    assert made.emails == ()


def test_a_thousand_emails_at_once_are_undone_and_redone_exactly(store: Store) -> None:
    place, acme = place_in(store), add(store, "Acme", "a@acme.example")
    mails = [packed(number, parsed(f"{number:04}")) for number in range(1, 1101)]
    with store.write() as uow:
        uow.intake.take_in(place, mails, [], NOON)
        uow.customers._run.execute(sa.update(email).where(email.c.id % 3 == 0).values(whole=False))
    ids = [EmailId(number) for number in range(1, 1101)]
    before = dump(store)
    with store.write() as uow:
        assign(uow, ids, acme, remember=True, clock=CLOCK)
    after = dump(store)
    with store.read() as read:
        rows = read.emails.by_ids(ids)
        assert {(row.customer, row.decided_by, row.needs_review) for row in rows.values()} == {("Acme", PERSON, False)}
        assert {row.status for number, row in rows.items() if number % 3 == 0} == {"pending"}
        assert {row.status for number, row in rows.items() if number % 3} == {"synced"}
    with store.write() as uow:
        undo(uow, CLOCK)
    assert dump(store) == before
    with store.write() as uow:
        redo(uow, CLOCK)
    assert dump(store) == after
    with store.read() as read:
        assert [len(read.emails.decisions(number)) for number in (ids[0], ids[-1])] == [4, 4]
        assert all(check.passed for check in read.soundness.checks())


def test_one_row_of_many_that_has_moved_on_refuses_the_whole_undo(store: Store) -> None:
    mails, acme = put_mail(store, *"abcdef"), add(store, "Acme")
    with store.write() as uow:
        assign(uow, mails, acme, remember=False, clock=CLOCK)
        uow.customers._run.execute(sa.update(email).where(email.c.id == mails[3]).values(whole=False))
    state = dump(store)
    with pytest.raises(CommandRefused), store.write() as uow:
        undo(uow, CLOCK)
    assert dump(store) == state


def test_a_command_that_changes_a_row_twice_is_undone_and_redone(store: Store) -> None:
    acme, before = add(store, "Acme", "a@acme.example"), dump(store)
    with store.write() as uow:
        for name in ("Acme Parts", "Acme Retail"):
            uow.customers.update(Customer(acme, name, ()))
            uow.customers.remove_address(acme, "a@acme.example")
            uow.customers.add_addresses(acme, ["a@acme.example"], "hand")
        uow.journal.record("test", "Changed it twice", PERSON, NOON)
    after = dump(store)
    with store.write() as uow:
        undo(uow, CLOCK)
    assert dump(store) == before
    with store.write() as uow:
        redo(uow, CLOCK)
    assert dump(store) == after
