"""Cuts a message's bytes where IMAP addresses them: header, chosen header fields, text (RFC 3501 6.4.5)."""

import re
from email.header import decode_header, make_header

HEADER_END = re.compile(rb"\r?\n\r?\n")
FIELD = re.compile(rb"([^\s:]+)[ \t]*:((?:.*(?:\r?\n(?=[ \t]))?)*\r?\n?)")
FOLD = re.compile(rb"\r?\n[ \t]")


def split(raw: bytes) -> tuple[bytes, bytes]:
    """(header block with its empty line, body)."""
    if raw.startswith((b"\r\n", b"\n")):
        end = raw.index(b"\n") + 1
        return raw[:end], raw[end:]
    found = HEADER_END.search(raw)
    return (raw, b"") if found is None else (raw[: found.end()], raw[found.end() :])


def fields(raw: bytes) -> list[tuple[bytes, bytes]]:
    """(name in lower case, whole field as it stands) for every header field, in order."""
    found: list[tuple[bytes, bytes]] = []
    for line in split(raw)[0].splitlines(keepends=True):
        if line[:1] in (b" ", b"\t") and found:
            found[-1] = (found[-1][0], found[-1][1] + line)
        elif b":" in line:
            found.append((line.partition(b":")[0].strip().lower(), line))
    return found


def chosen_fields(raw: bytes, names: list[bytes], *, omit: bool) -> bytes:
    """The fields of those names (or all others, for HEADER.FIELDS.NOT), closed by an empty line."""
    wanted = {name.lower() for name in names}
    return b"".join(text for name, text in fields(raw) if (name in wanted) is not omit) + b"\r\n"


def values(raw: bytes, name: bytes) -> list[bytes]:
    """The unfolded values of every field of that name."""
    wanted = name.lower()
    return [FOLD.sub(b" ", text.partition(b":")[2]).strip() for field, text in fields(raw) if field == wanted]


def decoded_values(raw: bytes, name: bytes) -> list[str]:
    """The same with RFC 2047 words read; what cannot be read stays as it is."""
    return [decoded(value) for value in values(raw, name)]


def decoded(value: bytes) -> str:
    """One header value as a person reads it."""
    text = value.decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError):
        return text
