"""The mail that is measured with, from a seed, and the customers that part of its senders are."""

from collections.abc import Iterator
from datetime import datetime

from tests.helpers.mailgen import Mailbox

DOMAIN = "firma.example"
WRITERS = 4000
"""How many people write; two in three of them are customers."""

Mails = Iterator[tuple[bytes, datetime]]


def mails(count: int, seed: int) -> Mails:
    """Return (bytes, time of arrival) pairs in the order of their arrival."""
    return ((mail.raw, mail.internal_date) for mail in Mailbox(seed, DOMAIN, WRITERS).mails(count))


def customers(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Return (name, address, company) rows: writers of the mail first, then people who never wrote."""
    writers = [person for number, person in enumerate(Mailbox(seed, DOMAIN, WRITERS).people) if number % 3]
    for person in writers[:count]:
        yield person.name, person.address, person.customer
    for number in range(len(writers), count):
        yield f"Silent Customer {number}", f"office{number}@company{number // 4}.example", f"Company {number // 4}"
