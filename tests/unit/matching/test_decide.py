"""Only one certain customer files a mail; whatever else there is, a person is asked, with the reason."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.matching.asked import Asked
from desktop.matching.book import Basis, Book
from desktop.matching.decide import RULES, decide_all
from tests.helpers.books import MemoryBook, customer
from tests.helpers.mails import parsed

ACME, BETA = CustomerRef(CustomerId(1), "Acme"), CustomerRef(CustomerId(2), "Beta")


class BookOf(MemoryBook):
    """Customers with addresses at acme.example, by the local part."""

    def __init__(self, **owners: tuple[CustomerRef, ...]) -> None:
        addresses: dict[CustomerRef, list[str]] = {}
        for name, customers in owners.items():
            for one in customers:
                addresses.setdefault(one, []).append(f"{name}@acme.example")
        super().__init__([customer(one.id, one.name, *each) for one, each in addresses.items()])


class Sure:
    """A rule that suggests Beta for everything."""

    name = "sure"
    basis = Basis.MAIL

    def __init__(self, band: Band) -> None:
        self._band = band

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        return [[Candidate(BETA, self._band, "It feels right.", self.name)] for _ in mails]


def test_the_exact_address_of_one_customer_files_with_its_reason() -> None:
    (made,) = decide_all([parsed("a")], BookOf(ann=(ACME,)))
    assert (made.code, made.customer_id, made.confidence, made.needs_review) == (ReasonCode.SYNCED, 1, 100, False)
    assert made.by == "rule:exact_address"
    assert made.reason == "The sender's address ann@acme.example is one of Acme's addresses."


def test_a_shared_address_is_never_guessed() -> None:
    (made,) = decide_all([parsed("a")], BookOf(ann=(ACME, BETA)))
    assert (made.code, made.customer_id, made.needs_review) == (ReasonCode.AMBIGUOUS_MATCH, None, True)
    assert "Acme, Beta" in made.reason
    assert {found.customer.name for found in made.suggestions} == {"Acme", "Beta"}


def test_nobody_has_the_address() -> None:
    (made,) = decide_all([parsed("a")], BookOf())
    assert (made.code, made.customer_id, made.needs_review) == (ReasonCode.NO_MATCH, None, True)
    assert "ann@acme.example" in made.reason


def test_a_doubtful_sender_is_never_filed() -> None:
    (made,) = decide_all([parsed("a", sender=None)], BookOf(ann=(ACME,)))
    assert (made.code, made.customer_id, made.reason) == (ReasonCode.SENDER_AMBIGUOUS, None, "It has two From lines.")


@pytest.mark.parametrize("band", [Band.HINT, Band.STRONG])
def test_a_rule_that_is_not_certain_only_suggests(band: Band) -> None:
    (made,) = decide_all([parsed("a")], BookOf(), [Sure(band)])
    assert (made.code, made.needs_review, made.confidence) == (ReasonCode.NO_MATCH, True, int(band))
    assert [found.customer for found in made.suggestions] == [BETA]


def test_two_certain_rules_that_disagree_ask_a_person() -> None:
    (made,) = decide_all([parsed("a")], BookOf(ann=(ACME,)), [*RULES, Sure(Band.CERTAIN)])
    assert made.code is ReasonCode.AMBIGUOUS_MATCH


def test_a_batch_asks_the_book_as_often_as_one_mail() -> None:
    book = BookOf(ann=(ACME,), bob=(BETA,))
    mails = [parsed("a"), parsed("b", sender="bob@acme.example"), parsed("c", sender=None), parsed("d", sender="x@y.z")]
    codes = [made.code for made in decide_all(mails, book)]
    once = BookOf()
    decide_all([parsed("a")], once)
    assert book.asked == once.asked
    assert codes == [ReasonCode.SYNCED, ReasonCode.SYNCED, ReasonCode.SENDER_AMBIGUOUS, ReasonCode.NO_MATCH]


@given(st.lists(st.sampled_from(["ann", "bob", "eve", None]), max_size=8))
def test_nothing_is_filed_without_exactly_one_owner(senders: list[str | None]) -> None:
    book = BookOf(ann=(ACME,), bob=(ACME, BETA))
    mails = [parsed(str(at), sender=f"{name}@acme.example" if name else None) for at, name in enumerate(senders)]
    for name, made in zip(senders, decide_all(mails, book), strict=True):
        assert (made.customer_id is not None) == (name == "ann")
        assert made.needs_review == (name != "ann")
        assert made.reason
