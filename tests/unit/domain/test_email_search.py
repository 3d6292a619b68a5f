"""What is typed above the list: known questions narrow it, everything else is words."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.email_list import Chip, EmailFilter, narrowed
from desktop.domain.email_search import KEYS, parse_search
from desktop.domain.ids import MailboxId
from desktop.store.sqltypes import stored_instant

BOXES = {"support@shop.example": MailboxId(1), "sales@shop.example": MailboxId(2)}
BERLIN = timezone(timedelta(hours=1))


def parsed(text: str) -> EmailFilter:
    return parse_search(text, zone=BERLIN, mailboxes=BOXES)


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
        ("mailbox:support", EmailFilter(mailbox_id=MailboxId(1))),
        ("after:2026-03-01", EmailFilter(since=datetime(2026, 3, 1, tzinfo=BERLIN))),
        ("before:2026-03-02", EmailFilter(until=datetime(2026, 3, 2, tzinfo=BERLIN))),
        ('"from:acme"', EmailFilter(search='"from:acme"')),
        ("status:done", EmailFilter(search="status:done")),
        ("mailbox:shop", EmailFilter(search="mailbox:shop")),
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


@given(st.text(), st.sampled_from(KEYS), st.text())
def test_no_text_breaks_it(before: str, key: str, value: str) -> None:
    parsed(f"{before} {key}:{value}")
    parsed(f'{key}:"{value}" {before}')


@given(st.dates(), st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"]))
def test_every_day_of_the_calendar_is_an_instant_that_can_be_stored(day: date, zone: str) -> None:
    wanted = parse_search(f"after:{day.isoformat()}", zone=ZoneInfo(zone))
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
