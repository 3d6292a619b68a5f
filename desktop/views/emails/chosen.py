"""What is chosen in the list: ids, and what can be done with them. Pure."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from sys import byteorder
from typing import cast

from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import EmailRow

NOTHING = "Choose an email first."
NOT_KEPT = "It was never kept, so there is nothing to work on."
NO_CUSTOMER = "It is filed with no customer yet."
NOT_WAITING = "It does not wait for anybody."
ONE_ONLY = "Choose one email only."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The selected ids in order (negative: a message that is not kept), and the current row where it is known."""

    ids: "array[int]"
    row: EmailRow | None = None
    unkept: int = 0
    """How many of the ids are negative."""

    @classmethod
    def of(cls, ids: "array[int]", row: EmailRow | None) -> "Chosen":
        """Return what is chosen. Of a negative number all bits of the highest byte are ones: a million are counted so
        in a millisecond.
        """
        highest = 7 if byteorder == "little" else 0
        return cls(ids, row, bytes(memoryview(ids).cast("B")[highest::8]).count(0xFF))

    @property
    def emails(self) -> Sequence[EmailId]:
        """The emails among them; a million are there at once, for all of a list are emails unless it lists errors."""
        if self.unkept:
            return [EmailId(number) for number in self.ids if number > 0]
        return cast("Sequence[EmailId]", self.ids)

    @property
    def customer_id(self) -> CustomerId | None:
        """Whose the current email is."""
        return self.row.customer_id if self.row is not None else None

    @property
    def why_no_email(self) -> str:
        """Why nothing can be done with emails here; empty when it can."""
        if not self.ids:
            return NOTHING
        return "" if self.unkept < len(self.ids) else NOT_KEPT

    @property
    def why_not_open(self) -> str:
        """Why the current one cannot be opened by itself."""
        return self.why_no_email or ("" if len(self.ids) == 1 else ONE_ONLY)

    @property
    def why_not_ignore(self) -> str:
        """Why nothing of it can be ignored; of several, those that wait are."""
        if len(self.ids) == 1 and self.row is not None and not self.row.needs_review:
            return NOT_WAITING
        return self.why_no_email

    @property
    def why_no_customer(self) -> str:
        """Why no customer can be gone to."""
        if len(self.ids) > 1:
            return ONE_ONLY
        return self.why_no_email or ("" if self.customer_id is not None else NO_CUSTOMER)
