"""Long texts and bytes as they lie in the database: compressed, and prepared outside any transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

import zstandard

from desktop.domain.attachments import Stretch, StretchState
from desktop.domain.decision import Decision, EmailStatus
from desktop.domain.filters import Facts, Kind
from desktop.domain.intake import DecidedMail
from desktop.domain.mail import Address, Attachment, ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import BY_FILTERS, FAILURES
from desktop.store.search_text import fold

_LEVEL = 2
"""Of zstd: a fifth quicker than 3 for mail, and half a percent larger."""
_SEARCHED_CHARS = 200_000
"""How much of a body is indexed: beyond it, machine-made text costs more than anybody finds by it."""


def pack(data: bytes) -> bytes:
    """Compress *data* (zstd). For many at once, a :class:`Packer`."""
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
    facts: dict[str, Any] | None
    """What filters look at, beyond the columns that lists show."""
    told: dict[str, Any]
    """What only the server knows of it: ``labels`` and ``thread_id``; empty where it keeps no labels."""
    left: list[dict[str, Any]] = field(default_factory=list)
    """What of its bytes was left on the server, as rows."""

    def __repr__(self) -> str:
        return f"<PackedMail ref={self.ref}>"


@dataclass(frozen=True, slots=True)
class PackedContent:
    """What a mail's rows hold whatever is decided about it: the costly part, made while another batch is stored."""

    columns: dict[str, Any]
    details: dict[str, Any]
    raw: bytes
    text: bytes
    attachments: list[dict[str, Any]]
    search: tuple[str, str, str]

    def __repr__(self) -> str:
        return f"<PackedContent {len(self.raw)} bytes>"


class Packer:
    """Packs mail after mail with one compressor: to make one costs as much as to pack a short text.

    Used by one thread at a time.
    """

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)

    def content(self, raw: RawMail, parsed: ParsedMail | Unreadable) -> PackedContent:
        """Return what is known of a mail before anything is decided about it."""
        packed = self._compressor.compress(raw.content)
        if isinstance(parsed, Unreadable):
            nothing = self._compressor.compress(b"")
            return PackedContent(_unreadable_columns(), {"why": parsed.why}, packed, nothing, [], ("", "", ""))
        return PackedContent(
            columns=mail_columns(parsed),
            details=_details(parsed),
            raw=packed,
            text=self._compressor.compress(parsed.text.encode()),
            attachments=attachment_rows(parsed),
            search=searched(parsed),
        )


def pack_mail(mail: DecidedMail, *, parser_version: int, content: PackedContent | None = None) -> PackedMail:
    """Return *mail* as the rows it becomes, ids and place apart; *content*, if it was packed ahead."""
    raw, decision, identity = mail.raw, mail.decision, mail.parsed.identity
    content = content or Packer().content(raw, mail.parsed)
    common = {
        "provider_id": raw.provider_id,
        "received_at": raw.received_at,
        "size_bytes": raw.size_bytes,
        "whole": raw.whole,
        "direction": "outbound" if mail.outbound else "inbound",
        "parser_version": parser_version,
        **verdict_columns(decision, whole=raw.whole),
    }
    told = {"labels": raw.labels, "thread_id": raw.thread_id} if raw.thread_id else {}
    tags = {"tags": decision.tags} if decision.tags else {}
    details = _json({**content.details, "suggestions": said(decision), **tags, **told})
    return PackedMail(
        ref=raw.ref,
        identity=identity,
        received_at=raw.received_at,
        failed=decision.code in FAILURES,
        decision=decision,
        email={"identity": identity, **content.columns, **common},
        body={"raw": content.raw, "text": content.text, "details": details},
        attachments=content.attachments,
        search=content.search,
        facts={**facts_columns(mail.facts), "about": mail.about} if mail.facts is not None else None,
        told=told,
        left=stretch_rows(raw.left, mail.parsed),
    )


def said(decision: Decision) -> list[dict[str, Any]]:
    """Return what every rule said of a mail, for its trace."""
    return [
        {"customer_id": str(found.customer.id), "customer": found.customer.name}
        | {"confidence": int(found.band), "reason": found.reason, "by": f"rule:{found.rule}"}
        for found in decision.suggestions
    ]


def facts_columns(facts: Facts) -> dict[str, Any]:
    """Return the columns of ``email_facts``; its email apart."""
    doubt = () if facts.sender else (NO_SENDER,)
    return {"recipients": " ".join(facts.recipients), "kinds": " ".join((*_kinds(facts), *doubt))}


NO_SENDER = "?"
"""Stands among the kinds of a mail whose sender is none or in doubt: ``email`` holds the one that it claims."""


def kinds_text(facts: Facts) -> str:
    """Return the kinds of a mail as they are stored. That it is from a customer is not: customers change."""
    return " ".join(_kinds(facts))


def _kinds(facts: Facts) -> list[str]:
    return [kind.value for kind, _ in facts.kinds if kind is not Kind.CUSTOMER]


def verdict_columns(decision: Decision, *, whole: bool) -> dict[str, Any]:
    """Return the columns of ``email`` that a decision fills."""
    if decision.code in FAILURES:
        status = EmailStatus.ERROR
    elif decision.code in BY_FILTERS:
        status = EmailStatus.LEFT_OUT
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
    return [_attachment_row(part) for part in parsed.attachments]


_SHOWN = tuple(one.name for one in fields(Attachment) if one.name != "span")


def _attachment_row(part: Attachment) -> dict[str, Any]:
    start, end = part.span or (None, None)
    return {**{name: getattr(part, name) for name in _SHOWN}, "start_at": start, "end_at": end}


def stretch_rows(left: Sequence[Stretch], parsed: ParsedMail | Unreadable) -> list[dict[str, Any]]:
    """Return the rows of ``stretch``, without their email: nothing of any is here yet."""
    parts = parsed.attachments if isinstance(parsed, ParsedMail) else ()
    return [_stretch_row(number, one, parts) for number, one in enumerate(left)]


def _stretch_row(number: int, one: Stretch, parts: Sequence[Attachment]) -> dict[str, Any]:
    around = [part for part in parts if part.span is not None and part.span[0] <= one.at <= part.span[1]]
    own = next((part for part in around if part.span == (one.at, one.at)), None)
    nothing_yet = {"file": "", "key": b"", "arrived": 0, "stored": 0, "chunks": 0, "tries": 0, "retry_at": None}
    return {
        "position": number,
        **asdict(one),
        "part": own.part if own else (around[0].part if around else ""),
        "size_bytes": own.size_bytes if own else one.length,
        "state": StretchState.WAITING.value,
        "asked": False,
        "reason": "",
        **nothing_yet,
    }


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
    handed_on = [(who.kind, who.name, who.address) for who in parsed.handed_on]
    return {**people, **plain, "defects": parsed.defects, "handed_on": handed_on, **_report(parsed)}


def _report(parsed: ParsedMail) -> dict[str, Any]:
    found = parsed.report
    if found is None:
        return {}
    recipients = [(one.address, one.outcome.value, one.status, one.said) for one in found.recipients]
    return {"report": {"to": recipients, "message_id": found.message_id, "envelope_id": found.envelope_id}}


def details_text(parsed: ParsedMail, held: str) -> str:
    """Return everything of a parsed mail that no list shows, as JSON; *held* has what parsing does not know."""
    before = json.loads(held)
    kept = ("labels", "thread_id", "tags", "suggestions")
    return _json(_details(parsed) | {name: before[name] for name in kept if name in before})


def with_told(held: str, told: dict[str, Any]) -> str:
    """Return the details *held* with what the server, or the rules, tell of the message now."""
    return _json({**json.loads(held), **told})


def _people(addresses: Sequence[Address]) -> list[tuple[str, str]]:
    return [(who.name, who.address) for who in addresses]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
