"""What parent and child say to one another: frames of four bytes of length and a MessagePack value (never pickle).

The parent decodes into these types only, so that a child taken over by a message can lie about what it reads and do
nothing else. Whoever opens a file by an attachment's name checks that name where he does it.
"""

import struct
from datetime import datetime
from typing import IO

import msgspec

from desktop.domain.attachments import Stretch
from desktop.domain.mail import ParsedMail
from desktop.domain.reasons import ReasonCode
from desktop.parsing.shown import ShownMail

MAX_FRAME = 96 << 20
"""More than the largest message, or than any answer."""
_LENGTH = struct.Struct(">I")


class ReadJob(msgspec.Struct, frozen=True, array_like=True, tag="read"):
    """Parent to child: read this message."""

    number: int
    received_at: datetime
    size_bytes: int
    whole: bool
    content: bytes
    left: tuple[Stretch, ...] = ()


class ShowJob(msgspec.Struct, frozen=True, array_like=True, tag="show"):
    """Parent to child: make this message ready to be shown."""

    number: int
    content: bytes


class PartJob(msgspec.Struct, frozen=True, array_like=True, tag="part"):
    """Parent to child: hand over what the part at this path holds."""

    number: int
    content: bytes
    part: str


class Ready(msgspec.Struct, frozen=True, array_like=True, tag="ready"):
    """Child to parent, once: I am up."""

    version: int


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """Child to parent: message *number* is this."""

    number: int
    mail: ParsedMail


class Shown(msgspec.Struct, frozen=True, array_like=True, tag="shown"):
    """Child to parent: message *number* is shown like this."""

    number: int
    mail: ShownMail


class PartBytes(msgspec.Struct, frozen=True, array_like=True, tag="bytes"):
    """Child to parent: the part asked for in *number* holds this."""

    number: int
    data: bytes


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """Child to parent: message *number* cannot be read."""

    number: int
    why: str
    code: ReasonCode


Job = ReadJob | ShowJob | PartJob
Answer = Done | Shown | PartBytes | Refused

_encoder = msgspec.msgpack.Encoder()
_job_decoder: msgspec.msgpack.Decoder[Job] = msgspec.msgpack.Decoder(Job)
_answer_decoder: msgspec.msgpack.Decoder[Answer | Ready] = msgspec.msgpack.Decoder(Answer | Ready)


class BadFrame(Exception):
    """The other side sent something that is no frame of ours, or stopped in the middle of one."""


def frame(value: Job | Answer | Ready) -> bytes:
    """Return *value* as a frame."""
    buffer = bytearray(_LENGTH.size)
    _encoder.encode_into(value, buffer, _LENGTH.size)
    _LENGTH.pack_into(buffer, 0, len(buffer) - _LENGTH.size)
    return bytes(buffer)


def read_job(stream: IO[bytes]) -> Job | None:
    """Read the next job, or None at the end of the stream."""
    data = _read_frame(stream)
    return None if data is None else _job_decoder.decode(data)


def read_answer(stream: IO[bytes]) -> Answer | Ready | None:
    """Read the next answer, or None at the end of the stream. Raises BadFrame."""
    data = _read_frame(stream)
    if data is None:
        return None
    try:
        return _answer_decoder.decode(data)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadFrame(type(error).__name__) from error


def _read_frame(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BadFrame("cut")
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME:
        raise BadFrame("length")
    data = stream.read(length)
    if len(data) < length:
        raise BadFrame("cut")
    return data
