"""Encoded words in headers (RFC 2047), as the standard has them and as they are met."""

import binascii

from desktop.parsing import limits
from desktop.parsing.charsets import decode, decode_raw_header
from desktop.parsing.transfer import broken_base64

_Run = tuple[str, bytes]


def header_text(value: bytes) -> str:
    """Return a raw header value as text: unfolded (RFC 5322 section 2.2.3), encoded words decoded.

    Control characters are left in, since they are evidence in an address; whoever shows the text cleans it.
    """
    return decode_words(unfold(value))


def unfold(value: bytes) -> str:
    """Return a raw header value as one line of text in which encoded words stand as they came."""
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    return decode_raw_header(value).strip(" \t\r")


def decode_words(text: str) -> str:
    """Return *text* with its encoded words decoded; what is no encoded word stays.

    Neighbours in the same charset are joined as bytes first: many mailers split a character between two words
    (RFC 2047 section 5 forbids it). White space between two encoded words goes (section 6.2).
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    run: list[_Run] = []
    pos = 0
    for _ in range(limits.ENCODED_WORDS):
        found = _next_word(text, pos)
        if found is None:
            break
        start, stop, charset, data = found
        between = text[pos:start]
        if between and not (run and between.isspace()):
            _flush(run, out)
            out.append(between)
        run.append((charset, data))
        pos = stop
    _flush(run, out)
    out.append(text[pos:])
    return "".join(out)


def _next_word(text: str, pos: int) -> tuple[int, int, str, bytes] | None:
    """Return (start, end, charset, bytes) of the next encoded word from *pos* on, or None if there is no more."""
    start = text.find("=?", pos)
    while start >= 0:
        mark = text.find("?", start + 2, start + 80)
        if mark > 0 and text[mark + 2 : mark + 3] == "?" and text[mark + 1] in "bBqQ":
            end = text.find("?=", mark + 3)
            if end < 0:
                return None
            charset = text[start + 2 : mark].partition("*")[0]  # RFC 2231 section 5: a language may follow
            if charset and charset.split() == [charset]:
                return start, end + 2, charset, _unpack(text[mark + 1], text[mark + 3 : end])
        start = text.find("=?", start + 2)
    return None


def _unpack(encoding: str, payload: str) -> bytes:
    """Return the bytes of an encoded word. Never refuses, so that no text is looked at twice."""
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    try:
        if payload.find("=", 0, -2) < 0:
            return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    return broken_base64(data)


def _flush(run: list[_Run], out: list[str]) -> None:
    """Decode the collected words, neighbours of one charset together, and empty the collection."""
    at = 0
    while at < len(run):
        charset = run[at][0].lower()
        stop = at + 1
        while stop < len(run) and run[stop][0].lower() == charset:
            stop += 1
        out.append(_decode_run(charset, [data for _, data in run[at:stop]]))
        at = stop
    run.clear()


def _decode_run(charset: str, chunks: list[bytes]) -> str:
    """Return words of one charset as text. Charsets with shift states (RFC 1468) begin anew in each word."""
    if len(chunks) > 1 and charset.startswith(("iso-2022", "hz")):
        return "".join(decode(chunk, charset)[0] for chunk in chunks)
    return decode(b"".join(chunks), charset)[0]
