"""MA1: the sender's address is one of the customer's addresses, character for character in comparable form."""

from collections.abc import Sequence

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.matching.asked import Asked
from desktop.matching.book import Basis, Book


class ExactAddress:
    """Answers CERTAIN for every customer that has the sender's address.

    A mail that its sender only handed on is not theirs: who they are is then no more than a hint. Of a sender in doubt,
    every address that is claimed is.
    """

    name = "exact_address"
    basis = Basis.CUSTOMERS

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per owner of the sender's address."""
        senders = [_senders(mail) for mail in mails]
        owners = book.customers_by_address({address for each in senders for address in each})
        return [
            [self._candidate(mail, address, owner) for address in each for owner in owners.get(address, ())]
            for mail, each in zip(mails, senders, strict=True)
        ]

    def _candidate(self, mail: Asked, address: str, owner: CustomerRef) -> Candidate:
        if mail.sender is None:
            reason = f"{address} is an address of {owner.name}. Who really sent it is in doubt."
            return Candidate(owner, Band.HINT, reason, self.name)
        reason = f"The sender's address {address} is one of {owner.name}'s addresses."
        return Candidate(owner, Band.CERTAIN if mail.direct else Band.HINT, reason, self.name)


def _senders(mail: Asked) -> list[str]:
    if mail.sender is not None:
        return [mail.sender.address]
    return [writer.address for writer in mail.writers if writer.address]
