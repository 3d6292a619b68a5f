"""Forged senders: only what the mailbox's own server found counts, and only a failure or a pass for somebody else."""

import pytest

from desktop.domain.mail import Address
from desktop.matching.asked import Ours
from desktop.matching.authentication import unproven, vouchers_of
from tests.helpers.mails import parsed

ANN = Address("Ann", "ann@acme.com")
OURS = Ours(vouchers=vouchers_of("imap.shop.example", "support@shop.example"))
MICROSOFT = Ours(vouchers=vouchers_of("outlook.office365.com", "support@shop.example"))
GOOGLE = Ours(vouchers=vouchers_of("imap.gmail.com", "shop@gmail.com"))
FAILED = "The mail server found that it was not sent by acme.com (DMARC fail)."


@pytest.mark.parametrize(
    ("ours", "results", "warning"),
    [
        (OURS, "mx.shop.example; spf=fail; dkim=none; dmarc=fail (p=reject dis=none) header.from=acme.com", FAILED),
        (OURS, "mx.shop.example; dkim=pass header.d=acme.com; dmarc=pass header.from=acme.com", ""),
        (OURS, "mx.shop.example; dmarc=pass header.from=mail.acme.com", ""),
        (OURS, "mx.shop.example 1; DMARC = fail header.from=acme.com", FAILED),
        (OURS, "mx.shop.example; dkim=pass (a (b) ; dmarc=fail) header.d=acme.com", ""),
        (OURS, "mx.evil.example; dmarc=fail header.from=acme.com", ""),
        (OURS, "mx.shop.example.evil.example; dmarc=fail header.from=acme.com", ""),
        (OURS, "mx.shop.example; spf=softfail; dkim=none", ""),
        (OURS, "mx.shop.example; dmarc=none header.from=acme.com", ""),
        (OURS, "", ""),
        (OURS, ";;; =", ""),
        (
            OURS,
            "mx.shop.example; dmarc=pass header.from=evil.example",
            "The mail server vouches for evil.example as its sender, and not for acme.com.",
        ),
        (
            MICROSOFT,
            "spf=fail smtp.mailfrom=x.example; dkim=none; dmarc=fail action=oreject header.from=acme.com",
            FAILED,
        ),
        (OURS, "spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=acme.com", ""),
        (GOOGLE, "mx.google.com; spf=fail; dmarc=fail (p=NONE) header.from=acme.com", FAILED),
        (OURS, "mx.google.com; dmarc=fail header.from=acme.com", ""),
    ],
)
def test_what_is_warned_of(ours: Ours, results: str, warning: str) -> None:
    assert unproven(parsed("a", flags={"authentication-results": results}), ANN, ours) == warning


def test_a_mail_without_results_is_not_warned_of() -> None:
    assert unproven(parsed("a"), ANN, OURS) == ""
