"""Suggestions: who may have written, why, and how sure - never surer than a person should check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band
from desktop.domain.evidence import Colleague, Evidence
from desktop.domain.ids import CustomerId
from desktop.matching.suggesting import (
    CROWD,
    SHARED_PROVIDER,
    SUGGESTIONS,
    Asked,
    addresses_in,
    one_by_one,
    parts_of,
    suggest,
)

ACME = CustomerRef(CustomerId(1), "Acme Parts")
RETAIL = CustomerRef(CustomerId(2), "Acme Retail")
NOBODY = Evidence({}, {}, {})


def told(asked: Asked, evidence: Evidence) -> list[tuple[str, Band, str]]:
    return [(found.customer.name, found.band, found.reason) for found in suggest(asked, evidence)]


def at_domain(*colleagues: Colleague, domain: str = "acme.example") -> Evidence:
    return Evidence({}, {domain: colleagues}, {})


def test_nobody_is_suggested_for_a_stranger() -> None:
    assert suggest(Asked("ana@x.example", "Ana"), NOBODY) == ()


def test_the_only_customer_of_a_company_domain_is_likely() -> None:
    wei = Asked("wei@acme.example", "Wei")
    assert told(wei, at_domain(Colleague(ACME, "lena@acme.example", 14))) == [
        ("Acme Parts", Band.STRONG, "Same domain as 14 earlier emails.")
    ]
    assert told(wei, at_domain(Colleague(ACME, "", 1))) == [
        ("Acme Parts", Band.STRONG, "Same domain as 1 earlier email.")
    ]
    assert told(wei, at_domain(Colleague(ACME, "lena@acme.example", 0))) == [
        ("Acme Parts", Band.STRONG, "lena@acme.example has the same domain.")
    ]


def test_of_several_at_a_domain_each_is_a_hint_those_with_more_mail_first() -> None:
    both = at_domain(Colleague(RETAIL, "shop@acme.example", 0), Colleague(ACME, "", 1200))
    assert told(Asked("wei@acme.example", ""), both) == [
        ("Acme Parts", Band.HINT, "Same domain as 1,200 earlier emails."),
        ("Acme Retail", Band.HINT, "shop@acme.example has the same domain."),
    ]


@pytest.mark.parametrize("domain", ["gmail.com", "outlook.com", "freemail.example"])
def test_a_shared_provider_says_nothing_about_who_writes(domain: str) -> None:
    evidence = at_domain(Colleague(ACME, f"lena@{domain}", 90), domain=domain)
    assert suggest(Asked(f"wei@{domain}", ""), evidence) == ()
    assert one_by_one(domain, evidence) == SHARED_PROVIDER


def test_neither_does_a_domain_with_a_crowd_of_customers() -> None:
    crowd = tuple(Colleague(CustomerRef(CustomerId(n), f"C{n}"), "", 1) for n in range(CROWD + 1))
    assert suggest(Asked("wei@acme.example", ""), at_domain(*crowd)) == ()
    assert one_by_one("acme.example", at_domain(*crowd)) == "11 customers have this domain: one by one"
    assert one_by_one("acme.example", at_domain(*crowd[:CROWD])) == ""
    assert one_by_one("", NOBODY) == "No domain: one by one"


def test_every_owner_of_a_shared_address_is_named() -> None:
    evidence = Evidence({"front@clinic.example": (ACME, RETAIL)}, {}, {})
    assert told(Asked("front@clinic.example", ""), evidence) == [
        ("Acme Parts", Band.STRONG, "front@clinic.example is an address of Acme Parts, and of 1 other customer."),
        ("Acme Retail", Band.STRONG, "front@clinic.example is an address of Acme Retail, and of 1 other customer."),
    ]


def test_names_are_hints() -> None:
    evidence = Evidence({}, {}, {"acme parts": (ACME,)})
    assert told(Asked("x@y.example", "ACME  Parts"), evidence) == [
        ("Acme Parts", Band.HINT, "The sender has the same name.")
    ]
    assert told(Asked("x@y.example", "Acme Parts Orders"), evidence) == [
        ("Acme Parts", Band.HINT, "The sender's name contains Acme Parts.")
    ]


def test_an_address_shown_as_a_name_is_no_more_than_a_hint() -> None:
    """Anybody can write any address into a display name."""
    evidence = Evidence({"wei@acme.example": (ACME,)}, {}, {})
    assert told(Asked("thief@evil.example", "wei@acme.example (Wei)"), evidence) == [
        ("Acme Parts", Band.HINT, "The sender's name shows their address wei@acme.example.")
    ]


def test_a_sender_in_doubt_makes_nothing_likely() -> None:
    evidence = Evidence({"wei@acme.example": (ACME,)}, {}, {})
    assert told(Asked("wei@acme.example", "", is_certain=False), evidence) == [
        ("Acme Parts", Band.HINT, "wei@acme.example is an address of Acme Parts. Who really sent it is in doubt.")
    ]


def test_a_customer_is_suggested_once_with_the_best_reason() -> None:
    evidence = Evidence({}, {"acme.example": (Colleague(ACME, "", 3),)}, {"acme parts": (ACME,), "acme": (RETAIL,)})
    assert told(Asked("wei@acme.example", "Acme Parts"), evidence) == [
        ("Acme Parts", Band.STRONG, "Same domain as 3 earlier emails."),
        ("Acme Retail", Band.HINT, "The sender's name contains Acme Retail."),
    ]


def test_parts_of_a_name() -> None:
    assert parts_of("Acme Parts Orders") == [
        "acme parts orders",
        "acme parts",
        "parts orders",
        "acme",
        "parts",
        "orders",
    ]
    assert parts_of("Al Bo") == ["al bo"]
    assert parts_of("") == []
    assert parts_of("Straße ÄRZTE") == ["strasse ärzte", "strasse", "ärzte"]
    assert addresses_in('"Wei" <Wei@Acme.example>.') == ["wei@acme.example"]


@given(name=st.text(max_size=200), address=st.text(max_size=60), certain=st.booleans())
def test_no_sender_breaks_it_and_none_is_ever_certain(name: str, address: str, certain: bool) -> None:
    owners = dict.fromkeys((address, *addresses_in(name)), (ACME, RETAIL))
    evidence = Evidence(owners, {}, dict.fromkeys(parts_of(name), (ACME,)))
    found = suggest(Asked(address, name, certain), evidence)
    assert len(found) <= SUGGESTIONS
    assert all(one.band < Band.CERTAIN and one.reason for one in found)
    assert len({one.customer.id for one in found}) == len(found)
