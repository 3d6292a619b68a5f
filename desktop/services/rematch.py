"""MA9: what the rules say now of mail that is here, previewed, and applied as one command with one undo.

Customers change: an address is added, taken away, or learned. Mail that was filed or waits does not move by itself;
this shows what would because of that customer, and a person says so: mail that is or would be filed with them, or that
named them or would, and mail of which the rules would say something else if they were not there. What others' changes
make of the mail that waits is offered with those. What a person has decided is never looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer, CustomerRef
from desktop.domain.decision import PERSON, Candidate, Decision
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import EmailRow
from desktop.matching.without import BookWithout
from desktop.services.customers import no_customer
from desktop.services.deciding import decide_letters
from desktop.store.reading.letters import Letter
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
    """What would change because of a customer, newest first. ``left`` is how many emails more than were looked at."""

    customer: CustomerRef
    moved: tuple[Moved, ...]
    looked_at: int
    left: int = 0

    @property
    def filed(self) -> int:
        """How many would be filed, with this customer or with another one."""
        return sum(1 for one in self.moved if one.decision.customer_id is not None)

    @property
    def to_review(self) -> int:
        """How many would wait for a person that do not now."""
        return sum(1 for one in self.moved if one.decision.needs_review and not one.row.needs_review)

    @property
    def words(self) -> str:
        """The preview as a sentence."""
        if not self.moved:
            return f"Nothing would change: no email is answered otherwise because of {self.customer.name}."
        here = sum(1 for one in self.moved if one.decision.customer_id == self.customer.id)
        nobodys = sum(1 for one in self.moved if one.decision.customer_id is None and not one.decision.needs_review)
        kinds = (
            (here, f"would now be filed with {self.customer.name}"),
            (self.filed - here, "would now be filed with another customer"),
            (self.to_review, "would come to Needs Review"),
            (nobodys, "would be filed with nobody"),
            (len(self.moved) - self.filed - self.to_review - nobodys, _STILL),
        )
        told = [f"{count:,} email{'' if count == 1 else 's'} {words}" for count, words in kinds if count]
        return f"{', '.join(told[:-1])} and {told[-1]}." if len(told) > 1 else f"{told[0]}."


_STILL = "would wait for another reason"


def preview_rematch(read: Reader, customer_id: CustomerId) -> Rematch:
    """Return the mail whose answer is another one now because of the customer; nothing is changed.

    Looked at are all that waits, and what rules settled: what is filed with the customer or with whom they share an
    address, and mail from an address of theirs, to it, with answers to it, or reporting on mail to it, whoever has it.
    Refused when there is no such customer.
    """
    customer = read.customers.get(customer_id)
    if customer is None:
        raise no_customer(customer_id)
    owners = {one for each in read.customers.by_addresses(customer.emails).values() for one in each} | {customer_id}
    numbers = read.review.open_to_rules(sorted(owners), customer.emails, limit=LOOKED_AT + 1)
    looked_at = numbers[:LOOKED_AT]
    moved: list[Moved] = []
    for at in range(0, len(looked_at), _AT_ONCE):
        moved += _moved(read, looked_at[at : at + _AT_ONCE], customer)
    moved.sort(key=lambda one: (one.row.received_at, one.row.id), reverse=True)
    ref = CustomerRef(customer_id, customer.name)
    return Rematch(ref, tuple(moved), len(looked_at), len(numbers) - len(looked_at))


def apply_rematch(uow: UnitOfWork, customer_id: CustomerId, clock: Clock) -> ChangeSet:
    """Do what :func:`preview_rematch` shows, as it is now, as one command. Refused when there is no such customer."""
    found = preview_rematch(uow.read, customer_id)
    now = clock.now()
    uow.decisions.decide_anew({one.row.id: one.decision for one in found.moved if one.row.id is not None}, now)
    count = len(found.moved)
    words = f"Matched {count:,} email{'' if count == 1 else 's'} again for {found.customer.name}"
    if not uow.journal.record("customers.rematch", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"{words}: nothing would change.")
    return ChangeSet(Changed.EMAILS | Changed.REVIEW, words)


def _moved(read: Reader, numbers: Sequence[EmailId], customer: Customer) -> list[Moved]:
    rows = read.emails.by_ids(numbers)
    letters = read.letters.get(numbers, with_text=True)
    decided = decide_letters(read, list(letters.values()))
    changed = {number: Moved(rows[number], made) for number, made in decided.items() if _changes(rows[number], made)}
    theirs = {number for number, one in changed.items() if _names(one, letters[number], customer)}
    doubtful = [letters[number] for number in changed if number not in theirs]
    without = decide_letters(read, doubtful, BookWithout(read.book, customer.id)) if doubtful else {}
    theirs |= {number for number, made in without.items() if _verdict(made) != _verdict(changed[number].decision)}
    return [changed[number] for number in changed if number in theirs]


def _names(one: Moved, letter: Letter, customer: Customer) -> bool:
    """Tell whether the customer has, or had, another part in the answer; else their being there is to be tried."""
    if customer.id in {one.row.customer_id, one.decision.customer_id}:
        return True
    now = {(int(found.band), f"rule:{found.rule}") for found in one.decision.suggestions if _is(found, customer)}
    before = {(sure, rule) for number, sure, rule in letter.said if number == customer.id}
    return (bool(before) and now != before) or (not now and customer.name in one.row.reason)


def _is(found: Candidate, customer: Customer) -> bool:
    return found.customer.id == customer.id


def _verdict(made: Decision) -> tuple[str, CustomerId | None, bool]:
    return made.code.value, made.customer_id, made.needs_review


def _changes(row: EmailRow, made: Decision) -> bool:
    """Tell whether a verdict is another one; another sentence or confidence for the same one is no change."""
    if row.decided_by == PERSON:
        return False
    code, *place = _verdict(made)
    return [row.code, row.customer_id, row.needs_review] != [row.code if row.code == "OVERSIZE" else code, *place]
