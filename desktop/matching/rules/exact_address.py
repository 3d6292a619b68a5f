"""MA1: the sender's address is one of the customer's addresses, character for character in comparable form."""

from collections.abc import Sequence

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.mail import ParsedMail
from desktop.matching.book import Book


class ExactAddress:
    """Answers CERTAIN for every customer that has the sender's address."""

    name = "exact_address"

    def candidates(self, mails: Sequence[ParsedMail], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per owner of the sender's address; nothing for a mail whose sender is in doubt."""
        senders = {mail.sender.address for mail in mails if mail.sender}
        owners = book.customers_by_address(senders)
        answers: list[list[Candidate]] = []
        for mail in mails:
            found = owners.get(mail.sender.address, ()) if mail.sender else ()
            answers.append([self._candidate(mail.sender.address, owner) for owner in found] if mail.sender else [])
        return answers

    def _candidate(self, address: str, owner: CustomerRef) -> Candidate:
        reason = f"The sender's address {address} is one of {owner.name}'s addresses."
        return Candidate(owner, Band.CERTAIN, reason, self.name)
