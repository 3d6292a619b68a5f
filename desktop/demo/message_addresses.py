"""Address lists of a header as ENVELOPE writes them: (name route mailbox host), RFC 3501 7.4.2."""

import re
from email.utils import getaddresses

from desktop.demo.imap_text import quoted

GROUP = re.compile(r'([^:;,<>"@]+):([^;"]*);')
"""`undisclosed-recipients:;` and its like (RFC 5322 3.4)."""


def address_list(values: list[bytes]) -> bytes:
    """`((name NIL mailbox host)...)` for all values of one header, or NIL when there is nobody."""
    found: list[bytes] = []
    for value in values:
        text, start = value.decode("utf-8", "surrogateescape"), 0
        for group in GROUP.finditer(text):
            found += [*people(text[start : group.start()]), fields("", group[1].strip(), "")]
            found += [*people(group[2]), fields("", "", "")]
            start = group.end()
        found += people(text[start:])
    return b"(" + b"".join(found) + b")" if found else b"NIL"


def people(text: str) -> list[bytes]:
    """The addresses of a list without groups."""
    return [one(name, address) for name, address in getaddresses([text]) if name or address]


def one(name: str, address: str) -> bytes:
    """One address."""
    mailbox, _, host = address.rpartition("@")
    return fields(name, mailbox or host, host if mailbox else "MISSING_DOMAIN")


def fields(name: str, mailbox: str, host: str) -> bytes:
    """The four fields of an address; a group begins with its name as the mailbox and ends with nothing at all."""
    words = (name, "", mailbox, host)
    return b"(" + b" ".join(quoted(one.encode("utf-8", "surrogateescape")) if one else b"NIL" for one in words) + b")"
