"""Mail that was sent and what came back: from a report on a delivery to its mail, and from a mail to its reports."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.delivery_report import DeliveryReport, Outcome, RecipientStatus, Reported, SentMail
from desktop.domain.ids import EmailId
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.sqltypes import read_instant

LOOKED_AT = 20_000
"""So many mails that were sent before a report are looked at where it names none."""
_DAYS = 5 * 24 * 3600 * 1000
_REPORTS = 20

_BY_IDS = (
    "SELECT message_id, coalesce(recipients, '') FROM email INDEXED BY ix_email_message_id "
    "LEFT JOIN email_facts ON email_id = email.id WHERE message_id IN ({0}) AND direction = 'outbound'"
)
_BY_TIME = (
    "SELECT message_id, recipients FROM (SELECT id, message_id, direction FROM email INDEXED BY ix_email_list "
    f"WHERE received_at BETWEEN :first AND :last ORDER BY received_at DESC LIMIT {LOOKED_AT}) AS sent "
    "JOIN email_facts ON email_id = sent.id WHERE direction = 'outbound' AND message_id != '' "
    "AND instr(' ' || recipients || ' ', ' ' || :address || ' ') LIMIT 2"
)


@dataclass(frozen=True, slots=True)
class BounceRow:
    """A report on a delivery that is here: its email, when it came, and what it says."""

    email_id: EmailId
    received_at: datetime
    report: DeliveryReport


class BounceQueries:
    """Answers by the Message-ID that reports are linked by."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def sent_mail(self, asked: Collection[Reported]) -> Mapping[Reported, SentMail]:
        """Return the mail of ours that each report is about; see ``matching.reported``."""
        ids = sorted({number for one in asked for number in one.message_ids})
        known: dict[str, frozenset[str]] = {}
        for part in chunks(ids):
            for message_id, recipients in self._run.exec_driver_sql(_BY_IDS.format(marks(part)), tuple(part)):
                known[message_id] = known.get(message_id, frozenset()) | frozenset(recipients.split())
        found = {}
        for one in asked:
            named = next((number for number in one.message_ids if number in known), None)
            if named is not None:
                found[one] = SentMail(named, known[named], by_id=True)
            elif not one.message_ids and (near := self._by_time(one)) is not None:
                found[one] = near
        return found

    def reports_on(self, email_id: EmailId) -> list[BounceRow]:
        """Return what came back of a mail that was sent, the newest first."""
        sql = (
            "SELECT report.id, report.received_at, details FROM email JOIN email_facts INDEXED BY ix_email_facts_about "
            "ON about = email.message_id AND about != '' JOIN email AS report ON report.id = email_facts.email_id "
            "JOIN email_body ON email_body.email_id = report.id WHERE email.id = ? AND email.direction = 'outbound' "
            f"ORDER BY report.received_at DESC, report.id DESC LIMIT {_REPORTS}"
        )
        rows = self._run.exec_driver_sql(sql, (email_id,)).all()
        told = ((number, at, report_of(json.loads(details))) for number, at, details in rows)
        return [BounceRow(EmailId(number), read_instant(at), report) for number, at, report in told if report]

    def reported_by(self, email_id: EmailId) -> EmailId | None:
        """Return the mail that a report is about; None when the email is no report, or the mail is not here."""
        sql = (
            "SELECT email.id FROM email_facts JOIN email INDEXED BY ix_email_message_id ON message_id = about "
            "WHERE email_facts.email_id = ? AND about != '' AND direction = 'outbound' ORDER BY email.id LIMIT 1"
        )
        found = self._run.exec_driver_sql(sql, (email_id,)).scalar()
        return EmailId(found) if found is not None else None

    def _by_time(self, asked: Reported) -> SentMail | None:
        if asked.sent_before is None or not asked.recipients:
            return None
        bound = {"first": asked.sent_before - _DAYS, "last": asked.sent_before, "address": asked.recipients[0]}
        rows = self._run.exec_driver_sql(_BY_TIME, bound).all()
        if len(rows) != 1:
            return None
        return SentMail(rows[0].message_id, frozenset(rows[0].recipients.split()), by_id=False)


def report_of(details: Mapping[str, Any]) -> DeliveryReport | None:
    """Return the report that a mail's details hold; see ``packing``."""
    held = details.get("report")
    if not held:
        return None
    recipients = tuple(
        RecipientStatus(address, Outcome(outcome), status, said) for address, outcome, status, said in held["to"]
    )
    return DeliveryReport(recipients, held["message_id"], held["envelope_id"])
