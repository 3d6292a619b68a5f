"""The completeness audit: what the server lists beside what has a verdict here, by folder and day. Pure."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desktop.domain.errors import AppError
from desktop.domain.ids import FolderId, MailboxId
from desktop.domain.intake import FolderEpoch
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import FolderStatus

OLD = ReasonCode.BEFORE_START_DATE
"""The verdict of what is out of the mailbox's reach: it is counted for its folder, and by no day."""

NONE = RefSet()


class AuditCause(enum.StrEnum):
    """Who wanted an audit."""

    SCHEDULE = "schedule"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages the server has, each in exactly one of kept, left_out (by reason), waiting, holes and new.

    ``waiting``: listed, not delivered yet, asked for again. ``holes``: should have a verdict and have none. ``new``
    came after the last sync, so that no verdict can be expected yet.
    """

    kept: int = 0
    left_out: tuple[tuple[ReasonCode, int], ...] = ()
    waiting: int = 0
    holes: int = 0
    new: int = 0

    @property
    def judged(self) -> int:
        """How many have their verdict."""
        return self.kept + sum(count for _, count in self.left_out)

    @property
    def on_server(self) -> int:
        """How many there are."""
        return self.judged + self.waiting + self.holes + self.new

    def __add__(self, other: "Tally") -> "Tally":
        together = dict(self.left_out)
        for code, count in other.left_out:
            together[code] = together.get(code, 0) + count
        return Tally(
            self.kept + other.kept,
            tuple(sorted(together.items())),
            self.waiting + other.waiting,
            self.holes + other.holes,
            self.new + other.new,
        )


@dataclass(frozen=True, slots=True)
class DayAudit:
    """One day of a folder, by this computer's clock and the time the server received each message.

    ``day`` is None for messages of which the server does not tell when it received them.
    """

    day: date | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class FolderAudit:
    """One folder: the messages on the server, and what of them is not as it should be.

    ``gone`` are here and no longer there, ``back`` are there again, ``doubles`` have two verdicts. ``counted`` is how
    many verdicts are here, also those on messages that have left the server. ``certain`` is False when the server's
    listing was shorter than its count (``hidden`` by so many), so that nothing can be concluded from what it left out.
    ``is_same``: the server said that nothing has changed since the last complete audit, and was not asked for more.
    ``listed_at`` is when it listed them all; ``problem`` says why the folder could not be looked at.
    """

    name: str
    place: FolderEpoch
    status: FolderStatus
    tally: Tally = Tally()
    new: RefSet = NONE
    holes: RefSet = NONE
    waiting: RefSet = NONE
    gone: RefSet = NONE
    back: RefSet = NONE
    doubles: RefSet = NONE
    counted: int = 0
    hidden: int = 0
    renumbered: bool = False
    is_same: bool = False
    listed_at: datetime | None = None
    problem: AppError | None = None
    days: tuple[DayAudit, ...] = ()

    @property
    def on_server(self) -> int:
        """How many messages the server counts or lists, whichever is more."""
        return self.tally.on_server + self.hidden

    @property
    def certain(self) -> bool:
        """Whether the server named as many messages as it counts."""
        return not self.hidden

    @property
    def is_complete(self) -> bool:
        """Whether every message of the folder has its one verdict."""
        amiss = self.holes or self.waiting or self.doubles or self.renumbered or self.hidden
        return not amiss and self.problem is None

    @property
    def is_damaged(self) -> bool:
        """Whether something is not as the syncs should have left it."""
        return bool(self.holes or self.doubles or self.gone or self.back or self.renumbered)

    @property
    def is_to_be_mended(self) -> bool:
        """Whether a sync that lists the whole folder, and asks once more for what waits, could change anything."""
        return self.is_damaged or bool(self.waiting)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Messages of a folder that have no verdict even so, and why."""

    folder: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """An audit of a mailbox. ``found`` and ``repaired`` count holes; ``still_open`` is what is left, with reasons.

    ``holes_by_day`` are the days of what was found, whether or not it was repaired since.
    """

    mailbox_id: MailboxId
    address: str
    cause: AuditCause
    begun_at: datetime
    ended_at: datetime
    folders: tuple[FolderAudit, ...]
    found: int = 0
    repaired: int = 0
    still_open: tuple[StillOpen, ...] = ()
    holes_by_day: tuple[tuple[str, date | None, int], ...] = ()
    error: AppError | None = None

    @property
    def tally(self) -> Tally:
        """All folders together."""
        return total(folder.tally for folder in self.folders)

    @property
    def on_server(self) -> int:
        """How many messages the server has in all folders."""
        return sum(folder.on_server for folder in self.folders)

    @property
    def is_complete(self) -> bool:
        """Whether every message has its verdict."""
        return self.error is None and all(folder.is_complete for folder in self.folders)

    @property
    def is_to_be_mended(self) -> bool:
        """Whether a repair would change anything."""
        return any(folder.is_to_be_mended for folder in self.folders)

    @property
    def code(self) -> ReasonCode:
        """What it came to, as a code."""
        if self.error is not None:
            return self.error.code
        if self.found or any(folder.holes or folder.doubles for folder in self.folders):
            return ReasonCode.AUDIT_HOLES
        return ReasonCode.AUDITED if self.is_complete else ReasonCode.AUDIT_UNCERTAIN


@dataclass(frozen=True, slots=True)
class SeenFolder:
    """A folder as the server showed it when it was complete: with which verdicts, ``counted`` so many here in all, and
    when it listed all of it for an audit.
    """

    folder_id: FolderId
    status: FolderStatus
    listed_at: datetime
    tally: Tally
    counted: int


@dataclass(frozen=True, slots=True)
class PastAudit:
    """An audit that was made, as it is remembered. ``seen`` are the folders that were complete."""

    mailbox_id: MailboxId
    begun_at: datetime
    ended_at: datetime
    cause: AuditCause
    code: str
    reason: str
    complete: bool
    on_server: int
    judged: int
    found: int
    repaired: int
    still_open: int
    seen: tuple[SeenFolder, ...] = ()


def total(tallies: Iterable[Tally]) -> Tally:
    """Return all of them together."""
    return sum(tallies, Tally())


def is_due(past: Sequence[PastAudit], since: datetime, now: datetime, every: timedelta, again: timedelta) -> bool:
    """Tell whether the next scheduled audit is due: *every* so often, *again* so long after one that went wrong.

    *past* are those of the mailbox, the newest first; where there is none, *since* counts, when it was connected. A
    clock that was set back makes it due.
    """
    begun = past[0].begun_at if past else since
    is_failed = bool(past) and past[0].code not in _WENT_THROUGH
    return not timedelta(0) <= now - begun < (min(again, every) if is_failed else every)


_WENT_THROUGH = frozenset({ReasonCode.AUDITED.value, ReasonCode.AUDIT_HOLES.value, ReasonCode.AUDIT_UNCERTAIN.value})


def in_words(report: AuditReport) -> str:
    """Say in a sentence what it came to."""
    if report.error is not None and not report.folders:
        return f"Not compared with the server: {report.error.what}"
    tally, count = report.tally, report.on_server - report.tally.new
    head = "Complete" if report.is_complete else "Incomplete"
    words = f"{head}: {tally.judged:,} of {count:,} {'message has' if count == 1 else 'messages have'} a verdict"
    more = (
        (tally.holes, "missing here"),
        (tally.waiting, "not delivered yet"),
        (sum(folder.hidden for folder in report.folders), "counted by the server but not named"),
        (sum(len(folder.doubles) for folder in report.folders), "with two verdicts"),
        (sum(folder.renumbered for folder in report.folders), "renumbered folders"),
        (sum(folder.problem is not None for folder in report.folders), "folders that could not be opened"),
        (tally.new, "new since the last sync"),
    )
    words += "".join(f", {number:,} {what}" for number, what in more if number)
    return f"{words}. Found {report.found:,} missing, repaired {report.repaired:,}." if report.found else f"{words}."


def by_day_words(report: AuditReport, most: int = 6) -> str:
    """Name the days of the holes that were found: ``INBOX 2026-11-12 (2), 2026-11-14 (1)``."""
    parts = []
    for folder in dict.fromkeys(name for name, _, _ in report.holes_by_day):
        days = [(day, count) for name, day, count in report.holes_by_day if name == folder]
        told = ", ".join(f"{day.isoformat() if day else 'day unknown'} ({count:,})" for day, count in days[:most])
        rest = sum(count for _, count in days[most:])
        parts.append(f"{folder} {told}" + (f" and {rest:,} on other days" if rest else ""))
    return "; ".join(parts)


def compared(first: AuditReport, then: AuditReport) -> AuditReport:
    """Return *first* after a repair, as *then* shows the folders that it looked at again."""
    again = {folder.place.folder_id: folder for folder in then.folders}
    folders = tuple(again.get(folder.place.folder_id, folder) for folder in first.folders)
    repaired = sum(_repaired(folder, again.get(folder.place.folder_id, folder)) for folder in first.folders)
    return replace(
        then,
        begun_at=first.begun_at,
        cause=first.cause,
        folders=folders,
        found=first.found,
        repaired=first.repaired + repaired,
        holes_by_day=first.holes_by_day,
    )


def _repaired(before: FolderAudit, after: FolderAudit) -> int:
    if before.place != after.place:
        return len(before.holes) if after.is_complete else 0
    return len(before.holes - after.holes - after.waiting)
