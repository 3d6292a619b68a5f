"""The shapes of the JSON contract: one function per noun. Fields may be added; those that are here stay."""

from typing import Any

from desktop.domain.attachments import AttachmentStatus
from desktop.domain.clock import iso
from desktop.domain.customer import Customer
from desktop.domain.decision import Candidate, EmailStatus
from desktop.domain.mailbox import Mailbox
from desktop.domain.match_rule import MatchRule
from desktop.domain.rows import AttachmentRow, DecisionRow, EmailRow, EventRow, PlaceRow
from desktop.domain.whereabouts import Whereabouts


def email_document(row: EmailRow) -> dict[str, Any]:
    """Return one email as lists show it."""
    return {
        "id": email_id(row),
        "mailbox": row.mailbox,
        "folder": row.folder,
        "uid": row.uid,
        "message_id": row.message_id,
        "from": row.from_address,
        "from_name": row.from_name,
        "to": row.to,
        "subject": row.subject,
        "date": iso(row.sent_at),
        "received": iso(row.received_at),
        "direction": row.direction,
        "status": row.status if row.status != EmailStatus.LEFT_OUT else EmailStatus.SYNCED.value,  # its code says why
        "code": row.code,
        "reason": row.reason,
        "match": _match(row),
        "needs_review": row.needs_review,
        "attachments": row.attachments,
        "tags": list(row.tags),
        "ticket_id": None,
        "thread_id": None,
    }


def email_id(row: EmailRow) -> str:
    """Return the id a person gives back: the email's, or ``seen:N`` for a message that is not kept."""
    return str(row.id) if row.id is not None else f"seen:{row.seen_id}"


def _match(row: EmailRow) -> dict[str, Any] | None:
    if row.customer_id is None:
        return None
    return {
        "customer_id": str(row.customer_id),
        "customer": row.customer,
        "confidence": row.confidence,
        "reason": row.reason,
        "by": row.decided_by,
    }


def candidate_document(one: Candidate) -> dict[str, Any]:
    """Return a customer whom a rule suggests."""
    return {
        "customer_id": str(one.customer.id),
        "customer": one.customer.name,
        "confidence": int(one.band),
        "reason": one.reason,
        "by": f"rule:{one.rule}",
    }


def rule_document(rule: MatchRule) -> dict[str, Any]:
    """Return a rule that a person wrote."""
    return {
        "id": str(rule.id),
        "name": rule.name,
        "conditions": [
            {"where": one.where.value, "pattern": one.pattern, "header": one.header} for one in rule.conditions
        ],
        "action": rule.action.value,
        "customer_id": str(rule.customer.id) if rule.customer else None,
        "customer": rule.customer.name if rule.customer else None,
        "tag": rule.tag,
        "words": rule.words,
    }


def place_document(row: PlaceRow) -> dict[str, Any]:
    """Return one place of a message, for the trace."""
    return {
        "mailbox": row.mailbox,
        "folder": row.folder,
        "epoch": row.epoch,
        "uid": row.ref,
        "code": row.code,
        "reason": row.reason,
        "received": iso(row.received_at),
        "seen": iso(row.seen_at),
        "gone": iso(row.gone_at),
        "flags": None if row.flags is None else row.flags.split(),
    }


def whereabouts_document(found: Whereabouts) -> dict[str, Any]:
    """Return where an email is on its server and was, for the trace."""
    return {
        "there": found.is_there,
        "code": found.code.value,
        "gone": iso(found.gone_since),
        "words": found.told(lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC"),
    }


def decision_document(row: DecisionRow) -> dict[str, Any]:
    """Return one decision, for the trace."""
    return {
        "code": row.code,
        "reason": row.reason,
        "customer": row.customer or None,
        "confidence": row.confidence,
        "by": row.decided_by,
        "at": iso(row.decided_at),
    }


def attachment_document(row: AttachmentRow) -> dict[str, Any]:
    """Return one attachment."""
    return {
        "part": row.part,
        "name": row.name,
        "declared_name": row.declared_name,
        "content_type": row.content_type,
        "size": row.size_bytes,
        "inline": row.inline,
        **status_document(row.status),
    }


def status_document(status: AttachmentStatus) -> dict[str, Any]:
    """Return how a file stands; ``arrived`` and ``total`` are bytes as the server sends them."""
    return {
        "state": status.state.value,
        "arrived": status.arrived,
        "total": status.total,
        "why": status.words,
        "asked": status.asked,
    }


def customer_document(customer: Customer) -> dict[str, Any]:
    """Return one customer."""
    return {
        "id": str(customer.id),
        "name": customer.name,
        "emails": list(customer.emails),
        "company": customer.company,
        "owner": customer.owner,
        "tags": list(customer.tags),
        "phones": list(customer.phones),
    }


def mailbox_document(mailbox: Mailbox) -> dict[str, Any]:
    """Return one mailbox; its password or tokens are in the vault and nowhere else."""
    smtp, details = mailbox.smtp, mailbox.details
    return {
        "id": str(mailbox.id),
        "address": mailbox.address,
        "provider": mailbox.provider,
        "imap": f"{mailbox.imap.host}:{mailbox.imap.port}",
        "security": mailbox.imap.security.value,
        "user": mailbox.imap.user,
        "smtp": f"{smtp.host}:{smtp.port}" if smtp else None,
        "folders": list(mailbox.folders),
        "direction": mailbox.direction.value,
        "frequency": mailbox.frequency.value,
        "since_days": mailbox.since_days,
        "synced_from": iso(mailbox.synced_from),
        "state": mailbox.state.value,
        "sign_in": mailbox.oauth.value if mailbox.oauth else "password",
        "purpose": details.purpose.value,
        "owner": details.owner,
        "recovery_contact": details.recovery_contact,
        "display_name": details.display_name,
        "reply_to": details.reply_to,
        "attachments": mailbox.attachments.spelled,
    }


def event_document(row: EventRow) -> dict[str, Any]:
    """Return one log entry."""
    return {
        "id": f"sync-{row.run}" if row.id is None else str(row.id),
        "at": iso(row.at),
        "level": row.level,
        "run": None if row.run is None else str(row.run),
        "mailbox": row.mailbox or None,
        "code": row.code,
        "what": row.what,
        "meaning": row.meaning,
        "action": row.action,
    }
