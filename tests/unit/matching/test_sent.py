"""Sent mail is matched by its recipients (MA14): one customer files it, several ask a person, none asks nobody."""

import pytest

from desktop.domain.mail import Address
from desktop.domain.reasons import ReasonCode
from desktop.matching.decide import decide_all_sent
from tests.helpers.mails import parsed
from tests.unit.matching.test_decide import ACME, BETA, BookOf

BOOK = {"ann": (ACME,), "alice": (ACME,), "ben": (BETA,), "front": (ACME, BETA)}
OWN = "support@shop.example"


def people(*names: str) -> tuple[Address, ...]:
    """Addresses at the customers' domain."""
    return tuple(Address("", f"{name}@acme.example") for name in names)


@pytest.mark.parametrize("role", ["to", "cc", "bcc"])
def test_one_customer_among_the_recipients_files_it(role: str) -> None:
    mail = parsed("a", OWN, **{"to": people("stranger"), role: people("ann")})
    (made,) = decide_all_sent([mail], BookOf(**BOOK))
    assert (made.code, made.customer_id, made.confidence, made.needs_review) == (ReasonCode.SYNCED, 1, 100, False)
    assert made.by == "rule:exact_recipient"
    assert made.reason == "It was sent to ann@acme.example, one of Acme's addresses."


def test_two_addresses_of_one_customer_are_one_customer() -> None:
    (made,) = decide_all_sent([parsed("a", OWN, to=people("ann"), cc=people("alice", "ann"))], BookOf(**BOOK))
    assert (made.code, made.customer_id) == (ReasonCode.SYNCED, 1)


@pytest.mark.parametrize("names", [("ann", "ben"), ("front",)])
def test_several_customers_ask_a_person(names: tuple[str, ...]) -> None:
    (made,) = decide_all_sent([parsed("a", OWN, to=people(*names))], BookOf(**BOOK))
    assert (made.code, made.customer_id, made.needs_review) == (ReasonCode.AMBIGUOUS_MATCH, None, True)
    assert made.reason == "It was sent to addresses of 2 customers: Acme, Beta."
    assert {found.customer.name for found in made.suggestions} == {"Acme", "Beta"}


@pytest.mark.parametrize("to", [people("stranger"), ()])
def test_nobody_who_is_a_customer_asks_nobody(to: tuple[Address, ...]) -> None:
    (made,) = decide_all_sent([parsed("a", OWN, to=to)], BookOf(**BOOK))
    assert (made.code, made.customer_id, made.needs_review) == (ReasonCode.NO_MATCH, None, False)
    assert made.reason == "It was sent to nobody who is a customer."


def test_whom_we_are_does_not_matter() -> None:
    (made,) = decide_all_sent([parsed("a", None, to=people("ann"))], BookOf(**BOOK))
    assert made.code is ReasonCode.SYNCED


def test_more_recipients_than_are_read_may_hide_another_customer() -> None:
    (made,) = decide_all_sent([parsed("a", OWN, to=people("ann"), recipients_total=800)], BookOf(**BOOK))
    assert (made.code, made.needs_review) == (ReasonCode.AMBIGUOUS_MATCH, True)
    assert "It has 800 recipients, of which only 500 were looked at." in made.reason


def test_the_book_is_asked_once_for_all_of_them() -> None:
    book = BookOf(**BOOK)
    mails = [parsed("a", OWN, to=people(name)) for name in ("ann", "ben", "stranger")]
    codes = [made.code for made in decide_all_sent(mails, book)]
    assert codes == [ReasonCode.SYNCED, ReasonCode.SYNCED, ReasonCode.NO_MATCH]
    assert book.asked == 1
