"""The way of the data: what happens to a batch of fetched mail, stage by stage, once, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.decision import Decision
from desktop.domain.ids import BackfillId, Ref
from desktop.domain.intake import NOBODY_ASKED, DecidedMail, FolderEpoch, IntakeCounts, LeftOut
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.sent_mail import SENT_REASON, is_outbound, own_addresses
from desktop.filtering.rules import Exclusion, FilterRule, judge, own_test_mail
from desktop.matching.decide import decide_all, decide_all_sent
from desktop.parsing import PARSER_VERSION
from desktop.store.packing import PackedMail, pack_mail
from desktop.sync.context import SyncContext


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail that was parsed, and whether the mailbox sent it."""

    raw: RawMail
    mail: ParsedMail | Unreadable
    outbound: bool


def take_in(
    batch: Sequence[RawMail],
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
    them out before gives way. *backfill* brings them, in the same way; raises Stopped when it is not to run any more.

    Parsing, filtering and deciding hold no lock; then one short transaction writes ledger, mail, decision, outbox and
    cursor. If customers changed in between, the batch is decided again, so that no mail is filed by an old book.
    """
    each = _read_all(batch, mailbox, context, in_sent=in_sent)
    while True:
        decided = _decide(each, mailbox, context)
        with context.store.write() as uow:
            if uow.read.book.version() == decided.book_version:
                now = context.clock.now()
                mails, left_out = decided.mails, decided.left_out
                if backfill is not None:
                    return uow.backfills.take_in(backfill, place, mails, left_out, now)
                let_in = NOBODY_ASKED if picked else uow.read.backfills.let_in(mailbox.id)
                return uow.intake.take_in(place, mails, left_out, now, picked=picked, let_in=let_in)


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch as it would be stored: mail that is kept, what is left out, and the book that it was decided by."""

    mails: list[PackedMail]
    left_out: list[LeftOut]
    book_version: int


def decide_only(batch: Sequence[RawMail], mailbox: Mailbox, context: SyncContext, *, in_sent: bool) -> Decided:
    """Return what :func:`take_in` would make of *batch* now; nothing is stored."""
    return _decide(_read_all(batch, mailbox, context, in_sent=in_sent), mailbox, context)


def _read_all(batch: Sequence[RawMail], mailbox: Mailbox, context: SyncContext, *, in_sent: bool) -> list[_Read]:
    ours = own_addresses(mailbox)
    return [
        _Read(raw, mail, is_outbound(mail, ours, in_sent=in_sent, labels=raw.labels))
        for raw, mail in zip(batch, context.parser.parse_all(batch), strict=True)
    ]


def _decide(each: Sequence[_Read], mailbox: Mailbox, context: SyncContext) -> Decided:
    with context.store.read() as read:
        version = read.book.version()
        filters = (own_test_mail(read.emails.own_message_ids()),)
        left_out = [_left_out(one.raw, found) for one in each if (found := _judged(one, mailbox, filters))]
        dropped = {item.ref for item in left_out}
        kept = [one for one in each if one.raw.ref not in dropped]
        came_in = iter(decide_all(_readable(kept, outbound=False), read.book))
        was_sent = iter(decide_all_sent(_readable(kept, outbound=True), read.book))
    mails = []
    for one in kept:
        if isinstance(one.mail, Unreadable):
            decision = _parked(one.mail)
        else:
            decision = next(was_sent if one.outbound else came_in)
        decided = DecidedMail(one.raw, one.mail, _noted(one.raw, decision), outbound=one.outbound)
        mails.append(pack_mail(decided, parser_version=PARSER_VERSION))
    return Decided(mails, left_out, version)


def _readable(each: Sequence[_Read], *, outbound: bool) -> list[ParsedMail]:
    return [one.mail for one in each if isinstance(one.mail, ParsedMail) and one.outbound is outbound]


def _judged(one: _Read, mailbox: Mailbox, filters: Sequence[FilterRule]) -> Exclusion | None:
    found = judge(one.mail, filters) if isinstance(one.mail, ParsedMail) else None
    if found is None and one.outbound and mailbox.direction is Direction.INBOUND:
        return Exclusion(ReasonCode.DIRECTION_OFF, SENT_REASON)
    return found


def _left_out(raw: RawMail, found: Exclusion) -> LeftOut:
    return LeftOut(Ref(raw.ref), found.code, found.reason, raw.received_at)


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
