"""What the rules make of labelled senders: what is filed is right, what is exact is filed, and how good the rest is.

The figures in docs/matching.md are those of this module (``python -m tests.unit.matching.test_corpus``).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from desktop.domain.decision import Decision
from desktop.domain.reasons import ReasonCode
from desktop.domain.review_item import SUREST
from desktop.domain.rule_limits import LIKENESS, NO_LIMITS, OFF, MatchingMode, mode_of
from desktop.matching.decide import decide_all
from desktop.matching.suggesting import best_of
from desktop.matching.surest import is_surest, may_be_surest
from desktop.matching.unwrapping import ask
from tests.helpers.books import MemoryBook
from tests.unit.matching.corpus import OURS, Case, Made, hand_cases, hand_customers, threads_of

SEEDS = (1, 2)
MADE = 1_500
HAND = hand_cases()


@dataclass(frozen=True)
class Figures:
    """Shares of labelled senders, 0 to 1. ``recall`` is by how the sender was made."""

    filed: int
    filed_right: float
    exact_filed: float
    similar_precision: float
    similar_recall: float
    recall: dict[str, float]


def of_hand() -> dict[str, Decision]:
    customers = hand_customers()
    book = MemoryBook(customers, threads_of(customers))
    decided = decide_all([case.mail() for case in HAND], book, ours=OURS)
    return {case.note: made for case, made in zip(HAND, decided, strict=True)}


HAND_DECIDED = cache(of_hand)


def test_there_are_enough() -> None:
    assert len(HAND) >= 150
    assert len({case.note for case in HAND}) == len(HAND)
    assert len(HAND) + MADE >= 1_650


@pytest.mark.parametrize("case", HAND, ids=lambda case: case.note)
def test_a_case_shaped_by_hand(case: Case) -> None:
    made = HAND_DECIDED()[case.note]
    suggestions = best_of(made.suggestions)
    best = suggestions[0].customer.name if suggestions else ""
    assert (made.code.value, made.confidence) == (case.code, case.confidence), made
    assert made.reason
    if made.code in {ReasonCode.AMBIGUOUS_MATCH, ReasonCode.INDIRECT_MATCH}:
        assert case.truth in {one.customer.name for one in suggestions}
    elif made.code is ReasonCode.SYNCED:
        filed = next(one for one in made.suggestions if one.customer.id == made.customer_id)
        assert filed.customer.name == case.truth
    else:
        assert best == case.truth


def test_similar_is_the_default_and_both_modes_file_the_same_mail() -> None:
    assert mode_of(NO_LIMITS) is MatchingMode.SIMILAR
    customers = hand_customers()
    exact = MemoryBook(customers, threads_of(customers), limits={LIKENESS: OFF})
    by_default = [HAND_DECIDED()[case.note] for case in HAND]
    strictly = decide_all([case.mail() for case in HAND], exact, ours=OURS)
    filed = [(made.customer_id, made.by) for made in strictly if made.customer_id is not None]
    assert filed == [(made.customer_id, made.by) for made in by_default if made.customer_id is not None]
    assert len(filed) >= 20
    assert all(made.needs_review for made in by_default if made.code is ReasonCode.SIMILAR_MATCH)


@cache
def decided_on(seed: int) -> tuple[Made, list[Case], list[Decision]]:
    """Return the world of one seed, its senders, and what was decided on each."""
    world = Made(seed)
    cases = list(world.cases(MADE))
    return world, cases, decide_all([case.mail() for case in cases], MemoryBook(world.customers), ours=OURS)


@cache
def figures(seed: int) -> Figures:
    """Return how good the rules are on the senders of one seed."""
    _, cases, decided = decided_on(seed)
    return _figures(cases, decided)


def _figures(cases: Sequence[Case], decided: Sequence[Decision]) -> Figures:
    both = list(zip(cases, decided, strict=True))
    filed = [(case, made) for case, made in both if made.customer_id is not None]
    right = [case for case, made in filed if _name(made) == case.truth]
    exact = [made for case, made in both if case.kind == "exact"]
    similar = [(case, made) for case, made in both if made.code is ReasonCode.SIMILAR_MATCH]
    meant = [(case, made) for case, made in both if case.truth and case.kind != "exact"]
    alike = [case for case, made in similar if best_of(made.suggestions)[0].customer.name == case.truth]
    total = Counter(case.kind for case, _ in meant)
    hits = Counter(case.kind for case, made in meant if made.code is ReasonCode.SIMILAR_MATCH and case in alike)
    return Figures(
        filed=len(filed),
        filed_right=len(right) / len(filed),
        exact_filed=sum(1 for made in exact if made.customer_id is not None) / len(exact),
        similar_precision=len(alike) / len(similar),
        similar_recall=sum(hits.values()) / len(meant),
        recall={kind: hits[kind] / total[kind] for kind in sorted(total)},
    )


def _name(made: Decision) -> str:
    return next(one.customer.name for one in made.suggestions if one.customer.id == made.customer_id)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_filed_is_right_and_what_is_exact_is_filed(seed: int) -> None:
    found = figures(seed)
    assert found.filed >= MADE // 4
    assert found.filed_right == 1.0
    assert found.exact_filed == 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_how_good_the_similar_band_is(seed: int) -> None:
    found = figures(seed)
    assert found.similar_precision >= 0.9
    assert found.similar_recall >= 0.6
    for kind in ("tag", "dots", "sister suffix", "subdomain"):
        assert found.recall[kind] >= 0.95, kind


def test_both_seeds_agree() -> None:
    one, other = (figures(seed) for seed in SEEDS)
    assert abs(one.similar_precision - other.similar_precision) <= 0.05
    assert abs(one.similar_recall - other.similar_recall) <= 0.08


BOUND = 3
"""With no error in N cases, the share of errors is below 3/N at 95 % confidence (the rule of three)."""


@cache
def surest_and_agreed(seed: int) -> tuple[list[bool], list[bool]]:
    """Return of each suggestion of the surest kind whether it was right, and the same where two rules agree on one."""
    world, cases, decided = decided_on(seed)
    known = {one.id: one.emails for one in world.customers}
    surest, agreed = [], []
    for case, made in zip(cases, decided, strict=True):
        asked, found = ask(case.mail(), OURS), made.suggestions
        if not (made.needs_review and found):
            continue
        is_right = best_of(found)[0].customer.name == case.truth
        if may_be_surest(asked, found) and is_surest(asked, known[found[0].customer.id]):
            surest.append(is_right)
        if len({one.customer.id for one in found}) == 1 and len({one.rule for one in found if one.band == 80}) > 1:
            agreed.append(is_right)
    return surest, agreed


@pytest.mark.parametrize("seed", SEEDS)
def test_what_may_be_accepted_together_is_at_least_as_right_as_stated(seed: int) -> None:
    surest, _ = surest_and_agreed(seed)
    assert all(surest)
    assert 100 * (1 - BOUND / len(surest)) >= SUREST


def test_that_two_rules_agree_would_not_bear_that_figure() -> None:
    shares = [sum(agreed) / len(agreed) for _, agreed in map(surest_and_agreed, SEEDS)]
    assert 100 * min(shares) < SUREST


if __name__ == "__main__":
    for number in SEEDS:
        sure, both = surest_and_agreed(number)
        print(number, figures(number))
        print(f"  surest: {sum(sure)} of {len(sure)} right; two rules agree: {sum(both)} of {len(both)}")
