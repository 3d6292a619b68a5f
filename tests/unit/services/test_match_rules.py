"""Rules that people write, from the command to the queue; and how right each rule has been."""

from datetime import timedelta

import pytest

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate, Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.services.match_rules import add_rule, preview_rule, remove_rule
from desktop.services.review import assign
from desktop.services.suggestions import review_queue
from desktop.services.undo import undo
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def rule(customer: CustomerId, *conditions: Condition) -> MatchRule:
    return MatchRule(RuleId(0), " Pallets ", conditions, Action.CUSTOMER, CustomerRef(customer, "Acme Parts"))


PALLETS = Condition(Where.SUBJECT, "pallet")


def test_a_rule_suggests_in_the_queue_until_it_is_removed_and_undo_brings_it_back(office: Office) -> None:
    acme = office.customer("Acme Parts")
    office.mail(letter("Ana", "ana@x.example", "broken pallet"), waits())
    office.mail(letter("Ana", "ana@x.example", "invoice"), waits(), at=NOON + timedelta(minutes=1))

    def suggested() -> list[list[str]]:
        with office.store.read() as read:
            return [[one.reason for one in item.suggestions] for item in review_queue(read)]

    with office.store.write() as uow:
        number, change = add_rule(uow, rule(acme, PALLETS), CLOCK)
    says = "Your rule Pallets fits. When the subject has \u201cpallet\u201d: suggest Acme Parts."
    assert (change.words, suggested()) == ("Added the rule Pallets", [[says], []])
    with office.store.write() as uow:
        assert remove_rule(uow, number, CLOCK).words == "Removed the rule Pallets"
    assert suggested() == [[], []]
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert suggested() == [[says], []]


def test_a_body_is_read_only_for_a_rule_that_looks_into_it(office: Office) -> None:
    acme = office.customer("Acme Parts")
    office.mail(letter("Ana", "ana@x.example", "words", "the broken  PALLET is here"), waits())
    with office.store.write() as uow:
        add_rule(uow, rule(acme, Condition(Where.BODY, "broken*pallet")), CLOCK)
    with office.store.read() as read:
        (item,) = review_queue(read)
    assert [one.rule for one in item.suggestions] == ["custom"]


def test_a_preview_counts_what_fits_and_what_a_person_decided(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    ids = [office.mail(letter("Wei", "wei@acme.example", f"pallet {n}"), filed_with(acme)) for n in range(3)]
    office.mail(letter("Ana", "ana@x.example", "invoice"), waits())
    with office.store.write() as uow:
        assign(uow, ids[:1], acme, remember=False, clock=CLOCK)
    with office.store.read() as read:
        found = preview_rule(read, rule(acme, PALLETS))
    assert (found.fitting, found.looked_at, found.decided) == (tuple(reversed(ids)), 4, 1)
    assert found.words == (
        "The rule fits 3 of the newest 4 emails. 1 of them were decided by a person and stay as they are."
    )


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (rule(CustomerId(1)), "between 1 and 10 conditions"),
        (rule(CustomerId(1), Condition(Where.SUBJECT, " *?* ")), "letters to look for"),
        (rule(CustomerId(1), Condition(Where.SUBJECT, "x" * 201)), "at most 200 characters"),
        (rule(CustomerId(1), Condition(Where.HEADER, "x", "X-Secret")), "is not kept of a mail"),
        (MatchRule(RuleId(0), "n", (PALLETS,), Action.CUSTOMER), "needs one"),
        (MatchRule(RuleId(0), "n", (PALLETS,), Action.TAG), "needs one"),
        (MatchRule(RuleId(0), " ", (PALLETS,), Action.REVIEW), "needs a name"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_words(office: Office, made: MatchRule, says: str) -> None:
    with office.store.write() as uow, pytest.raises(CommandRefused, match=says):
        add_rule(uow, made, CLOCK)


def test_a_rule_that_is_not_there_cannot_be_removed(office: Office) -> None:
    with office.store.write() as uow, pytest.raises(CommandRefused, match="There is no rule 7"):
        remove_rule(uow, RuleId(7), CLOCK)


def said(customer: CustomerId, rule_name: str = "similar_address") -> Decision:
    found = Candidate(CustomerRef(customer, "Acme"), Band.STRONG, "Because.", rule_name)
    return Decision(
        ReasonCode.SIMILAR_MATCH, "Because.", "rule:review", None, 80, needs_review=True, suggestions=(found,)
    )


def test_how_right_a_rule_has_been_against_what_it_says(office: Office) -> None:
    acme, other = office.customer("Acme Parts", "wei@acme.example"), office.customer("Other")
    ids = [office.mail(letter("Wei", "wie@acme.example", f"{n}"), said(acme)) for n in range(25)]
    filed = [office.mail(letter("Wei", "wei@acme.example", f"filed {n}"), filed_with(acme)) for n in range(4)]
    with office.store.write() as uow:
        assign(uow, ids[:10], acme, remember=False, clock=CLOCK)
    with office.store.write() as uow:
        assign(uow, [*ids[10:], filed[0]], other, remember=False, clock=CLOCK)
    with office.store.read() as read:
        records = {one.rule: one for one in read.rule_records.every()}
    similar = records["similar_address"]
    assert (similar.stated, similar.decided, similar.agreed, similar.measured) == (80, 25, 10, 40)
    assert similar.advice == "It says 80 % and is right in 40 %: look twice at what it suggests, or tighten it."
    exact = records["exact_address"]
    assert (exact.decided, exact.corrected, exact.unseen) == (1, 1, 3)
    assert (exact.advice, exact.verdict) == ("", "Too few decisions to tell.")
    with office.store.write() as uow:
        undo(uow, CLOCK)
    with office.store.read() as read:
        similar = next(one for one in read.rule_records.every() if one.rule == "similar_address")
    assert (similar.decided, similar.agreed) == (10, 10)
    assert (similar.corrected, similar.unseen) == (0, 0)


def test_mail_that_nobody_looked_at_says_nothing_of_how_right_a_rule_is(office: Office) -> None:
    acme, other = office.customer("Acme Parts", "wei@acme.example"), office.customer("Other")
    ids = [office.mail(letter("Wei", "wei@acme.example", f"{n}"), filed_with(acme)) for n in range(41)]
    with office.store.read() as read:
        (record,) = read.rule_records.every()
    assert (record.decided, record.unseen) == (0, 41)
    assert record.verdict == "Nobody has decided on any of it yet, so nothing is known of how right it is."
    for some, whose in ((ids[:12], acme), (ids[12:20], other)):
        with office.store.write() as uow:
            assign(uow, some, whose, remember=False, clock=CLOCK)
    with office.store.read() as read:
        (record,) = read.rule_records.every()
    assert (record.decided, record.agreed, record.measured, record.unseen) == (20, 12, 60, 21)
    assert record.advice == (
        "Of 20 mails that it filed and people decided on, they moved 8: look for addresses that are listed with the "
        "wrong customer, and for learned ones to remove. Of 21 more that it filed, nobody has said "
        "whether they are right."
    )
