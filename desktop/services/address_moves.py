"""An address goes from one customer to another, and the mail that a rule filed by it follows: one command, one undo."""

from dataclasses import dataclass

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_values import few_addresses
from desktop.services.customers import no_customer
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class AddressMove:
    """What moving an address would do: ``following`` emails go along, ``staying`` were filed by a person and stay."""

    address: str
    giver: Customer
    taker: Customer
    following: tuple[EmailId, ...]
    staying: int

    @property
    def moves(self) -> tuple[str, ...]:
        """What happens, a line for each kind."""
        count = len(self.following)
        lines = [
            f"{_emails(count)} from {self.address} follow{'s' if count == 1 else ''}" if count else "No email follows"
        ]
        if self.staying:
            lines.append(f"{_emails(self.staying)} that a person filed with {self.giver.name} stay there")
        if self.address in self.taker.emails:
            lines.append(f"{self.taker.name} has the address already")
        return tuple(lines)


def preview_move(read: Reader, giver: CustomerId, taker: CustomerId, address: str) -> AddressMove:
    """Return what moving *address* would do. Refused when it is not the giver's, or both are one."""
    held = {one.id: one for one in read.customers.by_ids([giver, taker])}
    for wanted in (giver, taker):
        if wanted not in held:
            raise no_customer(wanted)
    if giver == taker or address not in held[giver].emails:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"{held[giver].name} has no address {address} to give away."
            if giver != taker
            else f"{address} is with {held[giver].name} already.",
            meaning="Nothing was changed.",
            action="Choose another customer.",
        )
    few_addresses((*held[taker].emails, address))
    mail = [row for row in read.merges.mail_of(giver) if row.from_address == address and row.direction != "outbound"]
    following = tuple(EmailId(row.id) for row in mail if row.decided_by != PERSON)
    return AddressMove(address, held[giver], held[taker], following, len(mail) - len(following))


def move_address(uow: UnitOfWork, giver: CustomerId, taker: CustomerId, address: str, clock: Clock) -> ChangeSet:
    """Do what :func:`preview_move` shows, as one command; refused as it is there."""
    found, now = preview_move(uow.read, giver, taker, address), clock.now()
    origin = uow.read.customers.origin(giver, address)
    uow.customers.remove_address(giver, address)
    uow.customers.add_addresses(taker, [address], origin)
    reason = f"{address} is an address of {found.taker.name}; it was one of {found.giver.name} before."
    uow.decisions.hand_over(found.following, taker, lambda _before: reason, now)
    words = f"Moved {address} to {found.taker.name}"
    words += f" with {_emails(len(found.following))}" if found.following else ""
    uow.journal.record("customers.move_address", words, PERSON, now)
    return ChangeSet(Changed.CUSTOMERS | Changed.EMAILS | Changed.REVIEW, words)


def _emails(count: int) -> str:
    return "1 email" if count == 1 else f"{count:,} emails"
