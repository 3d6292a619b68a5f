"""Reports on deliveries: whose they are, when that is certain, and what a forged one comes to."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desktop.domain.decision import Decision
from desktop.domain.delivery_report import DeliveryReport, Outcome, RecipientStatus
from desktop.domain.mail import Address
from desktop.matching.asked import Ours
from desktop.matching.decide import decide_all
from tests.helpers.books import MemoryBook, customer
from tests.helpers.mails import parsed

ACME, BETA = customer(1, "Acme Parts", "wei@acme.example"), customer(2, "Beta", "ben@beta.example", "both@x.example")
GAMMA = customer(3, "Gamma", "both@x.example")
SENT = {"<order-7@shop.example>": ("wei@acme.example", "ben@beta.example"), "<offer@shop.example>": ("both@x.example",)}
BOOK = MemoryBook([ACME, BETA, GAMMA], sent=SENT)
OURS = Ours(frozenset({"support@shop.example"}), frozenset({"shop.example"}), frozenset({"shop.example"}))
WEI, BEN, BOTH, NOBODY = "wei@acme.example", "ben@beta.example", "both@x.example", "who@nowhere.example"


def decided(
    *addresses: str,
    message_id: str = "<order-7@shop.example>",
    envelope_id: str = "",
    outcome: Outcome = Outcome.FAILED,
    sender: str = "mailer-daemon@mx.example",
    **changes: object,
) -> Decision:
    recipients = tuple(RecipientStatus(one, outcome, "5.2.2") for one in addresses)
    report = DeliveryReport(recipients, message_id, envelope_id)
    who = Address("Mail Delivery System", sender)
    date = datetime(2025, 11, 20, 10, tzinfo=UTC)
    mail = replace(parsed("a", sender, **changes), sender=who, claimed_from=(who,), report=report, date=date)
    (made,) = decide_all([mail], BOOK, ours=OURS)
    return made


def test_a_report_on_our_own_mail_is_filed_with_the_customer_whom_it_was_for() -> None:
    made = decided(WEI)
    assert (made.code, made.customer_id, made.confidence, made.by) == ("SYNCED", 1, 100, "rule:bounce")
    assert made.reason == (
        "It could not be delivered to wei@acme.example: the mailbox is full. That is an address of Acme Parts. "
        "It is about a mail that was sent to them from here."
    )


def test_the_envelopes_id_leads_there_too() -> None:
    made = decided(WEI, message_id="<rewritten@relay.example>", envelope_id="<order-7@shop.example>")
    assert (made.customer_id, made.confidence) == (1, 100)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_delayed_relayed_and_delivered_mail_is_theirs_as_well(outcome: Outcome) -> None:
    made = decided(WEI, outcome=outcome)
    assert made.customer_id == 1
    assert made.reason.startswith(RecipientStatus(WEI, outcome, "5.2.2").words)


@pytest.mark.parametrize("message_id", ["<forged@evil.example>", "<offer@shop.example>"])
def test_a_report_that_names_no_mail_of_ours_to_them_is_reviewed(message_id: str) -> None:
    made = decided(WEI, message_id=message_id)
    assert (made.code, made.customer_id, made.confidence, made.needs_review) == ("BOUNCE_MATCH", None, 80, True)
    assert [one.customer.id for one in made.suggestions if one.rule == "bounce"] == [1]
    if "forged" in message_id:
        assert made.reason.endswith("The mail that it is about is not here, so anybody may have written it.")


def test_by_recipient_and_time_alone_it_is_never_filed() -> None:
    made = decided(WEI, message_id="")
    assert (made.code, made.needs_review) == ("BOUNCE_MATCH", True)
    assert made.reason.endswith("A mail was sent to them from here shortly before.")


def test_a_report_on_mail_to_several_customers_is_asked_about() -> None:
    made = decided(WEI, BEN)
    assert (made.code, made.needs_review) == ("AMBIGUOUS_MATCH", True)
    assert made.reason == "It reports on mail to 2 customers: Acme Parts, Beta."
    shared = decided(BOTH, message_id="<offer@shop.example>")
    assert (shared.code, shared.customer_id) == ("AMBIGUOUS_MATCH", None)


def test_a_report_on_mail_to_nobody_has_no_match() -> None:
    made = decided(NOBODY)
    assert (made.code, made.suggestions) == ("NO_MATCH", ())


def test_the_server_that_reports_is_not_taken_for_the_customer() -> None:
    made = decided(WEI, sender="mailer-daemon@beta.example")
    assert made.customer_id == 1, "the domain of a relay says nothing against the mail that came back"


def test_a_report_that_the_mail_server_found_forged_waits_with_a_warning() -> None:
    made = decided(WEI, flags={"authentication-results": "mx.shop.example; dmarc=fail header.from=mx.example"})
    assert (made.code, made.needs_review) == ("SENDER_UNAUTHENTICATED", True)
