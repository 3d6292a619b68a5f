"""Writes mail the way mail programs do: encoded words, transfer encodings, multiparts, attachment names. Bytes only."""

import base64
import binascii
import random
from dataclasses import dataclass
from urllib.parse import quote

from tests.helpers.mailgen_words import Charset

Q_BYTES = [chr(byte) if byte < 128 and chr(byte).isalnum() else f"={byte:02X}" for byte in range(256)]
Q_BYTES[ord(" ")] = "_"

Headers = list[tuple[str, str]]

CHARACTERS = 14
"""Per encoded word: RFC 2047 allows 75 bytes with everything around, and one character may take three."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a mail: what a parser must find."""

    name: str
    content_type: str
    data: bytes


def header_text(text: str, charset: Charset, style: str = "b") -> str:
    """A header value; beyond ASCII as encoded words (RFC 2047), folded."""
    if text.isascii():
        return fold(text)
    chunks = [text[start : start + CHARACTERS] for start in range(0, len(text), CHARACTERS)]
    return "\r\n ".join(encoded_word(chunk, charset, style) for chunk in chunks)


def encoded_word(text: str, charset: Charset, style: str) -> str:
    """One encoded word, B or Q."""
    data = text.encode(charset.python)
    if style == "b":
        return f"=?{charset.name}?B?{base64.b64encode(data).decode()}?="
    body = "".join(Q_BYTES[byte] for byte in data)
    return f"=?{charset.name}?Q?{body}?="


def fold(text: str) -> str:
    """Long ASCII values broken before a word."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > 70 and lines[-1]:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def block(headers: Headers) -> bytes:
    """A header block with its empty line."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + b"\r\n"


def text_part(text: str, subtype: str, charset: Charset, encoding: str) -> bytes:
    """A text part: header block and encoded body. `text` has `\\n` line ends and ends with one."""
    data = text.replace("\n", "\r\n").encode(charset.python)
    kind = f"text/{subtype}; charset={charset.name}"
    if charset.name == "us-ascii" and subtype == "plain":
        kind += "; format=flowed"
    headers = [("Content-Type", kind), ("Content-Transfer-Encoding", encoding)]
    return block(headers) + transfer(data, encoding)


def transfer(data: bytes, encoding: str) -> bytes:
    """Bytes in a content transfer encoding."""
    if encoding == "base64":
        return base64_lines(data)
    if encoding == "quoted-printable":
        return binascii.b2a_qp(data, istext=True)
    return data


def base64_lines(data: bytes) -> bytes:
    """Base64 in lines of 76."""
    text = base64.b64encode(data)
    return b"".join(text[start : start + 76] + b"\r\n" for start in range(0, len(text), 76))


def attachment_part(attachment: Attachment, style: str) -> bytes:
    """An attachment part; its name written as one of: plain, rfc2231, encoded-word (as Outlook does)."""
    name = attachment.name
    if name.isascii():
        named = [("Content-Type", f'{attachment.content_type}; name="{name}"'), disposition(f'filename="{name}"')]
    elif style == "rfc2231":
        named = [("Content-Type", attachment.content_type), disposition(f"filename*=UTF-8''{quote(name)}")]
    else:
        word = f"=?UTF-8?B?{base64.b64encode(name.encode()).decode()}?="
        named = [("Content-Type", f'{attachment.content_type}; name="{word}"'), disposition(f'filename="{word}"')]
    return block([*named, ("Content-Transfer-Encoding", "base64")]) + base64_lines(attachment.data)


def disposition(parameter: str) -> tuple[str, str]:
    """The header that makes a part an attachment."""
    return "Content-Disposition", f"attachment;\r\n {parameter}"


def multipart(kind: str, parts: list[bytes], rng: random.Random) -> bytes:
    """A multipart: header block, preamble as old programs write it, parts."""
    boundary = f"=_{rng.getrandbits(96):024x}"
    head = block([("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')])
    preamble = b"This is a multi-part message in MIME format.\r\n" if rng.random() < 0.3 else b""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return head + preamble + body + b"--" + boundary.encode() + b"--\r\n"
