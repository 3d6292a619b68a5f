"""MA14: sent mail goes to the customer who has the address of one of its recipients, in comparable form."""

from collections.abc import Sequence

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.mail import ParsedMail
from desktop.matching.asked import Asked
from desktop.matching.book import Basis, Book


class ExactRecipient:
    """Answers CERTAIN for every customer who has the address of a recipient (To, Cc, Bcc)."""

    name = "exact_recipient"
    basis = Basis.MAIL

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per recipient's address and owner, in the order in which they are addressed."""
        written_to = [_recipients(mail.mail) for mail in mails]
        owners = book.customers_by_address({address for each in written_to for address in each})
        return [
            [self._candidate(address, owner) for address in each for owner in owners.get(address, ())]
            for each in written_to
        ]

    def _candidate(self, address: str, owner: CustomerRef) -> Candidate:
        reason = f"It was sent to {address}, one of {owner.name}'s addresses."
        return Candidate(owner, Band.CERTAIN, reason, self.name)


def _recipients(mail: ParsedMail) -> list[str]:
    return list(dict.fromkeys(who.address for who in (*mail.to, *mail.cc, *mail.bcc) if who.address))
