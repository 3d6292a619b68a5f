"""What filters look at in mail that was stored before that was kept: from what is here of it, without its bytes."""

from collections.abc import Mapping, Sequence

from desktop.domain.filters import Facts
from desktop.domain.ids import EmailId
from desktop.filtering.facts import facts_of
from desktop.matching.asked import NOT_TOLD
from desktop.services.ours import ours_at
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

AT_ONCE = 500
"""Emails that are read together."""


def facts_of_stored(read: Reader, emails: Sequence[EmailId]) -> dict[EmailId, Facts]:
    """Return what filters look at in those of *emails* that could be read."""
    ours = ours_at(read)
    found = {}
    for at in range(0, len(emails), AT_ONCE):
        letters = read.letters.get(emails[at : at + AT_ONCE], with_text=False)
        senders = {letter.mail.sender.address for letter in letters.values() if letter.mail.sender}
        customers = read.book.customers_by_address(senders)
        for number, letter in letters.items():
            sender = letter.mail.sender
            found[number] = facts_of(
                letter.mail,
                ours=ours.get(letter.mailbox_id, NOT_TOLD).domains,
                labels=letter.labels,
                is_customer=sender is not None and sender.address in customers,
            )
    return found


def keep_facts(uow: UnitOfWork, facts: Mapping[EmailId, Facts]) -> int:
    """Keep what was found in mail of which nothing was kept, so that it is found once; returns for how many.

    It is no command: nobody decided anything, and there is nothing to undo.
    """
    return uow.filters.keep_facts(facts)
