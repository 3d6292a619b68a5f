"""Possible duplicates: labelled pairs in many scripts; what the strengths promise is what ``docs/duplicates.md`` says.

``python -m tests.unit.matching.test_duplicates`` prints the figures.
"""

from collections import Counter
from pathlib import Path

import pytest

from desktop.domain.addresses import normalise_address
from desktop.domain.customer import Customer
from desktop.domain.duplicates import Strength
from desktop.domain.ids import CustomerId
from desktop.matching.duplicates import Looked, strength_of, weigh
from desktop.matching.name_likeness import NameLikeness, how_named

PAIRS = Path(__file__).parents[2] / "data" / "duplicates" / "pairs.tsv"


def labelled() -> list[tuple[bool, str, Customer, Customer]]:
    """Return truth, note and the two customers of each pair."""
    lines = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(truth == "same", note, _customer(1, one), _customer(2, other)) for truth, note, one, other in lines]


def _customer(number: int, text: str) -> Customer:
    name, addresses, phones, company, *_ = [*text.split(";"), "", "", ""]
    each = tuple(normalise_address(address) for address in addresses.split())
    return Customer(CustomerId(number), name, each, company, phones=(phones,) if phones else ())


def figures() -> dict[Strength, tuple[int, int]]:
    """Return, for each strength, how many pairs are the same and how many are not."""
    found: Counter[tuple[Strength, bool]] = Counter()
    for is_same, _, one, other in labelled():
        found[weigh(one, other).strength, is_same] += 1
    return {strength: (found[strength, True], found[strength, False]) for strength in Strength}


def test_very_likely_is_right_and_most_are_found() -> None:
    told = figures()
    assert told[Strength.VERY_LIKELY] == (41, 0)
    assert told[Strength.LIKELY] == (3, 0)
    assert told[Strength.WORTH_A_LOOK] == (6, 8)
    assert told[Strength.NONE] == (5, 35)


def test_it_is_the_same_both_ways_round() -> None:
    for _, note, one, other in labelled():
        assert weigh(one, other) == weigh(other, one), note
        assert strength_of(Looked(other), Looked(one)) is weigh(one, other).strength, note


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("spelling of a company", "same domain, other spelling"),
        ("private and company address", "same phone +351 912 345 678, same name"),
        ("dots in free mail", "addresses alike (only dots or dashes differ), same name"),
        ("sister domains", "sister domains of fjord-outdoor, same name, other spelling"),
        ("family, one address", "same address family@berg.example, same domain"),
    ],
)
def test_the_evidence_is_told_in_words(note: str, words: str) -> None:
    (pair,) = [weigh(one, other) for _, known, one, other in labelled() if known == note]
    assert pair.words == words


def test_threads_in_common_say_something_only_with_more() -> None:
    ann, bob = _customer(1, "Ann Lee;ann@acme.example"), _customer(2, "Omar Haddad;omar@zeta.example")
    assert weigh(ann, bob, threads=1).strength is Strength.NONE
    assert weigh(ann, bob, threads=3).strength is Strength.WORTH_A_LOOK
    assert weigh(ann, bob, threads=3).words == "3 threads in common"
    twin = _customer(2, "Ann Lee;ann.lee@gmail.com")
    assert (weigh(ann, twin).strength, weigh(ann, twin, threads=1).strength) == (Strength.WORTH_A_LOOK, Strength.LIKELY)


def test_at_the_end_of_a_name_a_letter_makes_another_person() -> None:
    assert how_named("Martin Keller", "Martina Keller") is NameLikeness.NONE
    assert how_named("Maria Rossi", "Mario Rossi") is NameLikeness.NONE
    assert how_named("Cathrine Blake", "Catherine Blake") is NameLikeness.SLIP


if __name__ == "__main__":
    for level, (right, wrong) in reversed(figures().items()):
        print(f"{level.words}: {right} the same, {wrong} not")
    for same, why, first, second in labelled():
        pair = weigh(first, second)
        if same is not bool(pair.strength) or (not same and pair.strength > Strength.WORTH_A_LOOK):
            print(same, why, pair.strength.name, pair.words)
