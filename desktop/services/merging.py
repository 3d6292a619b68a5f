"""Merging two records of one customer: previewed, one command with one undo, and a record by which it is taken back."""

from dataclasses import replace

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.duplicates import Pair
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId
from desktop.domain.merging import FieldChoice, MergePreview, Side
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_values import few_addresses, few_phones, tags_of
from desktop.services.customers import no_customer
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork


def default_choice(kept: Customer, merged: Customer) -> FieldChoice:
    """Return whose fields are kept when nobody chooses: those of the one who stays, where they have any."""
    company = Side.MERGED if merged.company and not kept.company else Side.KEPT
    owner = Side.MERGED if merged.owner and not kept.owner else Side.KEPT
    return FieldChoice(Side.KEPT, company, owner)


def preview_merge(
    read: Reader, kept_id: CustomerId, merged_id: CustomerId, choice: FieldChoice | None = None
) -> MergePreview:
    """Return what merging *merged_id* into *kept_id* would do; nothing is changed.

    Raises CommandRefused when one is not there, both are the same, or the two together have more addresses, phones or
    tags than one customer can have.
    """
    kept, merged = _both(read, kept_id, merged_id)
    pair = read.duplicates.weigh(kept, merged)
    mail = read.merges.mail_of(merged_id)
    return MergePreview(
        kept=kept,
        merged=merged,
        result=_together(kept, merged, choice or default_choice(kept, merged)),
        moving=tuple(address for address in merged.emails if address not in kept.emails),
        shared=tuple(address for address in merged.emails if address in kept.emails),
        emails=len(mail),
        by_hand=sum(1 for row in mail if row.decided_by == PERSON),
        rules=sum(1 for rule in read.match_rules.every() if rule.customer and rule.customer.id == merged_id),
        evidence=pair.evidence,
        warnings=_warnings(read, kept, merged, pair),
    )


def merge_customers(
    uow: UnitOfWork, kept_id: CustomerId, merged_id: CustomerId, choice: FieldChoice | None, clock: Clock
) -> ChangeSet:
    """Do what :func:`preview_merge` shows, as one command; refused as it is there. See ``unmerging`` for the way back.

    What people and rules decided stays as it was decided, only with the other customer; mail that waits stays waiting.
    """
    kept, merged = _both(uow.read, kept_id, merged_id)
    result = _together(kept, merged, choice or default_choice(kept, merged))
    now = clock.now()
    moved = len(uow.read.merges.mail_of(merged_id))
    uow.merges.merge(kept, merged, result, _taken(choice or default_choice(kept, merged)), now)
    words = f"Merged {merged.name} into {kept.name}" + (f" with {_emails(moved)}" if moved else "")
    uow.journal.record("customers.merge", words, PERSON, now)
    return ChangeSet(Changed.CUSTOMERS | Changed.EMAILS | Changed.REVIEW, words)


def set_apart(uow: UnitOfWork, first: CustomerId, second: CustomerId, clock: Clock) -> ChangeSet:
    """Remember that two customers are not the same, so that they are not shown as possible duplicates any more."""
    one, other = _both(uow.read, first, second)
    if _key(first, second) not in uow.read.merges.apart():
        uow.merges.set_apart(first, second, clock.now())
    return _said(uow, "customers.apart", f"{one.name} and {other.name} are not the same", clock)


def forget_apart(uow: UnitOfWork, first: CustomerId, second: CustomerId, clock: Clock) -> ChangeSet:
    """Let two customers be looked at as possible duplicates again."""
    one, other = _both(uow.read, first, second)
    uow.merges.forget_apart(uow.read.merges.apart().get(_key(first, second), ()))
    return _said(uow, "customers.not_apart", f"{one.name} and {other.name} may be the same again", clock)


def _said(uow: UnitOfWork, command: str, words: str, clock: Clock) -> ChangeSet:
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(Changed.CUSTOMERS, words)


def _both(read: Reader, first: CustomerId, second: CustomerId) -> tuple[Customer, Customer]:
    if first == second:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            "These are one and the same customer.",
            meaning="Nothing was changed.",
            action="Name two customers.",
        )
    held = {one.id: one for one in read.customers.by_ids([first, second])}
    for wanted in (first, second):
        if wanted not in held:
            raise no_customer(wanted)
    return held[first], held[second]


def _together(kept: Customer, merged: Customer, choice: FieldChoice) -> Customer:
    sides = {Side.KEPT: kept, Side.MERGED: merged}
    return replace(
        kept,
        name=sides[choice.name].name,
        emails=few_addresses((*kept.emails, *merged.emails)),
        company=sides[choice.company].company,
        owner=sides[choice.owner].owner,
        tags=tags_of((*kept.tags, *merged.tags)),
        phones=few_phones((*kept.phones, *merged.phones)),
    )


def _taken(choice: FieldChoice) -> list[str]:
    """Return the columns that are the merged one's afterwards."""
    columns = {"name": ("name", "name_key"), "company": ("company",), "owner": ("owner",)}
    return [column for field, each in columns.items() if getattr(choice, field) is Side.MERGED for column in each]


def _warnings(read: Reader, kept: Customer, merged: Customer, pair: Pair) -> tuple[str, ...]:
    told = []
    if _key(kept.id, merged.id) in read.merges.apart():
        told.append("Somebody has said before that these two are not the same.")
    if not pair.evidence:
        told.append("Nothing says that these two are one customer: no name, address, phone or thread in common.")
    if kept.owner and merged.owner and kept.owner.casefold() != merged.owner.casefold():
        told.append(f"Two people look after them: {kept.owner} and {merged.owner}.")
    return tuple(told)


def _key(first: CustomerId, second: CustomerId) -> tuple[CustomerId, CustomerId]:
    return min(first, second), max(first, second)


def _emails(count: int) -> str:
    return "1 email" if count == 1 else f"{count:,} emails"
