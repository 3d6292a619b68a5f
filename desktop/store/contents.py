"""The bytes of stored mail, whether they all lie in the database or follow in files: as a stream, in bounded memory."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from desktop.domain.attachments import AttachmentStatus, StoredStretch, StretchState
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.parsing.transfer import Decoder
from desktop.store.attachment_files import AttachmentFiles
from desktop.store.reading.attachments import PartSpan

MOST_SHOWN = 32 << 20
"""How much of a mail is put together to be shown; a longer one is shown without its longest files."""


class Readable(Protocol):
    """What is needed of a store."""

    files: AttachmentFiles

    def read(self) -> AbstractContextManager[Any]:
        """Give the queries, on one consistent state."""


class PartReader(Protocol):
    """Reads a part of a message that is all here, where a hostile one can do no harm."""

    def read_part(self, content: bytes, part: str) -> bytes:
        """Return what a part of the message *content* holds, decoded."""


def email_pieces(store: Readable, email_id: EmailId) -> Iterator[bytes]:
    """Yield an email as it was delivered, to the byte; raises CommandRefused when some of it is not here."""
    with store.read() as read:
        detail = read.emails.open(email_id)
        content = read.emails.raw(email_id)
        left = read.attachments.stretches(email_id)
    if detail is None or content is None:
        raise _no_email(email_id)
    if not detail.is_complete:
        missing = next(((one.name, one.status) for one in detail.attachments if not one.status.is_here), None)
        raise _not_here(*(missing or ("the rest of the email", detail.rest)))
    return _filled(store, content, left, 0, len(content))


def part_pieces(store: Readable, reader: PartReader, email_id: EmailId, part: str) -> Iterator[bytes]:
    """Yield what an attachment holds, decoded; raises CommandRefused when it is not here."""
    with store.read() as read:
        detail = read.emails.open(email_id)
        content = read.emails.raw(email_id)
        left = read.attachments.stretches(email_id)
        span = read.attachments.span(email_id, part)
    file = next((one for one in detail.attachments if one.part == part), None) if detail else None
    if file is None or content is None:
        raise CommandRefused(ReasonCode.NOT_FOUND, f"Email {email_id} has no attachment {part!r}.")
    if not file.status.is_here:
        raise _not_here(file.name, file.status)
    if span is None:
        return iter((reader.read_part(content, part),))
    return _decoded(_filled(store, content, left, span.start, span.end), span)


def shown_content(store: Readable, email_id: EmailId) -> bytes:
    """Return the bytes to show an email by: those in the database, and what has come since as far as there is room."""
    with store.read() as read:
        content = read.emails.raw(email_id) or b""
        left = read.attachments.stretches(email_id)
    room, chosen = MOST_SHOWN - len(content), []
    for one in sorted(left, key=lambda each: each.length):
        if one.state is StretchState.HERE and one.length <= room:
            chosen.append(one)
            room -= one.length
    if not chosen:
        return content
    chosen.sort(key=lambda one: one.position)
    return b"".join(_filled(store, content, chosen, 0, len(content)))


def _filled(store: Readable, content: bytes, left: Sequence[StoredStretch], start: int, end: int) -> Iterator[bytes]:
    """Yield content[start:end] with what belongs in between."""
    at = start
    for one in left:
        if start <= one.at <= end:
            yield content[at : one.at]
            yield from store.files.read(one)
            at = one.at
    yield content[at:end]


def _decoded(pieces: Iterator[bytes], span: PartSpan) -> Iterator[bytes]:
    decoder = Decoder(span.encoding)
    for piece in pieces:
        yield decoder.feed(piece)
    yield decoder.end()


def _not_here(name: str, status: AttachmentStatus) -> CommandRefused:
    return CommandRefused(
        ReasonCode.NOT_AVAILABLE,
        f"{name[:1].upper()}{name[1:]} is not here.",
        meaning=status.words,
        action="Ask for it; it can be saved when it has come.",
    )


def _no_email(email_id: EmailId) -> CommandRefused:
    return CommandRefused(
        ReasonCode.NOT_FOUND, f"There is no email {email_id}.", action="'postroom emails list' shows those there are."
    )
