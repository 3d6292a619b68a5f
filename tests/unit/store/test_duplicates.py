"""Possible duplicates among all customers: found by each kind of evidence, kept apart when a person says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.customer import Customer
from desktop.domain.duplicates import Duplicates, Strength
from desktop.domain.ids import CustomerId
from desktop.matching.duplicates import weigh
from desktop.services.merging import forget_apart, set_apart
from desktop.services.undo import undo
from desktop.store.reading import duplicates
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.matching.test_duplicates import labelled
from tests.unit.store.screens import Office, filed_with, letter

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def look(office: Office) -> Duplicates:
    with office.store.read() as read:
        return read.duplicates.every()


def test_the_sweep_finds_every_labelled_pair_that_says_something(office: Office) -> None:
    wanted = {}
    with office.store.write() as uow:
        for _, note, one, other in labelled():
            numbers = uow.customers.add_all([one, other], "import", NOON)
            pair = weigh(*(replace(each, id=number) for each, number in zip((one, other), numbers, strict=True)))
            if pair.strength is not Strength.NONE:
                wanted[pair.key] = note
    listed = {pair.key for pair in look(office).pairs}
    assert [note for key, note in wanted.items() if key not in listed] == []


def test_pairs_are_listed_with_the_most_likely_first_until_somebody_says_they_are_not_the_same(office: Office) -> None:
    acme, double = office.customer("Acme", "a@acme.example"), office.customer("ACME", "b@acme.example")
    ann, bob = office.customer("Ann Lee", "home@freemail.example"), office.customer("Bob Lee", "home@freemail.example")
    first = look(office)
    assert [pair.key for pair in first.pairs] == [(acme, double), (ann, bob)]
    assert [pair.strength.words for pair in first.pairs] == ["Very likely", "Worth a look"]
    assert (first.looked_at, first.more) == (4, 0)
    assert [pair.other(double).name for pair in first.of(double)] == ["Acme"]
    with office.store.write() as uow:
        assert set_apart(uow, double, acme, CLOCK).words == "ACME and Acme are not the same"
    assert [pair.key for pair in look(office).pairs] == [(ann, bob)]
    assert look(office).version != first.version
    with office.store.write() as uow:
        assert not set_apart(uow, acme, double, CLOCK).changed
        undo(uow, CLOCK)
    assert look(office).pairs == first.pairs
    with office.store.write() as uow:
        set_apart(uow, acme, double, CLOCK)
    with office.store.write() as uow:
        forget_apart(uow, double, acme, CLOCK)
    assert look(office).pairs == first.pairs


def test_threads_in_common_are_counted(office: Office) -> None:
    ann, omar = office.customer("Ann Lee", "ann@acme.example"), office.customer("Omar Haddad", "omar@zeta.example")
    for at in range(2):
        first = letter("Ann", "ann@acme.example", f"{at}")
        office.mail(first, filed_with(ann), at=NOON - timedelta(hours=at))
        answer = letter("Omar", "omar@zeta.example", f"Re: {at}", references=(first.message_id,))
        office.mail(answer, filed_with(omar), at=NOON - timedelta(minutes=at))
    (pair,) = look(office).pairs
    assert (pair.key, pair.words) == ((ann, omar), "2 threads in common")


def test_a_crowd_says_nothing(office: Office) -> None:
    made = [Customer(CustomerId(0), f"Tenant {n}", ("desk@house.example", f"t{n}@house.example")) for n in range(40)]
    twins = [Customer(CustomerId(0), "John Smith", (f"js{n}@gmail.com",)) for n in range(40)]
    with office.store.write() as uow:
        uow.customers.add_all([*made, *twins], "import", NOON)
    assert look(office).pairs == ()


def test_one_mailbox_is_found_under_every_name_of_its_mail_service(office: Office) -> None:
    written = ("ann.lee@googlemail.com", "annlee+shop@gmail.com", "a.nn_lee@pm.me", "annlee@proton.me", "annlee@ya.ru")
    ann, also, post, box, _ = [
        office.customer(f"Customer {word}", one) for word, one in zip("abcde", written, strict=True)
    ]
    assert [(pair.key, pair.words) for pair in look(office).pairs] == [
        ((ann, also), "addresses alike (the same mail service under its other name)"),
        ((post, box), "addresses alike (the same mail service under its other name)"),
    ]


def test_the_most_likely_are_listed_and_the_rest_is_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "LISTED", 1)
    office.customer("Ann Lee", "home@freemail.example")
    office.customer("Bob Lee", "home@freemail.example")
    acme, double = office.customer("Acme", "a@acme.example"), office.customer("ACME", "b@acme.example")
    found = look(office)
    assert ([pair.key for pair in found.pairs], found.more) == ([(acme, double)], 1)


def test_somebody_with_very_many_addresses_is_weighed_by_the_first_twenty_as_ever(office: Office) -> None:
    many = [f"z{at}@site{at}.example" for at in range(25)]
    ann = office.customer("Ann Lee", *many, "ann.lee@gmail.com", "a@late.example")
    other = office.customer("Anna Leigh", "annlee@gmail.com")
    last = office.customer("Ann Lee", "a@late.example")
    listed = look(office).pairs
    assert [pair.key for pair in listed] == [(ann, last)]
    with office.store.read() as read:
        held = {one.id: one for one in read.customers.by_ids([ann, other])}
    assert weigh(held[ann], held[other]).strength is Strength.NONE


def test_a_search_tells_how_far_it_is_and_can_be_ended(office: Office) -> None:
    for name in ("Acme", "ACME"):
        office.customer(name, f"{name}@acme.example")
    told: list[tuple[str, float]] = []
    with office.store.read() as read:
        read.duplicates.every(lambda what, share: told.append((what, share)))
    assert next(what for what, _ in told) == "addresses"
    assert told[-1][0] == "what was found"
    assert [share for _, share in told] == sorted(share for _, share in told)

    class Ended(Exception):
        """Somebody has seen enough."""

    def end(what: str, _share: float) -> None:
        if what == "names":
            raise Ended

    with office.store.read() as read, pytest.raises(Ended):
        read.duplicates.every(end)
