"""MA7: who wrote the mail, or whom answers go to, is a customer, although somebody or something else sent it."""

from collections.abc import Sequence

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.matching.asked import Asked, Route, Writer
from desktop.matching.book import Basis, Book


class HandedOn:
    """Answers STRONG: what a mail says of its writer is the word of whoever sent it. Its name is the way it came."""

    name = "handed_on"
    basis = Basis.CUSTOMERS

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per owner of the address of each writer who is not the sender."""
        others = [[one for one in mail.writers if one.route is not Route.DIRECT] for mail in mails]
        owners = book.customers_by_address({writer.address for each in others for writer in each})
        return [
            [_candidate(writer, owner) for writer in each for owner in owners.get(writer.address, ())]
            for each in others
        ]


def _candidate(writer: Writer, owner: CustomerRef) -> Candidate:
    reason = f"{writer.told} {writer.address} is one of {owner.name}'s addresses."
    return Candidate(owner, Band.STRONG, reason, writer.route.value)
