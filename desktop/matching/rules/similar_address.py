"""MA2: the writer's address is like one of the customer's: 80 %, and always for a person to look at."""

from collections.abc import Sequence

from desktop.domain.decision import Band, Candidate
from desktop.domain.evidence import Known
from desktop.matching.asked import Asked, Writer
from desktop.matching.book import Basis, Book
from desktop.matching.likeness import how_alike


class SimilarAddress:
    """Answers STRONG for every customer who has an address like the writer's. A sender in doubt is asked about, too."""

    name = "similar_address"
    basis = Basis.CUSTOMERS

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per address that is like the writer's."""
        near = book.near({writer.address for mail in mails for writer in _writers(mail)})
        return [
            [
                self._candidate(mail, writer, known)
                for writer in _writers(mail)
                for known in near.get(writer.address, ())
            ]
            for mail in mails
        ]

    def _candidate(self, mail: Asked, writer: Writer, known: Known) -> Candidate:
        how = how_alike(writer.address, known.address)
        reason = f"{writer.address} is like {known.address} of {known.customer.name}: {how}."
        told = f"{writer.told} {reason}".strip()
        if mail.sender is None:
            return Candidate(known.customer, Band.HINT, f"{told} Who really sent it is in doubt.", self.name)
        return Candidate(known.customer, Band.STRONG, told, self.name)


def _writers(mail: Asked) -> list[Writer]:
    return [] if mail.is_ours else [writer for writer in mail.writers if writer.address]
