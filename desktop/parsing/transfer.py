"""Transfer encodings undone (RFC 2045 section 6), as far as the bytes allow. Nothing is refused."""

import binascii
import io
import re

_BASE64_JUNK = bytes(
    byte for byte in range(256) if byte not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)
_PADDING = re.compile(rb"=+")
_PLAIN = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits"}
_UUENCODE = {"x-uuencode", "uuencode", "x-uue", "uue"}
MAX_BASE64_PIECES = 10_000
_LONGEST_LINE = 1 << 20


def is_plain(encoding: str) -> bool:
    """Tell whether *encoding* leaves the bytes as they are."""
    return encoding in _PLAIN


def decode(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return *data* without its transfer *encoding*, and what was odd about it (``""`` if nothing)."""
    encoding = encoding.strip(" \t\"'").lower()
    if encoding in _PLAIN:
        return data, ""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), ""
    if encoding in _UUENCODE:
        return _uuencoded(data)
    return data, "It names a transfer encoding that does not exist."


def _base64(data: bytes) -> tuple[bytes, str]:
    padding = data.find(b"=")
    tail = data[padding:].strip(b"=\r\n \t") if padding >= 0 else b""
    if not tail:
        try:
            return binascii.a2b_base64(data), ""
        except binascii.Error:
            pass
    return broken_base64(data), "Its base64 text is damaged."


def broken_base64(data: bytes) -> bytes:
    """Decode base64 that goes on after its padding or ends early: piece by piece, so that nothing can hide behind."""
    return b"".join(map(_base64_piece, _PADDING.split(data.translate(None, _BASE64_JUNK), MAX_BASE64_PIECES)))


def _base64_piece(piece: bytes) -> bytes:
    usable = len(piece) - (len(piece) % 4 == 1)
    return binascii.a2b_base64(piece[:usable] + b"=" * (-usable % 4))


def _uuencoded(data: bytes) -> tuple[bytes, str]:
    out = bytearray()
    inside = False
    for line in io.BytesIO(data):
        line = line.rstrip(b"\r\n")
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.rstrip() == b"end":
            return bytes(out), ""
        else:
            out += _uu_line(line)
    return bytes(out), "Its uuencoded text has no end."


def _uu_line(line: bytes) -> bytes:
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # many encoders write a line longer than its count says
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


class Decoder:
    """Undoes a transfer encoding piece by piece, in bounded memory; the same bytes come out as of :func:`decode`."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip(" \t\"'").lower()
        self._kind = "uuencode" if name in _UUENCODE else name
        self._rest = b""
        self._is_inside = self._is_over = False

    def feed(self, data: bytes) -> bytes:
        """Take *data*; returns what of it, and of what came before, is complete."""
        if self._kind == "base64":
            return self._base64(data)
        if self._kind == "quoted-printable":
            return binascii.a2b_qp(self._lines(data))
        if self._kind == "uuencode":
            return b"".join(map(self._uu, io.BytesIO(self._lines(data))))
        return data

    def end(self) -> bytes:
        """Return what is left at the end."""
        rest, self._rest = self._rest, b""
        if self._kind == "base64":
            return _base64_piece(rest)
        if self._kind == "quoted-printable":
            return binascii.a2b_qp(rest)
        return self._uu(rest) if self._kind == "uuencode" else b""

    def _base64(self, data: bytes) -> bytes:
        pieces = _PADDING.split(self._rest + data.translate(None, _BASE64_JUNK))
        last = pieces.pop()
        usable = len(last) - len(last) % 4
        self._rest = last[usable:]
        return b"".join([*map(_base64_piece, pieces), binascii.a2b_base64(last[:usable])])

    def _lines(self, data: bytes) -> bytes:
        """Return the whole lines of what came; of an endless one, all but what may be cut in two."""
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        if not end and len(data) > _LONGEST_LINE:
            end = len(data) if b"=" not in data[-3:] else len(data) - 3
        self._rest = data[end:]
        return data[:end]

    def _uu(self, line: bytes) -> bytes:
        line = line.rstrip(b"\r\n")
        if self._is_over or not self._is_inside:
            self._is_inside = self._is_inside or line.startswith(b"begin ")
            return b""
        if line.rstrip() == b"end":
            self._is_over = True
            return b""
        return _uu_line(line)
