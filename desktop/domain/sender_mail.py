"""The mail of one sender that is here, counted by what became of it."""

from dataclasses import dataclass

from desktop.domain.ids import EmailId


@dataclass(frozen=True, slots=True)
class SenderMail:
    """``waiting`` are the emails that wait for a person, oldest first.

    ``filed`` is how many are filed with a customer, ``filed_with`` the first few of those by name; ``rest`` is how many
    are here and neither.
    """

    waiting: tuple[EmailId, ...] = ()
    filed: int = 0
    filed_with: tuple[str, ...] = ()
    rest: int = 0
