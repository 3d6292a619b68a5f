"""What a card says, state by state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.dashboard import MailboxCard
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Frequency, MailboxState
from desktop.domain.rows import MailboxFigures
from desktop.views.dashboard.words import errors_words, quiet_hours, sentence, subtitle, verdict
from tests.helpers.mails import NOON, mailbox

GOOD = Health(HealthState.HEALTHY, "SYNCED", "Connected.", "", 0, None, None, NOON, NOON)
CARD = MailboxCard(mailbox(), GOOD, MailboxFigures(120, 0, 3), 0, NOON, (0,) * 24)


def failing(state: HealthState, code: str, reason: str, *, retry_s: int | None = None) -> Health:
    retry = NOON + timedelta(seconds=retry_s) if retry_s is not None else None
    last = NOON - timedelta(hours=2)
    return Health(state, code, reason, "", 2, NOON - timedelta(hours=1), retry, NOON, last)


REFUSED = failing(HealthState.DISCONNECTED, "ACCOUNT_SIGN_IN", "The password was refused.")
SLOW = failing(HealthState.ATTENTION, "ACCOUNT_THROTTLED", "The server asks us to slow down.", retry_s=240)
OFFLINE = failing(HealthState.ATTENTION, "OFFLINE", "This computer is offline.", retry_s=60)
LATE = replace(GOOD, last_sync=NOON - timedelta(minutes=47))


@pytest.mark.parametrize(
    ("card", "state", "word", "note", "act"),
    [
        (CARD, "ok", "Healthy", "The last sync went through.", "sync"),
        (replace(CARD, health=REFUSED), "bad", "Disconnected", "The password was refused.", "reconnect"),
        (replace(CARD, health=SLOW), "warn", "Needs attention", "Next try in 4 min.", "sync"),
        (replace(CARD, health=OFFLINE), "mute", "Unknown, offline", "offline since", "sync"),
        (replace(CARD, health=LATE), "warn", "Needs attention", "later than planned", "sync"),
        (
            replace(CARD, figures=MailboxFigures(120, 2, 0)),
            "warn",
            "Needs attention",
            "2 emails could not be read and are kept aside",
            "errors",
        ),
        (
            replace(CARD, mailbox=replace(mailbox(), state=MailboxState.PAUSED)),
            "mute",
            "Paused",
            "Paused by hand",
            "resume",
        ),
        (
            replace(CARD, mailbox=replace(mailbox(), state=MailboxState.DISCONNECTED), health=REFUSED),
            "bad",
            "Disconnected",
            "The password was refused.",
            "connect",
        ),
    ],
)
def test_each_state_has_a_shape_a_word_a_reason_and_one_step(
    card: MailboxCard, state: str, word: str, note: str, act: str
) -> None:
    said = verdict(card, NOON)
    assert (said.state, said.word, said.act) == (state, word, act)
    assert note in said.note


def test_a_mailbox_synced_by_hand_is_never_late() -> None:
    by_hand = replace(mailbox(), frequency=Frequency.MANUAL)
    assert verdict(replace(CARD, mailbox=by_hand, health=LATE), NOON).state == "ok"


def test_an_hourly_mailbox_is_late_after_two_hours() -> None:
    hourly = replace(mailbox(), frequency=Frequency.EVERY_60_MINUTES)
    assert verdict(replace(CARD, mailbox=hourly, health=LATE), NOON).state == "ok"


def test_the_first_sync_says_that_it_is_one() -> None:
    assert verdict(replace(CARD, health=Health()), NOON, is_running=True).word == "First sync"


def test_errors_are_counted_with_their_time() -> None:
    assert errors_words(CARD, NOON) == "None today"
    assert errors_words(replace(CARD, errors_today=2), NOON) == "2 today"
    assert errors_words(replace(CARD, health=REFUSED), NOON).startswith("2 since ")


def test_hours_without_contact_have_no_bars() -> None:
    assert quiet_hours(CARD, NOON) == 0
    assert quiet_hours(replace(CARD, health=REFUSED), NOON) == 2


def test_a_screen_reader_hears_the_whole_card() -> None:
    said = sentence(CARD, verdict(CARD, NOON), NOON)
    assert "support@shop.example: Healthy." in said
    assert "120 emails synced" in said
    assert subtitle(CARD.mailbox) == "IMAP, inbound only, every 15 minutes"
