"""Health of a mailbox: a value, and the pure rule by which what happened changes it."""

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.domain.errors import AppError, Misconfigured, NeedsSignIn
from desktop.domain.reasons import ReasonCode


class HealthState(enum.StrEnum):
    """What a card shows: green, yellow, red, or at rest."""

    HEALTHY = "healthy"
    ATTENTION = "attention"
    DISCONNECTED = "disconnected"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Health:
    """How a mailbox is. ``reason`` and ``next_step`` are sentences; ``failures`` counts since the last success."""

    state: HealthState = HealthState.ATTENTION
    code: str = ""
    reason: str = "Not synced yet."
    next_step: str = "Sync now."
    failures: int = 0
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    last_try: datetime | None = None
    last_sync: datetime | None = None


def after_success(health: Health, now: datetime) -> Health:
    """Return the health after a sync that reached every folder."""
    return replace(
        health,
        state=HealthState.HEALTHY,
        code=ReasonCode.SYNCED.value,
        reason="Connected; the last sync went through.",
        next_step="",
        failures=0,
        failing_since=None,
        retry_at=None,
        last_try=now,
        last_sync=now,
    )


def after_partial(health: Health, error: AppError, now: datetime) -> Health:
    """Return the health after a sync in which some folders could not be synced and the others were."""
    return replace(
        after_success(health, now),
        state=HealthState.ATTENTION,
        code=error.code.value,
        reason=" ".join(part for part in (error.what, error.meaning) if part),
        next_step=error.action,
        failures=health.failures + 1,
        failing_since=health.failing_since or now,
    )


def after_failure(health: Health, error: AppError, now: datetime, retry_in: timedelta | None) -> Health:
    """Return the health after a failed sync. *retry_in* is None when trying again is of no use.

    A first passing failure is "attention"; what needs a person, or lasts, is "disconnected".
    """
    failures = health.failures + 1
    passing = not isinstance(error, (NeedsSignIn, Misconfigured)) and failures < 3
    return replace(
        health,
        state=HealthState.ATTENTION if passing else HealthState.DISCONNECTED,
        code=error.code.value,
        reason=" ".join(part for part in (error.what, error.meaning) if part),
        next_step=error.action or ("It is tried again by itself." if retry_in is not None else "See the sync log."),
        failures=failures,
        failing_since=health.failing_since or now,
        retry_at=now + retry_in if retry_in is not None else None,
        last_try=now,
    )
