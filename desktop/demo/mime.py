"""Writes mail as mail programs do: encoded words, transfer encodings, multiparts, attachment names. Bytes only.

Not the standard library's `email`: thousands of mails are written at the start of the demo, and that takes ten times
as long.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

Headers = Sequence[tuple[str, str]]

CHARACTERS = 12
"""Per encoded word: RFC 2047 allows 75 bytes with everything around, and one character may take four."""

LONGEST_LINE = 900
"""RFC 5322 allows 998 bytes; longer lines must be transfer-encoded."""

IN_BASE64 = frozenset({"Shift_JIS", "windows-1255", "windows-1256"})
"""Charsets that mail programs send in base64 rather than quoted-printable."""


@dataclass(frozen=True, slots=True)
class File:
    """A file on a mail. With a *content_id* it is shown inside the HTML form, by `cid:`."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


def fitting(charset: str, *texts: str) -> str:
    """Return *charset* if it has every character of *texts*, else UTF-8."""
    try:
        for text in texts:
            text.encode(charset)
    except UnicodeEncodeError:
        return "UTF-8"
    return charset


def header_text(text: str, charset: str) -> str:
    """Return a header value; beyond ASCII as encoded words (RFC 2047), folded."""
    if text.isascii():
        return fold(text)
    chunks = [text[start : start + CHARACTERS] for start in range(0, len(text), CHARACTERS)]
    return "\r\n ".join(encoded_word(chunk, charset) for chunk in chunks)


def encoded_word(text: str, charset: str) -> str:
    """Return one encoded word in base64."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def fold(text: str) -> str:
    """Return a long ASCII value broken before words."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > 70 and lines[-1]:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def mailbox(name: str, address: str, charset: str = "UTF-8") -> str:
    """Return `name <address>` as it stands in From and To."""
    if not name:
        return address
    if not name.isascii():
        return f"{header_text(name, fitting(charset, name))} <{address}>"
    plain = name.replace(" ", "").isalnum()
    return f"{name} <{address}>" if plain else f'"{name}" <{address}>'


def block(headers: Headers) -> bytes:
    """Return a header block with its empty line."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii") + b"\r\n"


def text_part(text: str, subtype: str, charset: str) -> bytes:
    """Return a text part, header block and body; *text* has `\\n` line ends."""
    if text.isascii() and charset != "ISO-2022-JP":
        charset = "us-ascii"
    data = text.replace("\n", "\r\n").encode(charset)
    if charset == "ISO-2022-JP" or (charset == "us-ascii" and _has_short_lines(data)):
        encoding, body = "7bit", data
    elif charset in IN_BASE64:
        encoding, body = "base64", base64_lines(data)
    else:
        encoding, body = "quoted-printable", binascii.b2a_qp(data, istext=True)
    kind = f"text/{subtype}; charset={charset}"
    return block([("Content-Type", kind), ("Content-Transfer-Encoding", encoding)]) + body


def file_part(file: File) -> bytes:
    """Return an attachment, or a picture that the HTML form shows."""
    name = f'name="{file.name}"' if file.name.isascii() else f"name*=UTF-8''{quote(file.name)}"
    headers = [("Content-Type", f"{file.content_type};\r\n {name}"), ("Content-Transfer-Encoding", "base64")]
    if file.content_id:
        headers += [("Content-ID", f"<{file.content_id}>"), ("Content-Disposition", f"inline;\r\n file{name}")]
    else:
        headers.append(("Content-Disposition", f"attachment;\r\n file{name}"))
    return block(headers) + base64_lines(file.data)


def multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    """Return a multipart, header block and parts. The boundary is made from what is inside, so it never varies."""
    boundary = f"=_{zlib.crc32(kind.encode(), sum(map(len, parts))):08x}{zlib.crc32(b''.join(parts)):08x}"
    head = block([("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')])
    mark = b"--" + boundary.encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def message(headers: Headers, body: bytes) -> bytes:
    """Return a whole mail: its headers before those of its body, which :func:`text_part` and the like have made."""
    return block([*headers, ("MIME-Version", "1.0")])[:-2] + body


def base64_lines(data: bytes) -> bytes:
    """Return base64 in lines of 76."""
    text = base64.b64encode(data)
    return b"".join(text[start : start + 76] + b"\r\n" for start in range(0, len(text), 76))


def _has_short_lines(data: bytes) -> bool:
    return all(len(line) <= LONGEST_LINE for line in data.split(b"\r\n"))
