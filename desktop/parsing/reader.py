"""The reference path: one message's bytes in, ParsedMail out."""

from desktop.domain.errors import MessageRejected
from desktop.domain.mail import Address, Attachment, ParsedMail, RawMail
from desktop.domain.reasons import ReasonCode
from desktop.parsing import body as bodies
from desktop.parsing import clean, limits, notext, plaintext, structure
from desktop.parsing.addresslist import parse as parse_addresses
from desktop.parsing.attachments import list_attachments
from desktop.parsing.dates import read_date
from desktop.parsing.delivery_reports import read_report
from desktop.parsing.guard import one_message
from desktop.parsing.handed_on import read_handed_on
from desktop.parsing.headers import RECIPIENT_FIELDS, Headers
from desktop.parsing.identity import identity
from desktop.parsing.ids import message_id, read_ids
from desktop.parsing.notes import Notes
from desktop.parsing.sender import read_sender
from desktop.parsing.structure import Tree
from desktop.parsing.words import header_text, unfold

FLAGS = (
    *("auto-submitted", "precedence", "list-id", "list-unsubscribe", "return-path", "x-auto-response-suppress"),
    *("x-loop", "content-type", "feedback-id", "authentication-results", "list-post", "x-spam-flag", "x-priority"),
    *("importance", "x-mailer", "user-agent", "organization", "x-autoreply", "x-failed-recipients", "delivered-to"),
)
"""Headers that filters and rules read. Of one that stands there several times, the topmost counts: the last hop wrote
it."""

_RESULTS = "authentication-results"
_PGP = "-----BEGIN PGP MESSAGE-----"


def read(raw: RawMail) -> ParsedMail:
    """Read one message. Raises MessageRejected, and nothing else, when that cannot be done."""
    if len(raw.content) > limits.MESSAGE_BYTES:
        raise MessageRejected(ReasonCode.UNPARSEABLE, f"It is larger than {limits.MESSAGE_BYTES >> 20} MB.")
    with one_message("reader"):
        return _read(raw)


def _read(raw: RawMail) -> ParsedMail:
    notes = Notes()
    tree = structure.parse(raw.content, whole=raw.whole)
    headers = tree.parts[0].headers
    notes.add(*tree.defects)
    sender = read_sender(headers)
    recipients = _Recipients(headers, tree.parts[0].source)
    subject = _subject(headers, notes)
    date, date_note = read_date(headers.first("date"), raw.received_at)
    found = _Content(raw, tree, notes)
    return ParsedMail(
        identity=identity(raw),
        message_id=message_id(headers.first("message-id")),
        sender=sender.sender,
        sender_doubt=sender.doubt,
        claimed_from=sender.claimed,
        reply_to=_addresses(headers, "reply-to", limits.REPLY_TO),
        to=recipients.to,
        cc=recipients.cc,
        bcc=recipients.bcc,
        recipients_total=recipients.total,
        subject=subject,
        date=date,
        date_note=date_note,
        in_reply_to=read_ids(headers.all("in-reply-to"), limits.REFERENCES),
        references=read_ids(headers.all("references"), limits.REFERENCES),
        text=found.text,
        preview=found.preview,
        has_html=found.has_html,
        attachments=found.attachments,
        flags=_flags(headers),
        defects=notes.all(),
        handed_on=read_handed_on(headers, subject, found.text),
        report=read_report(tree) if raw.whole else None,
    )


class _Content:
    """Body and attachments, or what stands for them."""

    def __init__(self, raw: RawMail, tree: Tree, notes: Notes) -> None:
        self.attachments: tuple[Attachment, ...] = ()
        if not raw.whole:
            self.text = self.preview = notext.not_fetched(raw.size_bytes)
            self.has_html = False
            return
        body = bodies.read_body(tree, notes)
        self.attachments = list_attachments(tree, body, notes, raw.left)
        self.has_html = bodies.find_html(tree) >= 0
        self.text = body.text if body.text.strip() else notext.describe(tree, self.attachments)
        own = body.own or self.text
        self.preview = "[encrypted message]" if own.lstrip().startswith(_PGP) else plaintext.preview(own)


class _Recipients:
    """To, Cc and Bcc, together capped; the total counts on by the cheap way, an ``@`` for an address."""

    def __init__(self, headers: Headers, source: bytes) -> None:
        self.room = limits.RECIPIENTS
        self.total = 0
        self.to = self._take(headers, "to")
        self.cc = self._take(headers, "cc")
        self.bcc = self._take(headers, "bcc")
        for name, start, end in headers.cut:
            if name in RECIPIENT_FIELDS:
                self.total += source.count(b"@", start, end)

    def _take(self, headers: Headers, name: str) -> tuple[Address, ...]:
        taken: list[Address] = []
        for value in headers.all(name):
            found = parse_addresses(unfold(value), self.room)
            self.total += found.total
            self.room -= len(found.boxes)
            taken.extend(box.address for box in found.boxes if box.address is not None)
        return tuple(taken)


def _addresses(headers: Headers, name: str, limit: int) -> tuple[Address, ...]:
    boxes = [box for value in headers.all(name)[:limit] for box in parse_addresses(unfold(value), limit).boxes]
    return tuple(box.address for box in boxes if box.address is not None)[:limit]


def _subject(headers: Headers, notes: Notes) -> str:
    values = headers.all("subject")
    if not values:
        return ""
    if len(values) > 1:
        notes.add("It has several Subject lines; the first counts.")
    text = header_text(values[0])
    if clean.has_override(text):
        notes.add("Its subject turns the reading direction around.")
    return clean.one_line(text, limits.SUBJECT_CHARS)


def _flags(headers: Headers) -> dict[str, str]:
    flags = {}
    for name in FLAGS:
        value = headers.first(name)
        if value is not None:
            flags[name] = clean.one_line(header_text(value), limits.FLAG_CHARS)
    if len(found := headers.all(_RESULTS)) > 1:
        flags[_RESULTS] = _results(found)
    return flags


def _results(values: list[bytes]) -> str:
    """Return what the server that wrote the topmost results says in all of them: some write one line for each check."""
    texts = [header_text(value) for value in values[: limits.RESULTS]]
    server = texts[0].partition(";")[0].strip()
    theirs = [text for text in texts if text.partition(";")[0].strip() == server]
    return clean.one_line("; ".join(theirs), limits.FLAG_CHARS)
