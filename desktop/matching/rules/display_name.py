"""The name that the writer goes by: with the company's domain it is likely the customer, alone it is a hint."""

import re
from collections.abc import Iterator, Mapping, Sequence

from desktop.domain.addresses import normalise_address
from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.evidence import Known
from desktop.domain.shared_providers import domain_of
from desktop.matching.asked import Asked, Writer
from desktop.matching.book import CROWD, Basis, Book
from desktop.matching.domains import is_companys

_Pair = tuple[str, str]
_Refs = Mapping[str, tuple[CustomerRef, ...]]
_SHORTEST_NAME = 4
_MOST_WORDS = 8
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\s[|/\u2013-]\s.*$")


def parts_of(name: str) -> list[str]:
    """Return the runs of words of a sender's name that may be a customer's name, case-folded, the longest first."""
    words = name.casefold().replace('"', " ").split()[:_MOST_WORDS]
    spans = ((first, last) for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    runs = (" ".join(words[first:last]) for first, last in sorted(spans, key=lambda span: span[0] - span[1]))
    return [run for run in dict.fromkeys(runs) if len(run) >= _SHORTEST_NAME]


def spellings(name: str) -> list[str]:
    """Return the whole of a name as it may stand with a customer: as it is, without asides, turned at the comma."""
    folded = " ".join(name.casefold().replace('"', " ").split())
    bare = " ".join(_ASIDE.sub(" ", folded).split())
    last, comma, first = bare.partition(",")
    turned = f"{first.strip()} {last.strip()}" if comma and first.strip() else ""
    return [one for one in dict.fromkeys((folded, bare, turned)) if len(one) >= _SHORTEST_NAME]


def addresses_in(name: str) -> list[str]:
    """Return the addresses that a sender's name shows, in comparable form."""
    return [normalise_address(found) for found in _ADDRESS.findall(name)]


class DisplayName:
    """Answers STRONG for a namesake with an address at the writer's own company domain, HINT for any other.

    Anybody can write any name, and any address, into a name.
    """

    name = "name"
    basis = Basis.CUSTOMERS

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per customer whom the writer's name may mean."""
        writers = [writer for mail in mails for writer in mail.writers]
        owners = book.customers_by_address({shown for writer in writers for shown in addresses_in(writer.name)})
        called = book.namesakes({run for writer in writers for run in parts_of(writer.name)})
        there = book.namesakes_at({pair for mail in mails for writer in mail.writers for pair in _pairs(mail, writer)})
        return [
            [one for writer in mail.writers for one in self._of(mail, writer, owners, called, there)] for mail in mails
        ]

    def _of(
        self, mail: Asked, writer: Writer, owners: _Refs, called: _Refs, there: Mapping[_Pair, tuple[Known, ...]]
    ) -> Iterator[Candidate]:
        doubt = "" if mail.sender is not None else " Who really sent it is in doubt."
        for pair in _pairs(mail, writer):
            for known in there.get(pair, ()):
                reason = f"The same name as {known.customer.name}, and {known.address} has the same domain.{doubt}"
                band = Band.HINT if doubt else Band.STRONG
                yield _candidate(writer, known.customer, band, reason, "name_at_domain")
        for shown in addresses_in(writer.name):
            for owner in owners.get(shown, ()):
                reason = f"The sender's name shows their address {shown}.{doubt}"
                yield _candidate(writer, owner, Band.HINT, reason, self.name)
        whole = " ".join(writer.name.casefold().split())
        for run in parts_of(writer.name):
            namesakes = called.get(run, ())
            for customer in namesakes if len(namesakes) <= CROWD else ():
                is_whole = run == whole
                reason = "The sender has the same name." if is_whole else f"The sender's name contains {customer.name}."
                yield _candidate(writer, customer, Band.HINT, f"{reason}{doubt}", self.name)


def _pairs(mail: Asked, writer: Writer) -> list[_Pair]:
    domain = domain_of(writer.address)
    if mail.is_ours or not is_companys(domain):
        return []
    return [(name, domain) for name in spellings(writer.name)]


def _candidate(writer: Writer, customer: CustomerRef, band: Band, reason: str, rule: str) -> Candidate:
    return Candidate(customer, band, f"{writer.told} {reason}".strip(), rule)
