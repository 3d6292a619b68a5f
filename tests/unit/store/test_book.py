"""The stored book answers as one that looks at every customer, and by indexes only."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, EmailId
from desktop.services.customers import Details, add_customer, remove_address
from desktop.services.deciding import decide_letters
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.store.opening import database_path, open_store
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.books import MemoryBook, customer
from tests.helpers.mails import KEY, NOON, FixedClock, packed, parsed, place_in
from tests.unit.store.schema import build_released

_LOCALS = (
    "ann ann.lee annlee anlee ann.lee+x anna lena lean office info a b +tag x.y-z 山田太郎 山田次郎 иван ivan ivann"
)
_DOMAINS = """
    acme.com acme.de acme.co.uk mail.acme.com amce.com acne.com gmail.com gmial.com googlemail.com web.de beta.example
    bet.example bata.example co.uk a.github.io xn--bcher-kva.de
"""
LOCALS, DOMAINS = _LOCALS.split(), _DOMAINS.split()


@pytest.fixture
def customers() -> Sequence[Customer]:
    chance = Random(11)
    names = ["Ann Lee", "Acme", "Beta", "Lena Ärzte"]
    return [
        customer(number, chance.choice(names), *{f"{chance.choice(LOCALS)}@{chance.choice(DOMAINS)}" for _ in range(3)})
        for number in range(1, 120)
    ]


@pytest.fixture
def filled(store: Store, customers: Sequence[Customer]) -> Store:
    with store.write() as uow:
        uow.customers.add_all(customers, "import", NOON)
    return store


def test_it_answers_as_one_that_looks_at_everybody(filled: Store, customers: Sequence[Customer]) -> None:
    everybody = MemoryBook(customers)
    asked = [f"{local}@{domain}" for local in LOCALS for domain in DOMAINS]
    pairs = [(name, domain) for name in ("ann lee", "acme", "nobody") for domain in DOMAINS]
    with filled.read() as read:
        near, expected = read.book.near(asked), everybody.near(asked)
        assert near.keys() == expected.keys()
        for address, known in near.items():
            assert set(known) <= set(expected[address])
            assert len(known) == min(len(expected[address]), 20)
        assert read.book.colleagues(DOMAINS).keys() == everybody.colleagues(DOMAINS).keys()
        for domain, colleagues in everybody.colleagues(DOMAINS).items():
            held = read.book.colleagues(DOMAINS)[domain]
            assert len(held) == len(colleagues)
            if len(colleagues) <= 10:
                assert [one.customer for one in held] == [one.customer for one in colleagues]
        there, expected_there = read.book.namesakes_at(pairs), everybody.namesakes_at(pairs)
        assert there.keys() == expected_there.keys()
        assert all(set(there[pair]) <= set(expected_there[pair]) for pair in there)
        assert read.book.namesakes(["ann lee", "x"]).keys() == {"ann lee"}
        owners = read.book.customers_by_address(asked)
    assert {address: set(each) for address, each in owners.items()} == {
        address: set(each) for address, each in everybody.customers_by_address(asked).items()
    }


def test_no_question_reads_a_whole_table(filled: Store) -> None:
    seen: list[tuple[str, object]] = []

    def on_execute(_run: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        seen.append((sql, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", on_execute)
    try:
        with filled.read() as read:
            read.book.near(["ann@acme.com"])
            read.book.colleagues(["acme.com"])
            read.book.namesakes(["acme"])
            read.book.namesakes_at([("acme", "acme.com")])
            read.book.thread_customers(["<x@y>"])
            read.book.customers_by_address(["ann@acme.com"])
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", on_execute)
    plans = []
    with filled.read() as read:
        for sql, values in [one for one in seen if one[0].lstrip().startswith(("SELECT", "WITH"))]:
            rows = read._run.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)  # type: ignore[arg-type]
            plans += [str(row[3]) for row in rows]
    scans = [
        plan for plan in plans if plan.startswith("SCAN") and plan not in {"SCAN owner", "SCAN filed", "SCAN wanted"}
    ]
    assert len(seen) >= 9
    assert [plan for plan in scans if "CONSTANT" not in plan and "(subquery" not in plan] == []


def test_an_address_that_is_taken_away_and_given_back_is_found_again(store: Store) -> None:
    clock = FixedClock()
    near = []

    def then(act: Callable[[UnitOfWork], object]) -> None:
        with store.write() as uow:
            act(uow)
            near.append(list(uow.read.book.near(["lena@acme.de"])))

    then(lambda uow: add_customer(uow, Details("Acme"), ["lena@acme.com"], clock))
    then(lambda uow: remove_address(uow, CustomerId(1), "lena@acme.com", clock))
    then(lambda uow: undo(uow, clock))
    then(lambda uow: undo(uow, clock))
    then(lambda uow: redo(uow, clock))
    assert near == [["lena@acme.de"], [], ["lena@acme.de"], [], ["lena@acme.de"]]


def test_a_thread_is_with_whom_a_person_filed_it(store: Store) -> None:
    clock = FixedClock()
    place = place_in(store)
    mails = [packed(1, parsed("one")), packed(2, parsed("two"))]
    with store.write() as uow:
        uow.intake.take_in(place, mails, [], NOON)
        number, _ = add_customer(uow, Details("Acme"), [], clock)
        assign(uow, [EmailId(1)], number, remember=False, clock=clock)
        found = uow.read.book.thread_customers(["<one@acme.example>", "<two@acme.example>", "<three@acme.example>"])
        assert {message: [one.name for one in each] for message, each in found.items()} == {
            "<one@acme.example>": ["Acme"]
        }
        undo(uow, clock)
        assert uow.read.book.thread_customers(["<one@acme.example>"]) == {}


def test_a_stored_letter_is_what_was_parsed(store: Store) -> None:
    mail = parsed("one", references=("<a@b>",), in_reply_to=("<c@d>",), flags={"list-id": "x"})
    place = place_in(store)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, mail)], [], NOON)
    with store.read() as read:
        (letter,) = read.letters.get([EmailId(1), EmailId(9)], with_text=True).values()
        assert letter.mail == mail
        assert read.letters.get([EmailId(1)], with_text=False)[EmailId(1)].mail == replace(mail, text="")
    assert (letter.outbound, letter.id, CustomerId(1)) == (False, 1, 1)


def test_what_the_rules_say_later_stands_in_the_trace(store: Store) -> None:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("one", "ann@acme.de"))], [], NOON)
        add_customer(uow, Details("Acme"), ["ann@acme.com"], FixedClock())
    with store.write() as uow:
        letters = list(uow.read.letters.get([EmailId(1)], with_text=True).values())
        made = decide_letters(uow.read, letters)[EmailId(1)]
        assert uow.decisions.decide_by_rule(EmailId(1), made, NOON)
        uow.decisions.reread(EmailId(1), letters[0].mail, 9)
    with store.read() as read:
        detail = read.emails.open(EmailId(1))
    assert detail is not None
    assert (detail.row.code, detail.row.confidence) == ("SIMILAR_MATCH", 80)
    assert [one["by"] for one in detail.details["suggestions"]][:1] == ["rule:similar_address"]


def test_an_older_profile_is_searched_for_what_is_like_its_addresses(tmp_path: Path) -> None:
    build_released("0007", database_path(tmp_path))
    store = open_store(tmp_path, KEY, writing=True)
    try:
        with store.read() as read:
            (known, *_) = [address for one in read.customers.find() for address in one.emails]
            local, _, domain = known.partition("@")
            near = read.book.near([f"{local}+tag@{domain}", f"{local}@mail.{domain}"])
        assert [{one.address for one in each} for each in near.values()] == [{known}, {known}]
    finally:
        store.close()


def test_what_rules_said_holds_until_customers_change_and_never_in_a_transaction_that_writes(filled: Store) -> None:
    with filled.read() as read:
        read.known_answers()["a rule"] = {}
    with filled.write() as uow:
        assert uow.read.known_answers() == {}
    with filled.read() as read:
        assert read.known_answers() == {"a rule": {}}
    with filled.write() as uow:
        add_customer(uow, Details("Zeta"), ["zoe@zeta.example"], FixedClock())
    with filled.read() as read:
        assert read.known_answers() == {}
