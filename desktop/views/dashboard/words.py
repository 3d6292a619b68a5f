"""What a mailbox card says: pure functions from stored values to words, so that each state is a row in a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.activity import Fix
from desktop.domain.dashboard import MailboxCard
from desktop.domain.health import Dimension, Health, HealthState
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import fix_of
from desktop.ui import words
from desktop.ui.mailbox_words import DIRECTIONS, provider_words, whose_words

ACTS = {
    Fix.RECONNECT: "reconnect",
    Fix.SETTINGS: "edit",
    Fix.FOLDERS: "edit",
    Fix.OWN_APP: "app",
    Fix.SHOW_ERRORS: "errors",
}
BY_HAND = "Nothing comes in by itself: choose messages from the server's list."
FREQUENCIES = {
    Frequency.REALTIME: "real-time",
    Frequency.EVERY_5_MINUTES: "every 5 minutes",
    Frequency.EVERY_15_MINUTES: "every 15 minutes",
    Frequency.EVERY_60_MINUTES: "every hour",
    Frequency.MANUAL: "by hand",
}
OFFLINE_CODES = frozenset({ReasonCode.OFFLINE.value})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a card looks and what it asks for: ``state`` is the glyph, ``colour`` the name that the help pages use."""

    state: str
    word: str
    colour: str
    note: str
    act: str
    """The id of the one next step, a key of ``card.BUTTONS``."""
    step: str = ""
    """The next step as a sentence, where there is more to say than the button does."""


def subtitle(mailbox: Mailbox) -> str:
    """Return provider, direction and frequency in a line."""
    return f"{provider_words(mailbox)}, {DIRECTIONS[mailbox.direction]}, {FREQUENCIES[mailbox.frequency]}"


def headline(cards: Sequence[MailboxCard], now: datetime) -> str:
    """Return the state of all mailboxes in a few words: the same verdicts as on their cards."""
    states = [verdict(card, now).state for card in cards]
    bad, some = states.count("bad"), states.count("warn")
    if bad:
        return f"{words.counted(bad, 'mailbox', 'mailboxes')} {'is' if bad == 1 else 'are'} disconnected"
    if some:
        return f"{words.counted(some, 'mailbox', 'mailboxes')} need{'s' if some == 1 else ''} attention"
    return "All mailboxes are healthy" if states and "mute" not in states else ""


def verdict(card: MailboxCard, now: datetime, *, is_running: bool = False) -> Verdict:
    """Return a mailbox's health as a person reads it: what was found of it is ``domain.health_rules``' to say.

    Paused and offline are neither well nor ill; messages set aside are no fault of the mailbox, and are told all the
    same.
    """
    mailbox, health = card.mailbox, card.health
    if mailbox.state is MailboxState.PAUSED:
        return Verdict("mute", "Paused", "Grey", "Paused by hand. New mail waits at the provider.", "resume")
    if mailbox.state is MailboxState.DISCONNECTED:
        return Verdict("bad", "Disconnected", "Red", _sentences(health), "connect", health.next_step)
    if health.code in OFFLINE_CODES:
        since = f" since {words.clock_time(health.failing_since)}" if health.failing_since else ""
        note = f"This computer is offline{since}. It is tried again by itself."
        return Verdict("mute", "Unknown, offline", "Grey", note, "sync")
    if is_running and health.last_try is None:
        return Verdict("info", "First sync", "Blue", "Bringing in the days chosen when it was connected.", "stop")
    if health.state is HealthState.DISCONNECTED:
        return Verdict("bad", "Disconnected", "Red", _sentences(health), _act_of(card), health.next_step)
    return _connected(card, now)


def _connected(card: MailboxCard, now: datetime) -> Verdict:
    """Return the verdict on a mailbox that is authorised and switched on."""
    health = card.health
    if health.state is HealthState.ATTENTION:
        note = _sentences(health) + _next_try(health, now)
        return Verdict("warn", "Needs attention", "Yellow", note, _act_of(card), health.next_step)
    if card.figures.errors:
        some = words.counted(card.figures.errors, "email")
        note = (
            f"{some} could not be read and {'is' if card.figures.errors == 1 else 'are'} kept aside. Nothing is lost."
        )
        return Verdict("warn", "Needs attention", "Yellow", note, "errors")
    by_hand = card.mailbox.direction is Direction.MANUAL
    return Verdict("ok", "Healthy", "Green", _calm(card, now), "choose" if by_hand else "sync")


def _calm(card: MailboxCard, now: datetime) -> str:
    """Return what stands on a card of which there is nothing to complain."""
    if card.health.findings:
        return _sentences(card.health)
    newest = words.short_when(card.newest_at, now)
    if card.mailbox.direction is Direction.MANUAL:
        return f"Nothing comes in by itself. The newest email here is of {newest}." if newest else BY_HAND
    if not newest:
        return "Connected. No email yet."
    if is_compared(card):
        return f"Everything up to {newest} is here. The newest email on the server is the newest one in Postroom."
    return f"The last sync went through. The newest email is of {newest}."


def is_compared(card: MailboxCard) -> bool:
    """Tell whether every folder was asked for its newest message, and that one is here."""
    return bool(card.folders) and all(one.looked_at and one.behind_ref is None for one in card.folders)


def newest_words(card: MailboxCard, now: datetime) -> str:
    """Return when the newest email came: the one here, and the server's where that is not here yet."""
    here = words.when(card.newest_at, now) if card.newest_at else "None yet"
    there = card.newest_there
    is_behind = any(one.behind_ref is not None for one in card.folders)
    if not is_behind or there is None or (card.newest_at is not None and there <= card.newest_at):
        return here
    return f"{here}; server {words.short_when(there, now)}"


def _act_of(card: MailboxCard) -> str:
    """Return the button that helps against the gravest thing that was found."""
    code = card.health.code
    if code == ReasonCode.ACCOUNT_EXPIRES_SOON:
        return "renew"
    return ACTS.get(fix_of(code), "sync")


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
    whose = whose_words(card.mailbox)
    who = f"{card.mailbox.address} ({whose})" if whose else card.mailbox.address
    step = f" {said.step}" if said.step and said.step not in said.note else ""
    return (
        f"{who}: {said.word}. {said.note}{step} Last sync {words.when(card.health.last_sync, now)}, "
        f"{words.counted(card.figures.synced, 'email')} synced, errors: {errors_words(card, now)}."
    )


def quiet_hours(card: MailboxCard, now: datetime) -> int:
    """Return for how many of the last 24 hours there was no contact with the server, counted back from now."""
    if card.health.failing_since is None:
        return 0
    last = card.health.last_sync or card.health.failing_since
    return max(0, min(24, int((now - last).total_seconds() // 3600)))


def _sentences(health: Health) -> str:
    """Return the gravest finding as a card has room for it, and when the sign-in ends besides.

    What the gravest one explains is not told again; all of it, with the server's own words, stands in the sync log.
    """
    if not health.findings:
        return health.reason or "Not synced yet."
    gravest, *others = health.findings
    ends = [f"Also: {one.what}" for one in others if one.dimension is Dimension.FORECAST]
    return " ".join(part for part in (gravest.what, _first_sentence(gravest.meaning), *ends) if part)


def _first_sentence(text: str) -> str:
    first, more, _ = text.partition(". ")
    return f"{first}." if more else text


def _next_try(health: Health, now: datetime) -> str:
    if health.retry_at is None or health.retry_at <= now:
        return ""
    return f" Next try in {words.in_time((health.retry_at - now).total_seconds())}."
