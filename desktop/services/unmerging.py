"""Taking a merge back at any time: both customers are there again, and the mail that came since finds its place.

What moved with the merge goes back; each email says so in its reason. What came since is told apart by the address it
came from, then by its thread; what cannot be told goes to review. What a person has done since stays as it is: mail
that was filed by hand, an address that was taken away or given, a name that was changed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON, Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId, MergeId
from desktop.domain.merging import MergeImage, MergeRecord, Row, Unmerging
from desktop.domain.reasons import ReasonCode
from desktop.services.unmerged_fields import Brought, brought_by, carried_on, restored_customer, values_before
from desktop.store.reading.letters import Letter
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

UNCLEAR = "rule:unmerge"
_AT_ONCE = 500


def find_merge(read: Reader, customer_id: CustomerId) -> MergeRecord:
    """Return the merge that *customer_id* names: the one it went in, or else the newest into it.

    Raises CommandRefused when there is none that holds.
    """
    record = read.merges.of(customer_id) or next(
        (one for one in read.merges.into(customer_id) if one.unmerged_at is None), None
    )
    if record is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"No merge of customer {customer_id} is there to be taken back.",
            meaning="Nothing was changed.",
            action="'postroom customers merges' lists those there are.",
        )
    return record


def preview_unmerge(read: Reader, record: MergeRecord) -> Unmerging:
    """Return what un-merging would do now; nothing is changed. Raises CommandRefused when it cannot be done."""
    if record.unmerged_at is not None:
        raise CommandRefused(
            ReasonCode.CHANGED_MEANWHILE,
            f"{record.merged_name} was un-merged already.",
            meaning="Nothing was changed.",
            action="Look at both customers as they are now.",
        )
    holder = read.customers.get(read.merges.holder(record))
    if holder is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"{record.kept_name}, with whom {record.merged_name} was merged, is not here any more.",
            meaning="Nothing was changed.",
            action="Undo what took that customer away, then un-merge.",
        )
    image = read.merges.image(record.id)
    brought, later = _follow(read, record, image)
    back = tuple(row for row in image.merged_addresses if row["address"] in holder.emails)
    leaving = tuple(address for address in holder.emails if address in brought.addresses)
    row = read.merges.customer_row(holder.id) or {}
    mail = _Mail(read, record, image, holder, frozenset(str(row["address"]) for row in back), frozenset(leaving))
    given = {str(row["address"]) for one in (record, *read.merges.within(holder.id)) for row in _had(read, one)}
    mine = {rule.id for rule in read.match_rules.every() if rule.customer and rule.customer.id == holder.id}
    return Unmerging(
        record=record,
        holder=holder,
        restored=restored_customer(image, [str(row["address"]) for row in back]),
        back=back,
        leaving=leaving,
        lost=tuple(sorted(image.theirs - set(holder.emails))),
        new=tuple(address for address in holder.emails if address not in given),
        fields=values_before(row, brought),
        returning=mail.returning,
        placed=mail.placed,
        unclear=mail.unclear,
        by_hand=mail.by_hand,
        staying=mail.staying,
        rules=tuple(number for number in image.rules if number in mine),
        later=later,
    )


def unmerge_customers(uow: UnitOfWork, record: MergeRecord, clock: Clock) -> ChangeSet:
    """Do what :func:`preview_unmerge` shows, as one command with one undo."""
    plan, now = preview_unmerge(uow.read, record), clock.now()
    image = uow.read.merges.image(record.id)
    uow.merges.unmerge(plan, image, now)
    called = record.kept_name if plan.holder.id == record.kept_id else plan.holder.name
    words = f"Un-merged {record.merged_name} from {called}"
    told = [f"{len(plan.unclear):,} to review"] if plan.unclear else []
    back = len(plan.returning) + len(plan.placed)
    told = [f"{back:,} email{'' if back == 1 else 's'} back", *told] if back else told
    words += f", {', '.join(told)}" if told else ""
    uow.journal.record("customers.unmerge", words, PERSON, now)
    return ChangeSet(Changed.CUSTOMERS | Changed.EMAILS | Changed.REVIEW, words)


def decide_since(read: Reader, record: MergeRecord, image: MergeImage) -> Mapping[EmailId, Decision]:
    """Return where mail belongs that a rule filed with the holder while the merge held, now that both are there again.

    For undo: the rows of both are back already, and what moved with the merge too.
    """
    holder = read.customers.get(read.merges.holder(record))
    if holder is None or read.customers.get(record.merged_id) is None:
        return {}
    mail = _Mail(read, record, image, holder, None, frozenset())
    return {**mail.placed, **mail.unclear}


def _had(read: Reader, record: MergeRecord) -> tuple[Row, ...]:
    image = read.merges.image(record.id)
    return (*image.kept_addresses, *image.merged_addresses)


def _follow(read: Reader, record: MergeRecord, image: MergeImage) -> tuple[Brought, dict[MergeId, MergeImage]]:
    """Return what the merge has brought to the one who has it now, and the later images as if it had never been."""
    brought, later = brought_by(record, image), dict[MergeId, MergeImage]()
    for one in read.merges.after(record):
        if brought.at in {one.kept_id, one.merged_id}:
            before = read.merges.image(one.id)
            brought, after = carried_on(brought, one, before)
            if after != before:
                later[one.id] = after
    return brought, later


def _chain(read: Reader, record: MergeRecord) -> list[MergeRecord]:
    """Return the merges by which the one who stayed was merged on, the nearest first."""
    found: list[MergeRecord] = []
    later = read.merges.of(record.kept_id)
    while later is not None:
        found.append(later)
        later = read.merges.of(later.kept_id)
    return found


@dataclass(frozen=True, slots=True)
class _Since:
    """An email that a rule filed with the holder after the merge."""

    id: EmailId
    sender: str
    outbound: bool
    code: str
    confidence: int
    by: str


class _Mail:
    """What becomes of all that is filed with the holder.

    *back* are the addresses the restored customer gets, *leaving* those of them the holder loses; None for *back*
    when both are as they shall be already.
    """

    def __init__(
        self,
        read: Reader,
        record: MergeRecord,
        image: MergeImage,
        holder: Customer,
        back: frozenset[str] | None,
        leaving: frozenset[str],
    ) -> None:
        self._read, self._record, self._image, self._holder = read, record, image, holder
        self._back, self._leaving = back, leaving
        self.by_hand = 0
        self.placed: dict[EmailId, Decision] = {}
        self.unclear: dict[EmailId, Decision] = {}
        returning: list[EmailId] = []
        since: list[_Since] = []
        notes = [one.note for one in read.merges.within(holder.id) if one.id != record.id]
        theirs = [image.kept_mail, *(read.merges.image(one.id).kept_mail for one in _chain(read, record))]
        for row in read.merges.mail_of(holder.id):
            number, sender, direction, code, reason, confidence, by = tuple(row)
            if record.note in reason and back is None:
                held = Decision(ReasonCode(code), record.before(reason), by, record.merged_id, confidence)
                self.placed[EmailId(number)] = held
            elif record.note in reason:
                returning.append(EmailId(number))
            elif any(number in mail for mail in theirs) or any(note in reason for note in notes):
                continue
            elif by == PERSON:
                self.by_hand += 1
            else:
                since.append(_Since(EmailId(number), sender, direction == "outbound", code, confidence, by))
        self.returning = tuple(returning)
        for first in range(0, len(since), _AT_ONCE):
            self._place(since[first : first + _AT_ONCE])
        self.staying = len(since) - len(self.placed) - len(self.unclear)

    def _place(self, mails: Sequence[_Since]) -> None:
        letters = self._read.letters.get([mail.id for mail in mails if self._needs_letter(mail)], with_text=False)
        addresses = {mail.id: _parties(mail, letters.get(mail.id)) for mail in mails}
        owners = self._owners({address for each in addresses.values() for address in each})
        threads = {mail.id: _thread(letters.get(mail.id)) for mail in mails}
        filed = self._filed({one for each in threads.values() for one in each})
        both = {self._holder.id, self._record.merged_id}
        for mail in mails:
            told = [owners[address] & both for address in addresses[mail.id] if owners.get(address, set()) & both]
            sides = set.intersection(*told) if told else set()
            if len(sides) == 1:
                self._settle(mail, sides.pop(), f"It came from {_shown(addresses[mail.id])}")
                continue
            if not told and set(addresses[mail.id]) & self._image.theirs - self._image.keepers:
                self._settle(mail, self._record.merged_id, f"It came from {_shown(addresses[mail.id])}")
                continue
            if not told:
                continue
            known = {customer for one in threads[mail.id] for customer in filed.get(one, ())} & both
            if len(known) == 1:
                self._settle(mail, known.pop(), "An earlier mail of its thread is theirs: it came")
            else:
                self._leave_open(mail, _shown(addresses[mail.id]))

    def _needs_letter(self, mail: _Since) -> bool:
        return mail.outbound or mail.sender in self._image.theirs | self._image.keepers | set(self._holder.emails)

    def _owners(self, addresses: Collection[str]) -> dict[str, set[CustomerId]]:
        """Return who will have each address."""
        held = self._read.customers.by_addresses(addresses)
        owners = {address: set(numbers) for address, numbers in held.items()}
        for address in addresses if self._back is not None else ():
            if address in (self._back or ()):
                owners.setdefault(address, set()).add(self._record.merged_id)
            if address in self._leaving:
                owners[address].discard(self._holder.id)
        return owners

    def _filed(self, message_ids: Collection[str]) -> dict[str, set[CustomerId]]:
        """Return with whom the mail of these Message-IDs will be."""
        back = set(self.returning)
        return {
            message_id: {self._record.merged_id if number in back else customer for number, customer in rows}
            for message_id, rows in self._read.merges.filed(message_ids).items()
        }

    def _settle(self, mail: _Since, side: CustomerId, why: str) -> None:
        if side == self._holder.id:
            return
        record = self._record
        reason = f"{why} while {record.merged_name} was merged into {record.kept_name}, and is theirs."
        code = ReasonCode(mail.code)
        self.placed[mail.id] = Decision(code, reason, mail.by, record.merged_id, mail.confidence)

    def _leave_open(self, mail: _Since, addresses: str) -> None:
        record = self._record
        reason = (
            f"It came while {record.merged_name} was merged into {record.kept_name}. Both have {addresses}, and no "
            "earlier mail of its thread tells whose it is."
        )
        self.unclear[mail.id] = Decision(ReasonCode.AMBIGUOUS_MATCH, reason, UNCLEAR, needs_review=True)


def _parties(mail: _Since, letter: Letter | None) -> tuple[str, ...]:
    """Return the addresses by which a rule filed a mail: its sender's, or those it was sent to."""
    if not mail.outbound or letter is None:
        return (mail.sender,)
    people: Iterable[Any] = (*letter.mail.to, *letter.mail.cc, *letter.mail.bcc)
    return tuple(dict.fromkeys(one.address for one in people))


def _thread(letter: Letter | None) -> tuple[str, ...]:
    return (*letter.mail.references, *letter.mail.in_reply_to) if letter is not None else ()


def _shown(addresses: Sequence[str]) -> str:
    return ", ".join(addresses[:3]) + (" and others" if len(addresses) > 3 else "")
