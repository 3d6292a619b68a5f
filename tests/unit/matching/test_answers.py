"""Mails that differ in nothing a rule looks at are judged once, and each as if it stood alone."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from desktop.domain.decision import Decision
from desktop.domain.evidence import Known
from desktop.domain.ids import CustomerId
from desktop.domain.mail import ParsedMail
from desktop.matching import answers
from desktop.matching.answers import Answers
from desktop.matching.decide import decide_all
from desktop.matching.likeness import is_slip
from tests.helpers.books import MemoryBook, customer
from tests.helpers.mails import parsed
from tests.unit.matching.corpus import OURS, Made, hand_cases, hand_customers, threads_of


class Asked(MemoryBook):
    """A book that notes whose like it was asked for."""

    def near(self, addresses: Collection[str]) -> Mapping[str, tuple[Known, ...]]:
        self.near_asked = sorted(addresses)
        return super().near(addresses)


def in_batches(mails: list[ParsedMail], book: MemoryBook, size: int) -> list[Decision]:
    held = Answers()
    parts = [mails[at : at + size] for at in range(0, len(mails), size)]
    return [made for part in parts for made in decide_all(part, book, ours=OURS, known=held.at(7))]


@pytest.mark.parametrize("most", [10_000, 40])
def test_senders_are_judged_in_batches_as_each_mail_alone(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "HELD", most)
    world = Made(3, customers=120)
    customers = [*hand_customers(), *(replace(one, id=CustomerId(one.id + 1_000)) for one in world.customers)]
    book = MemoryBook(customers, threads_of(customers))
    mails = [case.mail() for case in (*hand_cases(), *world.cases(90))]
    alone = [decide_all([mail], book, ours=OURS)[0] for mail in mails]
    often = [at for at in range(len(mails)) for _ in range(2)]
    Random(5).shuffle(often)
    assert in_batches([mails[at] for at in often], book, 50) == [alone[at] for at in often]


def test_who_writes_again_is_not_looked_up_again_until_customers_change() -> None:
    book, held = Asked([customer(1, "Acme", "lena@acme.com")]), Answers()
    mails = [parsed("a", "lenna@acme.com"), parsed("b", "lenna@acme.com"), parsed("c", "eve@x.example")]
    decide_all(mails[:2], book, known=held.at(1))
    assert book.near_asked == ["lenna@acme.com"]
    decide_all(mails, book, known=held.at(1))
    assert book.near_asked == ["eve@x.example"]
    changed = Asked([customer(1, "Acme", "lenna@acme.com")])
    (made, *_) = decide_all(mails, changed, known=held.at(2))
    assert changed.near_asked == ["eve@x.example", "lenna@acme.com"]
    assert made.customer_id == 1


def slip(first: str, second: str) -> bool:
    """What one slip is, letter by letter."""
    if OSA.distance(first, second) != 1:
        return False
    if len(first) == len(second):
        changed = "".join(one + other for one, other in zip(first, second, strict=True) if one != other)
    else:
        longer, shorter = sorted((first, second), key=len, reverse=True)
        at = next(at for at in range(len(longer)) if longer[:at] + longer[at + 1 :] == shorter)
        changed = longer[at]
    return not any(map(str.isdigit, changed))


@given(st.text("ab1", max_size=5), st.text("ab1", max_size=5))
def test_a_slip_is_one_letter_and_no_digit(first: str, second: str) -> None:
    assert is_slip(first, second) == slip(first, second)
