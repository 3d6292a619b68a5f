"""MA6: the writer's domain is that of one company, by the Public Suffix List, and customers are known there."""

from collections.abc import Sequence

from desktop.domain.decision import Band, Candidate
from desktop.domain.evidence import EARLIER_COUNTED, Colleague
from desktop.domain.shared_providers import domain_of
from desktop.matching.asked import Asked, Writer
from desktop.matching.book import CROWD, Basis, Book
from desktop.matching.domains import is_companys


class CompanyDomain:
    """Answers STRONG for the only customer at a company's domain, HINT for each of several, nothing for a crowd.

    Free mail, shared hosts and our own domains say nothing about who writes.
    """

    name = "same_domain"
    basis = Basis.EARLIER_MAIL

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per customer at the writer's domain, those with the most mail first."""
        wanted = {domain_of(writer.address) for mail in mails if not mail.is_ours for writer in mail.writers}
        at = book.colleagues({domain for domain in wanted if is_companys(domain)})
        return [
            [one for writer in mail.writers for one in self._of(mail, writer, at.get(domain_of(writer.address), ()))]
            if not mail.is_ours
            else []
            for mail in mails
        ]

    def _of(self, mail: Asked, writer: Writer, colleagues: Sequence[Colleague]) -> list[Candidate]:
        if len(colleagues) > CROWD:
            return []
        band = Band.STRONG if len(colleagues) == 1 and mail.sender is not None else Band.HINT
        doubt = "" if mail.sender is not None else " Who really sent it is in doubt."
        ranked = sorted(colleagues, key=lambda one: (-one.earlier, one.customer.name))
        return [
            Candidate(one.customer, band, f"{writer.told} {_same_domain(one)}{doubt}".strip(), self.name)
            for one in ranked
        ]


def _same_domain(colleague: Colleague) -> str:
    if colleague.earlier >= EARLIER_COUNTED:
        return f"Same domain as more than {EARLIER_COUNTED:,} earlier emails."
    if colleague.earlier:
        return f"Same domain as {colleague.earlier:,} earlier email{'s' if colleague.earlier > 1 else ''}."
    return f"{colleague.address} has the same domain."
