"""What a mailbox card says: pure functions from stored values to words, so that each state is a row in a test."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.dashboard import MailboxCard
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState
from desktop.ui import words

PROVIDERS = {"imap": "IMAP", "gmail": "Gmail", "microsoft": "Microsoft 365"}
DIRECTIONS = {
    Direction.INBOUND: "inbound only",
    Direction.BOTH: "both directions",
    Direction.MANUAL: "picked by hand",
}
FREQUENCIES = {
    Frequency.REALTIME: "real-time",
    Frequency.EVERY_5_MINUTES: "every 5 minutes",
    Frequency.EVERY_15_MINUTES: "every 15 minutes",
    Frequency.EVERY_60_MINUTES: "every hour",
    Frequency.MANUAL: "by hand",
}
LATE_AT_LEAST = timedelta(minutes=30)
OFFLINE_CODES = frozenset({"OFFLINE"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a card looks and what it asks for: ``state`` is the glyph, ``colour`` the name that the help pages use."""

    state: str
    word: str
    colour: str
    note: str
    act: str
    """The id of the one next step: ``sync``, ``reconnect``, ``resume``, ``errors``, ``connect`` or ``stop``."""


def subtitle(mailbox: Mailbox) -> str:
    """Return provider, direction and frequency in a line."""
    provider = PROVIDERS.get(mailbox.provider, mailbox.provider)
    return f"{provider}, {DIRECTIONS[mailbox.direction]}, {FREQUENCIES[mailbox.frequency]}"


def verdict(card: MailboxCard, now: datetime, *, is_running: bool = False) -> Verdict:
    """Return a mailbox's health as a person reads it.

    Healthy is what was synced within two intervals (and never less than 30 minutes) without an error; late or failing
    needs attention; refused or switched off is disconnected; offline is neither.
    """
    mailbox, health = card.mailbox, card.health
    if mailbox.state is MailboxState.PAUSED:
        return Verdict("mute", "Paused", "Grey", "Paused by hand. New mail waits at the provider.", "resume")
    if mailbox.state is MailboxState.DISCONNECTED:
        return Verdict("bad", "Disconnected", "Red", _sentences(health), "connect")
    if health.code in OFFLINE_CODES:
        since = f" since {words.clock_time(health.failing_since)}" if health.failing_since else ""
        note = f"This computer is offline{since}. It is tried again by itself."
        return Verdict("mute", "Unknown, offline", "Grey", note, "sync")
    if is_running and health.last_try is None:
        return Verdict("info", "First sync", "Blue", "Bringing in the days chosen when it was connected.", "stop")
    if health.state is HealthState.DISCONNECTED:
        act = "reconnect" if health.retry_at is None else "sync"
        return Verdict("bad", "Disconnected", "Red", _sentences(health), act)
    return _connected(card, now)


def _connected(card: MailboxCard, now: datetime) -> Verdict:
    """Return the verdict on a mailbox that is authorised and switched on."""
    mailbox, health = card.mailbox, card.health
    if health.state is HealthState.ATTENTION:
        return Verdict("warn", "Needs attention", "Yellow", _sentences(health) + _next_try(health, now), "sync")
    if card.figures.errors:
        some = words.counted(card.figures.errors, "email")
        note = (
            f"{some} could not be read and {'is' if card.figures.errors == 1 else 'are'} kept aside. Nothing is lost."
        )
        return Verdict("warn", "Needs attention", "Yellow", note, "errors")
    if is_late(mailbox, health, now):
        ago = words.when(health.last_sync, now)
        return Verdict("warn", "Needs attention", "Yellow", f"The last sync is later than planned ({ago}).", "sync")
    newest = words.short_when(card.newest_at, now)
    note = f"The last sync went through. The newest email is of {newest}." if newest else "Connected. No email yet."
    return Verdict("ok", "Healthy", "Green", note, "sync")


def is_late(mailbox: Mailbox, health: Health, now: datetime) -> bool:
    """Tell whether the last sync is older than two of its intervals, and older than half an hour."""
    if mailbox.frequency.minutes is None or health.last_sync is None:
        return False
    return now - health.last_sync > max(LATE_AT_LEAST, timedelta(minutes=2 * mailbox.frequency.minutes))


def errors_words(card: MailboxCard, now: datetime) -> str:
    """Return what the card says about errors."""
    health = card.health
    if health.failures and health.failing_since is not None:
        return f"{words.number(health.failures)} since {words.when(health.failing_since, now).lower()}"
    if card.errors_today:
        return f"{words.number(card.errors_today)} today"
    if card.figures.errors:
        return f"{words.number(card.figures.errors)}, none today"
    return "None today"


def sentence(card: MailboxCard, said: Verdict, now: datetime) -> str:
    """Return the whole card in a sentence, for a screen reader."""
    return (
        f"{card.mailbox.address}: {said.word}. {said.note} Last sync {words.when(card.health.last_sync, now)}, "
        f"{words.number(card.figures.synced)} emails synced, errors: {errors_words(card, now)}."
    )


def quiet_hours(card: MailboxCard, now: datetime) -> int:
    """Return for how many of the last 24 hours there was no contact with the server, counted back from now."""
    if card.health.failing_since is None:
        return 0
    last = card.health.last_sync or card.health.failing_since
    return max(0, min(24, int((now - last).total_seconds() // 3600)))


def _sentences(health: Health) -> str:
    return health.reason or "Not synced yet."


def _next_try(health: Health, now: datetime) -> str:
    if health.retry_at is None or health.retry_at <= now:
        return ""
    return f" Next try in {words.in_time((health.retry_at - now).total_seconds())}."
