"""Lists of emails: the same rows in the same order whichever way they were found, and chips that equal their lists."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.domain.email_list import Chip, EmailFilter, EmailOrder, narrowed
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.rows import EmailRow
from desktop.store.reading import email_walk
from desktop.store.store import Store
from tests.helpers.mails import NOON, new_store
from tests.unit.store.screens import SALES, SUPPORT, TODAY, Office, busy_office, filed_with, letter, waits

FILTERS = {
    "everything": EmailFilter(),
    "synced": EmailFilter(status="synced"),
    "pending": EmailFilter(status="pending"),
    "errors": EmailFilter(status="error"),
    "a code": EmailFilter(code="NO_MATCH"),
    "codes": EmailFilter(codes=frozenset({"NO_MATCH", "UNPARSEABLE"})),
    "not delivered": EmailFilter(code="FETCH_RETRYING"),
    "mailbox": EmailFilter(mailbox_id=MailboxId(2)),
    "mailbox errors": EmailFilter(mailbox_id=MailboxId(2), status="error"),
    "files": EmailFilter(has_attachments=True),
    "no files": EmailFilter(has_attachments=False),
    "today": EmailFilter(since=TODAY),
    "before": EmailFilter(until=TODAY),
    "waiting": EmailFilter(needs_review=True),
    "decided": EmailFilter(needs_review=False),
    "words": EmailFilter(search="order"),
    "words and status": EmailFilter(search="order", status="pending"),
    "sender": EmailFilter(sender="WEI"),
    "sender by name": EmailFilter(sender="müller"),
    "sender with signs": EmailFilter(sender="%_"),
    "sender and words": EmailFilter(sender="wei", search="delivery"),
    "nothing searchable": EmailFilter(search="!!"),
    "customer": EmailFilter(customer_id=1),  # type: ignore[arg-type]
    "customer and time": EmailFilter(customer_id=1, since=TODAY, search="window"),  # type: ignore[arg-type]
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that is only looked at."""
    opened = new_store(tmp_path_factory.mktemp("office"))
    yield busy_office(opened)
    opened.close()


@pytest.fixture
def changing(store: Store) -> Office:
    return busy_office(store)


@pytest.fixture(params=[0, 3, 2000], ids=["walked", "mixed", "looked up"])
def _few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many emails are looked up one by one: what is found must not depend on it."""
    monkeypatch.setattr(email_walk, "FEW", request.param)
    monkeypatch.setattr(email_walk, "_FIRST_STEP", request.param or 2)


def every_row(store: Store) -> list[EmailRow]:
    with store.read() as read:
        unkept = read.email_list.ids(EmailFilter(code="FETCH_RETRYING"))
        return read.email_list.rows([*read.email_list.ids(EmailFilter()), *unkept])


def fits(row: EmailRow, wanted: EmailFilter, today_is: datetime = TODAY) -> bool:
    arrived = row.received_at or row.stored_at
    words = f"{row.subject} {row.preview} {row.from_name} {row.from_address}".casefold()
    if row.id is None and (wanted.search or wanted.sender or wanted.customer_id or wanted.has_attachments is not None):
        return False
    if row.id is None and (wanted.needs_review is not None or not (wanted.every_code or wanted.status)):
        return False
    return (
        (not wanted.status or row.status == wanted.status)
        and (not wanted.every_code or row.code in wanted.every_code)
        and (wanted.mailbox_id is None or row.mailbox_id == wanted.mailbox_id)
        and (wanted.customer_id is None or row.customer_id == wanted.customer_id)
        and (wanted.needs_review is None or row.needs_review == wanted.needs_review)
        and (wanted.has_attachments is None or bool(row.attachments) == wanted.has_attachments)
        and (wanted.since is None or arrived >= wanted.since)
        and (wanted.until is None or arrived < wanted.until)
        and wanted.sender.casefold() in f"{row.from_address}\n{row.from_name}".casefold()
        and (not wanted.search or (wanted.search != "!!" and wanted.search in words))
    )


_STATUS = ["error", "pending", "synced"]
KEYS: dict[EmailOrder, tuple[Callable[[EmailRow], Any], bool]] = {
    EmailOrder.NEWEST: (lambda row: 0, False),
    EmailOrder.SENDER: (lambda row: row.from_address, False),
    EmailOrder.SENDER_REVERSED: (lambda row: row.from_address, True),
    EmailOrder.CUSTOMER: (lambda row: (row.customer_id is None, row.customer.casefold()), False),
    EmailOrder.CUSTOMER_REVERSED: (lambda row: (row.customer_id is None, row.customer.casefold()), True),
    EmailOrder.STATUS: (lambda row: _STATUS.index(row.status), False),
    EmailOrder.STATUS_REVERSED: (lambda row: _STATUS.index(row.status), True),
}


def in_order(rows: list[EmailRow], order: EmailOrder) -> list[int]:
    def number(row: EmailRow) -> int:
        return row.id if row.id is not None else -row.seen_id

    is_oldest = order is EmailOrder.OLDEST
    rows = sorted(rows, key=lambda row: (row.received_at or row.stored_at, number(row)), reverse=not is_oldest)
    if not is_oldest:
        key, reverse = KEYS[order]
        rows.sort(key=key, reverse=reverse)
        if order not in {EmailOrder.NEWEST, EmailOrder.STATUS, EmailOrder.STATUS_REVERSED}:
            rows.sort(key=lambda row: row.id is not None)  # what has no sender and no customer comes first
    return [number(row) for row in rows]


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_in_every_order_lists_what_fits(office: Office, name: str) -> None:
    wanted, rows = FILTERS[name], every_row(office.store)
    chosen = [row for row in rows if fits(row, wanted)]
    with office.store.read() as read:
        for order in EmailOrder:
            ids = read.email_list.ids(wanted, order)
            assert list(ids) == in_order(chosen, order), order
            for limit in (1, 5, 1000):
                first = read.email_list.first_page(wanted, order, limit=limit)
                assert [row.id or -row.seen_id for row in first] == list(ids[:limit]), (order, limit)


def test_filters_are_not_all_or_nothing(office: Office) -> None:
    """The test above would say nothing if its filters chose everything or nothing."""
    rows = every_row(office.store)
    chosen = {name: sum(fits(row, wanted) for row in rows) for name, wanted in FILTERS.items()}
    assert {name for name, count in chosen.items() if not count} == {"nothing searchable"}
    assert all(count < len(rows) for count in chosen.values())


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("name", FILTERS)
def test_each_chip_counts_what_its_list_shows(office: Office, name: str) -> None:
    for mailbox_id in (None, MailboxId(1), MailboxId(2), MailboxId(3)):
        wanted = replace(FILTERS[name], mailbox_id=mailbox_id)
        with office.store.read() as read:
            counts = read.email_list.chip_counts(wanted, today=TODAY)
            shown = {chip: len(read.email_list.ids(narrowed(wanted, chip, TODAY))) for chip in Chip}
            boxes = {
                number: len(read.email_list.ids(replace(wanted, mailbox_id=number)))
                for number in map(MailboxId, (1, 2, 3))
            }
        assert counts.chips == shown, mailbox_id
        assert counts.mailboxes == boxes


def test_an_empty_profile_has_empty_lists(store: Store) -> None:
    with store.read() as read:
        for wanted, order in itertools.product(FILTERS.values(), EmailOrder):
            assert not read.email_list.ids(wanted, order)
            assert read.email_list.first_page(wanted, order) == []
        counts = read.email_list.chip_counts(EmailFilter(), today=TODAY)
    assert (set(counts.chips.values()), counts.mailboxes) == ({0}, {})


def test_a_row_carries_what_a_list_shows(office: Office) -> None:
    with office.store.read() as read:
        (row,) = read.email_list.first_page(EmailFilter(search="100"), limit=5)
        (gone,) = read.email_list.first_page(EmailFilter(code="FETCH_RETRYING"), limit=1)
    assert (row.from_name, row.subject, row.mailbox, row.size_bytes) == ("Wei 5%_off", "100%_sure", SUPPORT, 1000)
    assert row.stored_at == NOON + timedelta(seconds=30)
    assert (gone.id, gone.status, gone.received_at) == (None, "error", None)
    assert gone.stored_at == NOON - timedelta(minutes=10)
    assert gone.reason == "The server did not deliver it."


def test_a_message_that_has_come_over_keeps_its_place_in_a_list_made_before(changing: Office) -> None:
    place = changing.place(SALES)
    with changing.store.read() as read:
        before = read.email_list.ids(EmailFilter(status="error", mailbox_id=place.mailbox_id))
        (waiting,) = (number for number in before if number < 0)
        ref = read.email_list.rows([waiting])[0].uid
    changing._next[SALES] = int(ref)
    arrived = changing.mail(letter("Late", "late@acme-parts.example", "Late"), waits(), mailbox=SALES)
    with changing.store.read() as read:
        rows = read.email_list.rows(before)
    assert [row.id for row in rows if row.subject == "Late"] == [arrived]
    assert len(rows) == len(before)


def test_what_has_gone_since_the_list_was_made_leaves_its_place_empty(office: Office) -> None:
    with office.store.read() as read:
        (first,) = read.email_list.first_page(EmailFilter(), limit=1)
        rows = read.email_list.rows_still_there([999_999, first.id or 0, -999_999])
        assert read.email_list.rows([999_999, first.id or 0]) == [first]
    assert rows == [None, first, None]


def test_mail_that_arrives_out_of_order_is_listed_by_its_time(store: Store) -> None:
    """Numbers are given as mail comes in; a mailbox connected later brings older mail under higher numbers."""
    office = Office(store)
    one = office.customer("One", "one@x.example")
    for day in (5, 1, 9, 3, 7):
        office.mail(letter("One", "one@x.example", f"word {day}"), filed_with(one), at=NOON - timedelta(days=day))
    with store.read() as read:
        rows = read.email_list.first_page(EmailFilter(search="word"), limit=3)
    assert [row.subject for row in rows] == ["word 1", "word 3", "word 5"]


def test_common_words_with_a_rare_status(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email_walk, "FEW", 1)
    wanted = EmailFilter(search="order", status="pending")
    with office.store.read() as read:
        assert [row.id for row in read.email_list.first_page(wanted, limit=2)] == list(read.email_list.ids(wanted))[:2]


def test_left_out_messages_are_found_by_their_code_only(changing: Office) -> None:
    place = changing.place(SUPPORT)
    with changing.store.write() as uow:
        uow.intake.note_missing(place, RefSet.of([900]), "It was gone.", NOON)
    with changing.store.read() as read:
        missing = read.email_list.ids(EmailFilter(code=ReasonCode.MISSING_ON_SERVER.value))
        assert len(missing) == 1
        assert missing[0] not in read.email_list.ids(EmailFilter(status="error"))
        assert missing[0] not in read.email_list.ids(EmailFilter())
