"""A rule of one's own applied to stored mail: tags, what comes to review, whom it suggests; previewed, and one undo."""

from dataclasses import replace

import pytest

from desktop.domain.customer import CustomerRef
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.ids import EmailId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.services import rule_past
from desktop.services.match_rules import add_rule, change_rule
from desktop.services.review import assign
from desktop.services.rule_past import apply_rule_past, preview_rule_past
from desktop.services.tags import add_tag
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def stored(office: Office, action: Action, where: Where = Where.SUBJECT, **more: object) -> RuleId:
    rule = MatchRule(RuleId(0), "Pallets", (Condition(where, "pallet"),), action, **more)  # type: ignore[arg-type]
    with office.store.write() as uow:
        return add_rule(uow, rule, CLOCK)[0]


def tags(office: Office) -> dict[str, tuple[str, ...]]:
    with office.store.read() as read:
        rows = read.emails.by_ids([EmailId(number) for number in range(1, 9)])
    return {row.subject: row.tags for row in rows.values()}


def told(office: Office, rule: RuleId) -> str:
    with office.store.read() as read:
        return preview_rule_past(read, rule).words


def apply(office: Office, rule: RuleId) -> str:
    with office.store.write() as uow:
        return apply_rule_past(uow, preview_rule_past(uow.read, rule), CLOCK).words


def test_a_tag_is_given_to_mail_that_is_here_shown_first_and_one_undo_takes_it_back(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    by_hand = office.mail(letter("Wei", "wei@acme.example", "pallet by hand"), filed_with(acme))
    tagged = office.mail(letter("Ana", "ana@x.example", "pallet tagged"), waits())
    office.mail(letter("Ana", "ana@x.example", "pallet new"), waits())
    office.mail(letter("Ana", "ana@x.example", "invoice"), waits())
    office.mail(letter("We", "support@shop.example", "pallet sent"), waits(), outbound=True)
    with office.store.write() as uow:
        assign(uow, [by_hand], acme, remember=False, clock=CLOCK)
        add_tag(uow, [tagged], "freight", CLOCK)
    rule = stored(office, Action.TAG, tag="Freight")
    before = tags(office)
    assert told(office, rule) == "The rule Pallets fits 3 of 5 emails. 2 emails would get the tag Freight."
    assert apply(office, rule) == "Applied the rule Pallets to stored mail: tagged 2 emails Freight"
    assert tags(office) == {
        "pallet by hand": ("freight",),
        "pallet tagged": ("freight",),
        "pallet new": ("freight",),
        "invoice": (),
        "pallet sent": (),
    }
    assert told(office, rule) == "The rule Pallets fits 3 of 5 emails. Nothing would change."
    assert apply(office, rule) == "The rule Pallets changes nothing of stored mail."
    with office.store.read() as read:
        assert read.emails.by_ids([by_hand])[by_hand].decided_by == "person"
    after = tags(office)
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert tags(office) == before
    with office.store.write() as uow:
        redo(uow, CLOCK)
    assert tags(office) == after


def test_what_a_rule_filed_comes_to_review_and_what_a_person_filed_does_not(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    office.mail(letter("Wei", "wei@acme.example", "filed", "the pallet is broken"), filed_with(acme))
    by_hand = office.mail(letter("Wei", "wei@acme.example", "by hand", "a pallet"), filed_with(acme))
    with office.store.write() as uow:
        assign(uow, [by_hand], acme, remember=False, clock=CLOCK)
    rule = stored(office, Action.REVIEW, Where.BODY)
    assert told(office, rule) == "The rule Pallets fits 2 of 2 emails. 1 email would come to Needs Review."
    assert apply(office, rule) == "Applied the rule Pallets to stored mail: 1 email changed"
    with office.store.read() as read:
        rows = read.emails.by_ids([EmailId(1), by_hand])
    assert [(row.code, row.needs_review) for row in rows.values()] == [("RULE_REVIEW", True), ("SYNCED", False)]
    with office.store.write() as uow:
        undo(uow, CLOCK)
    with office.store.read() as read:
        assert read.emails.by_ids([EmailId(1)])[EmailId(1)].customer_id == acme


def test_all_that_waits_is_suggested_with_how_far_it_is_and_one_undo(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_past, "_AT_ONCE", 2)
    monkeypatch.setattr(rule_past, "SHOWN", 3)
    acme = office.customer("Acme Parts", "wei@acme.example")
    for number in range(5):
        office.mail(letter("Ana", "ana@x.example", f"pallet {number}"), waits())
    rule = stored(office, Action.CUSTOMER, customer=CustomerRef(acme, "Acme Parts"))
    looked, done = list[tuple[int, int]](), list[tuple[int, int]]()
    with office.store.read() as read:
        found = preview_rule_past(read, rule, lambda at, of: looked.append((at, of)))
    assert found.words == "The rule Pallets fits 5 of 5 emails. 5 emails would be suggested for Acme Parts."
    assert ([one.row.subject for one in found.shown], looked) == (
        ["pallet 4", "pallet 3", "pallet 2"],
        [(2, 5), (4, 5), (5, 5)],
    )
    with office.store.write() as uow:
        told = apply_rule_past(uow, found, CLOCK, lambda at, of: done.append((at, of))).words
    assert (told, done) == ("Applied the rule Pallets to stored mail: 5 emails changed", looked)
    assert codes(office) == ["RULE_MATCH"] * 5
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert codes(office) == ["NO_MATCH"] * 5


def codes(office: Office) -> list[str]:
    with office.store.read() as read:
        return [row.code for row in read.emails.by_ids([EmailId(number) for number in range(1, 6)]).values()]


def test_what_is_stopped_changes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_past, "_AT_ONCE", 2)
    for number in range(5):
        office.mail(letter("Ana", "ana@x.example", f"pallet {number}"), waits())
    rule = stored(office, Action.TAG, tag="Freight")
    before = tags(office)

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise AppError(ReasonCode.STOPPED, "It was stopped.")

    with office.store.read() as read:
        found = preview_rule_past(read, rule)
        with pytest.raises(AppError, match="stopped"):
            preview_rule_past(read, rule, stop)
    with pytest.raises(AppError, match="stopped"), office.store.write() as uow:
        apply_rule_past(uow, found, CLOCK, stop)
    assert tags(office) == before
    assert told(office, rule).endswith("5 emails would get the tag Freight.")


def test_what_was_shown_is_not_done_with_a_rule_that_was_changed_since(office: Office) -> None:
    office.mail(letter("Ana", "ana@x.example", "pallet"), waits())
    rule = stored(office, Action.TAG, tag="Freight")
    with office.store.read() as read:
        found = preview_rule_past(read, rule)
    with office.store.write() as uow:
        change_rule(uow, replace(found.rule, tag="Other"), CLOCK)
    with pytest.raises(CommandRefused, match="has been changed since"), office.store.write() as uow:
        apply_rule_past(uow, found, CLOCK)


def test_a_rule_that_is_gone_is_refused(office: Office) -> None:
    with office.store.read() as read, pytest.raises(CommandRefused, match="There is no rule 7"):
        preview_rule_past(read, RuleId(7))
