"""Large mails as they go over the wire, made quickly and the same each time."""

import base64
import random

CRLF = b"\r\n"


def encoded(data: bytes) -> bytes:
    """Base64 in lines of 76 characters, as mailers write it; without a line end at the end."""
    return base64.encodebytes(data).replace(b"\n", CRLF).removesuffix(CRLF)


def noise(size: int, seed: int = 1) -> bytes:
    """So many bytes that nothing can compress."""
    return random.Random(seed).randbytes(size)


def head(subject: str = "A large one", sender: str = "Anna <anna@acme.example>", mime: bytes = b"") -> bytes:
    """The header block of a mail, its MIME fields in *mime*."""
    lines = (
        f"From: {sender}",
        "To: support@shop.example",
        f"Subject: {subject}",
        f"Message-ID: <{subject.replace(' ', '-')}@acme.example>",
        "Date: Thu, 05 Nov 2026 10:00:00 +0000",
        "MIME-Version: 1.0",
    )
    return CRLF.join(line.encode() for line in lines) + CRLF + mime


def text(words: str, kind: str = "plain") -> bytes:
    """A text part."""
    return f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{words}".encode()


def file(data: bytes, name: str = "plan.pdf", kind: str = "application/pdf", more: bytes = b"") -> bytes:
    """An attachment."""
    return (
        f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'.encode()
        + b"Content-Transfer-Encoding: base64\r\n"
        + more
        + CRLF
        + encoded(data)
    )


def multipart(*parts: bytes, kind: str = "mixed", mark: str = "=_a", before: bytes = b"", after: bytes = b"") -> bytes:
    """A multipart entity with its MIME field first; *before* and *after* are its preamble and epilogue."""
    line = b"--" + mark.encode()
    body = before + b"".join(line + CRLF + part + CRLF for part in parts) + line + b"--" + CRLF + after
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode() + body


def large_mail(size: int = 2 << 20, *, subject: str = "A large one", words: str = "Please see the plan.") -> bytes:
    """A mail with a text and one file of *size* bytes."""
    return head(subject, mime=multipart(text(words), file(noise(size))))
