"""MA9: what the rules say now of mail that is here, previewed, and applied as one command with one undo.

Customers change: an address is added, taken away, or learned. Mail that was filed or waits does not move by itself;
this shows what would, and a person says so. What a person has decided is never looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON, Decision
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import EmailRow
from desktop.services.customers import find_customer
from desktop.services.deciding import decide_letters
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

LOOKED_AT = 20_000
"""So many emails one re-match looks at, the newest first; what waits stands before what is filed."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """An email whose verdict would change, from the row as it is to the decision of now."""

    row: EmailRow
    decision: Decision


@dataclass(frozen=True, slots=True)
class Rematch:
    """What would change, newest first. ``left`` is how many emails more there are than were looked at."""

    moved: tuple[Moved, ...]
    looked_at: int
    left: int = 0

    @property
    def elsewhere(self) -> int:
        """How many would be with another customer, or wait, or wait no more: all but those that wait otherwise."""
        return sum(1 for one in self.moved if _place(one.decision) != (one.row.customer_id, one.row.needs_review))

    @property
    def filed(self) -> int:
        """How many would be filed, with a customer or with another one."""
        return sum(1 for one in self.moved if one.decision.customer_id is not None)

    @property
    def to_review(self) -> int:
        """How many would wait for a person that do not now."""
        return sum(1 for one in self.moved if one.decision.needs_review and not one.row.needs_review)

    @property
    def words(self) -> str:
        """The preview as a sentence."""
        if not self.moved:
            return f"Nothing would change: {self.looked_at:,} emails were looked at."
        return (
            f"Of {self.looked_at:,} emails {len(self.moved):,} would change: {self.filed:,} would be filed, "
            f"{self.to_review:,} would come to review."
        )


def preview_rematch(read: Reader, customer_id: CustomerId) -> Rematch:
    """Return what would change of all that waits and all that a rule filed with the customer; nothing is changed."""
    numbers = read.review.open_to_rules(customer_id, limit=LOOKED_AT + 1)
    looked_at = numbers[:LOOKED_AT]
    moved: list[Moved] = []
    for at in range(0, len(looked_at), _AT_ONCE):
        moved += _moved(read, looked_at[at : at + _AT_ONCE])
    moved.sort(key=lambda one: (one.row.received_at, one.row.id), reverse=True)
    return Rematch(tuple(moved), len(looked_at), len(numbers) - len(looked_at))


def apply_rematch(uow: UnitOfWork, customer_id: CustomerId, clock: Clock) -> ChangeSet:
    """Do what :func:`preview_rematch` shows, as it is now, as one command. Refused when there is no such customer."""
    customer = find_customer(uow, customer_id)
    found = preview_rematch(uow.read, customer_id)
    now = clock.now()
    uow.decisions.decide_anew({one.row.id: one.decision for one in found.moved if one.row.id is not None}, now)
    count = len(found.moved)
    words = f"Matched {count:,} email{'' if count == 1 else 's'} again for {customer.name}"
    if not uow.journal.record("customers.rematch", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"{words}: nothing would change.")
    return ChangeSet(Changed.EMAILS | Changed.REVIEW, words)


def _moved(read: Reader, numbers: Sequence[EmailId]) -> list[Moved]:
    rows = read.emails.by_ids(numbers)
    letters = read.letters.get(numbers, with_text=True)
    decided = decide_letters(read, list(letters.values()))
    return [Moved(rows[number], made) for number, made in decided.items() if _changes(rows[number], made)]


def _place(made: Decision) -> tuple[CustomerId | None, bool]:
    return made.customer_id, made.needs_review


def _changes(row: EmailRow, made: Decision) -> bool:
    """Tell whether a verdict is another one; another sentence or confidence for the same one is no change."""
    if row.decided_by == PERSON:
        return False
    code = row.code if row.code == "OVERSIZE" else made.code.value
    return (row.code, row.customer_id, row.needs_review) != (code, made.customer_id, made.needs_review)
