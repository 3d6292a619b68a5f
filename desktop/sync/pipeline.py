"""The way of the data: what happens to a batch of fetched mail, stage by stage, once, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.decision import Decision
from desktop.domain.ids import Ref
from desktop.domain.intake import DecidedMail, FolderEpoch, IntakeCounts, LeftOut
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.filtering.rules import Exclusion, FilterRule, judge, own_test_mail
from desktop.matching.decide import decide_all
from desktop.parsing import PARSER_VERSION
from desktop.store.packing import PackedMail, pack_mail
from desktop.sync.context import SyncContext

Parsed = tuple[RawMail, ParsedMail | Unreadable]


def take_in(batch: Sequence[RawMail], place: FolderEpoch, mailbox: Mailbox, context: SyncContext) -> IntakeCounts:
    """Give every message of *batch* its verdict and store it; returns what it came to.

    Parsing, filtering and deciding hold no lock; then one short transaction writes ledger, mail, decision, outbox and
    cursor. If customers changed in between, the batch is decided again, so that no mail is filed by an old book.
    """
    parsed = list(zip(batch, context.parser.parse_all(batch), strict=True))
    while True:
        decided = _decide(parsed, mailbox, context)
        with context.store.write() as uow:
            if uow.read.book.version() == decided.book_version:
                return uow.intake.take_in(place, decided.mails, decided.left_out, context.clock.now())


@dataclass(frozen=True, slots=True)
class _Decided:
    mails: list[PackedMail]
    left_out: list[LeftOut]
    book_version: int


def _decide(parsed: Sequence[Parsed], mailbox: Mailbox, context: SyncContext) -> _Decided:
    with context.store.read() as read:
        version = read.book.version()
        filters = (own_test_mail(read.emails.own_message_ids()),)
        left_out = [_left_out(raw, found) for raw, mail in parsed if (found := _judged(mail, filters))]
        dropped = {item.ref for item in left_out}
        kept = [(raw, mail) for raw, mail in parsed if raw.ref not in dropped]
        readable = [mail for _, mail in kept if isinstance(mail, ParsedMail)]
        decisions = iter(decide_all(readable, read.book))
    mails = []
    for raw, mail in kept:
        decision = next(decisions) if isinstance(mail, ParsedMail) else _parked(mail)
        decided = DecidedMail(raw, mail, _noted(raw, decision), outbound=_is_outbound(mail, mailbox))
        mails.append(pack_mail(decided, parser_version=PARSER_VERSION))
    return _Decided(mails, left_out, version)


def _judged(mail: ParsedMail | Unreadable, filters: Sequence[FilterRule]) -> Exclusion | None:
    return judge(mail, filters) if isinstance(mail, ParsedMail) else None


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


def _is_outbound(mail: ParsedMail | Unreadable, mailbox: Mailbox) -> bool:
    return isinstance(mail, ParsedMail) and mail.sender is not None and mail.sender.address == mailbox.address
