"""Mail that is here already, as parsing read it: so that rules judge it again without reading its bytes again."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId, MailboxId
from desktop.domain.mail import Address, HandedOn, ParsedMail
from desktop.store.packing import unpack
from desktop.store.reading.bounces import report_of
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.sqltypes import read_instant


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that could be read, the mailbox it lies in, and whether that mailbox sent it.

    ``labels`` are those that the server keeps; ``said`` is what rules said of customers when it came: whom, how sure
    in percent, and which rule.
    """

    id: EmailId
    mailbox_id: MailboxId
    outbound: bool
    mail: ParsedMail
    labels: tuple[str, ...] = ()
    said: tuple[tuple[CustomerId, int, str], ...] = ()


class LetterQueries:
    """Letters by their ids; what could not be read is none."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def get(self, emails: Collection[EmailId], *, with_text: bool) -> dict[EmailId, Letter]:
        """Return those of *emails* that could be read; without *with_text* their text is empty, which is quicker.

        Attachments are left out: no rule asks for them.
        """
        found = {}
        text = "email_body.text" if with_text else "NULL"
        for part in chunks(sorted(emails)):
            sql = (
                "SELECT email.id, mailbox_id, direction, identity, message_id, from_address, from_name, subject, "
                f"sent_at, preview, details, {text} AS text FROM email JOIN email_body ON email_id = email.id "
                f"WHERE email.id IN ({marks(part)}) AND code != 'UNPARSEABLE'"
            )
            for row in self._run.exec_driver_sql(sql, tuple(part)):
                told = json.loads(row.details)
                mail, labels = _mail(row, told), tuple(told.get("labels", ()))
                outbound = row.direction == "outbound"
                number, place = EmailId(row.id), MailboxId(row.mailbox_id)
                found[number] = Letter(number, place, outbound, mail, labels, _said(told))
        return found


def _mail(row: sa.Row[Any], told: dict[str, Any]) -> ParsedMail:
    doubt = told.get("sender_doubt", "")
    sender = Address(row.from_name, row.from_address) if row.from_address and not doubt else None
    return ParsedMail(
        identity=row.identity,
        message_id=row.message_id,
        sender=sender,
        sender_doubt=doubt if sender or doubt else "It has no sender.",
        claimed_from=_people(told, "claimed_from") or ((sender,) if sender else ()),
        reply_to=_people(told, "reply_to"),
        to=_people(told, "to"),
        cc=_people(told, "cc"),
        bcc=_people(told, "bcc"),
        recipients_total=told.get("recipients_total", 0),
        subject=row.subject,
        date=read_instant(row.sent_at) if row.sent_at is not None else None,
        date_note=told.get("date_note", ""),
        in_reply_to=tuple(told.get("in_reply_to", ())),
        references=tuple(told.get("references", ())),
        text=unpack(row.text).decode() if row.text is not None else "",
        preview=row.preview,
        has_html=told.get("has_html", False),
        attachments=(),
        flags=told.get("flags", {}),
        defects=tuple(told.get("defects", ())),
        handed_on=tuple(HandedOn(kind, name, address) for kind, name, address in told.get("handed_on", ())),
        report=report_of(told),
    )


def _said(told: dict[str, Any]) -> tuple[tuple[CustomerId, int, str], ...]:
    return tuple(
        (CustomerId(int(one["customer_id"])), one["confidence"], one["by"]) for one in told.get("suggestions", ())
    )


def _people(told: dict[str, Any], role: str) -> tuple[Address, ...]:
    return tuple(Address(name, address) for name, address in told.get(role, ()))
