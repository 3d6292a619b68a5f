"""What a sync came to, in lines of label and words: after connecting, and after reconnecting. No widgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.errors import AppError
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.recovery import Recovery
from desktop.ui.words import clock_time, counted, day, in_time, local, number


@dataclass(frozen=True, slots=True)
class Fact:
    """A line: what it is about, and how it is."""

    label: str
    words: str
    more: str = ""


def facts_of_first_sync(receipt: MailboxReceipt) -> list[Fact]:
    """Return what the first sync brought in."""
    stored = sum(folder.stored for folder in receipt.folders)
    review = sum(folder.review for folder in receipt.folders)
    skipped = sum(folder.skipped for folder in receipt.folders)
    parked = sum(folder.parked for folder in receipt.folders)
    names = ", ".join(folder.name for folder in receipt.folders)
    found = [Fact("Came in", counted(stored, "email"), f"From {names}" if names else "")]
    if stored:
        found.append(Fact("Filed", counted(stored - review, "email"), "With the customers they are from"))
        found.append(Fact("To review", counted(review, "email"), "No customer was certain" if review else ""))
    if skipped:
        found.append(Fact("Left out", counted(skipped, "email"), "By the filters; the sync log says which"))
    if parked:
        found.append(Fact("Set aside", counted(parked, "email"), "Could not be read; their bytes are kept"))
    return found


def facts_of_recovery(recovery: Recovery, receipt: MailboxReceipt, now: datetime) -> list[Fact]:
    """Return the receipt of a reconnection: the gap, what came of it, and that nothing came twice."""
    if receipt.error is not None:
        since = f"Since {_moment(recovery.gap_from, now)}" if recovery.gap_from else "It has never been synced"
        gap = Fact("Gap still open", since, "It is closed by the next sync that goes through")
    elif recovery.gap_from is None:
        gap = Fact("Gap covered", "It had never been synced before")
    else:
        length = in_time((recovery.gap_to - recovery.gap_from).total_seconds())
        gap = Fact("Gap covered", f"{_moment(recovery.gap_from, now)} to {_moment(recovery.gap_to, now)}", length)
    review = sum(folder.review for folder in receipt.folders)
    waits = f"{number(review)} of them to review" if review else ""
    known = f"{counted(recovery.known, 'message')} were here already and were recognised" if recovery.known else ""
    return [
        gap,
        Fact("Recovered", counted(recovery.recovered, "email"), waits),
        Fact("Doubles", number(recovery.doubled), known),
    ]


def _moment(moment: datetime, now: datetime) -> str:
    """Return day and time; of today the time alone."""
    time = clock_time(moment)
    return time if local(moment).date() == local(now).date() else f"{day(moment, now)} {time}"


def errors_of(receipt: MailboxReceipt) -> Sequence[tuple[str, AppError]]:
    """Return what went wrong: with the mailbox as a whole, or with single folders."""
    if receipt.error is not None:
        return [("", receipt.error)]
    return [(folder.name, folder.error) for folder in receipt.folders if folder.error is not None]
