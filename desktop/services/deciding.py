"""The decision of the rules on mail that is already here."""

from collections.abc import Sequence

from desktop.domain.decision import Decision
from desktop.domain.ids import EmailId
from desktop.matching.asked import NOT_TOLD
from desktop.matching.book import Book
from desktop.matching.decide import decide_all_sent, decide_asked
from desktop.matching.unwrapping import ask
from desktop.services.ours import ours_at
from desktop.store.reading.letters import Letter
from desktop.store.reading.reader import Reader


def decide_letters(read: Reader, letters: Sequence[Letter], book: Book | None = None) -> dict[EmailId, Decision]:
    """Return what the rules say now of each letter; what a person has decided is not asked here.

    *book* is for other customers than there are.
    """
    book = book or read.book
    ours = ours_at(read)
    came_in = [letter for letter in letters if not letter.outbound]
    sent = [letter for letter in letters if letter.outbound]
    asked = [ask(letter.mail, ours.get(letter.mailbox_id, NOT_TOLD)) for letter in came_in]
    made = decide_asked(asked, book)
    made_sent = decide_all_sent([letter.mail for letter in sent], book)
    return {letter.id: one for letter, one in zip((*came_in, *sent), (*made, *made_sent), strict=True)}
