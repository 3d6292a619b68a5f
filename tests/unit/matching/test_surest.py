"""Which suggestions may be accepted together (how right they are is measured in ``test_corpus``)."""

import pytest

from desktop.domain.customer import Customer, CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.matching.asked import NOT_TOLD
from desktop.matching.surest import is_surest, is_written_otherwise, may_be_surest
from desktop.matching.unwrapping import ask
from tests.unit.matching.corpus import OURS, Case, hand_customers
from tests.unit.matching.test_corpus import HAND, HAND_DECIDED


def test_the_senders_shaped_by_hand_too() -> None:
    known = {one.name: one.emails for one in hand_customers()}
    found = []
    for case in HAND:
        made = HAND_DECIDED()[case.note]
        asked = ask(case.mail(), OURS)
        if made.needs_review and may_be_surest(asked, made.suggestions):
            name = made.suggestions[0].customer.name
            if is_surest(asked, known[name]):
                found.append((case.note, name == case.truth))
    assert all(right for _, right in found)
    assert {note for note, _ in found} >= {"tag", "dots left out", "tag left out", "other tag"}


@pytest.mark.parametrize(
    ("asked", "known", "sure"),
    [
        ("ann+shop@acme.example", "ann@acme.example", True),
        ("a.nn@acme.example", "ann@acme.example", True),
        ("ann.marie@googlemail.com", "ann.marie@gmail.com", True),
        ("marie@mail.acme.com", "marie@acme.com", True),
        ("marie@acme.de", "marie@acme.com", False),
        ("marie@acne.com", "marie@acme.com", False),
        ("maria.lopez@acme.com", "marie.lopez@acme.com", False),
        ("ann@acme.example", "ann@acme.example", False),
    ],
)
def test_only_what_the_mail_system_makes_nothing_of(asked: str, known: str, sure: bool) -> None:
    assert is_written_otherwise(asked, known) is sure


def test_a_doubt_or_another_customer_in_mind_is_enough_against_it() -> None:
    mail = Case("", "Ann", "ann+shop@acme.example").mail()
    customers = hand_customers()[:2]
    alike, other = (
        Candidate(_ref(one), band, "It is like it.", rule)
        for one, band, rule in zip(customers, (Band.STRONG, Band.HINT), ("similar_address", "name"), strict=True)
    )
    plain = ask(mail, NOT_TOLD)
    assert may_be_surest(plain, [alike])
    assert not may_be_surest(plain, [alike, other])
    assert not may_be_surest(plain, [])
    for extras in ({"dmarc": "fail"}, {"raw": "A <ann@acme.example>, B <b@acme.example>"}):
        doubted = ask(Case("", "Ann", "ann+shop@acme.example", extras).mail(), OURS)
        assert not may_be_surest(doubted, [alike]), extras


def _ref(one: Customer) -> CustomerRef:
    return CustomerRef(one.id, one.name)
