"""Generators of hostile mail (reliability K6, C1 to C7): each makes cost explode in some reader, none may in ours."""

import base64
from collections.abc import Callable
from functools import partial

HEAD = b"From: a@b.example\nSubject: s\n"
HTML = HEAD + b"Content-Type: text/html\n\n"


def many(piece: bytes, size: int) -> bytes:
    """Return *piece* again and again, *size* bytes of it."""
    return (piece * (size // len(piece) + 1))[:size]


def nested(depth: int, inside: bytes = b"hi\n") -> bytes:
    """Return multiparts one inside the other."""
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth))
    return HEAD + levels + b"Content-Type: text/plain\n\n" + inside


def multipart(part: bytes, count: int, kind: bytes = b"mixed") -> bytes:
    """Return a multipart of *count* equal parts."""
    return HEAD + b"Content-Type: multipart/" + kind + b"; boundary=b\n\n" + (b"--b\n" + part + b"\n") * count


def typed(kind: bytes, body: bytes, encoding: bytes = b"8bit") -> bytes:
    """Return a message of one part."""
    return HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n" + body


def from_line(piece: bytes) -> bytes:
    """Return a message whose From line is *piece* again and again."""
    return b"From: " + many(piece, 64_000) + b"\n\n"


def shifting(charset: str, piece: bytes) -> bytes:
    """Return a text in *charset* that is *piece* a million times."""
    return typed(f"text/plain; charset={charset}".encode(), piece * 1_000_000)


def page(piece: bytes) -> bytes:
    """Return a megabyte of HTML that is *piece* again and again."""
    return HTML + many(piece, 1 << 20)


ADDRESSES: dict[str, Callable[[], bytes]] = {
    "100,000 recipients": lambda: (
        HEAD + b"To: " + b",\n ".join(b"u%d@example.com" % n for n in range(100_000)) + b"\n\n"
    ),
    "100,000 recipients with names": lambda: (
        HEAD + b"Cc: " + b",".join(b'"U, %d" <u%d@example.com>' % (n, n) for n in range(100_000)) + b"\n\n"
    ),
    "colons behind a long phrase": lambda: b"From: " + b"a " * 15_000 + b"@" + b":" * 30_000 + b"\n\n",
    "900 nested comments": lambda: b"From: " + b"(" * 900 + b"x" + b")" * 900 + b" a@b.example\n\n",
    **{
        f"From of {piece!r}": partial(from_line, piece)
        for piece in (
            *(b"(", b"()", b'"\\', b'<"', b"<", b"@", b"a@,", b"a:", b";", b"[", b"=?u?q?a", b"a()", b"a@ ", b"\\"),
            *(b" ", b"<a@b>", b'"', b",", b"a ", b"=?utf-8?q?a?=", b"=?utf-8?q?a@b.c?= ", b"\xff", b"<@a:", b"(\\"),
        )
    },
}
HEADERS: dict[str, Callable[[], bytes]] = {
    "20,000 parameters": lambda: (
        HEAD + b"Content-Type: text/plain" + b"".join(b";\n a*%d*=%%41" % n for n in range(20_000)) + b"\n\nx"
    ),
    "20,000 file name sections": lambda: (
        HEAD
        + b"Content-Type: application/pdf\nContent-Disposition: attachment"
        + b"".join(b";\n filename*%d*=%%41" % n for n in range(20_000))
        + b"\n\nx"
    ),
    "Message-ID that is not closed": lambda: HEAD + b"Message-ID: <a@[\n\nx",
    "charset rot13": lambda: typed(b"text/plain; charset=rot13", b"uryyb"),
    "charset %ZZ": lambda: typed(b"text/plain; charset*=%ZZ''%ZZ", b"x"),
    "charset NUL": lambda: typed(b'text/plain; charset="\0"', b"x"),
    "encoded CR LF in From": lambda: b"From: =?utf-8?q?a=0d=0aBcc:_x@y?= <a@b.example>\n\nx",
    "50,000 headers": lambda: HEAD + b"".join(b"X-%d: y\n" % n for n in range(50_000)) + b"\nhi",
    "50,000 equal headers": lambda: HEAD + b"Received: y\n" * 50_000 + b"\nhi",
    "16,000,000 headers": lambda: b"a:\n" * 16_000_000,
    "16,000,000 continuation lines": lambda: HEAD + b"X: a\n" + b" b\n" * 16_000_000 + b"\nhi",
    "1 MB subject": lambda: b"From: a@b.example\nSubject: " + b"x" * 1_000_000 + b"\n\nhi",
    "5,000 encoded words": lambda: b"Subject: " + b"\n ".join([b"=?utf-8?B?w6TDpA==?="] * 5000) + b"\n\nhi",
    "encoded words never closed": lambda: b"Subject: " + many(b"=?a?b?", 64_000) + b"\n\nhi",
    "encoded words closed once": lambda: b"Subject: " + many(b"=?a b?b?", 64_000) + b"?=\n\nhi",
    "20,000 references": lambda: HEAD + b"References: " + b"\n ".join(b"<%d@x>" % n for n in range(20_000)) + b"\n\n",
    "references never closed": lambda: HEAD + b"References: " + many(b"<a", 64_000) + b"\n\n",
    "date of digits": lambda: b"Date: " + many(b"1 ", 60_000) + b"\n\n",
    "date of blanks": lambda: b"Date: 1" + many(b" ", 60_000) + b"Jan\n\n",
    "junk, cut values and From lines": lambda: (
        HEAD
        + b"X: y\n" * 9000
        + b"X: "
        + b"y" * 300_000
        + b"\n"
        + b"X: y\n" * 5000
        + b"junk\nFrom: a@x\n" * 3000
        + b"\n"
    ),
    "junk lines": lambda: HEAD + b"junk\nX: y\n" * 100_000 + b"\n",
}
STRUCTURE: dict[str, Callable[[], bytes]] = {
    "multiparts 1,000 deep": lambda: nested(1000),
    "multiparts 5,000 deep": lambda: nested(5000),
    "messages 100,000 deep": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 100_000 + b"Subject: x\n\nhi",
    "messages in base64 in one another": lambda: _packed(25),
    "lines under 50 boundaries": lambda: nested(50, b"--x\n" * 2_000_000),
    "lines like their boundary under 50": lambda: nested(50, b"--b\n" * 2_000_000),
    "one line of boundaries under 49": lambda: nested(49, b"--b1" * 5_000_000),
    "one line of boundaries, each on its own": lambda: nested(49, b"--b1 x\n" * 3_000_000),
    "100,000 empty parts": lambda: multipart(b"\n", 100_000),
    "boundary of 59,000 bytes": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary="
        + b"b" * 59_000
        + b"\n\n"
        + (b"--" + b"b" * 58_000 + b"\n") * 800
    ),
    "999 attachments of one name": lambda: multipart(b"Content-Disposition: attachment; filename=a.pdf\n\n", 999),
    "998 texts": lambda: multipart(b"\n" + b"y" * 50_000, 998),
    "998 HTML parts": lambda: multipart(b"Content-Type: text/html\n\n" + b"<b>y</b>" * 5000, 998),
    "900 alternatives": lambda: multipart(b"Content-Type: text/html\n\n" + b"<b></b>" * 5000, 900, b"alternative"),
}
BODIES: dict[str, Callable[[], bytes]] = {
    "50 MB line": lambda: HEAD + b"\n" + b"x" * 50_000_000,
    "50 MB without a header": lambda: b"x" * 50_000_000,
    "50 MB of CR": lambda: b"a\r" * 25_000_000,
    "50 MB of LF": lambda: b"\n" * 50_000_000,
    "50 MB of base64": lambda: typed(b"text/plain", base64.encodebytes(b"x" * 36_000_000), b"base64"),
    "base64 of paddings": lambda: typed(b"application/pdf", b"QQ==\n" * 2_000_000, b"base64"),
    "quoted-printable soft breaks": lambda: typed(b"application/pdf", b"=\n" * 20_000_000, b"quoted-printable"),
    "quoted-printable": lambda: typed(b"application/pdf", b"=41" * 16_000_000, b"quoted-printable"),
    "uuencoded lines": lambda: typed(b"application/pdf", b"begin 644 x\n" + b"!\n" * 2_000_000, b"x-uuencode"),
    "flowed lines": lambda: typed(b"text/plain; format=flowed", b"a \n" * 1_000_000),
    "flowed quotes": lambda: typed(b"text/plain; format=flowed", b">" * 4_000_000),
    "flowed quotes of one another": lambda: typed(
        b"text/plain; format=flowed", b"".join(b">" * n + b"\n" for n in range(1500))
    ),
    **{
        f"{charset} shifting": partial(shifting, charset, piece)
        for charset, piece in (
            *(
                ("iso-2022-kr", b"\x1b$)C\x0e\xb0\x0f"),
                ("hz", b"~{"),
                ("utf-16", b"\xd8\x00"),
                ("gb18030", b"\x81\x30"),
            ),
            *(("iso-2022-jp", b"\x1b$B$"), ("big5-hkscs", b"\x88\x62"), ("johab", b"\xff"), ("utf-8", b"\xe2\x82")),
        )
    },
    "calendar": lambda: typed(b"text/calendar", b"SUMMARY" * 20_000),
    "calendar folded": lambda: typed(b"text/calendar", b"SUMMARY:\n " * 20_000),
    "quote that ends nowhere": lambda: typed(b"text/plain", b"On " + b"x" * 1_000_000),
    "a stub of blanks": lambda: multipart(b"\n" + b"your mail client " * 20 + b" " * 300, 2, b"alternative"),
}
PAGES: dict[str, Callable[[], bytes]] = {
    f"HTML of {piece.decode('latin-1')!r}": partial(page, piece)
    for piece in (
        *(b"<", b'<a "', b"<a '\"", b"<!--", b"<div>", b"</div>", b"<p style='display:none'>", b"<script>", b"x"),
        *(b"<style></style", b"&#", b"&amp", b"&#9999999999", b"<b>x</b>", b"<td>x", b"<li>", b"<pre>x", b"\n", b"<x "),
        *(
            b"<img alt='x' ",
            b"<img alt='x'>",
            b"<!",
            b"<table><tr><td>",
            b"\xff",
            b"<p><b hidden>x</p>",
            b"<meta charset=",
        ),
        *(b"<b style='display :", b"&", b"<a=", b"</", b"<td style=opacity:0", b"<a b='", b"<div hidden><p>", b"<hr>"),
    )
} | {
    "HTML of one huge number": lambda: HTML + b"&#" + b"9" * 1_000_000,
    "HTML table with one wide cell": lambda: (
        HTML + b"<table><tr><td>" + b"x" * 100_000 + b"</td></tr>" + b"<tr><td>a</td></tr>" * 10_000 + b"</table>"
    ),
    "HTML with wide margins": lambda: HTML + b"<p style='margin-top:100000em;padding-left:99999em'>a</p>" * 2000,
}
ALL: dict[str, Callable[[], bytes]] = ADDRESSES | HEADERS | STRUCTURE | BODIES | PAGES


def _packed(levels: int) -> bytes:
    inner = b"Subject: core\n\nhi\n"
    for _ in range(levels):
        inner = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
    return HEAD + inner
