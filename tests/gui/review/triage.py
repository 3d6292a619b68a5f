"""The fifty emails of a usual morning and the seventy keys that clear them (the worked example of the plan):

18 emails whose suggestion is right                     Enter                        18 keys
20 emails of four companies                             D, Enter for each company     8
 6 emails of customers who write from free mail         A, four letters, Enter       36
 4 emails of nobody                                     I                             4
 2 emails of somebody new                               N, Enter                      4
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from desktop.domain.ids import EmailId
from desktop.store.store import Store
from desktop.store.tables import metadata
from tests.gui.review.queue_data import Letter

EMAILS, DECISIONS, KEYS = 50, 34, 70
ONE_BY_ONE = {"northwind.example": "Northwind Traders", "harborview.example": "Harborview Hotels"} | {
    "fjord.example": "Fjord Outdoor"
}
WHOLE = {
    "acme-parts.example": ("Acme Parts", 8),
    "tidewater.example": ("Tidewater Marine", 6),
    "acme-retail.example": ("Acme Retail", 4),
    "kestrel.example": ("Kestrel Logistics", 2),
}
FOUND = (("tide", "Tidewater Marine"), ("harb", "Harborview Hotels"), ("nort", "Northwind Traders")) * 2
NEW = ("Paul Dawson", "Ruth Vidal")
GROWS = {"decision", "journal", "meta", "address_domain", "folded_text"}
"""Tables that only grow: the history of decisions, the journal, numbers given once, keys of domains and texts."""


@dataclass(frozen=True)
class Case:
    """One email: how it is to be decided, and what is right. ``letters`` are typed to find the customer."""

    letter: Letter
    way: str
    truth: str
    letters: str = ""


def cases() -> list[Case]:
    """Return the fifty, each with the customer that is right (``""``: nobody's)."""
    found: list[Case] = []
    for at in range(18):
        domain, customer = list(ONE_BY_ONE.items())[at % 3]
        found.append(Case(_letter(at, f"Person {at}", f"person{at}@{domain}", f"Right {at}"), "accept", customer))
    for domain, (customer, count) in WHOLE.items():
        for at in range(count):
            letter = _letter(100 + at, f"Colleague {at}", f"c{at}@{domain}", f"{domain} {at}")
            found.append(Case(letter, "domain", customer))
    for at, (letters, customer) in enumerate(FOUND):
        letter = _letter(200 + at, f"Private {at}", f"private{at}@freemail.example", f"Other {at}")
        found.append(Case(letter, "find", customer, letters))
    deals = [_letter(300 + at, f"Deals {at}", f"news@deals{at}.example", f"Offer {at}") for at in range(4)]
    found += [Case(letter, "ignore", "") for letter in deals]
    for at, name in enumerate(NEW):
        local = name.lower().replace(" ", ".")
        found.append(Case(_letter(400 + at, name, f"{local}@freemail.example", f"New {at}"), "new", name))
    return found


def _letter(minutes: int, name: str, address: str, subject: str) -> Letter:
    return Letter(minutes, name, address, subject)


def fingerprint(store: Store) -> dict[str, str]:
    """Return, by table, a digest of its rows: of every table that an undo has to put back."""
    found = {}
    with store._reading.connect() as connection:
        for name, table in metadata.tables.items():
            if name not in GROWS:
                rows = sorted(map(repr, connection.execute(sa.select(table)).all()))
                found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def filed(store: Store, emails: Sequence[EmailId]) -> dict[str, str]:
    """Return with whom emails are filed, by subject; all of them decided on by a person."""
    with store.read() as read:
        rows = read.emails.by_ids(emails).values()
    assert all(row.decided_by == "person" and not row.needs_review for row in rows)
    return {row.subject: row.customer for row in rows}
