"""The receipt of a reconnection: what the gap was, and what came of closing it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """``gap_from`` is when the mailbox was last synced before, None when it never was; ``gap_to`` when it was again.

    ``recovered`` are emails that came in now; ``known`` messages were here already and recognised; ``doubled`` are
    emails of which the same mailbox holds another copy from before - counted in the store, not assumed.
    """

    gap_from: datetime | None
    gap_to: datetime
    recovered: int
    known: int
    doubled: int

    @property
    def words(self) -> str:
        """Return it as a sentence: ``Same mailbox, 37 mails recovered, 0 doubled``."""
        mails = "1 mail" if self.recovered == 1 else f"{self.recovered:,} mails"
        return f"Same mailbox, {mails} recovered, {self.doubled:,} doubled"
