"""What ``emails show`` says of deliveries: what a report says and is about, and what came back of a mail."""

from collections.abc import Mapping
from typing import Any

from desktop.domain.clock import iso
from desktop.domain.delivery_report import DeliveryReport
from desktop.domain.ids import EmailId
from desktop.store.reading.bounces import report_of
from desktop.store.reading.reader import Reader


def bounce_words(read: Reader, number: EmailId, details: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what is known of an email's delivery, for its document and as lines; nothing for most."""
    document: dict[str, Any] = {}
    lines: list[str] = []
    report = report_of(details)
    if report is not None:
        about = read.bounces.reported_by(number)
        document["report"] = {**report_document(report), "about": str(about) if about is not None else None}
        lines += ["", f"Report:   {report.words}"]
        lines.append(f"About:    email {about}" if about is not None else "About:    a mail that is not here")
    back = read.bounces.reports_on(number)
    if back:
        document["reports"] = [
            {"id": str(one.email_id), "received": iso(one.received_at), **report_document(one.report)} for one in back
        ]
        lines += ["", *(f"Came back: {one.report.words} (email {one.email_id})" for one in back)]
    return document, lines


def report_document(report: DeliveryReport) -> dict[str, Any]:
    """Return a report on a delivery."""
    recipients = [
        {"address": one.address, "outcome": one.outcome.value, "status": one.status, "words": one.words}
        for one in report.recipients
    ]
    return {"recipients": recipients, "message_id": report.message_id, "words": report.words}
