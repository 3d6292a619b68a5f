"""Customers by hand: each command does what its words say, and undo takes it back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import (
    Details,
    add_address,
    add_customer,
    edit_customer,
    find_customer,
    remove_address,
    save_customer,
)
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from desktop.store.tables import customer, customer_address
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.mails import FixedClock, new_store

CLOCK = FixedClock()
ACME = Details("Acme Parts", "Acme Ltd", "Kim", ("vip",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path)
    yield opened
    opened.close()


def add(store: Store, details: Details = ACME, *emails: str) -> CustomerId:
    with store.write() as uow:
        return add_customer(uow, details, emails, CLOCK)[0]


def do(store: Store, command: Callable[[UnitOfWork], ChangeSet]) -> ChangeSet:
    with store.write() as uow:
        return command(uow)


def dump(store: Store) -> list[tuple[Any, ...]]:
    with store._reading.connect() as connection:
        return [
            tuple(row)
            for table in (customer, customer_address)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]


def test_a_customer_is_added_as_given_and_cleaned(store: Store) -> None:
    with store.write() as uow:
        number, change = add_customer(
            uow,
            Details("  Acme\tParts ", "Acme\nLtd", "", ("vip", " VIP ", "", "north")),
            [" Ann@ACME.example", "ann@acme.example", "info@bücher.example"],
            CLOCK,
        )
        made = find_customer(uow, number)
    assert (made.name, made.company, made.owner, made.tags) == ("Acme Parts", "Acme Ltd", "", ("vip", "north"))
    assert made.emails == ("ann@acme.example", "info@xn--bcher-kva.example")
    assert change == ChangeSet(Changed.CUSTOMERS, "Added the customer Acme Parts")


def test_a_customer_may_have_no_address_yet(store: Store) -> None:
    number = add(store)
    with store.read() as reader:
        made = reader.customers.get(number)
    assert made is not None
    assert made.emails == ()


def test_edit_stores_what_is_given_and_leaves_the_addresses(store: Store) -> None:
    number = add(store, ACME, "ann@acme.example")
    change = do(store, lambda uow: edit_customer(uow, number, Details("Acme"), CLOCK))
    assert change.words == "Edited the customer Acme Parts, now Acme"
    with store.write() as uow:
        made = find_customer(uow, number)
    assert (made.name, made.company, made.owner, made.tags) == ("Acme", "", "", ())
    assert made.emails == ("ann@acme.example",)


def test_addresses_are_given_and_taken_in_order(store: Store) -> None:
    number = add(store, ACME, "a@x.example", "b@x.example")
    do(store, lambda uow: remove_address(uow, number, " A@x.example ", CLOCK))
    change = do(store, lambda uow: add_address(uow, number, "C@X.example", CLOCK))
    assert change.words == "Added c@x.example to Acme Parts"
    do(store, lambda uow: add_address(uow, number, "a@x.example", CLOCK))
    with store.write() as uow:
        assert find_customer(uow, number).emails == ("b@x.example", "c@x.example", "a@x.example")


def test_an_address_may_be_shared_and_it_is_said(store: Store) -> None:
    add(store, Details("Bob"), "home@x.example")
    with store.write() as uow:
        number, change = add_customer(uow, Details("Ann"), ["home@x.example"], CLOCK)
    said = ". The address is also that of Bob, so mail from it will wait for review"
    assert change.words == "Added the customer Ann" + said
    cem = add(store, Details("Cem"))
    change = do(store, lambda uow: add_address(uow, cem, "home@x.example", CLOCK))
    assert change.words == "Added home@x.example to Cem" + said.replace("Bob", "Bob, Ann")
    assert number != cem


def test_the_same_customer_is_not_added_twice(store: Store) -> None:
    add(store, ACME, "ann@acme.example")
    with pytest.raises(CommandRefused, match="Acme Parts is here already, with the same address"):
        add(store, Details("ACME parts"), "x@acme.example", "ANN@acme.example")


@pytest.mark.parametrize(
    "command",
    [
        lambda uow, number: edit_customer(uow, number, ACME, CLOCK),
        lambda uow, number: add_address(uow, number, "ANN@acme.example", CLOCK),
    ],
)
def test_what_is_so_already_is_no_command(store: Store, command: Callable[[UnitOfWork, CustomerId], ChangeSet]) -> None:
    number = add(store, ACME, "ann@acme.example")
    before = dump(store)
    change = do(store, lambda uow: command(uow, number))
    assert change.changed is Changed.NOTHING
    assert change.words.endswith(": it was so already.")
    assert dump(store) == before
    with store.read() as reader:
        assert len(reader.records.journal(limit=9)) == 1


COMMANDS: list[Callable[[UnitOfWork, CustomerId], object]] = [
    lambda uow, _: add_customer(uow, Details("Bob"), ["bob@x.example"], CLOCK),
    lambda uow, number: edit_customer(uow, number, Details("Acme", "", "Lou", ("north",)), CLOCK),
    lambda uow, number: add_address(uow, number, "new@acme.example", CLOCK),
    lambda uow, number: remove_address(uow, number, "ann@acme.example", CLOCK),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_undo_and_redo_restore_every_column(store: Store, command: Callable[[UnitOfWork, CustomerId], object]) -> None:
    number = add(store, ACME, "ann@acme.example", "b@acme.example")
    before = dump(store)
    with store.write() as uow:
        command(uow, number)
    after = dump(store)
    assert after != before
    do(store, lambda uow: undo(uow, CLOCK))
    assert dump(store) == before
    do(store, lambda uow: redo(uow, CLOCK))
    assert dump(store) == after


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (lambda uow, n: add_customer(uow, Details("Ann"), ["ann"], CLOCK), "'ann' is not a mail address."),
        (
            lambda uow, n: add_customer(uow, Details("Ann"), ["a@x.example, b@x.example"], CLOCK),
            "is not a mail address.",
        ),
        (lambda uow, n: add_customer(uow, Details("Ann"), [""], CLOCK), "'' is not a mail address."),
        (lambda uow, n: add_customer(uow, Details(" \x00 "), [], CLOCK), "A customer needs a name."),
        (lambda uow, n: add_customer(uow, Details("A" * 301), [], CLOCK), "The name has 301 characters, more than 300"),
        (lambda uow, n: edit_customer(uow, n, Details(""), CLOCK), "A customer needs a name."),
        (lambda uow, n: edit_customer(uow, n, Details("A", tags=("a,b",)), CLOCK), "A tag holds no comma"),
        (lambda uow, n: edit_customer(uow, n, Details("A", "B" * 301), CLOCK), "The company has 301 characters"),
        (lambda uow, n: add_address(uow, n, "a@b@x.example", CLOCK), "'a@b@x.example' is not a mail address."),
        (lambda uow, n: add_address(uow, n, "a" * 300, CLOCK), "A mail address has at most 254 characters"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(
    store: Store, command: Callable[[UnitOfWork, CustomerId], object], words: str
) -> None:
    number = add(store, ACME, "ann@acme.example")
    before = dump(store)
    with pytest.raises(CommandRefused) as caught, store.write() as uow:
        command(uow, number)
    assert caught.value.code is ReasonCode.BAD_INPUT
    assert words in str(caught.value)
    assert "Nothing was changed." in str(caught.value)
    assert dump(store) == before


@pytest.mark.parametrize(
    "command",
    [
        lambda uow: find_customer(uow, CustomerId(7)),
        lambda uow: edit_customer(uow, CustomerId(7), ACME, CLOCK),
        lambda uow: add_address(uow, CustomerId(7), "a@x.example", CLOCK),
        lambda uow: remove_address(uow, CustomerId(7), "a@x.example", CLOCK),
        lambda uow: remove_address(uow, CustomerId(1), "a@x.example", CLOCK),
    ],
)
def test_what_is_not_there_is_said(store: Store, command: Callable[[UnitOfWork], object]) -> None:
    add(store, ACME, "ann@acme.example")
    with pytest.raises(CommandRefused) as caught, store.write() as uow:
        command(uow)
    assert caught.value.code is ReasonCode.NOT_FOUND


def test_a_customer_saved_whole_is_one_command_with_one_undo(store: Store) -> None:
    number = add(store, ACME, "ann@acme.example", "old@acme.example")
    before = dump(store)
    wanted = ["new@acme.example", "Ann@ACME.example"]
    change = do(store, lambda uow: save_customer(uow, number, Details("Acme", owner="Lee"), wanted, CLOCK))
    assert change == ChangeSet(Changed.CUSTOMERS, "Edited the customer Acme Parts, now Acme")
    with store.read() as reader:
        made = reader.customers.get(number)
    assert made is not None
    assert (made.name, made.owner, made.emails) == ("Acme", "Lee", ("ann@acme.example", "new@acme.example"))
    with store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Edited the customer Acme Parts, now Acme"
    assert dump(store) == before


def test_saving_what_is_so_already_is_no_command(store: Store) -> None:
    number = add(store, ACME, "ann@acme.example")
    change = do(store, lambda uow: save_customer(uow, number, ACME, ["ann@acme.example"], CLOCK))
    assert change.changed == Changed.NOTHING
    with store.read() as reader:
        assert len(reader.records.journal(limit=5)) == 1


def test_an_address_saved_that_another_has_is_said(store: Store) -> None:
    add(store, Details("Other"), "front@shared.example")
    number = add(store)
    change = do(store, lambda uow: save_customer(uow, number, ACME, ["front@shared.example"], CLOCK))
    assert "also that of Other" in change.words


@pytest.mark.parametrize(("name", "address"), [("", "a@b.example"), ("Acme", "nonsense")])
def test_a_bad_value_saves_nothing(store: Store, name: str, address: str) -> None:
    number = add(store, ACME, "ann@acme.example")
    before = dump(store)
    with pytest.raises(CommandRefused), store.write() as uow:
        save_customer(uow, number, Details(name), [address], CLOCK)
    assert dump(store) == before
