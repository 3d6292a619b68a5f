"""Health of a mailbox: what is known of it (``Condition``), and what that comes to (``Health``).

``health_events`` has what can happen to a condition, ``health_rules`` how it is judged. Both are pure; the one owner of
what is stored is ``services/health.py``.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from desktop.domain.errors import AppError, Misconfigured, NeedsSignIn
from desktop.domain.ids import FolderId

STUCK_AFTER = 2
"""Passes after which a message that has not come over is no coincidence any more."""


class HealthState(enum.StrEnum):
    """What a card shows: green, yellow, red, or at rest."""

    HEALTHY = "healthy"
    ATTENTION = "attention"
    DISCONNECTED = "disconnected"
    PAUSED = "paused"


WORDS = {
    HealthState.HEALTHY: "Healthy",
    HealthState.ATTENTION: "Needs attention",
    HealthState.DISCONNECTED: "Disconnected",
    HealthState.PAUSED: "Paused",
}
"""The word beside the colour."""


class Dimension(enum.StrEnum):
    """What a mailbox is looked at for."""

    AUTHORISED = "authorised"
    ERRORS = "errors"
    FRESH = "fresh"
    ON_TIME = "on_time"
    FORECAST = "forecast"
    BEGUN = "begun"
    """Whether it was synced at all since it was connected, changed or resumed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: how grave, since when, and the three sentences about it."""

    dimension: Dimension
    state: HealthState
    code: str
    what: str
    meaning: str = ""
    action: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a mailbox is. ``reason`` and ``next_step`` are sentences; ``failures`` counts since the last success.

    ``findings`` are all that was found, the gravest first: it is the one that ``code`` and ``reason`` speak of.
    """

    state: HealthState = HealthState.ATTENTION
    code: str = ""
    reason: str = "Not synced yet."
    next_step: str = "Sync now."
    failures: int = 0
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    last_try: datetime | None = None
    last_sync: datetime | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_at_rest(self) -> bool:
        """Tell whether it waits for a person rather than for time."""
        return self.state is HealthState.DISCONNECTED and self.retry_at is None


class TroubleKind(enum.StrEnum):
    """What must happen after a try went wrong."""

    SIGN_IN = "sign_in"
    SETTING = "setting"
    PARTIAL = "partial"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong at the last try; ``PARTIAL``: with some folders only."""

    kind: TroubleKind
    code: str
    what: str
    meaning: str = ""
    action: str = ""

    @classmethod
    def of(cls, error: AppError, *, is_partial: bool = False) -> Self:
        """Return what *error* says, sorted by what must happen next."""
        kind = TroubleKind.PASSING
        if is_partial:
            kind = TroubleKind.PARTIAL
        elif isinstance(error, NeedsSignIn):
            kind = TroubleKind.SIGN_IN
        elif isinstance(error, Misconfigured):
            kind = TroubleKind.SETTING
        return cls(kind, error.code.value, error.what, error.meaning, error.action)


@dataclass(frozen=True, slots=True)
class FolderFreshness:
    """The newest message of a folder on the server against the newest here, as of ``looked_at``.

    ``there_at`` is when the server received its newest message, ``here_at`` when the newest was received that has a
    verdict here. ``behind_ref`` is the first message that was on the server and not here at the end of a pass,
    ``behind_since`` when that was, ``behind_passes`` at the ends of how many passes in a row.
    """

    folder_id: FolderId
    name: str
    looked_at: datetime | None = None
    there_ref: int | None = None
    there_at: datetime | None = None
    here_at: datetime | None = None
    behind_ref: int | None = None
    behind_since: datetime | None = None
    behind_passes: int = 0

    @property
    def is_stuck(self) -> bool:
        """Tell whether it is behind for longer than mail that arrives meanwhile explains."""
        return self.behind_passes >= STUCK_AFTER


class Waiting(enum.StrEnum):
    """What a mailbox was not synced since, as long as no pass over it came to an end."""

    NOTHING = ""
    BEGUN = "begun"
    """Its first pass has begun: it runs, was stopped, or ended with the program."""
    CHANGED = "changed"
    RESUMED = "resumed"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class Ending:
    """When the sign-in ends by itself, and why (a half-sentence)."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything that is known of a mailbox's health; what it comes to is ``health_rules.judge``'s to say.

    ``counted_from`` is the instant before which lateness does not count: nobody was there to sync.
    """

    trouble: Trouble | None = None
    failures: int = 0
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    last_try: datetime | None = None
    last_sync: datetime | None = None
    counted_from: datetime | None = None
    waiting: Waiting = Waiting.NOTHING
    folders: tuple[FolderFreshness, ...] = ()
    ending: Ending | None = None
    polled: str = ""
    """Why the server of a mailbox in real time is asked every few minutes, and not listened to; empty where it is."""
