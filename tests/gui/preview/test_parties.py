"""Who sent a mail and who wrote it, what is doubtful about that, and mail that came back: in the preview's head."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.frame import Place
from desktop.ui.preview.trace import as_text, explained
from tests.gui.mailroom import SUPPORT, letter
from tests.gui.preview.conftest import Pane
from tests.helpers.mails import NOON
from tests.unit.parsing.bounces import DELAYED, POSTFIX, RETURNED, report

FORWARDED = """please look

---------- Forwarded message ---------
From: Wei Zhang <wei@acme-parts.example>
Date: Thu, 20 Nov 2025
Subject: order 7
To: ana@shop.example

Where is my order?
"""


def test_a_mail_that_a_colleague_forwarded_names_both(pane: Pane) -> None:
    pane.room.customer("Acme Parts", "wei@acme-parts.example")
    number = pane.room.keep_linked(letter("Ana <ana@shop.example>", "Fwd: order 7", FORWARDED))
    pane.show(number)
    head = pane.preview.page.head
    told = "ana@shop.example forwarded a mail of wei@acme-parts.example."
    assert pane.is_shown(head.wrote)
    assert head.wrote.label.text() == told
    assert told in head.accessibleName()
    assert f"Who wrote it: {told}" in as_text(explained(pane.preview.page.letter))  # type: ignore[arg-type]


def test_answers_that_go_elsewhere_and_a_form_are_told(pane: Pane) -> None:
    reply = pane.room.keep_linked(letter("Ann <ann@acme.example>", more="Reply-To: ann.lee@home.example\n"))
    form = pane.room.keep_linked(letter(f"Website <{SUPPORT}>", "Form", more="Reply-To: wei@acme.example\n"))
    plain = pane.room.keep_linked(letter(subject="plain"))
    head = pane.preview.page.head
    for number, told in (
        (reply, "It is from ann@acme.example, and answers go to ann.lee@home.example."),
        (form, f"It came through {SUPPORT}, and answers go to wei@acme.example."),
    ):
        pane.show(number)
        assert head.wrote.label.text() == told
    pane.show(plain)
    assert not pane.is_shown(head.wrote)
    assert not pane.is_shown(head.delivery)
    assert not pane.is_shown(head.doubt)


def test_a_sender_that_the_server_found_forged_is_warned_of(pane: Pane) -> None:
    results = "Authentication-Results: mx.shop.example; dmarc=fail header.from=acme.example\n"
    pane.show(pane.room.keep_linked(letter(more=results)))
    head = pane.preview.page.head
    assert pane.is_shown(head.doubt)
    assert head.doubt.state == "warn"
    assert head.doubt.label.text() == (
        "The mail server found that it was not sent by acme.example (DMARC fail). It may be forged: compare with "
        "earlier mail."
    )


def test_two_senders_are_warned_of(pane: Pane) -> None:
    pane.show(pane.room.keep_linked(letter("Ann <ann@acme.example>, Ben <ben@acme.example>")))
    assert pane.is_shown(pane.preview.page.head.doubt)


def sent(message_id: str) -> bytes:
    return (
        f"Message-ID: {message_id}\nFrom: {SUPPORT}\nTo: wei@acme.example\nSubject: Your order 7\n"
        "Content-Type: text/plain\n\nIt is on its way.\n"
    ).encode()


def test_mail_that_came_back_is_told_at_both_ends_and_each_leads_to_the_other(pane: Pane) -> None:
    pane.room.customer("Acme", "wei@acme.example")
    mail = pane.room.keep_linked(sent("<order-7@shop.example>"), outbound=True)
    bounce = pane.room.keep_linked(report(POSTFIX), at=NOON + timedelta(minutes=1))
    words = "It could not be delivered to wei@acme.example: the mailbox is full."
    head = pane.preview.page.head
    pane.show(mail)
    assert (head.delivery.note.label.text(), head.delivery.note.state) == (words, "bad")
    assert words in head.accessibleName()
    QTest.mouseClick(head.delivery.go, Qt.MouseButton.LeftButton)
    assert pane.went.places == [Place("emails", email_id=bounce)]
    pane.show(bounce)
    assert head.delivery.note.label.text() == words
    assert head.delivery.go.text() == "Show that email"
    QTest.keyClick(head.delivery.go, Qt.Key.Key_Return)
    assert pane.went.places[-1] == Place("emails", email_id=mail)
    row = pane.preview.page.letter
    assert row is not None
    assert (row.row.customer, row.row.confidence) == ("Acme", 100)


def test_a_delay_is_no_failure_and_a_report_may_come_before_the_mail(pane: Pane) -> None:
    bounce = pane.room.keep_linked(report(DELAYED))
    head = pane.preview.page.head
    pane.show(bounce)
    assert head.delivery.note.state == "warn"
    assert not pane.is_shown(head.delivery.go), "the mail that it is about is not here yet"
    mail = pane.room.keep_linked(sent("<order-7@shop.example>"), at=NOON + timedelta(hours=1), outbound=True)
    pane.show(mail)
    assert head.delivery.note.label.text().startswith("It is not delivered to wei@acme.example yet: ")
    assert pane.is_shown(head.delivery.go)


def test_a_report_without_any_id_is_followed_by_recipient_and_time_only_to_one_mail(pane: Pane) -> None:
    nameless = report(POSTFIX, RETURNED.replace(b"Message-ID: <order-7@shop.example>\n", b"")).replace(
        b"Date: Thu, 20 Nov 2025 10:00:00", f"Date: {NOON:%a, %d %b %Y %H:%M:%S}".encode()
    )
    old = pane.room.keep_linked(sent("<old@shop.example>"), at=NOON - timedelta(days=9), outbound=True)
    mail = pane.room.keep_linked(sent("<one@shop.example>"), at=NOON - timedelta(hours=1), outbound=True)
    pane.room.keep_linked(nameless)
    head = pane.preview.page.head
    pane.show(mail)
    assert pane.is_shown(head.delivery)
    pane.show(old)
    assert not pane.is_shown(head.delivery)
    second = pane.room.keep_linked(sent("<two@shop.example>"), at=NOON - timedelta(minutes=5), outbound=True)
    pane.room.keep_linked(nameless.replace(b"dsn-1@", b"dsn-9@"))
    pane.show(second)
    assert not pane.is_shown(head.delivery), "two mails fit, so neither is guessed"


def test_an_id_that_is_not_ours_leads_to_no_mail_though_recipient_and_time_would(pane: Pane) -> None:
    mail = pane.room.keep_linked(sent("<one@shop.example>"), at=NOON - timedelta(hours=1), outbound=True)
    forged = pane.room.keep_linked(report(POSTFIX, RETURNED.replace(b"order-7@", b"forged@")))
    pane.show(mail)
    assert not pane.is_shown(pane.preview.page.head.delivery)
    pane.show(forged)
    assert not pane.is_shown(pane.preview.page.head.delivery.go)
