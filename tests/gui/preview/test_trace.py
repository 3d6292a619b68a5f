"""The words of a trace and of a verdict: pure, for every kind of message."""

from dataclasses import replace

import pytest

from desktop.domain.ids import CustomerId, EmailId, MailboxId
from desktop.domain.reasons import WORDS, ReasonCode
from desktop.domain.rows import DecisionRow, EmailDetail, EmailRow, PlaceRow
from desktop.ui.preview.letter import Letter
from desktop.ui.preview.trace import as_text, explained, explained_seen, steps_of, steps_of_seen
from desktop.ui.preview.verdicts import happened_to, match_of, sender_of, sentence_of, status_of, subject_of
from tests.helpers.mails import NOON

FILED = EmailRow(
    id=EmailId(1),
    seen_id=1,
    mailbox="support@shop.example",
    folder="INBOX",
    uid="7",
    message_id="<a@b.example>",
    from_address="ann@acme.example",
    from_name="Ann",
    to="support@shop.example",
    subject="Order",
    sent_at=NOON,
    received_at=NOON,
    direction="inbound",
    status="synced",
    code="SYNCED",
    reason="The sender's address is theirs.",
    customer_id=CustomerId(1),
    customer="Acme Parts",
    confidence=100,
    decided_by="rule:exact_address",
    needs_review=False,
    attachments=2,
    preview="Hello",
    mailbox_id=MailboxId(1),
    size_bytes=2000,
    stored_at=NOON,
)
NOBODYS = replace(
    FILED, customer="", customer_id=None, confidence=0, code="NO_MATCH", status="pending", needs_review=True
)
SHARED = replace(NOBODYS, code="AMBIGUOUS_MATCH")
PARKED = replace(
    NOBODYS, code="UNPARSEABLE", status="error", from_address="", from_name="", subject="", reason="It hangs."
)
SENT = replace(NOBODYS, direction="outbound", status="synced", needs_review=False)
SENT_TO_ONE = replace(FILED, direction="outbound", decided_by="rule:exact_recipient")
SENT_TO_TWO = replace(SHARED, direction="outbound")
HUGE = replace(FILED, code="OVERSIZE", status="pending")
UNFETCHED = replace(PARKED, id=None, code="FETCH_RETRYING", reason="Not delivered.")
LEFT_OUT = replace(PARKED, id=None, code="EXCLUDED_RULE", status="synced", reason="A filter says so.")


@pytest.mark.parametrize(
    ("row", "status", "match", "happened"),
    [
        (FILED, "Synced", ("Acme Parts", "Exact address"), "Filed on the timeline"),
        (replace(FILED, decided_by="person"), "Synced", ("Acme Parts", "By hand"), "Filed on the timeline"),
        (replace(FILED, decided_by="rule:x", confidence=80), "Synced", ("Acme Parts", "80 %"), "Filed on the timeline"),
        (NOBODYS, "Pending", ("No match", ""), "No customer has this address"),
        (replace(NOBODYS, confidence=80), "Pending", ("No match", "80 %, suggested"), "No customer has this address"),
        (SHARED, "Pending", ("Shared address", ""), WORDS[ReasonCode.AMBIGUOUS_MATCH]),
        (replace(NOBODYS, code="OVERSIZE"), "Pending", ("No match", ""), WORDS[ReasonCode.OVERSIZE]),
        (SENT_TO_ONE, "Synced", ("Acme Parts", "Exact recipient"), "Filed on the timeline"),
        (SENT, "Synced", ("No customer", "Sent mail"), "Kept"),
        (SENT_TO_TWO, "Pending", ("Several customers", "Sent mail"), "Sent to several customers"),
        (HUGE, "Pending", ("Acme Parts", "Exact address"), WORDS[ReasonCode.OVERSIZE]),
        (PARKED, "Error", ("", ""), WORDS[ReasonCode.UNPARSEABLE]),
        (UNFETCHED, "Error", ("", ""), WORDS[ReasonCode.FETCH_RETRYING]),
        (LEFT_OUT, "Left out", ("", ""), WORDS[ReasonCode.EXCLUDED_RULE]),
        (replace(LEFT_OUT, code="FROM_THE_FUTURE"), "Left out", ("", ""), "A filter says so."),
    ],
)  # fmt: skip
def test_a_list_says_what_became_of_each(row: EmailRow, status: str, match: tuple[str, str], happened: str) -> None:
    found = match_of(row)
    assert status_of(row)[1] == status
    assert (found.name, found.why) == match
    assert happened_to(row) == happened


def test_nothing_is_left_without_words() -> None:
    assert (sender_of(PARKED), subject_of(PARKED)) == ("Unknown sender", "(could not be read)")
    assert subject_of(UNFETCHED) == "(not delivered yet)"
    assert subject_of(LEFT_OUT) == "(not kept)"
    assert subject_of(replace(FILED, subject="")) == "(no subject)"
    assert sender_of(replace(FILED, from_name="")) == "ann@acme.example"


def test_a_screen_reader_hears_the_whole_row() -> None:
    assert sentence_of(FILED, "today") == (
        "Ann, Order, today, Acme Parts, Exact address, Synced, Filed on the timeline, 2 attachments"
    )


def test_a_filed_email_went_all_the_way() -> None:
    steps = steps_of(_letter(FILED))
    assert [step.word for step in steps] == ["Received", "Fetched", "Kept", "Matched", "Filed"]
    assert {step.state for step in steps} == {"ok"}
    assert all(step.sentence.endswith(".") for step in steps)


@pytest.mark.parametrize(
    ("row", "whole", "states", "last"),
    [
        (NOBODYS, True, ["ok", "ok", "ok", "none", "half"], "Waiting"),
        (PARKED, True, ["ok", "ok", "bad", "todo", "half"], "Set aside"),
        (HUGE, False, ["ok", "warn", "ok", "ok", "ok"], "Filed"),
        (SENT, True, ["ok", "ok", "ok", "none", "ok"], "Kept"),
        (SENT_TO_TWO, True, ["ok", "ok", "ok", "none", "half"], "Waiting"),
    ],
)
def test_where_an_email_stopped_shows(row: EmailRow, whole: bool, states: list[str], last: str) -> None:
    steps = steps_of(_letter(row, whole=whole))
    assert [step.state for step in steps] == states
    assert steps[-1].word == last


@pytest.mark.parametrize(
    ("code", "states"),
    [
        ("FETCH_RETRYING", ["ok", "bad", "todo", "todo", "todo"]),
        ("MISSING_ON_SERVER", ["ok", "mute", "todo", "todo", "todo"]),
        ("EXCLUDED_RULE", ["ok", "todo", "mute", "todo", "todo"]),
    ],
)
def test_where_a_message_that_is_not_kept_stopped_shows(code: str, states: list[str]) -> None:
    steps = steps_of_seen(_place(code))
    assert [step.state for step in steps] == states
    assert any(step.sentence == "So it is." for step in steps)


def test_everything_known_is_text() -> None:
    letter = _letter(FILED, details={"date_note": "Its date lies in the future.", "defects": ["It has no end."]})
    text = as_text(explained(letter))
    for said in ("Decided by you.", "Its date lies in the future.", "It has no end.", "<a@b.example>", "Message 7"):
        assert said in text
    assert "So it is." in as_text(explained_seen(_place("EXCLUDED_RULE")))


def test_a_move_is_shown_as_one_and_flags_in_words() -> None:
    here = replace(_place("DUPLICATE_OF"), folder="Archive", ref="2", flags="\\Answered \\Seen")
    letter = replace(_letter(replace(FILED, folder="Archive", uid="2")), places=(LEFT, here))
    text = as_text(explained(letter))
    assert "On the server: In INBOX until 1 March 2026, " in text
    assert ", then in Archive." in text
    assert "Marked there: answered, read." in text
    assert "First seen as: INBOX, message 7" in text
    received, fetched = steps_of(letter)[:2]
    assert "no longer there" not in received.sentence
    assert " from INBOX: " in fetched.sentence


def test_an_email_that_is_gone_from_its_server_says_since_when_and_stays() -> None:
    letter = replace(_letter(FILED), places=(LEFT,))
    assert "MISSING_ON_SERVER: In INBOX until 1 March 2026, " in as_text(explained(letter))
    received = steps_of(letter)[0]
    assert "It is no longer there since 1 March 2026, " in received.sentence
    assert received.sentence.endswith("everything stays here.")


def test_labels_are_shown_as_a_person_reads_them() -> None:
    text = as_text(explained(_letter(FILED, details={"labels": ["\\Inbox", "Kunden/Größe"]})))
    assert "Labels: Inbox, Kunden/Größe" in text


def test_a_letter_shows_nothing_of_itself_to_a_log() -> None:
    assert "Order" not in repr(_letter(FILED))


LEFT = PlaceRow("support@shop.example", "INBOX", "1", "7", "SYNCED", "So it is.", NOON, NOON, NOON)


def _letter(row: EmailRow, *, whole: bool = True, details: dict[str, object] | None = None) -> Letter:
    detail = EmailDetail(row, "Hello", dict(details or {}), (), row.size_bytes, whole)
    decision = DecisionRow("SYNCED", "Assigned by hand.", row.customer, 100, "person", NOON)
    return Letter(detail, (_place(row.code),), (decision,), b"raw")


def _place(code: str) -> PlaceRow:
    return PlaceRow("support@shop.example", "INBOX", "1", "7", code, "So it is.", NOON, NOON, None)
