"""What was decided since the window opened, for the reward at the end of the queue. Pure."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.review_item import ReviewItem

PAUSE_S = 60.0
"""The longest time between two decisions that counts as work."""
FIRST_S = 2.0
"""What the first decision is taken to have cost: nobody saw it begin."""


class Kind(enum.Enum):
    """How a customer was come by, or that there is none."""

    ACCEPTED = "accepted"
    DOMAIN = "domain"
    PICKED = "picked"
    NEW = "new"
    IGNORED = "ignored"
    SENDER = "sender"


IGNORING = frozenset({Kind.IGNORED, Kind.SENDER})


@dataclass(frozen=True, slots=True)
class Filed:
    """One decision that was carried out. ``of`` is the domain or the sender it was about; ``words`` are the command's.

    ``items`` are its emails, to show them again at once when it is undone; ``scroll`` is where the queue stood.
    """

    kind: Kind
    ids: tuple[EmailId, ...]
    customer_id: CustomerId | None
    customer: str
    of: str
    at: datetime
    words: str = ""
    items: tuple[ReviewItem, ...] = ()
    scroll: int = 0


class Sitting:
    """The decisions in order; those taken back are no part of it, but may be done again."""

    def __init__(self) -> None:
        self.filed: list[Filed] = []
        self._undone: list[Filed] = []
        self.seconds = 0.0
        self._last: float | None = None

    def add(self, made: Filed, monotonic: float) -> None:
        """Remember a decision made at this reading of the monotonic clock."""
        passed = FIRST_S if self._last is None else monotonic - self._last
        self.seconds += min(max(passed, 0.0), PAUSE_S)
        self._last = monotonic
        self.filed.append(made)
        self._undone.clear()

    def undo(self, words: str) -> Filed | None:
        """Take the newest decision back if it is the one of these words, and return it."""
        if not self.filed or not words or self.filed[-1].words != words:
            return None
        self._undone.append(self.filed.pop())
        return self._undone[-1]

    def redo(self, words: str) -> Filed | None:
        """Count the decision that was taken back last again if it is the one of these words, and return it."""
        if not self._undone or not words or self._undone[-1].words != words:
            return None
        self.filed.append(self._undone.pop())
        return self.filed[-1]

    @property
    def ignored(self) -> frozenset[str]:
        """The senders of whom an email was ignored."""
        return frozenset(item.mail.from_address for made in self.filed if made.kind in IGNORING for item in made.items)

    def take_back(self, back: Collection[EmailId]) -> tuple[EmailId, ...]:
        """Forget the decisions on emails that wait again; return the emails of the newest of these decisions."""
        undone = [made for made in self.filed if not set(back).isdisjoint(made.ids)]
        self.filed = [made for made in self.filed if made not in undone]
        return undone[-1].ids if undone else ()

    def emails(self, kind: Kind | None = None) -> int:
        """Return how many emails were filed, in one way or any."""
        return sum(len(made.ids) for made in self.filed if kind in {None, made.kind})

    def decisions(self, kind: Kind) -> int:
        """Return how many decisions of a kind were made."""
        return sum(1 for made in self.filed if made.kind is kind)

    def customers(self, most: int) -> Sequence[tuple[Filed, int]]:
        """Return the last few customers that mail was filed with, newest first, each with how much."""
        newest: dict[str, tuple[Filed, int]] = {}
        for made in reversed([made for made in self.filed if made.customer_id is not None]):
            held = newest.get(made.customer)
            newest[made.customer] = (held[0], held[1] + len(made.ids)) if held else (made, len(made.ids))
        return list(newest.values())[:most]
