"""Merging customers and taking it back: what moves, what is restored, and that nobody's later decision is lost."""

from collections.abc import Sequence
from random import Random

import pytest
import sqlalchemy as sa

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.domain.merging import FieldChoice, MergeRecord, Side
from desktop.services.customers import Details, add_address, edit_customer, remove_address
from desktop.services.match_rules import add_rule
from desktop.services.merging import merge_customers, preview_merge, set_apart
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.services.unmerging import find_merge, preview_unmerge, unmerge_customers
from desktop.store.store import Store
from desktop.store.tables import metadata
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()
HISTORY = {"journal", "decision", "customer_merge", "meta", "email_body"}
"""Tables that only grow, or that no merge touches and that are large."""


def world(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row but those of history, by table."""
    with store.write() as uow:
        run = uow.customers._run
        tables = [table for table in metadata.sorted_tables if table.name not in HISTORY]
        return {table.name: sorted(map(tuple, run.execute(sa.select(table))), key=repr) for table in tables}


def merge(store: Store, kept: CustomerId, merged: CustomerId, choice: FieldChoice | None = None) -> str:
    with store.write() as uow:
        return merge_customers(uow, kept, merged, choice, CLOCK).words


def unmerge(store: Store, customer_id: CustomerId) -> str:
    with store.write() as uow:
        return unmerge_customers(uow, find_merge(uow.read, customer_id), CLOCK).words


def where(store: Store, *mails: EmailId) -> list[tuple[object, ...]]:
    with store.read() as read:
        rows = read.emails.by_ids(mails)
        return [(rows[mail].customer_id, rows[mail].decided_by, rows[mail].code) for mail in mails]


def reason(store: Store, mail: EmailId) -> str:
    with store.read() as read:
        return read.emails.by_ids([mail])[mail].reason


class Twins:
    """Acme Parts and its double: own addresses, one that both have, mail of each, a rule and a tag of the double."""

    def __init__(self, store: Store) -> None:
        self.store, self.office = store, Office(store)
        self.acme = self.office.customer("Acme Parts", "wei@acme.example", "both@acme.example")
        self.double = self.office.customer("ACME parts", "lena@acme.example", "both@acme.example", company="Acme")
        self.other = self.office.customer("Kestrel", "kim@kestrel.example")
        self.hers = self.office.mail(letter("Wei", "wei@acme.example", "hers"), filed_with(self.acme))
        self.theirs = self.office.mail(letter("Lena", "lena@acme.example", "theirs"), filed_with(self.double))
        self.by_hand = self.office.mail(letter("X", "x@nobody.example", "by hand"), waits())
        rule = MatchRule(
            RuleId(0), "Orders", (Condition(Where.SUBJECT, "order"),), Action.CUSTOMER, CustomerRef(self.double, "ACME")
        )
        with store.write() as uow:
            assign(uow, [self.by_hand], self.double, remember=True, clock=CLOCK)
        with store.write() as uow:
            edit_customer(uow, self.double, Details("ACME parts", "Acme", "Ana", ("vip",)), CLOCK)
        with store.write() as uow:
            add_rule(uow, rule, CLOCK)

    def new_mail(self, address: str, subject: str, to: CustomerId, answers: str = "") -> EmailId:
        mail = letter("Somebody", address, subject, references=(answers,) if answers else ())
        return self.office.mail(mail, filed_with(to))


@pytest.fixture
def twins(store: Store) -> Twins:
    return Twins(store)


def test_all_that_names_the_merged_customer_moves_and_says_so(twins: Twins) -> None:
    with twins.store.read() as read:
        shown = preview_merge(read, twins.acme, twins.double)
    assert (shown.emails, shown.by_hand, shown.rules) == (2, 1, 1)
    assert shown.moving == ("lena@acme.example", "x@nobody.example")
    assert shown.shared == ("both@acme.example",)
    assert merge(twins.store, twins.acme, twins.double) == "Merged ACME parts into Acme Parts with 2 emails"
    with twins.store.read() as read:
        (kept,) = read.customers.by_ids([twins.acme, twins.double])
        (rule,) = read.match_rules.every()
        origins = {one.address: one.origin for one in read.customer_list.detail(twins.acme).addresses}  # type: ignore[union-attr]
    assert kept == shown.result
    assert (kept.name, kept.company, kept.owner, kept.tags) == ("Acme Parts", "Acme", "Ana", ("vip",))
    assert origins["x@nobody.example"] == "learned"
    assert rule.customer is not None
    assert rule.customer.id == twins.acme
    assert where(twins.store, twins.theirs, twins.by_hand) == [
        (twins.acme, "rule:exact_address", "SYNCED"),
        (twins.acme, "person", "SYNCED"),
    ]
    said = f" ACME parts (customer {twins.double}) was merged into Acme Parts."
    assert reason(twins.store, twins.theirs) == f"The sender's address is theirs.{said}"
    assert reason(twins.store, twins.by_hand) == f"Assigned to ACME parts by hand.{said}"


def test_merge_and_unmerge_leave_everything_as_it_was(twins: Twins) -> None:
    before = world(twins.store)
    for choice in (None, FieldChoice(Side.MERGED, Side.MERGED, Side.MERGED)):
        merge(twins.store, twins.acme, twins.double, choice)
        assert world(twins.store) != before
        assert unmerge(twins.store, twins.double) == "Un-merged ACME parts from Acme Parts, 2 emails back"
        assert world(twins.store) == before


def test_undo_and_redo_of_both_are_exact(twins: Twins) -> None:
    states = [world(twins.store)]
    merge(twins.store, twins.acme, twins.double)
    states.append(world(twins.store))
    unmerge(twins.store, twins.double)
    states.append(world(twins.store))
    for state in reversed(states[:-1]):
        with twins.store.write() as uow:
            undo(uow, CLOCK)
        assert world(twins.store) == state
    for state in states[1:]:
        with twins.store.write() as uow:
            redo(uow, CLOCK)
        assert world(twins.store) == state


def test_mail_that_came_since_finds_its_place_by_address_and_thread_or_goes_to_review(twins: Twins) -> None:
    merge(twins.store, twins.acme, twins.double)
    answers = "<lena@acme.example theirs@acme.example>"
    by_lena = twins.new_mail("lena@acme.example", "1", twins.acme)
    by_wei = twins.new_mail("wei@acme.example", "2", twins.acme)
    shared = twins.new_mail("both@acme.example", "3", twins.acme)
    in_thread = twins.new_mail("both@acme.example", "4", twins.acme, answers)
    with twins.store.write() as uow:
        add_address(uow, twins.acme, "new@acme.example", CLOCK)
    from_new = twins.new_mail("new@acme.example", "5", twins.acme)
    with twins.store.read() as read:
        plan = preview_unmerge(read, find_merge(read, twins.acme))
    assert (set(plan.placed), set(plan.unclear), plan.staying) == ({by_lena, in_thread}, {shared}, 2)
    assert plan.new == ("new@acme.example",)
    unmerge(twins.store, twins.acme)
    stays = (twins.acme, "rule:exact_address", "SYNCED")
    moved = (twins.double, "rule:exact_address", "SYNCED")
    assert where(twins.store, by_lena, by_wei, in_thread, from_new) == [moved, stays, moved, stays]
    assert where(twins.store, shared) == [(None, "rule:unmerge", "AMBIGUOUS_MATCH")]
    assert reason(twins.store, by_lena) == (
        "It came from lena@acme.example while ACME parts was merged into Acme Parts, and is theirs."
    )
    assert "Both have both@acme.example" in reason(twins.store, shared)


def test_what_a_person_did_since_stays(twins: Twins) -> None:
    merge(twins.store, twins.acme, twins.double)
    reassigned, kept_by_hand = twins.theirs, twins.new_mail("lena@acme.example", "later", twins.acme)
    with twins.store.write() as uow:
        assign(uow, [reassigned], twins.other, remember=False, clock=CLOCK)
    with twins.store.write() as uow:
        assign(uow, [kept_by_hand], twins.acme, remember=False, clock=CLOCK)
    with twins.store.write() as uow:
        remove_address(uow, twins.acme, "lena@acme.example", CLOCK)
    with twins.store.write() as uow:
        edit_customer(uow, twins.acme, Details("Acme Parts Ltd", "Acme", "Ben", ("vip", "leeds")), CLOCK)
    with twins.store.read() as read:
        plan = preview_unmerge(read, find_merge(read, twins.acme))
    assert (plan.lost, plan.by_hand) == (("lena@acme.example",), 1)
    unmerge(twins.store, twins.acme)
    assert where(twins.store, reassigned, kept_by_hand) == [
        (twins.other, PERSON, "SYNCED"),
        (twins.acme, PERSON, "SYNCED"),
    ]
    with twins.store.read() as read:
        kept, back = read.customers.by_ids([twins.acme, twins.double])
    assert (kept.name, kept.company, kept.owner, kept.tags) == ("Acme Parts Ltd", "", "Ben", ("leeds",))
    assert (back.name, back.owner, back.emails) == ("ACME parts", "Ana", ("both@acme.example", "x@nobody.example"))


def test_undo_of_a_merge_places_what_came_meanwhile_and_redo_takes_it_along(twins: Twins) -> None:
    merge(twins.store, twins.acme, twins.double)
    by_lena = twins.new_mail("lena@acme.example", "since", twins.acme)
    with twins.store.write() as uow:
        undo(uow, CLOCK)
    assert where(twins.store, by_lena) == [(twins.double, "rule:exact_address", "SYNCED")]
    later = twins.new_mail("lena@acme.example", "later", twins.double)
    with twins.store.write() as uow:
        redo(uow, CLOCK)
    assert where(twins.store, by_lena, later) == [(twins.acme, "rule:exact_address", "SYNCED")] * 2
    unmerge(twins.store, twins.double)
    assert where(twins.store, by_lena, later) == [(twins.double, "rule:exact_address", "SYNCED")] * 2
    latest = twins.new_mail("lena@acme.example", "latest", twins.double)
    with twins.store.write() as uow:
        undo(uow, CLOCK)
    assert where(twins.store, by_lena, latest) == [(twins.acme, "rule:exact_address", "SYNCED")] * 2
    with twins.store.write() as uow:
        redo(uow, CLOCK)
    assert where(twins.store, by_lena, latest) == [(twins.double, "rule:exact_address", "SYNCED")] * 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_into_one_customer_are_taken_back_in_any_order(store: Store, order: Sequence[int]) -> None:
    office = Office(store)
    kept = office.customer("Acme", "a@acme.example")
    doubles = [office.customer(f"Acme {n}", f"b{n}@acme.example", "x@acme.example", company=f"C{n}") for n in (1, 2)]
    for double in doubles:
        office.mail(letter("B", f"b{double}@acme.example", f"{double}"), filed_with(double))
    before = world(store)
    every = FieldChoice(Side.MERGED, Side.MERGED, Side.MERGED)
    for double in doubles:
        merge(store, kept, double, every)
    for at in order:
        unmerge(store, doubles[at])
    assert world(store) == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_merge_within_a_merge_is_taken_back_in_any_order(store: Store, order: Sequence[int]) -> None:
    office = Office(store)
    numbers = [
        office.customer(f"Acme {n}", f"b{n}@acme.example", *(("x@acme.example",) if n else ())) for n in range(3)
    ]
    for number in numbers:
        office.mail(letter("B", f"b{number}@acme.example", f"{number}"), filed_with(number))
    before = world(store)
    merge(store, numbers[1], numbers[2])
    merge(store, numbers[0], numbers[1])
    for at in order:
        unmerge(store, (numbers[2], numbers[1])[at])
    assert world(store) == before


def test_pairs_that_are_not_the_same_move_along_and_come_back(twins: Twins) -> None:
    with twins.store.write() as uow:
        set_apart(uow, twins.double, twins.other, CLOCK)
        set_apart(uow, twins.double, twins.acme, CLOCK)
    before = world(twins.store)
    with twins.store.read() as read:
        assert "Somebody has said before" in preview_merge(read, twins.acme, twins.double).warnings[0]
    merge(twins.store, twins.acme, twins.double)
    with twins.store.read() as read:
        assert set(read.merges.apart()) == {(twins.acme, twins.other)}
    unmerge(twins.store, twins.double)
    assert world(twins.store) == before


def test_what_cannot_be_merged_or_taken_back_is_refused_in_words(twins: Twins) -> None:
    with twins.store.read() as read:
        with pytest.raises(CommandRefused, match="one and the same"):
            preview_merge(read, twins.acme, twins.acme)
        with pytest.raises(CommandRefused, match="no customer 99"):
            preview_merge(read, twins.acme, CustomerId(99))
        with pytest.raises(CommandRefused, match="No merge of customer"):
            find_merge(read, twins.acme)
    merge(twins.store, twins.acme, twins.double)
    with twins.store.read() as read:
        record: MergeRecord = find_merge(read, twins.double)
    unmerge(twins.store, twins.double)
    with twins.store.read() as read:
        (record,) = read.merges.into(record.kept_id)
        with pytest.raises(CommandRefused, match="un-merged already"):
            preview_unmerge(read, record)


def a_world(office: Office, random: Random, serial: int) -> list[CustomerId]:
    """A few customers with addresses, mail, rules and pairs drawn at random."""
    pool = [f"p{n}@w{serial}.example" for n in range(5)]
    numbers = [office.customer(f"Acme {n}", *random.sample(pool, random.randint(0, 3))) for n in range(5)]
    for at, address in enumerate([*pool, *pool]):
        office.mail(letter("P", address, f"{serial} {at}"), filed_with(random.choice(numbers)))
    with office.store.write() as uow:
        mails = [EmailId(number) for number in uow.read.emails.filed_with(numbers)]
        assign(uow, random.sample(mails, 3), random.choice(numbers), remember=random.random() < 0.5, clock=CLOCK)
        for number in numbers:
            details = Details(
                f"Acme {random.choice('abc')}",
                random.choice(["", "One", "Two"]),
                random.choice(["", "Ana"]),
                tuple(random.sample(["x", "y", "z"], 2)),
                tuple(random.sample(["030 12345", "030 54321"], random.randint(0, 2))),
            )
            edit_customer(uow, number, details, CLOCK)
        one, other = random.sample(numbers, 2)
        set_apart(uow, one, other, CLOCK)
        condition = Condition(Where.SUBJECT, f"order {serial}")
        about = CustomerRef(random.choice(numbers), "")
        add_rule(uow, MatchRule(RuleId(0), "R", (condition,), Action.CUSTOMER, about), CLOCK)
    return numbers


@pytest.mark.parametrize("seed", range(2))
def test_merges_and_unmerges_in_random_worlds_leave_everything_as_it_was(store: Store, seed: int) -> None:
    random, office = Random(seed), Office(store)
    for serial in range(4):
        numbers = a_world(office, random, serial)
        before = world(store)
        gone: list[CustomerId] = []
        for _ in range(random.randint(1, 4)):
            kept, merged = random.sample([one for one in numbers if one not in gone], 2)
            sides = [random.choice(list(Side)) for _ in range(3)]
            merge(store, kept, merged, FieldChoice(*sides))
            gone.append(merged)
        for merged in random.sample(gone, len(gone)):
            unmerge(store, merged)
        assert world(store) == before, f"seed {seed}, world {serial}"


REFERS = {
    "customer_address.customer_id": "moves; what both have is once",
    "email.customer_id": "moves",
    "match_rule.customer_id": "moves",
    "customer_apart.first_id": "stays, and is read through the merges that hold",
    "customer_apart.second_id": "stays, and is read through the merges that hold",
    "decision.customer_id": "history: grows by a line for each email that moves",
    "customer_merge.kept_id": "history: un-merging follows it to the one who has the customer now",
    "customer_merge.merged_id": "history",
}


def test_every_column_that_refers_to_a_customer_has_its_answer() -> None:
    found = set()
    for table in metadata.sorted_tables:
        for column in table.columns:
            points = any(key.column.table.name == "customer" for key in column.foreign_keys)
            named = column.name in {"customer", "customer_id", "kept_id", "merged_id"} or (
                table.name.startswith("customer") and column.name.endswith("_id")
            )
            if points or named or column.name.endswith("_customer_id"):
                found.add(f"{table.name}.{column.name}")
    assert found == set(REFERS), "merging customers must know what becomes of each column that names one"


def test_people_who_agreed_with_a_rule_still_do_after_a_merge(twins: Twins) -> None:
    with twins.store.write() as uow:
        assign(uow, [twins.theirs], twins.double, remember=False, clock=CLOCK)
    with twins.store.read() as read:
        before = read.rule_records.every()
    merge(twins.store, twins.acme, twins.double)
    with twins.store.read() as read:
        assert read.rule_records.every() == before
