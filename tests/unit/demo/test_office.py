"""The demo's world keeps its promises: how many, who, since when, what waits for a person - the same for a seed."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from desktop.demo.office import (
    BILLING,
    DAYS,
    HELD,
    HINT,
    MAILS,
    PASSWORD,
    SALES,
    SHARES,
    SUPPORT,
    TO_REVIEW,
    DemoOffice,
)
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_csv import read_csv
from tests.unit.demo.office import FRIDAY, SEED, Read, decided, read

HOST = re.compile(rb"(?:@|https?://)([A-Za-z0-9.-]+)")


class TestHowMany:
    def test_mails_of_ninety_days_in_three_mailboxes(self, office: DemoOffice) -> None:
        assert len(office.mails) == MAILS == 4_200
        assert Counter(mail.mailbox for mail in office.mails) == SHARES
        assert [one.address for one in office.mailboxes] == [SUPPORT, SALES, BILLING]
        ages = [FRIDAY - mail.received_at for mail in office.mails]
        assert max(ages) < timedelta(days=DAYS)
        assert max(ages) > timedelta(days=DAYS - 3)
        assert min(ages) == timedelta(minutes=4)

    def test_they_come_in_order_and_never_two_at_once(self, office: DemoOffice) -> None:
        times = [mail.received_at for mail in (*office.mails, *office.held)]
        assert len({int(time.timestamp()) for time in times}) == len(times)
        assert times[: len(office.mails)] == sorted(times[: len(office.mails)])

    def test_people_write_in_working_hours(self, office: DemoOffice) -> None:
        at_work = sum(mail.received_at.weekday() < 5 and 8 <= mail.received_at.hour < 18 for mail in office.mails)
        assert 0.75 < at_work / MAILS < 0.97

    def test_billing_stopped_yesterday(self, office: DemoOffice) -> None:
        assert office.signed_out_at == datetime(2025, 11, 20, 17, 20, tzinfo=UTC)
        newest = max(mail.received_at for mail in office.mails if mail.mailbox == BILLING)
        assert newest < office.signed_out_at
        assert len(office.held) == HELD == 26
        assert all(mail.mailbox == BILLING for mail in office.held)
        assert all(office.signed_out_at < mail.received_at < FRIDAY for mail in office.held)
        assert PASSWORD in HINT
        assert BILLING in HINT


class TestCustomers:
    def test_six_hundred_that_the_import_takes(self, office: DemoOffice) -> None:
        customers = office.customers
        assert len(customers) == len({customer.name for customer in customers}) == 600
        table = read_csv(office.customers_csv)
        assert not table.bad
        assert [row.name for row in table.rows] == [customer.name for customer in customers]
        assert [row.emails for row in table.rows] == [customer.emails for customer in customers]
        assert [row.tags for row in table.rows] == [customer.tags for customer in customers]

    def test_only_one_address_is_shared(self, office: DemoOffice) -> None:
        owners = Counter(address for customer in office.customers for address in customer.emails)
        assert [address for address, count in owners.items() if count > 1] == ["frontdesk@lumenclinic.example"]

    def test_the_known_names_are_there(self, office: DemoOffice) -> None:
        names = {customer.name for customer in office.customers}
        assert names > {"Acme Parts", "ACME parts", "Lumen Clinic", "Northwind Traders", "Orchard & Vine"}


class TestReview:
    def test_just_so_many_ask_a_person(self, found: Read) -> None:
        assert len(found.for_review) + len(found.unreadable) == TO_REVIEW == 47
        assert [one.why for one in found.unreadable] == ["Reading it takes more memory than a message may."]

    def test_the_rest_is_exact(self, found: Read) -> None:
        codes = Counter(verdict.code for _, verdict in found.decided)
        assert codes == {
            ReasonCode.SYNCED: MAILS - TO_REVIEW,
            ReasonCode.NO_MATCH: 42,
            ReasonCode.AMBIGUOUS_MATCH: 2,
            ReasonCode.SENDER_AMBIGUOUS: 2,
        }

    def test_they_come_in_groups(self, found: Read) -> None:
        claimed = [mail.claimed_from[0].address.partition("@")[2] for mail in found.for_review]
        groups = Counter(claimed)
        assert groups["acme-parts.example"] == 12
        assert groups["freemail.example"] == 6
        assert groups["northwind-traders.example"] == 3
        assert groups["lumenclinic.example"] == 2
        assert max(count for domain, count in groups.items() if count not in {12, 6, 3, 2}) == 1

    def test_what_billing_held_back_is_from_customers(self, office: DemoOffice) -> None:
        held = read(office, office.held)
        assert len(held.mails) == HELD
        assert not held.for_review


class TestMails:
    def test_all_are_read_without_a_complaint(self, found: Read) -> None:
        assert not [mail.defects for _, mail in found.mails if mail.defects]
        assert all(mail.subject and mail.text.strip() and mail.date and mail.message_id for _, mail in found.mails)
        assert len({mail.identity for _, mail in found.mails}) == MAILS - 1

    def test_no_slot_of_a_text_was_left_open(self, found: Read) -> None:
        assert not [mail.subject for _, mail in found.mails if "{" in mail.subject + mail.text]

    def test_every_host_is_made_up(self, office: DemoOffice) -> None:
        hosts = {
            host for mail in office.mails for host in HOST.findall(mail.raw.replace(b"=\r\n", b"")) if b"." in host
        }
        assert hosts
        assert not [host for host in hosts if not host.rstrip(b".").endswith(b".example")]

    def test_the_purchase_order_is_a_page_with_pictures_elsewhere(self, found: Read) -> None:
        raw, order = next(both for both in found.mails if both[1].subject == "Purchase order PO-2291")
        assert order.has_html
        assert "EUR 1,174.00" in order.text
        assert [(one.name, one.size_bytes // 1024) for one in order.attachments] == [("PO-2291.pdf", 183)]
        page = raw.raw.replace(b"=\r\n", b"")
        assert page.count(b"<img src=3D") == page.count(b"http://") == 2

    def test_people_of_many_languages_write_in_their_own_charsets(self, found: Read) -> None:
        japanese = found.by_subject("カタログ送付のお願い")
        assert japanese.sender is not None
        assert japanese.sender.name == "山口 翔"
        assert "価格表" in japanese.text
        assert "ק" in found.by_subject("שאלה על מדפי הזכוכית").text
        assert "größere Büroumzüge" in found.by_subject("Anfrage: 20 Transportwagen für größere Umzüge").text
        raw = b"".join(mail.raw for mail, _ in found.mails)
        for charset in (b"Shift_JIS", b"ISO-2022-JP", b"ISO-8859-1", b"windows-1252", b"windows-1255", b"UTF-8"):
            assert b"charset=" + charset in raw

    def test_there_is_something_of_everything(self, found: Read) -> None:
        mails = [mail for _, mail in found.mails]
        assert sum(mail.has_html for mail in mails) > MAILS / 2
        assert sum(not mail.has_html for mail in mails) > MAILS / 5
        assert sum(bool(mail.references) for mail in mails) > MAILS / 4
        assert sum(any(one.inline for one in mail.attachments) for mail in mails) > 300
        kinds = Counter(one.content_type for mail in mails for one in mail.attachments if not one.inline)
        assert {"application/pdf", "image/png", "text/plain"} < set(kinds)
        assert max(len(mail.subject) for mail in mails) > 200

    def test_a_reply_answers_to_what_was_written(self, found: Read) -> None:
        """A thread's first mail is in the same mailbox, and its follow-ups name it."""
        first = {mail.message_id: mail for _, mail in found.mails if not mail.references}
        replies = [mail for _, mail in found.mails if mail.references and mail.references[0] in first]
        assert len(replies) > 1_000
        for reply in replies:
            begun = first[reply.references[0]]
            assert reply.subject == f"Re: {begun.subject}"
            assert reply.sender == begun.sender


class TestSeed:
    def test_the_same_seed_gives_the_same_bytes(self, office: DemoOffice) -> None:
        again = DemoOffice(SEED, FRIDAY)
        assert again.customers == office.customers
        assert again.mails == office.mails
        assert again.held == office.held

    def test_another_seed_gives_other_mail(self, office: DemoOffice) -> None:
        other = DemoOffice(SEED + 1, FRIDAY)
        assert other.customers != office.customers
        assert other.mails != office.mails

    @pytest.mark.parametrize(
        "now",
        [
            datetime(2026, 3, 1, 0, 3, tzinfo=UTC),
            datetime(2024, 2, 29, 23, 59, 30, 123_456, tzinfo=timezone(timedelta(hours=9))),
        ],
    )
    def test_it_works_at_any_hour(self, now: datetime) -> None:
        office = DemoOffice(3, now)
        assert len(office.mails) == MAILS
        assert len(office.held) == HELD
        assert all(now - timedelta(days=DAYS) < mail.received_at < now for mail in (*office.mails, *office.held))
        recent = read(office, office.mails[-200:])
        in_review = sum(verdict.needs_review for _, verdict in decided(office, [mail for _, mail in recent.mails]))
        assert in_review + len(recent.unreadable) == TO_REVIEW

    def test_a_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            DemoOffice(1, datetime(2025, 11, 21, 10, 46))  # noqa: DTZ001 - that is the point
