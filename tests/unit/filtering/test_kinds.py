"""What sort of mail a message is, by what standards say about it; and never by one vendor's header alone."""

import pytest

from desktop.domain.filters import Kind
from desktop.domain.ids import Ref
from desktop.domain.mail import ParsedMail, RawMail
from desktop.filtering.kinds import kinds_of
from desktop.parsing.reader import read
from tests.helpers.mails import NOON
from tests.unit.parsing.bounces import SHAPES, Shape

ANN = "ann@acme.example"
OURS = frozenset({"shop.example"})
FORWARD = """Please answer.

---------- Forwarded message ---------
From: Ann Lee <ann@acme.example>
Date: Mon, 2 Mar 2026
Subject: Broken
To: <bob@shop.example>

It is broken.
"""


def mail(
    *headers: str, sender: str = "ann@acme.example", to: str = "support@shop.example", body: str = "Hi"
) -> ParsedMail:
    lines = [f"From: {sender}", f"To: {to}", "Subject: S", "Message-ID: <a@b.example>", *headers, "", body]
    content = "\r\n".join(lines).encode()
    return read(RawMail(Ref("1"), NOON, len(content), content))


def kinds(found: ParsedMail, *labels: str) -> list[Kind]:
    return [kind for kind, words in kinds_of(found, ours=OURS, labels=labels) if words]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), []),
        (("List-Id: <news.shop-news.example>",), [Kind.NEWSLETTER]),
        (("List-Unsubscribe: <mailto:out@x.example>",), [Kind.NEWSLETTER]),
        (("Precedence: bulk",), [Kind.NEWSLETTER]),
        (("Precedence: first-class",), []),
        (("Auto-Submitted: no",), []),
        (("Auto-Submitted: auto-generated",), [Kind.AUTOMATIC]),
        (("Auto-Submitted: auto-replied; owner-email=x@y.example",), [Kind.AUTO_REPLY]),
        (("X-Auto-Response-Suppress: All",), []),
        (("X-Spam-Flag: YES",), [Kind.SPAM]),
        (("X-Spam-Flag: NO",), []),
        (("Content-Type: multipart/report; report-type=delivery-status; boundary=b",), [Kind.BOUNCE]),
        (("Content-Type: multipart/report; report-type=disposition-notification; boundary=b",), []),
    ],
)
def test_kinds_are_told_by_what_standards_say(headers: tuple[str, ...], expected: list[Kind]) -> None:
    assert kinds(mail(*headers)) == expected


def test_what_the_server_labels_as_spam_is_spam() -> None:
    assert kinds(mail(), "\\Spam") == [Kind.SPAM]


@pytest.mark.parametrize(
    ("sender", "to", "headers", "internal"),
    [
        ("bob@shop.example", "support@shop.example", (), True),
        ("bob@eu.shop.example", "support@shop.example, eve@shop.example", (), True),
        ("bob@shop.example", "support@shop.example, ann@acme.example", (), False),
        ("bob@shop.example", "support@shop.example", ("Cc: ann@acme.example",), False),
        ("bob@myshop.example", "support@shop.example", (), False),
        ("support@shop.example", "support@shop.example", (), False),
        ("web@shop.example", "support@shop.example", ("Reply-To: ann@acme.example",), False),
        ("bob@shop.example", "undisclosed-recipients:;", (), False),
    ],
)
def test_internal_is_what_only_our_own_people_are_on(
    sender: str, to: str, headers: tuple[str, ...], internal: bool
) -> None:
    assert (Kind.INTERNAL in kinds(mail(*headers, sender=sender, to=to))) is internal


def test_what_a_colleague_forwards_is_a_customers_mail() -> None:
    assert Kind.INTERNAL not in kinds(mail(sender="bob@shop.example", body=FORWARD))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_report_on_a_delivery_is_one_in_every_shape(shape: Shape) -> None:
    found = read(RawMail(Ref("1"), NOON, len(shape.content), shape.content))
    is_said = found.flags.get("content-type", "").startswith("multipart/report")
    assert (Kind.BOUNCE in kinds(found)) is (found.report is not None or is_said)
