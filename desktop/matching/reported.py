"""Which mail of ours a report on a delivery is about."""

from collections.abc import Sequence
from datetime import timedelta

from desktop.domain.delivery_report import DeliveryReport, Reported, SentMail
from desktop.domain.mail import ParsedMail
from desktop.matching.book import Book

KEEPS_TRYING = timedelta(days=5)
"""So long servers try (RFC 5321 section 4.5.4.1): a report is about a mail of these days."""


def reported_mail(mails: Sequence[ParsedMail], book: Book) -> list[SentMail | None]:
    """Return the mail that each of *mails* reports on, if it is one of ours that is here.

    By the Message-ID that came back, then by the envelope's id, which senders often make the same. Only a report that
    names no mail at all is followed by recipient and time, and only if that leads to one mail.
    """
    asked = [_asked(mail) for mail in mails]
    wanted = {one for one in asked if one is not None}
    found = book.sent_mail(wanted) if wanted else {}
    return [found.get(one) if one is not None else None for one in asked]


def about_of(mail: ParsedMail, found: SentMail | None) -> str:
    """Return the Message-ID of the mail that *mail* reports on, also of one that is not here yet; else ``""``."""
    if found is not None:
        return found.message_id
    return mail.report.message_id or mail.report.envelope_id if mail.report is not None else ""


def _asked(mail: ParsedMail) -> Reported | None:
    report: DeliveryReport | None = mail.report
    if report is None:
        return None
    ids = tuple(dict.fromkeys(one for one in (report.message_id, report.envelope_id) if one))
    before = int(mail.date.timestamp() * 1000) if mail.date is not None else None
    return Reported(ids, tuple(one.address for one in report.recipients), before)
