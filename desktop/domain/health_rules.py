"""How a mailbox's condition is judged: a pure rule for each thing it is looked at for; the gravest finding speaks.

    red      a person is needed, a server does not prove who it is, or trouble has lasted for three tries
    yellow   trouble that passes, folders left out, mail that does not come over, no sync in two intervals,
             a sign-in that ends within two days, not synced yet
    green    none of these; mail in real time that has to be asked for is no trouble, but is said
    at rest  paused, or disconnected by hand

Moments in sentences are told in the time zone of *now*.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from desktop.domain.health import (
    Condition,
    Dimension,
    Ending,
    Finding,
    FolderFreshness,
    Health,
    HealthState,
    Trouble,
    TroubleKind,
    Waiting,
)
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, OAuthProvider
from desktop.domain.moments import moment_words, span_words
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant

POLLED_EVERY = 5
"""Minutes between two looks at a mailbox in real time, whatever its server tells."""

REALTIME_LATE = timedelta(minutes=30)
"""How long a mailbox in real time may go without one."""

LASTS_AFTER = 3
"""Failed tries in a row after which trouble is no longer passing."""

INTERVALS_LATE = 2
"""How many intervals of its schedule a mailbox may go without a sync."""

FORETOLD = timedelta(hours=48)
"""How long before a sign-in ends it is said."""

TEST_TOKENS = timedelta(days=8)
"""Sign-ins that end within so many days of being given are those of an app in testing (seven, at Google)."""

_IT_RETRIES = "It is tried again by itself."
_UNSYNCED = {
    Waiting.NOTHING: "Not synced yet.",
    Waiting.BEGUN: "The first sync is not over yet; what it has brought is here.",
    Waiting.CHANGED: "Not synced since its settings changed.",
    Waiting.RESUMED: "Resumed; not synced since.",
    Waiting.SIGNED_IN: "Signed in again; not synced since.",
}
_GRAVITY = {HealthState.DISCONNECTED: 0, HealthState.ATTENTION: 1, HealthState.HEALTHY: 2}


def judge(condition: Condition, mailbox: Mailbox, now: datetime) -> Health:
    """Return how *mailbox* is at *now*."""
    if mailbox.state is MailboxState.PAUSED:
        return _health(condition, HealthState.PAUSED, "", "Paused by hand.", "Resume it.")
    if mailbox.state is MailboxState.DISCONNECTED:
        words = "Disconnected by hand; its mail stays here."
        return _health(condition, HealthState.DISCONNECTED, "", words, "Connect it again.")
    found = sorted(_findings(condition, mailbox, now), key=lambda one: _GRAVITY[one.state])
    if not found:
        words = "Connected; the last sync went through."
        return _health(condition, HealthState.HEALTHY, ReasonCode.SYNCED.value, words, "")
    gravest = found[0]
    reason = " ".join(part for part in (gravest.what, gravest.meaning) if part)
    return _health(condition, gravest.state, gravest.code, reason, gravest.action, tuple(found))


def _health(
    condition: Condition, state: HealthState, code: str, reason: str, step: str, found: tuple[Finding, ...] = ()
) -> Health:
    return Health(
        state=state,
        code=code,
        reason=reason,
        next_step=step,
        failures=condition.failures,
        failing_since=condition.failing_since,
        retry_at=condition.retry_at,
        last_try=condition.last_try,
        last_sync=condition.last_sync,
        findings=found,
    )


def _findings(condition: Condition, mailbox: Mailbox, now: datetime) -> Iterator[Finding]:
    """Yield what is not as it should be; of two that are equally grave, the first one explains the second."""
    if condition.trouble is not None:
        yield _of_trouble(condition.trouble, condition, now)
    is_by_itself = mailbox.direction is not Direction.MANUAL
    stuck = [folder for folder in condition.folders if folder.is_stuck]
    if stuck and is_by_itself:
        yield _not_arriving(stuck, now)
    if is_by_itself and (late := _overdue(condition, mailbox, now)):
        yield late
    if soon := _expiring(condition.ending, condition, now):
        yield soon
    if condition.trouble is None and (condition.last_try is None or condition.waiting is not Waiting.NOTHING):
        words = _UNSYNCED[condition.waiting]
        yield Finding(Dimension.BEGUN, HealthState.ATTENTION, "", words, action="Sync now.")
    if condition.polled and mailbox.frequency is Frequency.REALTIME:
        yield _polled(condition.polled)


# --- authorised, errors -----------------------------------------------------------------------------------------------


def _of_trouble(trouble: Trouble, condition: Condition, now: datetime) -> Finding:
    return Finding(
        Dimension.AUTHORISED if trouble.kind is TroubleKind.SIGN_IN else Dimension.ERRORS,
        HealthState.DISCONNECTED if _is_red(trouble, condition) else HealthState.ATTENTION,
        trouble.code,
        trouble.what,
        " ".join(part for part in (_trusted_before(trouble, condition, now), trouble.meaning) if part),
        _action_on(trouble, condition),
        condition.failing_since,
    )


def _action_on(trouble: Trouble, condition: Condition) -> str:
    """Return what to do: where a server that answered before does not now, waiting comes before any setting."""
    retries = condition.retry_at is not None
    if trouble.code == ReasonCode.SERVER_UNREACHABLE.value and condition.last_sync is not None:
        again = _IT_RETRIES if retries else "Sync again in a while."
        return f"{again} New mail waits at the provider. If this lasts, check the server and port in its settings."
    return trouble.action or (_IT_RETRIES if retries else "See the sync log.")


def _trusted_before(trouble: Trouble, condition: Condition, now: datetime) -> str:
    """Return since when a server that showed what it is no longer does: that is for a person to judge, at once."""
    if trouble.code != ReasonCode.TLS_UNTRUSTED.value or condition.last_sync is None:
        return ""
    return f"It was trusted at the last sync ({moment_words(condition.last_sync, now)})."


def _is_red(trouble: Trouble, condition: Condition) -> bool:
    if trouble.kind in {TroubleKind.SIGN_IN, TroubleKind.SETTING}:
        return True
    is_ours = trouble.code == ReasonCode.OFFLINE.value  # this computer's fault, not the mailbox's
    return trouble.kind is TroubleKind.PASSING and condition.failures >= LASTS_AFTER and not is_ours


# --- fresh ------------------------------------------------------------------------------------------------------------


def _not_arriving(stuck: list[FolderFreshness], now: datetime) -> Finding:
    return Finding(
        Dimension.FRESH,
        HealthState.ATTENTION,
        ReasonCode.MAIL_NOT_ARRIVING.value,
        " ".join(_evidence(folder, now) for folder in stuck),
        "The connection works, yet new mail does not come over.",
        "Sync now. If it stays like this, look whether the provider's own website shows the new mail, and report it.",
        min((folder.behind_since for folder in stuck if folder.behind_since), default=None),
    )


def _evidence(folder: FolderFreshness, now: datetime) -> str:
    there = f"of {moment_words(folder.there_at, now)}" if folder.there_at else f"number {folder.there_ref}"
    here = f"the newest here is of {moment_words(folder.here_at, now)}" if folder.here_at else "none of it is here"
    return f"{folder.name}: the newest email on the server is {there}, {here}."


# --- on time ----------------------------------------------------------------------------------------------------------


def _polled(why: str) -> Finding:
    return Finding(
        Dimension.ON_TIME,
        HealthState.HEALTHY,
        ReasonCode.PUSH_MISSING.value,
        why,
        f"Postroom looks for new mail every {POLLED_EVERY} minutes instead.",
        "There is nothing to do; mail is a few minutes late at most.",
    )


def _overdue(condition: Condition, mailbox: Mailbox, now: datetime) -> Finding | None:
    minutes = mailbox.frequency.minutes
    is_live = mailbox.frequency is Frequency.REALTIME
    if minutes is None and not is_live:
        return None
    allowed = REALTIME_LATE if minutes is None else timedelta(minutes=INTERVALS_LATE * minutes)
    known = (condition.last_sync or mailbox.created_at, condition.counted_from)
    past = [moment for moment in known if moment is not None and moment <= now]
    if not past or now - max(past) <= allowed:
        return None
    since = condition.last_sync if condition.last_sync and condition.last_sync <= now else max(past)
    return Finding(
        Dimension.ON_TIME,
        HealthState.ATTENTION,
        ReasonCode.SYNC_OVERDUE.value,
        f"No sync for {span_words(now - since)}; one is due every {minutes or POLLED_EVERY} minutes.",
        "New mail waits at the provider.",
        "Sync now. Mail comes over while Postroom runs; if a sync hangs, stop it or restart Postroom.",
        since,
    )


# --- forecast ---------------------------------------------------------------------------------------------------------


def _expiring(ending: Ending | None, condition: Condition, now: datetime) -> Finding | None:
    if ending is None or ending.at - now > FORETOLD:
        return None
    if condition.last_sync is not None and condition.last_sync >= ending.at:
        return None  # it was to end, and did not
    verb = "ends on" if ending.at > now else "was to end on"
    return Finding(
        Dimension.FORECAST,
        HealthState.ATTENTION,
        ReasonCode.ACCOUNT_EXPIRES_SOON.value,
        f"The sign-in {verb} {moment_words(ending.at, now, with_day=True)} ({ending.why}).",
        "After that nothing comes over until somebody signs in again.",
        "Reconnect it: sign in again in the browser.",
    )


def ending_of(grant: Grant | None) -> Ending | None:
    """Return when a sign-in ends by itself and why, as far as that is known (None: it does not, or nobody knows)."""
    if grant is None:
        return None
    if not grant.can_renew:
        return Ending(grant.expires_at, "the provider gave nothing to renew it with")
    if grant.renewable_until is None:
        return None
    if grant.provider is OAuthProvider.GOOGLE:
        is_test = grant.renewable_until - grant.granted_at <= TEST_TOKENS
        why = "Google ends those of apps in testing after 7 days"
        return Ending(grant.renewable_until, why if is_test else "Google ends those not used for 6 months")
    if grant.provider is OAuthProvider.MICROSOFT:
        return Ending(grant.renewable_until, "Microsoft ends those not used for 90 days")
    return Ending(grant.renewable_until, "the provider ends it then")
