"""Rules that people write: what fits, what becomes of it, and that no pattern can hang."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Decision
from desktop.domain.ids import CustomerId, RuleId
from desktop.domain.mail import Address
from desktop.domain.match_rule import PATTERN_CHARS, Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.matching.decide import decide_all
from desktop.matching.patterns import TEXT_CHARS, fits, folded
from tests.helpers.books import MemoryBook, customer
from tests.helpers.mails import parsed

ACME, BETA = customer(1, "Acme", "ann@acme.example"), customer(2, "Beta")
REF = CustomerRef(CustomerId(2), "Beta")


def rule(*conditions: Condition, action: Action = Action.CUSTOMER, tag: str = "") -> MatchRule:
    who = REF if action is Action.CUSTOMER else None
    return MatchRule(RuleId(1), "Pallets", conditions, action, who, tag)


def decided(made: MatchRule, sender: str = "x@else.example", **changes: object) -> Decision:
    (found,) = decide_all([parsed("a", sender, **changes)], MemoryBook([ACME, BETA], rules=[made]))
    return found


@pytest.mark.parametrize(
    ("condition", "fits_it"),
    [
        (Condition(Where.SENDER, "*@else.example"), True),
        (Condition(Where.SENDER, "else.example"), False),
        (Condition(Where.SENDER, "?@ELSE.example"), True),
        (Condition(Where.RECIPIENT, "support@*"), True),
        (Condition(Where.RECIPIENT, "sales@*"), False),
        (Condition(Where.SUBJECT, "order A"), True),
        (Condition(Where.SUBJECT, "o?der*a"), True),
        (Condition(Where.SUBJECT, "invoice"), False),
        (Condition(Where.BODY, "PALLET № ５"), True),
        (Condition(Where.HEADER, "<pallets.*>", "list-id"), True),
        (Condition(Where.HEADER, "pallets", "list-id"), False),
        (Condition(Where.HEADER, "*", "x-mailer"), False),
    ],
)
def test_a_condition(condition: Condition, fits_it: bool) -> None:
    made = decided(rule(condition), text="the pallet No 5 is here", flags={"list-id": "<pallets.else.example>"})
    assert (made.code is ReasonCode.RULE_MATCH) == fits_it
    if fits_it:
        assert (made.customer_id, made.confidence, made.needs_review) == (None, 80, True)
        assert made.suggestions[0].customer == REF
        assert made.reason.startswith("Your rule Pallets fits. When ")


def test_all_conditions_must_fit() -> None:
    both = rule(Condition(Where.SUBJECT, "order"), Condition(Where.SENDER, "nobody@*"))
    assert decided(both).code is ReasonCode.NO_MATCH


def test_a_rule_never_files_and_never_stands_above_an_exact_address() -> None:
    made = decided(rule(Condition(Where.SUBJECT, "order")), "ann@acme.example")
    assert (made.code, made.customer_id) == (ReasonCode.SYNCED, 1)


def test_a_rule_has_a_person_look_at_what_would_be_filed() -> None:
    looks = rule(Condition(Where.SUBJECT, "order"), action=Action.REVIEW)
    made = decided(looks, "ann@acme.example")
    assert (made.code, made.customer_id, made.needs_review) == (ReasonCode.RULE_REVIEW, None, True)
    assert made.suggestions[0].customer.name == "Acme"
    assert "have a person look at it." in made.reason


def test_a_rule_gives_a_tag_and_changes_nothing_else() -> None:
    made = decided(rule(Condition(Where.SUBJECT, "order"), action=Action.TAG, tag="orders"), "ann@acme.example")
    assert (made.code, made.customer_id, made.tags) == (ReasonCode.SYNCED, 1, ("orders",))


def test_a_writer_who_was_unwrapped_is_the_sender_too() -> None:
    made = decided(rule(Condition(Where.SENDER, "*@form.example")), reply_to=(Address("", "ben@form.example"),))
    assert made.code is ReasonCode.RULE_MATCH


def _slow(pattern: str, text: str) -> bool:
    """What a pattern means, by trying everything."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_slow(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and _slow(pattern[1:], text[1:])


@given(st.text(alphabet="ab*?.\\", max_size=8), st.text(alphabet="ab.\\", max_size=10))
def test_it_means_what_it_says(pattern: str, text: str) -> None:
    assert fits(pattern, text, whole=True) == _slow(pattern, text)
    assert fits(pattern, text, whole=False) == _slow(f"*{pattern}*", text)


@pytest.mark.parametrize("pattern", ["a?" * 99 + "b", "*a" * 99 + "b", "?" * 199 + "b", "(a+)+$" * 30, "*" * 200])
def test_no_pattern_hangs(pattern: str) -> None:
    text = folded("a" * TEXT_CHARS * 2)
    begun = time.thread_time()
    fits(pattern[:PATTERN_CHARS], text, whole=False)
    fits(pattern[:PATTERN_CHARS], text, whole=True)
    assert time.thread_time() - begun < 0.25  # 0.01 to 0.03 s; the budget is 0.05 s on a machine of its own
