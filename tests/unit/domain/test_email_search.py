"""What is typed above the list: known questions narrow it, everything else is words."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.email_list import Chip, EmailFilter, narrowed
from desktop.domain.email_search import KEYS, OPERATORS, Surroundings, parse_search, read_search
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.store.sqltypes import stored_instant

BERLIN = timezone(timedelta(hours=1))


def box(number: int, address: str, provider: str) -> Mailbox:
    server = ServerSettings("mail.shop.example", 993, Security.TLS, address)
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    return Mailbox(
        MailboxId(number), address, provider, server, None, ("INBOX",), Direction.INBOUND,
        Frequency.EVERY_15_MINUTES, 30, begun, MailboxState.ACTIVE, begun,
    )  # fmt: skip


AROUND = Surroundings(
    BERLIN,
    date(2026, 3, 8),
    (box(1, "support@shop.example", "gmail"), box(2, "sales@shop.example", "imap")),
)


def parsed(text: str) -> EmailFilter:
    return parse_search(text, AROUND)


def boxes(*numbers: int) -> frozenset[MailboxId]:
    return frozenset(MailboxId(number) for number in numbers)


def without(**one: Any) -> EmailFilter:
    return EmailFilter(without=(EmailFilter(**one),))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", EmailFilter()),
        ("two orders", EmailFilter(search="two orders")),
        ("from:acme status:error", EmailFilter(sender="acme", status="error")),
        ('from:"Wei Zhang" pallet', EmailFilter(sender="Wei Zhang", search="pallet")),
        ("FROM:acme Status:Pending", EmailFilter(sender="acme", status="pending")),
        ("has:attachment", EmailFilter(has_attachments=True)),
        ("has:files", EmailFilter(has_attachments=True)),
        ("is:waiting", EmailFilter(needs_review=True)),
        ("code:no_match code:AMBIGUOUS-MATCH", EmailFilter(codes=frozenset({"NO_MATCH", "AMBIGUOUS_MATCH"}))),
        ("mailbox:support", EmailFilter(mailboxes=boxes(1))),
        ("mailbox:shop", EmailFilter(mailboxes=boxes(1, 2))),
        ("mailbox:support mailbox:sales", EmailFilter(mailboxes=boxes(1, 2))),
        ("provider:Gmail", EmailFilter(mailboxes=boxes(1))),
        ("to:acme", EmailFilter(to="acme")),
        ('subject:invoice subject:"new price" pallet', EmailFilter(subject='invoice "new price"', search="pallet")),
        ('customer:"Acme Parts"', EmailFilter(customer="Acme Parts")),
        ("customer:none", EmailFilter(has_customer=False)),
        ("tag:vip tag:urgent", EmailFilter(tags=frozenset({"vip", "urgent"}))),
        ("-from:ann", without(sender="ann")),
        ("-status:error", without(status="error")),
        ("-pallet", without(search="pallet")),
        ('-"two orders"', without(search='"two orders"')),
        ("-tag:vip", without(tags=frozenset({"vip"}))),
        ("e-mail - -- -!", EmailFilter(search="e-mail - -- -!")),
        ("after:today", EmailFilter(since=datetime(2026, 3, 8, tzinfo=BERLIN))),
        ("after:yesterday", EmailFilter(since=datetime(2026, 3, 7, tzinfo=BERLIN))),
        (
            "after:7d before:2026-03",
            EmailFilter(since=datetime(2026, 3, 1, tzinfo=BERLIN), until=datetime(2026, 3, 1, tzinfo=BERLIN)),
        ),
        ("before:2025", EmailFilter(until=datetime(2025, 1, 1, tzinfo=BERLIN))),
        ("from:ann from:bo", EmailFilter(sender="ann", search="from:bo")),
        ("after:2026-03-01", EmailFilter(since=datetime(2026, 3, 1, tzinfo=BERLIN))),
        ("before:2026-03-02", EmailFilter(until=datetime(2026, 3, 2, tzinfo=BERLIN))),
        ('"from:acme"', EmailFilter(search='"from:acme"')),
        ("status:done", EmailFilter(search="status:done")),
        ("mailbox:nobody", EmailFilter(search="mailbox:nobody")),
        ("after:soon before:2026-13-01", EmailFilter(search="after:soon before:2026-13-01")),
        ("after:0001-01-01", EmailFilter(since=datetime(1, 1, 1, tzinfo=BERLIN))),
        ("code:WHATEVER has:cats", EmailFilter(search="code:WHATEVER has:cats")),
        ("order:4711 http://x.example", EmailFilter(search="order:4711 http://x.example")),
        ("from: acme", EmailFilter(search="from: acme")),
        ('from:""', EmailFilter(search='from:""')),
    ],
)
def test_what_is_typed(text: str, wanted: EmailFilter) -> None:
    assert parsed(text) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status:done", "There is no status “done”: it is synced, pending or error. It is looked for as words."),
        ("-has:cats", "“has:” takes attachment, not “cats”. It is looked for as words."),
        ("code:NO_MACH", "There is no reason code NO_MACH. Did you mean NO_MATCH? It is looked for as words."),
        ("mailbox:nobody", "No mailbox has “nobody” in its address. It is looked for as words."),
        ("provider:aol", "No mailbox is at “aol”: there is gmail, imap. It is looked for as words."),
        ("form:ann", "There is no “form:”. Did you mean “from:”?"),
        ("from: ann", "“from:” needs something right after it, without a blank."),
        ('subject:""', "“subject:” needs something after it."),
        ("from:ann from:bo", "One “from:” at a time: the first counts."),
    ],
)
def test_what_is_not_understood_is_explained(text: str, said: str) -> None:
    assert [note.words for note in read_search(text, AROUND).notes] == [said]


@pytest.mark.parametrize("text", ["after:soon", "before:2026-13", "after:2026-02-30", "before:99999d"])
def test_a_day_that_is_none_is_explained_or_far_away(text: str) -> None:
    read = read_search(text, AROUND)
    assert read.notes or read.wanted.until is not None


@pytest.mark.parametrize("text", ["order:4711", "http://x.example", "two orders", "10:30", "from:ann tag:x"])
def test_plain_words_need_no_explanation(text: str) -> None:
    assert read_search(text, AROUND).notes == ()


def test_every_operator_is_read_and_offered() -> None:
    for operator in OPERATORS:
        value = operator.values[0] if operator.values else "support@shop.example"
        value = {"after": "today", "before": "today", "code": "NO_MATCH", "provider": "gmail"}.get(operator.key, value)
        assert parsed(f"{operator.key}:{value}").search == ""


@given(st.text(), st.sampled_from(KEYS), st.text())
def test_no_text_breaks_it(before: str, key: str, value: str) -> None:
    parsed(f"{before} {key}:{value}")
    parsed(f'{key}:"{value}" {before}')


@given(st.dates(), st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"]))
def test_every_day_of_the_calendar_is_an_instant_that_can_be_stored(day: date, zone: str) -> None:
    wanted = parse_search(f"after:{day.isoformat()}", Surroundings(ZoneInfo(zone), day))
    assert wanted.since is not None
    stored_instant(wanted.since)


def test_a_chip_stands_in_for_what_was_typed_of_its_kind_and_keeps_the_rest() -> None:
    today = datetime(2026, 3, 1, tzinfo=UTC)
    typed = parsed("from:acme status:error after:2025-01-01 pallet")
    assert narrowed(typed, Chip.ALL, today) == typed
    kept = EmailFilter(sender="acme", search="pallet")
    assert narrowed(typed, Chip.TODAY, today) == EmailFilter(sender="acme", search="pallet", since=today)
    assert narrowed(typed, Chip.PENDING, today) == EmailFilter(sender="acme", search="pallet", status="pending")
    assert narrowed(kept, Chip.ERRORS, today) == EmailFilter(sender="acme", search="pallet", status="error")
    assert narrowed(kept, Chip.NO_MATCH, today).every_code == {"NO_MATCH"}
