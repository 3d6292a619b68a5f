"""Runs the parser again over mail that is already here, for a better parser or mail that could not be read.

The bytes are the same, so identity and places stay; a person's decision stays whatever the parser says now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.attachments import Stretch
from desktop.domain.ids import EmailId, Ref
from desktop.domain.mail import ParsedMail, RawMail
from desktop.parsing import PARSER_VERSION
from desktop.services.deciding import decide_letters
from desktop.store.reading.letters import Letter
from desktop.store.reading.reader import Reader
from desktop.sync.context import StopSignal, SyncContext

_AT_ONCE = 100


@dataclass(slots=True)
class ReparseReceipt:
    """How many mails were read again, how many still cannot be read, how many changed their verdict."""

    reread: int = 0
    unreadable: int = 0
    decided_anew: int = 0


def reparse(context: SyncContext, stop: StopSignal, *, everything: bool) -> ReparseReceipt:
    """Read again what an older parser read, or failed to read; *everything* reads all mail again."""
    with context.store.read() as read:
        numbers = list(read.emails.to_reread(PARSER_VERSION, everything=everything))
    receipt = ReparseReceipt()
    for at in range(0, len(numbers), _AT_ONCE):
        stop.check()
        _reparse_some(numbers[at : at + _AT_ONCE], context, receipt)
        context.progress.folder_progress("", "reparse", min(at + _AT_ONCE, len(numbers)), len(numbers))
    return receipt


def _reparse_some(numbers: Sequence[EmailId], context: SyncContext, receipt: ReparseReceipt) -> None:
    with context.store.read() as read:
        raws = [_raw(read, number, context) for number in numbers]
    parsed = context.parser.parse_all(raws)
    readable = [(number, mail) for number, mail in zip(numbers, parsed, strict=True) if isinstance(mail, ParsedMail)]
    receipt.unreadable += len(parsed) - len(readable)
    with context.store.write() as uow:
        rows = uow.read.emails.by_ids(numbers)
        letters = [
            Letter(number, rows[number].mailbox_id, rows[number].direction == "outbound", mail)
            for number, mail in readable
            if number in rows  # else a backfill was taken back meanwhile, and this mail with it
        ]
        decided = decide_letters(uow.read, letters)
        now = context.clock.now()
        for letter in letters:
            uow.decisions.reread(letter.id, letter.mail, PARSER_VERSION)
            receipt.decided_anew += uow.decisions.decide_by_rule(letter.id, decided[letter.id], now)
            receipt.reread += 1


def _raw(read: Reader, number: EmailId, context: SyncContext) -> RawMail:
    """Return what is here of a mail: of a large one, without what was left out of it, whether that is here by now."""
    content = read.emails.raw(number) or b""
    stretches = read.attachments.stretches(number)
    left = [Stretch(one.at, one.begins, one.length, one.certain, one.sign) for one in stretches]
    return RawMail(Ref(str(number)), context.clock.now(), len(content), content, left=tuple(left))
