"""Long texts and bytes as they lie in the database: compressed, and prepared outside any transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import zstandard

from desktop.domain.decision import Decision, EmailStatus
from desktop.domain.intake import DecidedMail
from desktop.domain.mail import Address, ParsedMail, Unreadable
from desktop.domain.reasons import FAILURES
from desktop.store.search_text import fold

_LEVEL = 3
_SEARCHED_CHARS = 200_000
"""How much of a body is indexed: beyond it, machine-made text costs more than anybody finds by it."""


def pack(data: bytes) -> bytes:
    """Compress *data* (zstd)."""
    return zstandard.compress(data, _LEVEL)


def unpack(data: bytes) -> bytes:
    """Undo :func:`pack`."""
    return zstandard.decompress(data)


@dataclass(frozen=True, slots=True)
class PackedMail:
    """A decided mail as rows: made before the transaction, so that the transaction only writes."""

    ref: str
    identity: str
    received_at: datetime
    failed: bool
    decision: Decision
    email: dict[str, Any]
    body: dict[str, Any]
    attachments: list[dict[str, Any]]
    search: tuple[str, str, str]

    def __repr__(self) -> str:
        return f"<PackedMail ref={self.ref}>"


def pack_mail(mail: DecidedMail, *, parser_version: int) -> PackedMail:
    """Return *mail* as the rows it becomes, ids and place apart."""
    parsed = mail.parsed
    common = {
        "provider_id": mail.raw.provider_id,
        "received_at": mail.raw.received_at,
        "size_bytes": mail.raw.size_bytes,
        "whole": mail.raw.whole,
        "direction": "outbound" if mail.outbound else "inbound",
        "parser_version": parser_version,
        **verdict_columns(mail.decision, whole=mail.raw.whole),
    }
    text, attachments, search = "", list[dict[str, Any]](), ("", "", "")
    if isinstance(parsed, Unreadable):
        columns = _unreadable_columns()
        details: dict[str, Any] = {"why": parsed.why}
    else:
        columns, text, details = mail_columns(parsed), parsed.text, _details(parsed)
        attachments, search = attachment_rows(parsed), searched(parsed)
    details["suggestions"] = [
        {"customer_id": str(found.customer.id), "customer": found.customer.name}
        | {"confidence": int(found.band), "reason": found.reason, "by": f"rule:{found.rule}"}
        for found in mail.decision.suggestions
    ]
    return PackedMail(
        ref=mail.raw.ref,
        identity=parsed.identity,
        received_at=mail.raw.received_at,
        failed=mail.decision.code in FAILURES,
        decision=mail.decision,
        email={"identity": parsed.identity, **columns, **common},
        body={"raw": pack(mail.raw.content), "text": pack(text.encode()), "details": _json(details)},
        attachments=attachments,
        search=search,
    )


def verdict_columns(decision: Decision, *, whole: bool) -> dict[str, Any]:
    """Return the columns of ``email`` that a decision fills."""
    if decision.code in FAILURES:
        status = EmailStatus.ERROR
    elif decision.needs_review or not whole:
        status = EmailStatus.PENDING
    else:
        status = EmailStatus.SYNCED
    return {
        "status": status.value,
        "code": decision.code.value,
        "reason": decision.reason,
        "customer_id": decision.customer_id,
        "confidence": decision.confidence,
        "decided_by": decision.by,
        "needs_review": decision.needs_review,
    }


def mail_columns(parsed: ParsedMail) -> dict[str, Any]:
    """Return the columns of ``email`` that parsing fills."""
    shown = parsed.sender or (parsed.claimed_from[0] if parsed.claimed_from else Address("", ""))
    return {
        "message_id": parsed.message_id,
        "from_address": shown.address,
        "from_name": shown.name,
        "to_line": ", ".join(to.address for to in parsed.to[:3]) + (" ..." if len(parsed.to) > 3 else ""),
        "subject": parsed.subject,
        "sent_at": parsed.date,
        "attachments": sum(1 for part in parsed.attachments if not part.inline),
        "preview": parsed.preview,
    }


def _unreadable_columns() -> dict[str, Any]:
    texts = dict.fromkeys(("message_id", "from_address", "from_name", "to_line", "subject", "preview"), "")
    return {**texts, "sent_at": None, "attachments": 0}


def attachment_rows(parsed: ParsedMail) -> list[dict[str, Any]]:
    """Return the rows of ``attachment``, without their email."""
    return [asdict(part) for part in parsed.attachments]


def searched(parsed: ParsedMail) -> tuple[str, str, str]:
    """Return what the index holds of a mail: subject, people and attachment names, body - folded."""
    people = [*parsed.claimed_from, *parsed.to, *parsed.cc, *parsed.reply_to]
    names = " ".join(f"{who.name} {who.address}" for who in people)
    files = " ".join(part.name for part in parsed.attachments)
    return fold(parsed.subject), fold(f"{names} {files}"), fold(parsed.text[:_SEARCHED_CHARS])


def _details(parsed: ParsedMail) -> dict[str, Any]:
    people = {role: _people(getattr(parsed, role)) for role in ("claimed_from", "reply_to", "to", "cc", "bcc")}
    plain = {
        name: getattr(parsed, name)
        for name in ("recipients_total", "sender_doubt", "date_note", "in_reply_to", "references", "has_html", "flags")
    }
    return {**people, **plain, "defects": parsed.defects}


def details_text(parsed: ParsedMail) -> str:
    """Return everything of a parsed mail that no list shows, as JSON."""
    return _json(_details(parsed))


def _people(addresses: Sequence[Address]) -> list[tuple[str, str]]:
    return [(who.name, who.address) for who in addresses]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
