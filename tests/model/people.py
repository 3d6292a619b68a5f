"""What people do to the profile, and whether undo and redo bring back exactly what was."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.services import review, undo
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.model.invariants import history_only_grows, require
from tests.model.letters import Letter
from tests.model.stored import Stored, verdict

Image = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One recorded command: the emails it was about, and how everything it may touch looked before and after."""

    emails: tuple[int, ...]
    before: Image
    after: Image
    is_exact: bool = True
    """Whether nobody but people has touched since what it touched."""

    @property
    def changed(self) -> set[int]:
        """The emails that it changed."""
        pairs = zip(self.emails, self.before[2], self.after[2], strict=True)
        return {number for number, before, after in pairs if before != after}


class People:
    """A person at the window. *look* reads the database; *letters* are all there ever were, by serial."""

    def __init__(self, clock: Clock, look: Callable[[], Stored], letters: dict[int, Letter]) -> None:
        self._clock = clock
        self._look = look
        self._letters = letters
        self._done: list[Command] = []
        self._undone: list[Command] = []
        self._named = 0

    @property
    def has_done(self) -> bool:
        return bool(self._done)

    @property
    def has_undone(self) -> bool:
        return bool(self._undone)

    def add_customers(self, store: Store, groups: Sequence[Sequence[str]]) -> None:
        """Add a customer for each group of addresses, as one command; an address may be in several groups."""

        def add(uow: UnitOfWork) -> bool:
            made = [self._customer(addresses) for addresses in groups]
            uow.customers.add_all(made, "import", self._clock.now())
            return uow.journal.record("customers.import", "Imported", PERSON, self._clock.now())

        self._carry_out(store, (), add)

    def assign(self, store: Store, emails: Sequence[int], customer: int, *, remember: bool) -> None:
        """File emails with a customer by hand."""
        numbers = [EmailId(number) for number in emails]
        before = self._look()

        def act(uow: UnitOfWork) -> bool:
            made = review.assign(uow, numbers, CustomerId(customer), remember=remember, clock=self._clock)
            return bool(made.changed)

        self._carry_out(store, tuple(emails), act)
        require(self._assigned(before, self._look(), emails, customer))

    def undo(self, store: Store) -> None:
        """Take the newest command back."""
        self._turn(store, undo.undo, self._done, self._undone, backwards=True)

    def redo(self, store: Store) -> None:
        """Do the last undone command again."""
        self._turn(store, undo.redo, self._undone, self._done, backwards=False)

    def forget(self, gone: set[int], changed: set[int]) -> None:
        """A backfill was taken back: *gone* emails went with the commands on them, *changed* ones stand elsewhere."""
        for commands in (self._done, self._undone):
            kept = [one for one in commands if not one.changed & gone]
            taught = any(one.before[:2] != one.after[:2] for one in commands if one.changed & gone)
            commands[:] = [
                replace(one, is_exact=False) if taught or {*one.emails} & (gone | changed) else one for one in kept
            ]

    def _customer(self, addresses: Sequence[str]) -> Customer:
        self._named += 1
        return Customer(CustomerId(0), f"Customer {self._named}", tuple(dict.fromkeys(addresses)))

    def _carry_out(self, store: Store, emails: tuple[int, ...], act: Callable[[UnitOfWork], bool]) -> None:
        before = self._look()
        with store.write() as uow:
            recorded = act(uow)
        after = self._look()
        require(history_only_grows(before, after))
        if recorded:
            self._done.append(Command(emails, _image(before, emails), _image(after, emails)))
            self._undone.clear()

    def _assigned(self, before: Stored, after: Stored, emails: Sequence[int], customer: int) -> Iterator[str]:
        for number in emails:
            row = after.emails[number]
            if (row["decided_by"], row["customer_id"], row["needs_review"]) != (PERSON, customer, 0):
                yield f"a person's decision is final: email {number} was not assigned to {customer}"
        senders = {self._letters[after.serials[number]].sender for number in emails}
        learned = {row["address"] for row in after.addresses} - {row["address"] for row in before.addresses}
        if not learned <= senders:
            yield f"a doubtful sender teaches nothing: {sorted(learned)}"

    def _turn(
        self,
        store: Store,
        turn: Callable[[UnitOfWork, Clock], object],
        taken_from: list[Command],
        given_to: list[Command],
        *,
        backwards: bool,
    ) -> None:
        before = self._look()
        expected = taken_from[-1] if taken_from else None
        try:
            with store.write() as uow:
                turn(uow, self._clock)
        except CommandRefused:
            require(self._refused(before, expected, backwards=backwards))
            return
        after = self._look()
        require(self._turned(before, after, expected, backwards=backwards))
        if expected is not None:
            given_to.append(taken_from.pop())

    def _refused(self, before: Stored, expected: Command | None, *, backwards: bool) -> Iterator[str]:
        if self._look() != before:
            yield "undo restores what was: it was refused and changed something"
        if expected is not None and expected.is_exact and not (backwards and _holds_what_was_filed(before, expected)):
            left = expected.after if backwards else expected.before
            if _image(before, expected.emails) == left:
                yield "undo restores what was: it was refused although nothing had changed since"

    def _turned(self, before: Stored, after: Stored, expected: Command | None, *, backwards: bool) -> Iterator[str]:
        yield from history_only_grows(before, after)
        if expected is None:
            yield "undo restores what was: there was nothing to undo, and it did something"
            return
        wanted = expected.before if backwards else expected.after
        if expected.is_exact and _image(after, expected.emails) != wanted:
            yield "undo restores what was: the rows are not as they were"
        for number, held in before.by_person().items():
            if number not in expected.emails and verdict(after.emails[number]) != held:
                yield f"a person's decision is final: undo changed email {number}"


def _holds_what_was_filed(stored: Stored, command: Command) -> bool:
    """Tell whether a person filed mail with a customer of *command* by another command, one that a backfill took along.

    As long as that one can be undone it is the newer one, and this one's turn has not come.
    """
    made = {row["id"] for row in command.after[0]} - {row["id"] for row in command.before[0]}
    filed = [(number, row) for number, row in stored.emails.items() if row["customer_id"] in made]
    return any(row["decided_by"] == PERSON and number not in command.emails for number, row in filed)


def _image(stored: Stored, emails: Sequence[int]) -> Image:
    """Everything a command may change: all customers and their addresses, and the emails it is about."""
    return stored.customers, stored.addresses, [stored.emails.get(number) for number in emails]
