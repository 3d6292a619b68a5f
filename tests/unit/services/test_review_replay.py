"""Random commands of the queue with undo and redo come to what the commands that were left come to when replayed."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId
from desktop.services.customers import Details
from desktop.services.ignoring import ignore_emails, ignore_sender
from desktop.services.review import accept_all, assign_waiting, assign_waiting_to_new
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from desktop.store.tables import customer, customer_address, email, filter_row
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.mails import FixedClock, new_store
from tests.unit.store.screens import Office, letter, waits
from tools.deep_runs import Say

CLOCK = FixedClock()
MAILS, COMMANDS = 24, 20
Command = Callable[[UnitOfWork], object]
SAMPLE = range(2)
MANY = range(100, 400)


def office_in(folder: Path) -> tuple[Store, list[CustomerId], list[EmailId]]:
    """Return a store with customers, and mail of a few senders that waits."""
    folder.mkdir()
    office = Office(new_store(folder))
    customers = [office.customer(f"Customer {at}", f"c{at}@acme{at}.example") for at in range(4)]
    mails = [
        office.mail(letter("Somebody", f"who{at % 5}@place{at % 3}.example", str(at)), waits()) for at in range(MAILS)
    ]
    return office.store, customers, mails


def random_command(chance: Random, serial: int, customers: list[CustomerId], mails: list[EmailId]) -> Command:
    """Return one command, the same each time it is carried out on the same state."""
    some = chance.sample(mails, chance.randint(1, 4))
    whom, remember = chance.choice(customers), chance.random() < 0.4
    picks = {one: chance.choice(customers) for one in some}
    address = f"who{chance.randrange(5)}@place{chance.randrange(3)}.example"
    return chance.choice(
        (
            lambda uow: assign_waiting(uow, some, whom, remember=remember, clock=CLOCK),
            lambda uow: accept_all(uow, picks, CLOCK),
            lambda uow: ignore_emails(uow, some, CLOCK),
            lambda uow: ignore_sender(uow, address, CLOCK),
            lambda uow: assign_waiting_to_new(uow, some, Details(f"New {serial}"), addresses=(), clock=CLOCK)[1],
        )
    )


def carry_out(store: Store, command: Command) -> bool:
    """Carry a command out; tell whether it changed anything."""
    before = journal(store)
    with store.write() as uow:
        command(uow)
    return journal(store) != before


def journal(store: Store) -> list[tuple[int, str]]:
    with store.read() as read:
        return [(row.id, row.state) for row in read.records.journal(limit=500)]


def picture(store: Store) -> list[tuple[Any, ...]]:
    """Return what is stored, customers by their names: a number is given once, also one whose customer was undone."""
    with store._reading.connect() as run:
        names = {row.id: row.name for row in run.execute(sa.select(customer.c.id, customer.c.name))}
        mails = run.execute(
            sa.select(email.c.id, email.c.code, email.c.reason, email.c.customer_id, email.c.needs_review)
        )
        found: list[tuple[Any, ...]] = [(*row[:3], names.get(row[3]), row[4]) for row in mails]
        theirs = run.execute(sa.select(customer_address.c.customer_id, customer_address.c.address))
        found += sorted((names[row[0]], row[1]) for row in theirs)
        rules = sa.select(filter_row.c.position, filter_row.c["values"]).order_by(filter_row.c.position)
        return [*found, *sorted(names.values()), *map(tuple, run.execute(rules))]


def histories_agree(seed: int, folder: Path) -> int:
    """Play one random history and replay what was left of it; return how many commands it had."""
    chance = Random(seed)
    store, customers, mails = office_in(folder / f"{seed}")
    start, done, undone = picture(store), list[Command](), list[Command]()
    for serial in range(COMMANDS):
        turn = chance.random()
        if turn < 0.25 and done:
            with store.write() as uow:
                undo(uow, CLOCK)
            undone.append(done.pop())
        elif turn < 0.4 and undone:
            with store.write() as uow:
                redo(uow, CLOCK)
            done.append(undone.pop())
        elif carry_out(store, command := random_command(chance, serial, customers, mails)):
            done.append(command)
            undone.clear()
    replayed, *_ = office_in(folder / f"{seed} again")
    for command in done:
        assert carry_out(replayed, command)
    assert picture(replayed) == picture(store)
    for _ in done:
        with store.write() as uow:
            undo(uow, CLOCK)
    assert picture(store) == start
    replayed.close()
    store.close()
    return len(done)


@pytest.mark.parametrize("seeds", [SAMPLE, pytest.param(MANY, marks=pytest.mark.deep)], ids=["sample", "many"])
def test_undo_and_redo_equal_a_replay(seeds: range, tmp_path: Path, figure: Say) -> None:
    for seed in seeds:
        histories_agree(seed, tmp_path)
        figure("review histories replayed", 1)
