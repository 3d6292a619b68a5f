"""One command on very many emails: no bound, a small undo, a way out, and nothing lost that came later."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details
from desktop.services.ignoring import ignore_waiting
from desktop.services.review import assign, assign_to_new
from desktop.services.tags import add_tag, remove_tag
from desktop.services.undo import redo, undo
from desktop.store.packing import pack
from desktop.store.store import Store
from desktop.store.tables import email, journal
from tests.helpers.mails import NOON, FixedClock, packed, parsed, place_in

CLOCK = FixedClock()
MANY, SOME = 21_000, 4_100
_COPIES = (
    "WITH RECURSIVE more(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM more WHERE n < ?) "
    "INSERT INTO email ({columns}) SELECT {values} FROM email, more WHERE email.id = 1 AND n > 1"
)


def put_many(store: Store, count: int) -> Sequence[EmailId]:
    """Put so many emails in, all but one of them copies of the first; every third was filed by a rule with Old."""
    place = place_in(store)
    names = [column.name for column in email.columns]
    values = [{"id": "n", "identity": "'copy ' || n"}.get(name, name) for name in names]
    with store.write() as uow:
        (old,) = uow.customers.add_all([Customer(CustomerId(0), "Old", ())], "person", NOON)
        uow.intake.take_in(place, [packed(1, parsed("a"))], [], NOON)
        run = uow.intake._run
        run.exec_driver_sql(_COPIES.format(columns=", ".join(names), values=", ".join(values)), (count,))
        filed = sa.update(email).where(email.c.id % 3 == 0)
        run.execute(filed.values(customer_id=old, needs_review=False, status="synced", decided_by="rule:exact_address"))
    return [EmailId(number) for number in range(1, count + 1)]


def add_acme(store: Store) -> CustomerId:
    with store.write() as uow:
        (number,) = uow.customers.add_all([Customer(CustomerId(0), "Acme", ())], "person", NOON)
    return number


def dump(store: Store) -> list[tuple[object, ...]]:
    with store.read() as read:
        return [tuple(row) for row in read._run.execute(sa.select(email).order_by(email.c.id))]


def size_of_newest(store: Store) -> int:
    with store.read() as read:
        query = sa.select(sa.func.length(journal.c.changes)).order_by(journal.c.id.desc())
        return int(read._run.execute(query.limit(1)).scalar_one())


def test_a_tag_is_given_to_more_than_twenty_thousand_and_taken_back_by_a_small_undo(store: Store) -> None:
    many = put_many(store, MANY)
    with store.write() as uow:
        assert add_tag(uow, many, "vip", CLOCK).words == "Tagged 21,000 emails vip"
    assert size_of_newest(store) < 1_000
    with store.write() as uow:
        assert remove_tag(uow, many[5:], "VIP", CLOCK).words == "Took the tag VIP from 20,995 emails"
    for turn, count in ((undo, MANY), (redo, 5), (undo, MANY), (undo, 0)):
        with store.write() as uow:
            turn(uow, CLOCK)
        with store.read() as read:
            assert [row.emails for row in read.tags.every()] == ([count] if count else [])


def test_thousands_are_assigned_and_undone_to_what_each_of_them_was(store: Store) -> None:
    some, acme, done = put_many(store, SOME), add_acme(store), list[int]()
    before = dump(store)
    with store.write() as uow:
        assert assign(uow, some, acme, remember=False, clock=CLOCK, step=done.append).words == (
            "Assigned 4,100 emails to Acme"
        )
    after = dump(store)
    assert done[-1] == SOME
    assert len(done) > 2  # a person sees it move, and can end it on the way
    assert {(row.customer_id, row.decided_by) for row in rows_of(store)} == {(acme, PERSON)}
    assert size_of_newest(store) < 5_000
    turned: list[tuple[int, int]] = []
    with store.write() as uow:
        undo(uow, CLOCK, lambda *told: turned.append(told))
    assert dump(store) == before
    assert turned[-1] == (SOME, SOME)
    with store.write() as uow:
        redo(uow, CLOCK)
    assert dump(store) == after
    with store.read() as read:
        told = [(one.code, one.customer) for one in read.emails.decisions(some[2])]
    assert told[-3:] == [("SYNCED", "Acme"), ("NO_MATCH", "Old"), ("SYNCED", "Acme")]


def rows_of(store: Store) -> Sequence[Any]:
    with store.read() as read:
        return read._run.execute(sa.select(email.c.customer_id, email.c.decided_by)).all()


def test_an_undo_that_is_stopped_changes_nothing(store: Store) -> None:
    some, acme = put_many(store, SOME), add_acme(store)
    with store.write() as uow:
        assign(uow, some, acme, remember=False, clock=CLOCK)
    after = dump(store)

    def stop(_done: int, _total: int) -> None:
        raise AppError(ReasonCode.STOPPED, "Stopped.")

    with pytest.raises(AppError, match="Stopped"), store.write() as uow:
        undo(uow, CLOCK, stop)
    assert dump(store) == after
    with store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Assigned 4,100 emails to Acme"


def test_of_all_that_were_chosen_those_that_wait_are_ignored_and_the_others_are_told(store: Store) -> None:
    some = put_many(store, SOME)
    before = dump(store)
    with store.write() as uow:
        told = ignore_waiting(uow, some, CLOCK).words
    assert told == "Ignored 2,734 emails; 1,366 emails did not wait and stay filed"
    with store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Ignored 2,734 emails"
    assert dump(store) == before
    with store.write() as uow:
        assert ignore_waiting(uow, some[2:3], CLOCK).words == "None of them waits for anybody"


def test_a_new_customer_is_given_thousands(store: Store) -> None:
    some = put_many(store, SOME)
    with store.write() as uow:
        number, change = assign_to_new(uow, some, Details("New Ltd"), remember=False, clock=CLOCK)
    assert change.words == "Added the customer New Ltd and assigned 4,100 emails"
    assert {row.customer_id for row in rows_of(store)} == {number}
    with store.write() as uow:
        undo(uow, CLOCK)
        assert uow.read.customers.get(number) is None


def test_what_a_newer_reader_made_of_an_email_stays_when_its_filing_is_undone(store: Store) -> None:
    (mail,), acme = put_many(store, 1), add_acme(store)
    with store.write() as uow:
        assign(uow, [mail], acme, remember=False, clock=CLOCK)
        uow.intake._run.execute(sa.update(email).values(subject="Read better"))
    with store.write() as uow:
        undo(uow, CLOCK)
    with store.read() as read:
        row = read.emails.get(mail)
        assert row is not None
        assert (row.subject, row.customer, row.needs_review) == ("Read better", "", True)


@pytest.mark.parametrize("has_moved_on", [False, True])
def test_a_command_noted_row_by_row_as_it_was_before_is_undone_too(store: Store, *, has_moved_on: bool) -> None:
    (mail,), acme = put_many(store, 1), add_acme(store)
    before = dump(store)
    with store.write() as uow:
        run = uow.intake._run
        held = dict(run.exec_driver_sql("SELECT * FROM email").mappings().one())
        filed = {**held, "customer_id": int(acme), "status": "synced", "needs_review": 0, "decided_by": PERSON}
        wanted = {name: filed[name] for name in ("customer_id", "status", "needs_review", "decided_by")}
        run.execute(sa.update(email).values(**wanted))
        image = {"table": "email", "key": {"id": mail}, "before": held, "after": filed}
        entry = {"command": "review.assign", "words": "Assigned 1 email to Acme", "actor": PERSON, "state": "done"}
        run.execute(sa.insert(journal).values(at=NOON, changes=pack(json.dumps([image]).encode()), **entry))
        if has_moved_on:
            run.execute(sa.update(email).values(status="error"))
    if has_moved_on:
        with pytest.raises(CommandRefused, match="changed since"), store.write() as uow:
            undo(uow, CLOCK)
        return
    with store.write() as uow:
        undo(uow, CLOCK)
    assert dump(store) == before
    with store.read() as read:
        assert len(read.email_list.ids(EmailFilter(needs_review=True))) == 1
