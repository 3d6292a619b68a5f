"""Filters applied to mail that is here: previewed, one command, one undo; nothing is deleted, no decision lost."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desktop.domain.decision import Decision
from desktop.domain.email_list import EmailFilter, EmailOrder
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.filters import Comparison, Effect, Field, FilterRow, Kind
from desktop.domain.ids import CustomerId, EmailId, FilterId, Ref
from desktop.domain.intake import LeftOut, LeftOutFacts
from desktop.domain.mail import Address
from desktop.domain.reasons import ReasonCode
from desktop.filtering.facts import facts_of
from desktop.filtering.judging import Judge, Policy
from desktop.services import filter_past, filter_rehearsal, filters
from desktop.services.filter_facts import keep_facts
from desktop.services.filter_past import Past, apply_past, bring_back, preview_past
from desktop.services.filter_rehearsal import FilterRehearsal, policy_at
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from desktop.store.tables import metadata
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import SALES, SUPPORT, TODAY, Office, filed_with, letter, unreadable, waits

CLOCK = FixedClock()
ALL = Past()
LIST = {"list-id": "<news.example>"}


def row(effect: str, field: str, comparison: str, *values: str) -> FilterRow:
    return FilterRow(FilterId(0), Effect(effect), Field(field), Comparison(comparison), values)


@pytest.fixture
def office(store: Store) -> Office:
    """Mail of two customers and of four strangers, in two mailboxes, and one that could not be read."""
    made = Office(store)
    acme = made.customer("Acme Parts", "wei@acme-parts.example")
    zoe = made.customer("Zoë Ärzte", "praxis@zoe.example")
    for number in range(4):
        at = NOON - timedelta(hours=number)
        name, address, who = (
            ("Zoë", "praxis@zoe.example", zoe) if number % 2 else ("Wei", "wei@acme-parts.example", acme)
        )
        made.mail(letter(name, address, f"Order {number}"), filed_with(who), at=at)
        made.mail(letter("Ana", f"ana{number}@nobody.example", f"Question {number}"), waits(), mailbox=SALES, at=at)
    made.mail(*unreadable("broken"))
    return made


def tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is stored, but the history, which only grows."""
    with store.read() as read:
        run = read.emails._run
        return {
            table.name: sorted(map(tuple, run.execute(sa.select(table)).all()), key=repr)
            for table in metadata.sorted_tables
            if table.name not in {"journal", "decision", "meta"}
        }


def listed(store: Store, wanted: EmailFilter = EmailFilter(), order: EmailOrder = EmailOrder.NEWEST) -> list[int]:  # noqa: B008 - a constant
    with store.read() as read:
        return list(read.email_list.ids(wanted, order))


def by_subject(store: Store) -> dict[str, EmailId]:
    with store.read() as read:
        rows = read.email_list.rows(listed(store) or [])
        return {one.subject: one.id for one in rows if one.id is not None}


def test_what_a_filter_would_have_kept_out_leaves_every_list_and_one_undo_brings_it_back(office: Office) -> None:
    store = office.store
    with store.read() as read:
        waiting, (zoe,) = read.review.count(), [one.id for one in read.customers.find() if one.name.startswith("Zoë")]
    before, emails = tables(store), set(listed(store))
    with store.write() as uow:
        number, told = filters.add_row(
            uow, row("exclude", "subject", "contains", "question", "order 1"), CLOCK, past=ALL
        )
    assert told.words == (
        "Added a filter: Leaves out mail whose subject contains “question” or “order 1”; left out 5 emails"
    )
    with store.read() as read:
        left = read.filters.skipped(row_id=number)
        assert len(left) == 5
        assert {one.reason for one in left} == {"Filter 1 leaves it out: its subject fits."}
        assert read.filters.hits() == {number: 5}
        assert read.filters.counts() == {ReasonCode.EXCLUDED_RULE: 5}
        gone = {one.email_id for one in left}
        assert read.review.count() == waiting - 4
        timeline = read.email_list.ids(EmailFilter(customer_id=zoe))
        assert not gone & set(timeline)
        opened = read.emails.open(next(iter(gone)) or EmailId(0))
        assert opened is not None
        assert opened.text
        chips = read.email_list.chip_counts(EmailFilter(), today=TODAY)
        assert sum(chips.mailboxes.values()) == len(listed(store))
        assert sum(one.synced for one in read.mailboxes.every_figures().values()) == len(listed(store))
    for order in EmailOrder:
        assert set(listed(store, order=order)) == emails - gone
        assert set(listed(store, EmailFilter(code="EXCLUDED_RULE"), order)) == gone
        assert not gone & set(listed(store, EmailFilter(search="order"), order))
    after = tables(store)
    with store.write() as uow:
        undo(uow, CLOCK)
    assert tables(store) == before
    with store.write() as uow:
        redo(uow, CLOCK)
    assert tables(store) == after


def test_what_a_person_decided_stays_and_known_customers_are_named_first(office: Office) -> None:
    store = office.store
    subjects = by_subject(store)
    with store.read() as read:
        (acme,) = (one.id for one in read.customers.find() if one.name == "Acme Parts")
    with store.write() as uow:
        assign(uow, [subjects["Question 1"]], acme, remember=False, clock=CLOCK)
    with store.write() as uow:
        filters.replace_rows(uow, [row("exclude", "subject", "contains", "question", "order 0")], CLOCK)
    with store.read() as read:
        plan, verdicts = preview_past(read, filters.policy_for(read, None), ALL)
    assert plan.stay == (subjects["Question 1"],)
    assert plan.customers == (subjects["Order 0"],)
    assert set(plan.leaves) == {subjects["Order 0"], *(subjects[f"Question {at}"] for at in (0, 2, 3))}
    assert verdicts[subjects["Order 0"]].reason == "Filter 1 leaves it out: its subject fits."
    with store.write() as uow:
        told = apply_past(uow, filters.policy_for(uow.read, None), ALL, CLOCK)
    assert told.words == "Applied the filters to mail that is here: left out 4 emails"
    with store.read() as read:
        kept = read.emails.get(subjects["Question 1"])
        assert kept is not None
        assert (kept.customer_id, kept.decided_by) == (acme, "person")
    with store.write() as uow:
        assert apply_past(uow, filters.policy_for(uow.read, None), ALL, CLOCK).words.endswith(
            "no email that is here changes"
        )


def test_all_mail_is_judged_with_how_far_it_is_and_what_is_stopped_changes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_past, "_AT_ONCE", 3)
    monkeypatch.setattr(filter_rehearsal, "AT_ONCE", 5)
    store, told = office.store, list[tuple[int, int]]()
    with store.write() as uow:
        filters.replace_rows(uow, [row("exclude", "subject", "contains", "order", "question")], CLOCK)
    before = tables(store)
    with store.read() as read:
        plan, _ = preview_past(read, filters.policy_for(read, None), ALL, lambda done, of: told.append((done, of)))
        count = read.filters.mail_count()
    assert told[0] == (5, count)
    assert all(done <= of <= count for done, of in told)
    moves = len(plan.leaves)
    assert moves > 6

    def stop(done: int, total: int) -> None:
        if (done, total) == (6, moves):
            raise AppError(ReasonCode.STOPPED, "It was stopped.")

    with pytest.raises(AppError, match="stopped"), store.write() as uow:
        apply_past(uow, filters.policy_for(uow.read, None), ALL, CLOCK, stop)
    assert tables(store) == before
    told.clear()
    with store.write() as uow:
        apply_past(uow, filters.policy_for(uow.read, None), ALL, CLOCK, lambda done, of: told.append((done, of)))
    assert told[-1] == (moves, moves)
    with store.write() as uow:
        undo(uow, CLOCK)
    assert tables(store) == before


def test_what_is_brought_back_is_filed_as_the_rules_say_and_no_filter_takes_it_again(office: Office) -> None:
    store = office.store
    subjects = by_subject(store)
    with store.write() as uow:
        filters.add_row(uow, row("exclude", "subject", "contains", "order", "question"), CLOCK, past=ALL)
    hidden = tables(store)
    wanted = [subjects["Order 0"], subjects["Question 2"]]
    with store.write() as uow:
        assert bring_back(uow, wanted, CLOCK).words == "Brought back 2 emails"
    with store.read() as read:
        rows = read.emails.by_ids(wanted)
        assert [rows[one].code for one in wanted] == ["SYNCED", "NO_MATCH"]
        assert [rows[one].needs_review for one in wanted] == [False, True]
    with store.write() as uow:
        apply_past(uow, filters.policy_for(uow.read, None), ALL, CLOCK)
        assert set(wanted) <= set(uow.read.email_list.ids(EmailFilter()))
        assert bring_back(uow, wanted, CLOCK).words == "Nothing was left out: it is here already"
    with store.write() as uow:
        undo(uow, CLOCK)
    assert {name: rows for name, rows in tables(store).items() if name != "email_facts"} == {
        name: rows for name, rows in hidden.items() if name != "email_facts"
    }


def test_a_sender_that_is_never_skipped_comes_back_and_stays(office: Office) -> None:
    store = office.store
    with store.write() as uow:
        filters.add_row(uow, row("exclude", "from", "domain", "nobody.example"), CLOCK, past=ALL)
    with store.write() as uow:
        told = filters.never_skip_sender(uow, "Ana1@nobody.example", CLOCK)
    assert told.words == "Never skip mail from Ana1@nobody.example"
    with store.read() as read:
        assert next(one.sentence() for one in read.filters.rows()) == "Always keeps mail from “Ana1@nobody.example”."
        assert {one.sender for one in read.filters.skipped()} == {f"ana{at}@nobody.example" for at in (0, 2, 3)}
    with store.write() as uow:
        undo(uow, CLOCK)
        assert len(uow.read.filters.skipped()) == 4
        with pytest.raises(CommandRefused):
            filters.never_skip_sender(uow, "nobody", CLOCK)


def test_a_blocked_domain_takes_the_past_of_those_below_it_too_and_gives_it_back(office: Office) -> None:
    store = office.store
    office.mail(letter("Bo", "bo@mail.nobody.example", "Deal"), waits(), mailbox=SALES)
    before = tables(store)
    with store.write() as uow:
        told = filters.block_domain(uow, "nobody.example", CLOCK, past=ALL)
    assert told.words == "Blocked the domain nobody.example; left out 5 emails"
    with store.read() as read:
        assert read.filters.hits() == {None: 5}
        assert read.filters.counts() == {ReasonCode.BLOCKLISTED: 5}
    with store.write() as uow:
        told = filters.unblock_domain(uow, "nobody.example", CLOCK, past=ALL)
    assert told.words == "Took nobody.example off the blocklist; brought back 5 emails"
    assert verdicts_of(store) == verdicts_of_tables(before)


def verdicts_of(store: Store) -> list[tuple[object, ...]]:
    return verdicts_of_tables(tables(store))


def verdicts_of_tables(held: dict[str, list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    names = [column.name for column in metadata.tables["email"].columns]
    places = [names.index(name) for name in ("id", "status", "code", "customer_id", "needs_review")]
    return [tuple(one[at] for at in places) for one in held["email"] if one[names.index("code")] == "NO_MATCH"]


def test_a_row_of_one_mailbox_says_nothing_about_another(office: Office) -> None:
    store = office.store
    sales = office.place(SALES).mailbox_id
    made = replace(row("exclude", "subject", "contains", "order", "question"), mailbox_id=sales)
    with store.write() as uow:
        filters.add_row(uow, made, CLOCK, past=ALL)
    with store.read() as read:
        assert {one.mailbox for one in read.filters.skipped()} == {SALES}
        rehearsal = FilterRehearsal(read, since=None)
        report = rehearsal.report(filters.policy_for(read, None), filters.policy_for(read, None), lambda: None)
    assert report.hits == (report.skipped,)
    assert (report.newly_skipped, report.newly_kept, report.past.leaves) == ((), (), ())


def test_mail_that_was_stored_before_filters_were_is_known_by_its_headers(store: Store) -> None:
    office = Office(store)
    news = office.mail(letter("News", "news@shop-news.example", "May", flags=LIST), waits())
    office.mail(letter("Ann", "ann@acme.example", "Order"), waits())
    inside = letter("Cy", "cy@shop.example", "Lunch", to=(Address("", "di@shop.example"),))
    lunch = office.mail(inside, waits(), at=NOON - timedelta(days=3))
    said: list[tuple[int, int]] = []
    with store.read() as read:
        rehearsal = FilterRehearsal(read, since=None, progress=lambda done, every: said.append((done, every)))
        before = filters.policy_for(read, None)
        after = filters.with_rows(before, [row("exclude", "kind", "is", "newsletter")])
        report = rehearsal.report(before, after, lambda: None)
    assert (report.newly_skipped, report.still_skipped, said) == ((news,), (lunch,), [(0, 3)])
    with store.write() as uow:
        assert keep_facts(uow, rehearsal.found) == 3
    with store.read() as read:
        again = FilterRehearsal(read, since=None)
    assert again.found == {}
    assert again.report(before, after, lambda: None) == report


def test_rules_do_not_go_over_what_a_filter_left_out(office: Office) -> None:
    store = office.store
    with store.write() as uow:
        filters.add_row(uow, row("exclude", "subject", "contains", "question"), CLOCK, past=ALL)
        (one, *_) = uow.read.filters.skipped()
        again = Decision(ReasonCode.NO_MATCH, "No customer has this address.", "rule:review", needs_review=True)
        assert one.email_id is not None
        assert not uow.decisions.decide_by_rule(one.email_id, again, NOON)


SENDERS = (
    "ann@acme.example",
    "noreply@shop-news.example",
    "bo@mail.vendor.example",
    "cy@shop.example",
    "Zoë@äcme.example",
)
SUBJECTS = ("Order 4", "Our newsletter", "Re: invoice", "Unsubscribe here", "", "Straße")


def some_mail(office: Office, chance: random.Random, customer: CustomerId, count: int) -> None:
    for number in range(count):
        sender, flags = chance.choice(SENDERS), LIST if chance.random() < 0.2 else {}
        to = tuple(
            Address("", who) for who in chance.sample(("support@shop.example", "di@shop.example", "x@y.example"), 2)
        )
        mail = letter(f"N{number}", sender, chance.choice(SUBJECTS), to=to, recipients_total=2, flags=flags)
        mail = replace(mail, identity=f"mail {number}", message_id=f"<{number}@x>")
        verdict = chance.choice((waits(), filed_with(customer), filed_with(customer, "person")))
        outbound = chance.random() < 0.1
        at = NOON - timedelta(minutes=chance.randrange(9000))
        office.mail(mail, verdict, mailbox=chance.choice((SUPPORT, SALES)), at=at, outbound=outbound)


def some_rows(chance: random.Random, office: Office) -> list[FilterRow]:
    kinds = [kind.value for kind in Kind if kind is not Kind.PICKED]
    values = {
        Field.SENDER: ("noreply@", "vendor.example", "acme", "ann@acme.example"),
        Field.RECIPIENT: ("support@shop.example", "shop", "y.example"),
        Field.SUBJECT: ("newsletter", "re:", "order", "strasse"),
        Field.KIND: tuple(kinds),
    }
    rows = []
    for _ in range(chance.randrange(1, 5)):
        what = chance.choice(list(Field))
        ways = [Comparison.CONTAINS, Comparison.STARTS_WITH] + ([Comparison.DOMAIN] if what is Field.SENDER else [])
        how = Comparison.IS if what is Field.KIND else chance.choice(ways)
        meant = [one for one in values[what] if how is not Comparison.DOMAIN or not one.endswith("@")]
        chosen = tuple(chance.sample(meant, chance.randrange(1, 3)))
        mailbox = chance.choice((None, None, office.place(SALES).mailbox_id))
        rows.append(FilterRow(FilterId(0), chance.choice(list(Effect)), what, how, chosen, mailbox))
    return rows


def left_out_now(store: Store) -> set[int]:
    with store.read() as read:
        return {one.email_id for one in read.filters.skipped(limit=1000) if one.email_id is not None}


def check_a_history(office: Office, seed: int, steps: int) -> None:
    """The rehearsal says what then happens, one mail by one; taking a row back is as if it had never been."""
    chance, store = random.Random(seed), office.store
    some_mail(office, chance, office.customer("Acme", "ann@acme.example"), 40)
    states = [tables(store)]
    for _ in range(steps):
        rows = some_rows(chance, office)
        with store.read() as read:
            policy = filters.with_rows(filters.policy_for(read, None), rows)
            plan, _ = preview_past(read, policy, ALL)
            held = left_out_now(store)
            said = one_by_one(policy, store)
        with store.write() as uow:
            filters.replace_rows(uow, rows, CLOCK, past=ALL)
        now = left_out_now(store)
        assert now == (held | set(plan.leaves)) - set(plan.returns) == said, seed
        states.append(tables(store))
    for state in reversed(states[:-1]):
        with store.write() as uow:
            undo(uow, CLOCK)
        assert tables(store) == state, seed


def one_by_one(policy: Policy, store: Store) -> set[int]:
    """Judge each mail by itself: the reference."""
    with store.read() as read:
        numbers = [EmailId(number) for number in range(1, 200)]
        letters = read.letters.get(numbers, with_text=False)
        rows = read.emails.by_ids(numbers)
        out = set()
        for number, one in letters.items():
            sender = one.mail.sender.address if one.mail.sender else ""
            known = bool(read.book.customers_by_address([sender]))
            facts = facts_of(one.mail, ours=("shop.example",), labels=one.labels, is_customer=known)
            judge = Judge(policy_at(policy, one.mailbox_id, outbound=one.outbound))
            if not judge.verdict(facts).kept and rows[number].decided_by != "person":
                out.add(int(number))
    return out


def test_rehearsal_is_what_happens_and_undo_is_identity(store: Store) -> None:
    check_a_history(Office(store), seed=4, steps=6)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 112))
def test_rehearsal_is_what_happens_over_many_histories(store: Store, seed: int) -> None:
    check_a_history(Office(store), seed=seed, steps=20)


def test_what_never_came_in_is_rehearsed_too_and_named_as_lying_on_the_server(office: Office) -> None:
    store = office.store
    place = office.place(SUPPORT)
    mail = letter("News", "news@shop-news.example", "May", flags=LIST)
    facts = facts_of(mail, ours=(), labels=(), is_customer=False)
    known = LeftOutFacts(facts, mail.message_id, "News", mail.subject, None)
    left = LeftOut(Ref("900"), ReasonCode.BULK_OR_LIST, "Filter 1 leaves it out: it is a newsletter.", NOON, known)
    with store.write() as uow:
        uow.intake.take_in(place, [], [left], NOON)
    with store.read() as read:
        (skipped,) = read.filters.skipped()
        policy = filters.policy_for(read, None)
        plan, _ = preview_past(read, policy, ALL)
        strict = filters.with_rows(policy, [row("exclude", "kind", "is", "newsletter")])
        report = FilterRehearsal(read, since=None).report(policy, strict, lambda: None)
    assert (plan.on_server, report.newly_skipped, skipped.email_id) == ((skipped.id,), (-skipped.id,), None)
