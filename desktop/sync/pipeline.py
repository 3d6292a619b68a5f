"""The way of the data: what happens to a batch of fetched mail, stage by stage, once, in order.

Reading and packing (:class:`Reading`) ask nobody but the parser, so a batch may be read while the one before it is
still being stored. Filtering, deciding and storing (:func:`take_in`) come in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.decision import Decision
from desktop.domain.ids import BackfillId
from desktop.domain.intake import DecidedMail, FolderEpoch, IntakeCounts, LeftOut
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.sent_mail import is_outbound, own_addresses
from desktop.matching.asked import NOT_TOLD
from desktop.matching.book import Book
from desktop.matching.decide import decide_all, decide_all_sent
from desktop.matching.reported import about_of, reported_mail
from desktop.parsing import PARSER_VERSION
from desktop.services.ours import ours_at
from desktop.store.packing import PackedContent, PackedMail, Packer, pack_mail
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.sync.batches import Delivered
from desktop.sync.context import SyncContext
from desktop.sync.gate import Gate
from desktop.sync.sifting import LEFT_OUT


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail that was parsed, and packed as far as no decision is needed for it."""

    raw: RawMail
    mail: ParsedMail | Unreadable
    content: PackedContent


@dataclass(frozen=True, slots=True)
class ReadStep:
    """A step of the delivery, and its mails as read."""

    step: Delivered
    mails: list[ReadMail]


class Reading:
    """Reads and packs mail; used by one thread at a time."""

    def __init__(self, context: SyncContext) -> None:
        self._parser = context.parser
        self._packer = Packer()

    def read(self, batch: Sequence[RawMail]) -> list[ReadMail]:
        """Return what each message of *batch* says; raises AppError when no message can be read at all."""
        read = zip(batch, self._parser.parse_all(batch), strict=True)
        return [ReadMail(raw, mail, self._packer.content(raw, mail)) for raw, mail in read]

    def read_step(self, step: Delivered) -> ReadStep:
        """Return *step* with its mails as read; raises as above."""
        return ReadStep(step, self.read(step.mails))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mail that was read, and whether the mailbox sent it."""

    raw: RawMail
    mail: ParsedMail | Unreadable
    content: PackedContent
    outbound: bool


def take_in(
    batch: Sequence[ReadMail],
    place: FolderEpoch,
    mailbox: Mailbox,
    context: SyncContext,
    *,
    in_sent: bool,
    picked: bool = False,
    backfill: BackfillId | None = None,
) -> IntakeCounts:
    """Give every message of *batch* its verdict and store it; returns what it came to.

    *in_sent*: it lies in the folder of what the mailbox sent. With *picked*, a person chose these: a verdict that left
    them out before gives way. *backfill* brings them, in the same way; raises Stopped when it is not to run any more,
    and Renumbered when the folder is known by another epoch by now.

    Filtering and deciding hold no lock; then one short transaction writes ledger, mail, decision, outbox and
    cursor. If customers changed in between, the batch is decided again, so that no mail is filed by an old book.
    """
    each = _placed(batch, mailbox, in_sent=in_sent)
    while True:
        decided = _decide(each, mailbox, context, picked=picked)
        with context.store.write() as uow:
            if uow.read.book.version() == decided.book_version:
                now = context.clock.now()
                mails, left_out = decided.mails, decided.left_out
                if backfill is not None:
                    return uow.backfills.take_in(backfill, place, mails, left_out, now)
                if picked:
                    return uow.intake.take_in(place, mails, left_out, now, picked=True)
                return _take_in_of_its_day(uow, place, decided, mailbox, now)


def _take_in_of_its_day(
    uow: UnitOfWork, place: FolderEpoch, decided: "Decided", mailbox: Mailbox, now: datetime
) -> IntakeCounts:
    """Store a plain sync's batch: what is too old by now, since a backfill was taken back meanwhile, stays out."""
    first = uow.read.mailboxes.synced_from(mailbox.id)
    too_old = RefSet()
    if first > mailbox.synced_from:
        too_old = RefSet.of(int(mail.ref) for mail in decided.mails if mail.received_at < first)
        too_old |= RefSet.of(int(one.ref) for one in decided.left_out if one.received_at and one.received_at < first)
    mails = [mail for mail in decided.mails if int(mail.ref) not in too_old]
    left_out = [one for one in decided.left_out if int(one.ref) not in too_old]
    counts = uow.intake.take_in(place, mails, left_out, now, let_in=uow.read.backfills.let_in(mailbox.id))
    if too_old:
        code = ReasonCode.BEFORE_START_DATE
        uow.intake.note_range(place, code, too_old, LEFT_OUT[code], now)
        counts.skipped += len(too_old)
    return counts


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch as it would be stored: mail that is kept, what is left out, and the book that it was decided by."""

    mails: list[PackedMail]
    left_out: list[LeftOut]
    book_version: int


def decide_only(batch: Sequence[RawMail], mailbox: Mailbox, context: SyncContext, *, in_sent: bool) -> Decided:
    """Return what :func:`take_in` would make of *batch* now; nothing is stored."""
    placed = _placed(Reading(context).read(batch), mailbox, in_sent=in_sent)
    return _decide(placed, mailbox, context, picked=False)


def _placed(batch: Sequence[ReadMail], mailbox: Mailbox, *, in_sent: bool) -> list[_Placed]:
    ours = own_addresses(mailbox)
    return [
        _Placed(
            *(one.raw, one.mail, one.content),
            outbound=is_outbound(one.mail, ours, in_sent=in_sent, labels=one.raw.labels),
        )
        for one in batch
    ]


def _decide(each: Sequence[_Placed], mailbox: Mailbox, context: SyncContext, *, picked: bool) -> Decided:
    with context.store.read() as read:
        version = read.book.version()
        ours = ours_at(read).get(mailbox.id, NOT_TOLD)
        gate = Gate(mailbox, ours, read, [one.mail for one in each], picked=picked)
        passed = [(one, gate.judge(one.raw, one.mail, outbound=one.outbound)) for one in each]
        kept = [(one, facts) for one, facts in passed if not isinstance(facts, LeftOut)]
        left_out = [found for _, found in passed if isinstance(found, LeftOut)]
        readable = [one for one, _ in kept]
        came_in, was_sent = _readable(readable, outbound=False), _readable(readable, outbound=True)
        by_rules = iter(decide_all(came_in, read.book, ours=ours, known=read.known_answers()))
        by_recipients = iter(decide_all_sent(was_sent, read.book))
        abouts = _abouts([one.mail for one in readable], read.book)
    mails = []
    for one, facts in kept:
        if isinstance(one.mail, Unreadable):
            decision = _parked(one.mail)
        else:
            decision = next(by_recipients if one.outbound else by_rules)
        about = abouts.get(one.mail.identity, "")
        noted = _noted(one.raw, decision)
        decided = DecidedMail(one.raw, one.mail, noted, outbound=one.outbound, facts=facts, about=about)
        mails.append(pack_mail(decided, parser_version=PARSER_VERSION, content=one.content))
    return Decided(mails, left_out, version)


def _abouts(mails: Sequence[ParsedMail | Unreadable], book: Book) -> dict[str, str]:
    """Return which mail each report on a delivery is about, by the report's identity."""
    reports = [mail for mail in mails if isinstance(mail, ParsedMail) and mail.report is not None]
    found = zip(reports, reported_mail(reports, book), strict=True)
    return {mail.identity: about_of(mail, sent) for mail, sent in found}


def _readable(each: Sequence[_Placed], *, outbound: bool) -> list[ParsedMail]:
    return [one.mail for one in each if isinstance(one.mail, ParsedMail) and one.outbound is outbound]


def _parked(mail: Unreadable) -> Decision:
    return Decision(ReasonCode.UNPARSEABLE, mail.why, "rule:parser", needs_review=True)


def _noted(raw: RawMail, decision: Decision) -> Decision:
    """Say in the reason that only the headers of an oversize mail are here; its verdict stays what it is."""
    if raw.whole:
        return decision
    size = raw.size_bytes / (1024 * 1024)
    note = f"It is {size:.0f} MB, too large to fetch whole: its headers are here, its body is not."
    return Decision(
        ReasonCode.OVERSIZE,
        f"{decision.reason} {note}",
        decision.by,
        decision.customer_id,
        decision.confidence,
        needs_review=decision.needs_review,
        suggestions=decision.suggestions,
    )
