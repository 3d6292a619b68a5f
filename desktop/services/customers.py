"""Customers by hand: add one, edit one, give or take an address. Several customers may have the same address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.addresses import normalise_address
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_values import address_of, bad_input, few_addresses, few_phones, tags_of, text_of
from desktop.store.writing.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Details:
    """What a person writes about a customer, apart from the addresses."""

    name: str
    company: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def add_customer(
    uow: UnitOfWork, details: Details, emails: Sequence[str], clock: Clock
) -> tuple[CustomerId, ChangeSet]:
    """Add a customer, with or without addresses. Raises CommandRefused for a bad value, or one who is here already."""
    now = clock.now()
    customer_id, shared = make_customer(uow, details, emails, now)
    words = f"Added the customer {_checked(details).name}"
    uow.journal.record("customers.add", words, PERSON, now)
    return customer_id, ChangeSet(Changed.CUSTOMERS, words + shared)


def make_customer(uow: UnitOfWork, details: Details, emails: Sequence[str], at: datetime) -> tuple[CustomerId, str]:
    """Store a new customer for a command that writes the journal itself; see :func:`add_customer`.

    Returns the id, and words for addresses that others have too (empty when there are none).
    """
    checked = _checked(details)
    addresses = few_addresses(address_of(email) for email in emails)
    made = Customer(
        CustomerId(0), checked.name, addresses, checked.company, checked.owner, checked.tags, checked.phones
    )
    others = _sharing(uow, addresses)
    for other in others:
        if other.name.casefold() == made.name.casefold():
            raise bad_input(f"The customer {other.name} is here already, with the same address.", "Edit that one.")
    (customer_id,) = uow.customers.add_all([made], "hand", at)
    return customer_id, _shared_with(others)


def save_customer(
    uow: UnitOfWork, customer_id: CustomerId, details: Details, addresses: Sequence[str], clock: Clock
) -> ChangeSet:
    """Store a customer as a person has edited it, details and addresses, as one command with one undo.

    Addresses that are not among *addresses* are taken away; mail that is filed stays filed. Raises CommandRefused for
    a bad value, and then changes nothing. Saving what was so already is no change.
    """
    held = find_customer(uow, customer_id)
    new = _checked(details)
    wanted = few_addresses(address_of(address) for address in addresses)
    added = [address for address in wanted if address not in held.emails]
    others = [other for other in _sharing(uow, added) if other.id != customer_id]
    uow.customers.update(_with(held, new))
    for address in held.emails:
        if address not in wanted:
            uow.customers.remove_address(customer_id, address)
    uow.customers.add_addresses(customer_id, added, "hand")
    called = new.name if new.name == held.name else f"{held.name}, now {new.name}"
    done = _recorded(uow, "customers.save", f"Edited the customer {called}", clock)
    return replace(done, words=done.words + _shared_with(others)) if done.changed else done


def edit_customer(uow: UnitOfWork, customer_id: CustomerId, details: Details, clock: Clock) -> ChangeSet:
    """Store name, company, owner, tags and phones as they are given, empty ones too; the addresses stay."""
    held = find_customer(uow, customer_id)
    new = _checked(details)
    uow.customers.update(_with(held, new))
    called = new.name if new.name == held.name else f"{held.name}, now {new.name}"
    return _recorded(uow, "customers.edit", f"Edited the customer {called}", clock)


def add_address(uow: UnitOfWork, customer_id: CustomerId, address: str, clock: Clock) -> ChangeSet:
    """Give a customer one more address; the words say who else has it. One they have already changes nothing."""
    held = find_customer(uow, customer_id)
    wanted = address_of(address)
    few_addresses((*held.emails, wanted))
    others = [other for other in _sharing(uow, [wanted]) if other.id != customer_id]
    uow.customers.add_addresses(customer_id, [wanted], "hand")
    done = _recorded(uow, "customers.add_address", f"Added {wanted} to {held.name}", clock)
    return replace(done, words=done.words + _shared_with(others)) if done.changed else done


def remove_address(uow: UnitOfWork, customer_id: CustomerId, address: str, clock: Clock) -> ChangeSet:
    """Take an address away from a customer; mail that is filed stays filed. Refused when they do not have it."""
    held = find_customer(uow, customer_id)
    unwanted = normalise_address(address)
    if unwanted not in held.emails:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"{held.name} does not have the address {unwanted}.",
            meaning="Nothing was changed.",
            action="'postroom customers show' lists the addresses of a customer.",
        )
    uow.customers.remove_address(customer_id, unwanted)
    return _recorded(uow, "customers.remove_address", f"Removed {unwanted} from {held.name}", clock)


def find_customer(uow: UnitOfWork, customer_id: CustomerId) -> Customer:
    """Return the customer; raises CommandRefused when there is none."""
    customer = uow.read.customers.get(customer_id)
    if customer is None:
        raise no_customer(customer_id)
    return customer


def no_customer(customer_id: CustomerId) -> CommandRefused:
    """Return the refusal for a customer who is not here."""
    return CommandRefused(
        ReasonCode.NOT_FOUND,
        f"There is no customer {customer_id}.",
        meaning="Nothing was changed.",
        action="'postroom customers list' shows the customers and their ids.",
    )


def _checked(details: Details) -> Details:
    name = text_of(details.name, "name")
    if not name:
        raise bad_input("A customer needs a name.")
    company, owner = text_of(details.company, "company"), text_of(details.owner, "owner")
    return Details(name, company, owner, tags_of(details.tags), few_phones(details.phones))


def _with(held: Customer, new: Details) -> Customer:
    return replace(held, name=new.name, company=new.company, owner=new.owner, tags=new.tags, phones=new.phones)


def _sharing(uow: UnitOfWork, addresses: Sequence[str]) -> Sequence[Customer]:
    holders = uow.read.customers.by_addresses(addresses).values()
    return uow.read.customers.by_ids({number for numbers in holders for number in numbers})


def _shared_with(others: Sequence[Customer]) -> str:
    if not others:
        return ""
    names = ", ".join(other.name for other in others[:3]) + (" and others" if len(others) > 3 else "")
    return f". The address is also that of {names}, so mail from it will wait for review"


def _recorded(uow: UnitOfWork, command: str, words: str, clock: Clock) -> ChangeSet:
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(Changed.CUSTOMERS, words)
