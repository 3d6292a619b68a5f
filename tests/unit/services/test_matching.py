"""What a person says about matching as a whole: the mode, tightened rules, and who we are; each with its undo."""

import random
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Decision
from desktop.domain.delivery_report import DeliveryReport, Outcome, RecipientStatus
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId, RuleId
from desktop.domain.mail import HandedOn
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.domain.rule_limits import MatchingMode, mode_of
from desktop.domain.rule_record import RuleRecord
from desktop.services.deciding import decide_letters
from desktop.services.match_rules import add_rule, change_rule, move_rule, preview_rule, remove_rule
from desktop.services.matching import add_our_name, loosen, remove_our_name, set_mode, tighten
from desktop.services.review import assign
from desktop.services.rule_past import RulePast, apply_rule_past, preview_rule_past
from desktop.services.suggestions import review_queue
from desktop.services.tags import add_tag
from desktop.services.undo import undo
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()
NEW = RuleId(0)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def do(office: Office, command: Callable[[UnitOfWork, Clock], ChangeSet]) -> str:
    with office.store.write() as uow:
        return command(uow, CLOCK).words


def take_back(office: Office) -> str:
    return do(office, undo)


def suggested(office: Office) -> list[list[tuple[str, int]]]:
    with office.store.read() as read:
        return [[(one.rule, int(one.band)) for one in item.suggestions] for item in review_queue(read)]


def decided(office: Office, *numbers: EmailId) -> list[Decision]:
    """What the engine would say of stored mail that came in now."""
    with office.store.read() as read:
        letters = read.letters.get(numbers, with_text=True)
        made = decide_letters(read, [letters[number] for number in numbers])
    return [made[number] for number in numbers]


def test_exact_only_suggests_nothing_that_is_merely_alike_in_engine_and_queue(office: Office) -> None:
    acme = office.customer("Acme Parts", "ann.lee@gmail.example")
    waiting = office.mail(letter("A", "annlee@gmail.example", "hello"), waits())
    exact = office.mail(letter("A", "ann.lee@gmail.example", "hi"), filed_with(acme))
    similar, filed = decided(office, waiting, exact)
    assert (similar.code, similar.confidence, similar.needs_review) == ("SIMILAR_MATCH", 80, True)
    assert (filed.customer_id, filed.confidence) == (acme, 100)
    assert suggested(office) == [[("similar_address", 80)]]

    assert do(office, lambda uow, clock: set_mode(uow, MatchingMode.EXACT, clock)) == "Matching: Exact only"
    similar, filed = decided(office, waiting, exact)
    assert (similar.code, similar.confidence, similar.needs_review) == ("NO_MATCH", 0, True)
    assert (filed.customer_id, filed.confidence) == (acme, 100), "an exact address is filed in both modes"
    assert suggested(office) == [[]]
    again = do(office, lambda uow, clock: set_mode(uow, MatchingMode.EXACT, clock))
    assert again == "Matching: Exact only: it was so already."

    assert take_back(office) == "Undone: Matching: Exact only"
    with office.store.read() as read:
        assert mode_of(read.matching.limits()) is MatchingMode.SIMILAR
    assert suggested(office) == [[("similar_address", 80)]]


def test_nothing_but_an_exact_address_is_filed_in_either_mode(office: Office) -> None:
    office.customer("Acme Parts", "ann@acme-parts.example", "wei@acme-parts.example")
    office.customer("Ann Lee", "annlee@mail.example")
    alike = ("an@acme-parts.example", "new@acme-parts.example", "ann+x@acme-parts.example", "ann.lee@mail.example")
    numbers = [office.mail(letter("Ann Lee", one, f"hello {one}"), waits()) for one in alike]
    for mode in MatchingMode:
        with office.store.write() as uow:
            set_mode(uow, mode, CLOCK)
        assert [(one.customer_id, one.needs_review) for one in decided(office, *numbers)] == [(None, True)] * 4


def test_a_rule_is_tightened_step_by_step_and_loosened_again(office: Office) -> None:
    office.customer("Acme Parts", "wei@acme-parts.example")
    office.mail(letter("Someone", "someone@acme-parts.example", "hello"), waits())
    assert suggested(office) == [[("same_domain", 80)]]
    assert do(office, lambda uow, clock: tighten(uow, "same_domain", clock)) == ("Company domain says at most 50 % now")
    assert suggested(office) == [[("same_domain", 50)]]
    assert do(office, lambda uow, clock: tighten(uow, "same_domain", clock)) == "Company domain suggests nothing now"
    assert suggested(office) == [[]]
    with pytest.raises(CommandRefused, match="switched off already"):
        do(office, lambda uow, clock: tighten(uow, "same_domain", clock))
    assert take_back(office) == "Undone: Company domain suggests nothing now"
    assert suggested(office) == [[("same_domain", 50)]]
    do(office, lambda uow, clock: loosen(uow, "same_domain", clock))
    assert suggested(office) == [[("same_domain", 80)]]
    for rule, why in (
        ("exact_address", "cannot be lowered"),
        ("thread", "cannot be lowered"),
        ("nope", "no rule nope"),
    ):
        with pytest.raises(CommandRefused, match=why):
            do(office, lambda uow, clock, rule=rule: tighten(uow, rule, clock))  # type: ignore[misc]


def test_a_forged_sender_is_still_warned_of_when_the_rule_that_knew_the_domain_is_off(office: Office) -> None:
    office.customer("Acme Parts", "wei@acme-parts.example")
    flags = {"authentication-results": "mx.shop.example; dmarc=fail header.from=acme-parts.example"}
    forged = office.mail(letter("X", "ceo@acme-parts.example", "pay now", flags=flags), waits())
    with office.store.write() as uow:
        tighten(uow, "same_domain", CLOCK)
    with office.store.write() as uow:
        tighten(uow, "same_domain", CLOCK)
    with office.store.read() as read:
        imap = read.mailboxes.every()[0].imap.host
    assert imap
    (made,) = decided(office, forged)
    assert (made.code, made.needs_review, made.suggestions) == ("SENDER_UNAUTHENTICATED", True, ())


def test_a_record_suggests_to_tighten_only_what_one_step_changes() -> None:
    bad = RuleRecord("same_domain", 80, 40, 10)
    assert (bad.tightened({}), bad.tightened({"same_domain": 50})) == (50, None)
    assert RuleRecord("same_domain", 50, 40, 10).tightened({"same_domain": 50}) == 0
    assert RuleRecord("name", 50, 40, 10).tightened({}) == 0
    assert RuleRecord("exact_address", 100, 40, 10).tightened({}) is None
    few = RuleRecord("same_domain", 80, 19, 0)
    assert (few.tightened({}), few.verdict) == (None, "Too few decisions to tell.")


def test_an_address_and_a_domain_that_are_added_count_as_ours(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme-parts.example")
    office.place("support@shop.example")
    writer = HandedOn("forward", "Wei", "wei@acme-parts.example")
    mail = letter("Ana", "ana@team.example", "Fwd: order", handed_on=(writer,))
    number = office.mail(mail, waits())
    assert decided(office, number)[0].suggestions == ()
    for name in ("ana@TEAM.example", "team.example"):
        assert do(office, lambda uow, clock, name=name: add_our_name(uow, name, clock)) == (  # type: ignore[misc]
            f"{name.lower()} counts as ours"
        )
        (made,) = decided(office, number)
        assert (made.code, {one.customer.id for one in made.suggestions}) == ("INDIRECT_MATCH", {acme})
        assert made.reason.startswith("ana@team.example forwarded a mail of wei@acme-parts.example.")
        do(office, lambda uow, clock, name=name: remove_our_name(uow, name, clock))  # type: ignore[misc]
        assert decided(office, number)[0].suggestions == ()
        take_back(office)
        assert decided(office, number)[0].suggestions != ()
        take_back(office)
        assert decided(office, number)[0].suggestions == ()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gmail.com", "Strangers have addresses"),
        ("co.uk", "Strangers"),
        ("", "no address and no domain"),
        ("a b.c", "no"),
    ],
)
def test_what_cannot_be_ours_is_refused_in_words(office: Office, name: str, says: str) -> None:
    with office.store.write() as uow, pytest.raises(CommandRefused, match=says):
        add_our_name(uow, name, CLOCK)
    with office.store.write() as uow, pytest.raises(CommandRefused, match="was not added"):
        remove_our_name(uow, "team.example", CLOCK)


def rule(name: str, pattern: str, action: Action, customer: CustomerRef | None = None, tag: str = "") -> MatchRule:
    return MatchRule(RuleId(0), name, (Condition(Where.SUBJECT, pattern),), action, customer, tag)


def test_a_preview_says_whom_a_rule_contradicts(office: Office) -> None:
    acme, other = office.customer("Acme Parts", "wei@acme.example"), office.customer("Other", "o@other.example")
    theirs = office.mail(letter("Wei", "wei@acme.example", "pallet 1"), filed_with(acme))
    by_hand = office.mail(letter("Ana", "ana@x.example", "pallet 2"), waits())
    waiting = office.mail(letter("Ana", "ana@x.example", "pallet 3"), waits())
    with office.store.write() as uow:
        assign(uow, [by_hand], other, remember=False, clock=CLOCK)
    with office.store.read() as read:
        named = preview_rule(read, rule("P", "pallet", Action.CUSTOMER, CustomerRef(acme, "Acme Parts")))
        looked = preview_rule(read, rule("P", "pallet", Action.REVIEW))
        tagged = preview_rule(read, rule("P", "pallet", Action.TAG, tag="freight"))
    assert set(named.fitting) == {theirs, by_hand, waiting}
    assert (named.against, looked.against, tagged.against) == ((by_hand,), (theirs,), ())
    assert named.words == (
        "The rule fits 3 of the newest 3 emails. 1 of them were decided by a person and stay as they are. "
        "It contradicts 1, which is filed otherwise."
    )


def test_the_order_of_rules_says_who_is_suggested_first(office: Office) -> None:
    refs = [CustomerRef(office.customer(name), name) for name in ("Acme", "Bolt", "Cedar")]
    office.mail(letter("Ana", "ana@x.example", "pallet"), waits())
    numbers = []
    for ref in refs:
        with office.store.write() as uow:
            numbers.append(add_rule(uow, rule(ref.name, "pallet", Action.CUSTOMER, ref), CLOCK)[0])

    def first() -> list[str]:
        with office.store.read() as read:
            return [one.customer.name for one in review_queue(read)[0].suggestions]

    assert first() == ["Acme", "Bolt", "Cedar"]
    assert do(office, lambda uow, clock: move_rule(uow, numbers[2], 1, clock)) == "Moved the rule Cedar to place 1"
    assert first() == ["Cedar", "Acme", "Bolt"]
    changed = MatchRule(numbers[0], "Acme 2", (Condition(Where.SUBJECT, "crate"),), Action.REVIEW)
    assert do(office, lambda uow, clock: change_rule(uow, changed, clock)) == "Changed the rule Acme 2"
    assert first() == ["Cedar", "Bolt"]
    assert take_back(office) == "Undone: Changed the rule Acme 2"
    assert take_back(office) == "Undone: Moved the rule Cedar to place 1"
    assert first() == ["Acme", "Bolt", "Cedar"]


def everything(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the journal, which remembers what was undone."""
    with office.store.read() as read:
        run = read._run
        names = sa.inspect(run).get_table_names()
        wanted = [name for name in names if name != "journal" and not name.startswith("email_fts")]
        return {name: sorted(map(tuple, run.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in wanted}


PATTERNS = ("pallet", "*", "o?der*", "x" * 200, "Größe", "a*b*c*", "☃", "100 %", "'; DROP TABLE email")


@pytest.mark.parametrize("seed", range(12))
def test_applying_and_taking_back_any_rule_is_identity(office: Office, seed: int) -> None:
    draw = random.Random(seed)
    acme = office.customer("Acme Parts", "wei@acme.example")
    for number in range(4):
        office.mail(letter("Ana", f"ana{number}@x.example", draw.choice(PATTERNS)[:50]), waits())
    held = [add_one(office, draw, acme) for _ in range(draw.randrange(4))]
    before, shown = everything(office), suggested(office)
    commands: list[Callable[[UnitOfWork, Clock], object]] = [
        lambda uow, clock: add_rule(uow, any_rule(draw, acme), clock),
        lambda uow, clock: set_mode(uow, draw.choice(list(MatchingMode)), clock),
        lambda uow, clock: tighten(uow, draw.choice(("same_domain", "custom", "name")), clock),
        lambda uow, clock: add_our_name(uow, draw.choice(("team.example", "ana@team.example")), clock),
    ]
    if held:
        commands += [
            lambda uow, clock: remove_rule(uow, draw.choice(held), clock),
            lambda uow, clock: move_rule(uow, draw.choice(held), draw.randrange(1, 6), clock),
            lambda uow, clock: change_rule(uow, any_rule(draw, acme, draw.choice(held)), clock),
        ]
    with office.store.write() as uow:
        was = len(uow.read._run.exec_driver_sql("SELECT 1 FROM journal WHERE state = 'done'").all())
        draw.choice(commands)(uow, CLOCK)
        is_now = len(uow.read._run.exec_driver_sql("SELECT 1 FROM journal WHERE state = 'done'").all())
    if is_now > was:
        take_back(office)
    assert everything(office) == before
    assert suggested(office) == shown


@pytest.mark.parametrize("seed", range(6))
def test_applying_any_rule_to_stored_mail_and_taking_it_back_is_identity(office: Office, seed: int) -> None:
    draw = random.Random(seed)
    acme = office.customer("Acme Parts", "wei@acme.example")
    for number in range(6):
        made = draw.choice((waits(), filed_with(acme)))
        office.mail(letter("Ana", f"ana{number}@x.example", draw.choice(PATTERNS)[:50], draw.choice(PATTERNS)), made)
    assign_one(office, EmailId(draw.randrange(1, 7)), acme)
    do(office, lambda uow, clock: add_tag(uow, [EmailId(draw.randrange(1, 7))], "Freight", clock))
    rules = [add_one(office, draw, acme) for _ in range(4)]
    states = [seen(office)]
    for rule in rules:
        with office.store.read() as read:
            plan = preview_rule_past(read, rule)
        words = do(office, partial(applied, plan))
        if plan.emails:
            assert words.startswith("Applied the rule")
            states.append(seen(office))
            assert states[-1] != states[-2]
        else:
            assert words.endswith("changes nothing of stored mail.")
            assert seen(office) == states[-1]
        with office.store.read() as read:
            assert not preview_rule_past(read, rule).emails, "once applied, there is nothing left to do"
    while len(states) > 1:
        states.pop()
        take_back(office)
        assert seen(office) == states[-1]


def applied(plan: RulePast, uow: UnitOfWork, clock: Clock) -> ChangeSet:
    return apply_rule_past(uow, plan, clock)


def assign_one(office: Office, number: EmailId, customer: CustomerId) -> None:
    with office.store.write() as uow:
        assign(uow, [number], customer, remember=False, clock=CLOCK)


def seen(office: Office) -> dict[str, object]:
    """All rows but the history of decisions and the names of tags, which only grow; and the tags that are listed."""
    rows = {name: held for name, held in everything(office).items() if name not in {"decision", "tag"}}
    with office.store.read() as read:
        return {**rows, "listed": read.tags.every()}


def any_rule(draw: random.Random, customer: CustomerId, number: RuleId = NEW) -> MatchRule:
    where = [draw.choice((Where.SUBJECT, Where.BODY, Where.SENDER)) for _ in range(draw.randrange(1, 4))]
    patterns = [one for one in PATTERNS if one.strip("*?")]
    conditions = tuple(Condition(one, draw.choice(patterns)) for one in where)
    action = draw.choice(list(Action))
    who = CustomerRef(customer, "Acme Parts") if action is Action.CUSTOMER else None
    return MatchRule(
        number, f"rule {draw.random()}", conditions, action, who, "freight" if action is Action.TAG else ""
    )


def add_one(office: Office, draw: random.Random, customer: CustomerId) -> RuleId:
    with office.store.write() as uow:
        return add_rule(uow, any_rule(draw, customer), CLOCK)[0]


def test_the_server_that_reports_on_a_delivery_is_never_learned(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme-parts.example")
    report = DeliveryReport((RecipientStatus("who@nowhere.example", Outcome.FAILED, "5.1.1"),))
    number = office.mail(letter("Mail Delivery", "mailer-daemon@mx.example", "failed", report=report), waits())
    with office.store.write() as uow:
        assign(uow, [number], acme, remember=True, clock=CLOCK)
    with office.store.read() as read:
        held = read.customers.get(acme)
    assert held is not None
    assert held.emails == ("wei@acme-parts.example",)
