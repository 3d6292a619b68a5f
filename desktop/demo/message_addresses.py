"""Address lists of a header as ENVELOPE writes them: (name route mailbox host), RFC 3501 7.4.2."""

from email.utils import getaddresses

from desktop.demo.imap_text import quoted


def address_list(values: list[bytes]) -> bytes:
    """`((name NIL mailbox host)...)` for all values of one header, or NIL when there is nobody."""
    text = [value.decode("utf-8", "surrogateescape") for value in values]
    found = [(name, address) for name, address in getaddresses(text) if name or address]
    if not found:
        return b"NIL"
    return b"(" + b"".join(one(name, address) for name, address in found) + b")"


def one(name: str, address: str) -> bytes:
    """One address in four fields."""
    mailbox, _, host = address.rpartition("@")
    words = [name, None, mailbox or host, host if mailbox else "MISSING_DOMAIN"]
    return (
        b"("
        + b" ".join(b"NIL" if not word else quoted(word.encode("utf-8", "surrogateescape")) for word in words)
        + b")"
    )
