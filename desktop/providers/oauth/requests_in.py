"""Reading one HTTP request that came to the loopback receiver, strictly and within bounds (RFC 9112).

Whoever runs on this computer may send anything to the port. What is not plainly a browser's GET or form POST is told
so by its number and nothing else happens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

HEAD_CAP = 32 * 1024
"""Bytes of a request's first line and headers; an answer in the query is far shorter."""

BODY_CAP = 64 * 1024
_FIELDS_CAP = 40
_FORM = "application/x-www-form-urlencoded"
_LINE = re.compile(rb"([A-Z]{1,16}) ([!-~]{1,32768}) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")


class Unacceptable(Exception):
    """A request that is answered with *status* and forgotten."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """A request's first line and headers; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]

    @property
    def body_length(self) -> int:
        """Bytes of the body that has to follow; raises Unacceptable when that is not told plainly."""
        if self.method != "POST":
            return 0
        if "transfer-encoding" in self.headers:
            raise Unacceptable(411)
        told = self.headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,9}", told):
            raise Unacceptable(411)
        if int(told) > BODY_CAP:
            raise Unacceptable(413)
        return int(told)


def read_head(received: bytes) -> tuple[Head, bytes] | None:
    """Return the head and what came after it, or None while it is not whole; raises Unacceptable."""
    end = received.find(b"\r\n\r\n")
    if end < 0 or end > HEAD_CAP:
        if len(received) > HEAD_CAP:
            raise Unacceptable(431)
        if received[:1] and not re.match(rb"[A-Z\r]", received):
            raise Unacceptable(400)
        return None
    first, *rest = received[:end].split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None:
        raise Unacceptable(400)
    headers: dict[str, str] = {}
    for one in rest:
        field = _FIELD.fullmatch(one)
        if field is None:
            raise Unacceptable(400)
        name = field[1].decode("ascii").lower()
        if name in headers and name in {"host", "content-length", "content-type", "transfer-encoding"}:
            raise Unacceptable(400)
        headers[name] = field[2].decode("latin-1").strip()
    path, _, query = line[2].decode("ascii").partition("?")
    return Head(line[1].decode("ascii"), path, query, headers), received[end + 4 :]


def parameters(head: Head, body: bytes) -> dict[str, str]:
    """Return the parameters of an answer, from the query of a GET or the form of a POST; raises Unacceptable.

    One that comes twice spoils the answer (RFC 6749 section 3.1).
    """
    if head.method == "POST":
        if head.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise Unacceptable(415)
        try:
            text = body.decode("ascii")
        except UnicodeDecodeError:
            raise Unacceptable(400) from None
    else:
        text = head.query
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_CAP)
    except ValueError:
        raise Unacceptable(400) from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unacceptable(400)
    return found
