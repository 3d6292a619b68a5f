"""A backfill: mail from before the day a mailbox is synced from, brought in on purpose, as one batch. Pure.

It goes back from ``until`` (the day the mailbox was synced from when it began) to ``since``. ``reached`` is how far it
has come: everything received between ``reached`` and ``until`` has its real verdict, and the mailbox is synced from
``reached`` meanwhile.

    waiting ⇄ running ──▶ done ──────▶ undone
       ⇅         ⇅                        ▲
        paused ─────────▶ cancelled ──────┘
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from desktop.domain.health import Condition, Waiting
from desktop.domain.ids import BackfillId, CustomerId, MailboxId
from desktop.domain.mailbox import Direction, Mailbox, MailboxState
from desktop.domain.moments import moment_words
from desktop.domain.reasons import ReasonCode

CHOICES = (7, 14, 30, 60)
"""Days that are offered; any other number can be given."""

TOO_OLD = "It arrived before the day this mailbox is synced from."
"""The verdict on mail that only a backfill brings in."""

MOST_DAYS = 36_500
SPOT_CHECK = 5
"""Customers that are picked for a look afterwards."""

CHECKLIST = (
    "The emails went to the right customers.",
    "No customer is there twice.",
    "No internal threads stand where customers should not see them.",
    "Recent sent mail is there too, if the mailbox brings it in.",
)
"""What to look at in the customers of a spot check."""


class BackfillState(enum.StrEnum):
    """Where a backfill is."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDONE = "undone"


OPEN = (BackfillState.WAITING, BackfillState.RUNNING, BackfillState.PAUSED)
"""Those that are not at an end: a mailbox has one at most."""


@dataclass(frozen=True, slots=True)
class BackfillFigures:
    """What it came to so far: every message counted is in exactly one of them, ``review`` and ``unfiled`` in stored.

    ``unfiled`` were sent to no customer; ``failed`` could not be read, ``missing`` were listed and not delivered.
    """

    stored: int = 0
    review: int = 0
    unfiled: int = 0
    skipped: int = 0
    duplicates: int = 0
    failed: int = 0
    missing: int = 0

    @property
    def matched(self) -> int:
        """Those that were filed with a customer."""
        return self.stored - self.review - self.unfiled

    @property
    def done(self) -> int:
        """Those that have their verdict, or were asked for in vain."""
        return self.stored + self.skipped + self.duplicates + self.failed + self.missing


@dataclass(frozen=True, slots=True)
class Backfill:
    """One backfill as it is stored. ``code`` and ``reason`` say why it waits; ``total`` is 0 as long as unknown."""

    id: BackfillId
    mailbox_id: MailboxId
    address: str
    days: int
    since: datetime
    until: datetime
    reached: datetime
    state: BackfillState
    quiet_hours: bool
    code: str
    reason: str
    total: int
    figures: BackfillFigures
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it is not at an end."""
        return self.state in OPEN


ROOM_BYTES = 8 << 20
"""With less room than this a disk counts as full where nobody could write down why a backfill does not go on."""

NO_ROOM = "The disk is full: there was no room even to write this down. Free some space; it goes on from where it was."
LEFT_ALONE = "Whoever brought it in ended without a word. It goes on when Postroom is opened, or with --resume."


def as_it_stands(one: Backfill, *, has_writer: bool, free_bytes: int) -> Backfill:
    """Return *one* as it is now: what is stored as running, with nobody there to do so (*has_writer*), waits.

    Its last word could not be written down: its program was killed, or the disk, with *free_bytes* left, took nothing.
    """
    if one.state is not BackfillState.RUNNING or has_writer:
        return one
    if free_bytes < ROOM_BYTES:
        return replace(one, state=BackfillState.WAITING, code=ReasonCode.STORE_FULL.value, reason=NO_ROOM)
    return replace(one, state=BackfillState.WAITING, code="", reason=LEFT_ALONE)


@dataclass(frozen=True, slots=True)
class BackfillEstimate:
    """What a backfill would bring, without a thing brought in.

    ``looked_at`` of the messages were looked at; where that is not all of them, the counts after it are their share of
    all. ``left_out``: by a rule. ``seconds`` is by the rate measured now, ``disk_bytes`` by what the looked at would
    take here. ``by_day``: the messages of each day that has some, by this computer's clock.
    """

    days: int
    since: datetime
    until: datetime
    messages: int = 0
    size_bytes: int = 0
    looked_at: int = 0
    matches: int = 0
    review: int = 0
    left_out: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    disk_bytes: int = 0
    by_day: Mapping[date, int] = field(default_factory=dict)

    @property
    def match_share(self) -> int:
        """How many of a hundred messages would be filed with a customer."""
        return round(100 * self.matches / self.messages) if self.messages else 0

    @property
    def tickets(self) -> int:
        """Old mail makes no tickets."""
        return 0


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """A known customer with mail of a backfill: how much, how much of it was sent, and the newest subjects."""

    customer_id: CustomerId
    name: str
    emails: int
    sent: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing a backfill takes away: emails, those of them a person decided on, and commands that go with it."""

    emails: int
    decided: int
    commands: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a backfill may not begin or go on now, in the three sentences of an error."""

    code: ReasonCode
    what: str
    meaning: str
    action: str


def range_of(mailbox: Mailbox, days: int, now: datetime) -> tuple[datetime, datetime]:
    """Return [since, until) of the mail that a backfill of *days* would bring in; empty when all of it is here."""
    since = now.replace(microsecond=0) - timedelta(days=days)
    return min(since, mailbox.synced_from), mailbox.synced_from


def obstacle(mailbox: Mailbox, condition: Condition) -> Obstacle | None:
    """Return why *mailbox* can have no backfill now, or None: nothing is brought in on top of something unsolved."""
    address = mailbox.address
    if mailbox.state is not MailboxState.ACTIVE:
        return Obstacle(
            ReasonCode.ACCOUNT_DISABLED,
            f"The mailbox {address} is {mailbox.state.value}.",
            "Older mail is brought in only while it is synced.",
            "Resume or connect it first.",
        )
    if mailbox.direction is Direction.MANUAL:
        return Obstacle(
            ReasonCode.MANUAL_MODE,
            f"{address} brings in only what somebody picks.",
            "Older mail can be picked in the same list.",
            "Pick it there, or choose another direction first.",
        )
    if (trouble := condition.trouble) is not None:
        return Obstacle(
            ReasonCode(trouble.code),
            f"{address} has an open problem: {trouble.what}",
            "Older mail is not brought in on top of it.",
            trouble.action or "Sync it; when that goes through, begin again.",
        )
    if condition.last_sync is None or condition.waiting is not Waiting.NOTHING:
        return Obstacle(
            ReasonCode.SYNC_FIRST,
            f"{address} was not synced since it was connected, changed or signed in to.",
            "A plain sync may bring all that is missing.",
            "Sync it first; then see whether older mail is still wanted.",
        )
    return None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The part of the day, in the time of this computer, in which nobody is disturbed; it may go over midnight."""

    begins: time
    ends: time

    def holds(self, now: datetime) -> bool:
        """Tell whether *now* (aware) is in it; where it begins when it ends, it is the whole day."""
        at = now.time()
        if self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends

    def next_begin(self, now: datetime) -> datetime:
        """Return when it begins next, at or after *now*."""
        begin = now.replace(hour=self.begins.hour, minute=self.begins.minute, second=0, microsecond=0)
        return begin if begin >= now else begin + timedelta(days=1)

    def words(self, now: datetime) -> str:
        """Say until when it is waited."""
        return f"It waits for the quiet hours: {moment_words(self.next_begin(now), now)}."


EVENINGS = QuietHours(time(20), time(7))
"""The quiet hours where nobody has set others."""
