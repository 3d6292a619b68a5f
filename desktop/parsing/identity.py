"""Content identity: equal for the same message in several folders or mailboxes, different for different content.

It is the SHA-256 of the header lines that the sender wrote and of the body, with line ends made alike. Left out are
the headers that transport, delivery, filters and mail stores add, since they differ from copy to copy. Everything
else counts, in its order and as it is folded. Message-ID counts as one line among others: on its own it proves nothing.

Considered and kept apart: ``>From`` quoting inside a body, a missing line end at the very end, and blank lines or a
byte order mark before the header (levelling any of them would make messages equal that read differently). Considered
and levelled: an mbox separator before the first header, and CRLF against LF.
"""

import hashlib
from functools import lru_cache

from desktop.domain.mail import RawMail
from desktop.parsing import headers as header_block

TRACE_HEADERS = frozenset(
    [
        # transport and delivery, one more with every hop (RFC 5321 section 4.4, RFC 7208, RFC 8601, RFC 8617)
        *("received", "return-path", "delivered-to", "x-delivered-to", "x-original-to", "envelope-to", "x-envelope-to"),
        *("x-envelope-from", "x-rcpt-to", "x-received", "received-spf", "x-received-spf", "authentication-results"),
        *("x-authentication-results", "delivery-date", "x-apparently-to", "x-original-delivered-to", "x-sieve"),
        *("dkim-filter", "x-return-path", "original-recipient", "x-delivery-time"),
        *("x-forwarded-to", "x-forwarded-for", "x-forwarded-encrypted"),  # added by a server that passes mail on
        # verdicts of filters
        *(
            "x-spam",
            "x-virus",
            "x-bogosity",
            "x-dspam",
            "x-scanned-by",
            "x-amavis-alert",
            "x-quarantine-id",
            "x-rspamd",
        ),
        # what stores and programs keep in a message file (mbox, Thunderbird, Apple Mail)
        *("status", "x-status", "x-uid", "x-uidl", "x-keywords", "x-label", "content-length", "lines", "x-imapbase"),
        *("x-imap", "x-account-key"),
    ]
)
"""Headers that say nothing about what the sender wrote, by name."""

TRACE_PREFIXES = (
    *("arc-", "x-spam-", "x-virus-", "x-rspamd-", "x-dspam-", "x-mozilla-"),
    *("x-ms-exchange-", "x-forefront", "x-microsoft-antispam", "x-google-", "x-gm-", "x-gmail-"),
)
"""Headers that say nothing about what the sender wrote, by the beginning of their name."""

TRACE_BYTES = 1 << 20
"""How far into a header block delivery's headers are looked for: they stand at its top."""

_BOM = b"\xef\xbb\xbf"


def identity(raw: RawMail) -> str:
    """Return the content identity of a message; time grows with its size only.

    A message of which only the header block was fetched has an identity in a space of its own (``headers:``), in
    which the size that the server tells stands for the body. So has one of which stretches were left on the server
    (``parts:``): how long each is, and how it begins and ends, stand for what it holds.
    """
    content = raw.content
    begins_oddly = content.startswith((b"\n", b"\r\n", _BOM))
    start = 3 if content.startswith(_BOM) else 0
    stop, body, _ = header_block.header_end(content, start, len(content))
    digest = hashlib.sha256(b"odd\n" if begins_oddly else b"mail\n")
    cut = stop if stop - start <= TRACE_BYTES else content.rfind(b"\n", start, start + TRACE_BYTES) + 1 or start
    digest.update(b"".join(line + b"\n" for line in _kept(content[start:cut].replace(b"\r\n", b"\n"))))
    _update(digest, content, cut, stop)
    if not raw.whole:
        return f"headers:{digest.hexdigest()}:{raw.size_bytes}"
    digest.update(b"\n")
    for one in raw.left:
        _update(digest, content, body, max(body, one.at))
        digest.update(f"\n{one.length} bytes {one.sign}\n".encode())
        body = max(body, one.at)
    _update(digest, content, body, len(content))
    return f"parts:{digest.hexdigest()}" if raw.left else digest.hexdigest()


def is_trace(line: bytes) -> bool:
    """Tell whether a header line, with its continuations, is one that delivery added."""
    return _is_trace_name(line[:200].partition(b":")[0])


@lru_cache(maxsize=1024)
def _is_trace_name(spelled: bytes) -> bool:
    name = spelled.rstrip(b" \t").lower().decode("latin-1")
    return name in TRACE_HEADERS or name.startswith(TRACE_PREFIXES)


def _kept(block: bytes) -> list[bytes]:
    """Return the lines that count, each with its continuation lines.

    From the first line on that is no header field, all count: readers may take what follows for the body.
    """
    lines = header_block.split_lines(block)
    if lines and header_block.is_mbox_line(lines[0]):
        del lines[0]
    for number, line in enumerate(lines):
        if not header_block.is_field(line):
            return [head for head in lines[:number] if not is_trace(head)] + lines[number:]
    return [line for line in lines if not is_trace(line)]


def _update(digest: "hashlib._Hash", content: bytes, start: int, end: int) -> None:
    """Add a stretch of the content with CRLF made LF, a megabyte at a time, so that nothing large is copied whole."""
    while start < end:
        stop = min(start + (1 << 20), end)
        while stop < end and content[stop - 1] == 0x0D:
            stop += 1
        digest.update(content[start:stop].replace(b"\r\n", b"\n"))
        start = stop
