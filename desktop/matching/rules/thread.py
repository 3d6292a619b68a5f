"""MA5: an earlier mail of the same thread was filed by a person, or by a rule that followed one."""

from collections.abc import Sequence

from desktop.domain.decision import Band, Candidate
from desktop.matching.asked import Asked
from desktop.matching.book import Basis, Book

_NEWEST = 50
"""So many of the messages that a mail refers to are looked up; the newest stand last."""


class Thread:
    """Answers STRONG for each customer with whom the thread was filed; anybody can write References (RFC 5322)."""

    name = "thread"
    basis = Basis.MAIL

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return a candidate per customer of the mail's thread."""
        threads = [_thread(mail) for mail in mails]
        filed = book.thread_customers({message_id for each in threads for message_id in each})
        answers = []
        for each in threads:
            customers = {one.id: one for message_id in each for one in filed.get(message_id, ())}
            reason = "An earlier mail of this thread was filed with {}."
            answers.append(
                [Candidate(one, Band.STRONG, reason.format(one.name), self.name) for one in customers.values()]
            )
        return answers


def _thread(mail: Asked) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mail.mail.references[-_NEWEST:], *mail.mail.in_reply_to[-_NEWEST:])))
