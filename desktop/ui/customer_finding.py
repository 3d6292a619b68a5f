"""Which customers to offer: those suggested for the emails at hand, the last ones, and what fits the letters typed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.domain.customer_rows import CustomerHit, CustomerRow
from desktop.domain.ids import CustomerId, EmailId
from desktop.services.suggestions import suggestions_for
from desktop.ui.customer_list import Caption, CustomerLine, Line, NewLine
from desktop.ui.words import counted

MOST_FOUND, MOST_RECENT, MOST_LOOKED_AT = 20, 12, 60
MOST_EMAILS = 50
"""Suggestions are read for the first few of many emails."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one wish: ``text`` is what was typed; with nothing typed there are suggested and recent ones."""

    text: str
    suggested: tuple[CustomerLine, ...] = ()
    recent: tuple[CustomerLine, ...] = ()
    found: tuple[CustomerLine, ...] = ()

    def lines(self, new_name: str, *, new_key: str = "") -> list[Line]:
        """Return the lines of a list: by captions, and last the way to a customer called *new_name* or as typed."""
        lines: list[Line] = []
        if self.text:
            lines += self.found or [Caption("No customer fits what you typed")]
        for caption, group in (("Suggested", self.suggested), ("Recent", self.recent)):
            if group:
                lines += [Caption(caption), *group]
        return [*lines, NewLine(self.text or new_name, new_key)]


def find_customers(read: Any, text: str, emails: Sequence[EmailId] = (), near: Collection[CustomerId] = ()) -> Finding:
    """Return what to offer for *text*; *near* are customers that are likely anyway and come first among those that fit,
    then those that mail was filed with last.

    With nothing typed the suggestions for *emails*, as far as they wait for review, stand above the recent customers.
    """
    typed = " ".join(text.split())
    if typed:
        hits = read.customer_list.search(typed, MOST_LOOKED_AT)
        last = {row.id for row in read.customer_list.recent(MOST_RECENT)}
        hits.sort(key=lambda hit: (hit.id not in near, hit.id not in last))  # equals keep their order
        return Finding(typed, found=tuple(line_of_hit(hit) for hit in hits[:MOST_FOUND]))
    suggested = suggested_customers(read, emails)
    recent = [row for row in read.customer_list.recent(MOST_RECENT) if row.id not in {line.id for line in suggested}]
    return Finding("", tuple(suggested), tuple(line_of_row(row) for row in recent))


def suggested_customers(read: Any, emails: Sequence[EmailId]) -> list[CustomerLine]:
    """Return the customers suggested for any of *emails*, those for most of them first."""
    votes: dict[CustomerId, int] = {}
    for candidates in suggestions_for(read, list(emails[:MOST_EMAILS])).values() if emails else ():
        for candidate in candidates:
            votes[candidate.customer.id] = votes.get(candidate.customer.id, 0) + 1
    return lines_of(read, sorted(votes, key=lambda one: -votes[one]))


def lines_of(read: Any, customers: Sequence[CustomerId]) -> list[CustomerLine]:
    """Return these customers as lines with how many addresses they have; without those that are gone."""
    rows = read.customer_list.rows(customers)
    return [line_of_row(row, show_count=True) for row in rows if row is not None]


def line_of_row(row: CustomerRow, *, show_count: bool = False) -> CustomerLine:
    """Return a customer as a line: with their domain, or with how many addresses they have."""
    addresses = counted(row.addresses, "address", "addresses") if row.addresses else "No address yet"
    return CustomerLine(row.id, row.name, addresses if show_count else row.domain or row.company or addresses)


def line_of_hit(hit: CustomerHit) -> CustomerLine:
    """Return a customer found while typing: with the text that was recognised, unless that is the name."""
    recognised = hit.found if hit.found and hit.found != hit.name else hit.address
    return CustomerLine(hit.id, hit.name, recognised or "No address yet")
