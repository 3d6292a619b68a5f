"""A report on a delivery belongs to the customer whom the mail was for; the server that writes it is nobody's."""

from collections.abc import Sequence

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.delivery_report import RecipientStatus, SentMail
from desktop.matching.asked import Asked
from desktop.matching.book import Basis, Book
from desktop.matching.reported import reported_mail

_KNOWN = "It is about a mail that was sent to them from here."
_BY_TIME = "A mail was sent to them from here shortly before."
_UNKNOWN = "The mail that it is about is not here, so anybody may have written it."


class Bounce:
    """Answers CERTAIN for the customer of a recipient when the report names a mail that we sent to that very address.

    Only who got the mail, or carried it, can know both. Any other report is STRONG.
    """

    name = "bounce"
    basis = Basis.MAIL

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per recipient's owner, in the order of the report."""
        reports = [mail.mail.report for mail in mails]
        addresses = {one.address for report in reports if report for one in report.recipients}
        owners = book.customers_by_address(addresses) if addresses else {}
        sent = reported_mail([mail.mail for mail in mails], book)
        return [
            [
                self._candidate(one, owner, found)
                for one in (report.recipients if report else ())
                for owner in owners.get(one.address, ())
            ]
            for report, found in zip(reports, sent, strict=True)
        ]

    def _candidate(self, about: RecipientStatus, owner: CustomerRef, found: SentMail | None) -> Candidate:
        is_ours = found is not None and found.by_id and about.address in found.recipients
        how = _KNOWN if is_ours else _BY_TIME if found is not None else _UNKNOWN
        reason = f"{about.words} That is an address of {owner.name}. {how}"
        return Candidate(owner, Band.CERTAIN if is_ours else Band.STRONG, reason, self.name)
