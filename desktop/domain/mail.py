"""A mail on its way: as the provider hands it over (:class:`RawMail`) and as parsing reads it (:class:`ParsedMail`)."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.attachments import Stretch
from desktop.domain.delivery_report import DeliveryReport
from desktop.domain.ids import Ref


@dataclass(frozen=True, slots=True)
class RawMail:
    """One message as fetched: bytes exactly as the server sent them.

    ``received_at`` is the server's receive time (INTERNALDATE), aware UTC. ``size_bytes`` is what the server
    claims (RFC822.SIZE; a hint, Exchange misreports it). ``whole`` is False when only the header block was
    fetched because the message is over the fetch limit. ``left`` are stretches of its body that were left on the
    server: ``content`` is all the rest, in its order. ``provider_id`` is the server's own stable id
    (X-GM-MSGID, EMAILID of RFC 8474) or ``""``; ``labels`` and ``thread_id`` are as the server keeps them, if it does.
    """

    ref: Ref
    received_at: datetime
    size_bytes: int
    content: bytes
    whole: bool = True
    provider_id: str = ""
    labels: tuple[str, ...] = ()
    thread_id: str = ""
    left: tuple[Stretch, ...] = ()

    def __repr__(self) -> str:
        return f"<RawMail ref={self.ref} {len(self.content)} bytes>"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header: decoded display name and the address in comparable form."""

    name: str
    address: str

    def __repr__(self) -> str:
        return "<Address>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One leaf part that is not the body.

    ``part`` is its path in the MIME tree (``"1.2"``), ``name`` is safe to save as.

    ``declared_name`` is what the sender wrote. ``content_id`` is without angle brackets. ``inline`` is True for
    parts shown inside the body (cid images). ``size_bytes`` is the decoded size, a hint where some of it was left on
    the server; ``span`` then is where the part begins and ends in the bytes that are here, and ``encoding`` its own.
    """

    part: str
    name: str
    declared_name: str
    content_type: str
    size_bytes: int
    content_id: str = ""
    inline: bool = False
    encoding: str = ""
    span: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return f"<Attachment part={self.part} {self.size_bytes} bytes>"


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Somebody whom a mail names as its writer although another sent it, in comparable form.

    ``kind`` says where: ``"original"`` in the header line of a group that sends on in its own name, ``"forward"`` in
    the head of a mail that is forwarded in the text, ``"form"`` in a labelled line of what a form sends.
    """

    kind: str
    name: str
    address: str

    def __repr__(self) -> str:
        return f"<HandedOn {self.kind}>"


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What parsing makes of a message; every field is clean text without control characters.

    ``identity`` is the content identity: equal for the same message in other folders or mailboxes, different
    for different content (see ``desktop.parsing.identity``). ``sender`` is the single mailbox of the single
    From header, or None when that cannot be told for certain; then ``sender_doubt`` says why in words
    (never empty when ``sender`` is None). ``claimed_from`` is every address the From header(s) show.
    ``recipients_total`` counts To, Cc and Bcc before the cap. ``date`` is the Date header as aware UTC or None;
    ``date_note`` says what is odd about it. ``text`` is the readable body; ``has_html`` says that there is an
    HTML form in the raw bytes. ``flags`` are header values that filters read, in lower-case keys.
    ``defects`` names oddities met, in words for the trace. ``handed_on`` are those whom the mail names as its writers
    although another sent it, outermost first. ``report`` is what it says of a delivery, if it is a report on one.
    """

    identity: str
    message_id: str
    sender: Address | None
    sender_doubt: str
    claimed_from: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    recipients_total: int
    subject: str
    date: datetime | None
    date_note: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    preview: str
    has_html: bool
    attachments: tuple[Attachment, ...]
    flags: dict[str, str]
    defects: tuple[str, ...]
    handed_on: tuple[HandedOn, ...] = ()
    report: DeliveryReport | None = None

    def __repr__(self) -> str:
        return f"<ParsedMail {self.identity[:12]}>"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Parsing gave a message up: its content identity and why, in a sentence without content."""

    identity: str
    why: str
