"""Reports on deliveries, in the shapes that servers write; and what is none."""

import pytest

from desktop.domain.delivery_report import Outcome, RecipientStatus, why_of
from desktop.parsing import limits
from tests.unit.parsing.bounces import POSTFIX, RETURNED, SHAPES, Shape, report
from tests.unit.parsing.golden import read_bytes


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_report_is_read_in_every_shape(shape: Shape) -> None:
    found = read_bytes(shape.content).report
    if not shape.recipients:
        assert found is None
        return
    assert found is not None
    assert [(one.address, one.outcome.value, one.status) for one in found.recipients] == list(shape.recipients)
    assert (found.message_id, found.envelope_id) == (shape.message_id, shape.envelope_id)


@pytest.mark.parametrize(
    ("outcome", "status", "says"),
    [
        (Outcome.FAILED, "5.2.2", "It could not be delivered to wei@acme.example: the mailbox is full."),
        (
            Outcome.FAILED,
            "5.1.99",
            "could not be delivered to wei@acme.example: there is something wrong with the addr",
        ),
        (Outcome.FAILED, "", "It could not be delivered to wei@acme.example: no reason was given."),
        (Outcome.DELAYED, "4.4.1", "not delivered to wei@acme.example yet: its mail server did not answer. The server"),
        (Outcome.RELAYED, "2.0.0", "handed on for wei@acme.example to a server that does not report back"),
        (Outcome.DELIVERED, "2.0.0", "It was delivered to wei@acme.example."),
        (Outcome.EXPANDED, "2.0.0", "which sent it on to others"),
    ],
)
def test_what_became_of_it_is_said_in_words(outcome: Outcome, status: str, says: str) -> None:
    assert says in RecipientStatus("wei@acme.example", outcome, status).words


def test_every_class_of_status_has_words() -> None:
    for subject in range(1, 8):
        assert why_of(f"5.{subject}.98") != "no reason was given"


def test_a_report_of_thousands_is_bounded() -> None:
    one = b"\nFinal-Recipient: rfc822; p%d@acme.example\nAction: failed\nStatus: 5.1.1\n"
    many = b"Reporting-MTA: dns; a\n" + b"".join(one % number for number in range(5_000))
    found = read_bytes(report(many)).report
    assert found is not None
    assert len(found.recipients) == limits.REPORT_RECIPIENTS
    assert found.words.endswith("And so on for 97 more.")


def test_a_hostile_message_id_is_one_clean_line() -> None:
    returned = RETURNED.replace(b"<order-7@shop.example>", b"<a\x00b\n c@shop.example> <second@x>")
    found = read_bytes(report(POSTFIX, returned)).report
    assert found is not None
    assert found.message_id == "<abc@shop.example>"
