"""Who sent a mail that is here and who wrote it, when these are two; and what is doubtful about the sender."""

from dataclasses import dataclass

from desktop.domain.ids import EmailId
from desktop.matching.asked import NOT_TOLD
from desktop.matching.unwrapping import ask
from desktop.services.ours import ours_at
from desktop.store.reading.reader import Reader


@dataclass(frozen=True, slots=True)
class Parties:
    """``told`` says how it came from its writer, naming both; ``unproven`` warns of a forged sender; or ``""``."""

    told: str = ""
    unproven: str = ""


NOBODY_ELSE = Parties()


def parties_of(read: Reader, email_id: EmailId) -> Parties:
    """Return what is to be known of who is behind a mail; nothing of one that could not be read, or that we sent."""
    letter = read.letters.get([email_id], with_text=False).get(email_id)
    if letter is None or letter.outbound:
        return NOBODY_ELSE
    asked = ask(letter.mail, ours_at(read).get(letter.mailbox_id, NOT_TOLD))
    told = " ".join(dict.fromkeys(writer.told for writer in asked.writers if writer.told))
    warning = f"{asked.unproven} It may be forged: compare with earlier mail." if asked.unproven else ""
    return Parties(told, warning)
