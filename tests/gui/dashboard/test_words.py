"""What a card says, state by state."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.dashboard import MailboxCard
from desktop.domain.health import Condition, Ending, FolderFreshness, Health, HealthState, Trouble, TroubleKind
from desktop.domain.health_rules import judge
from desktop.domain.ids import FolderId
from desktop.domain.mailbox import Direction, MailboxState
from desktop.domain.rows import MailboxFigures
from desktop.views.dashboard.words import errors_words, headline, newest_words, quiet_hours, sentence, subtitle, verdict
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
INBOX = FolderFreshness(FolderId(1), "INBOX", NOON, 7, NOON, NOON)
BEHIND = replace(INBOX, there_ref=9, there_at=NOON + timedelta(minutes=5), behind_ref=9, behind_since=NOON)
STUCK = replace(BEHIND, behind_passes=2)


def found(condition: Condition, now: datetime = NOON, **changes: object) -> MailboxCard:
    """A card whose health is judged by the rules of now."""
    box = replace(mailbox(), created_at=NOON - timedelta(days=9), **changes)  # type: ignore[arg-type]
    health = judge(condition, box, now)
    return replace(CARD, mailbox=box, health=health, folders=condition.folders)


WELL = Condition(last_try=NOON, last_sync=NOON, counted_from=NOON, folders=(INBOX,))
LATE = found(WELL, NOON + timedelta(minutes=47))
ENDS = found(replace(WELL, ending=Ending(NOON + timedelta(hours=30), "the provider ends it then")))
APP = found(replace(WELL, trouble=Trouble(TroubleKind.SETTING, "ACCOUNT_APP_SECRET", "The app is refused.")))
TLS = found(replace(WELL, trouble=Trouble(TroubleKind.SETTING, "TLS_UNTRUSTED", "The certificate is not trusted.")))


@pytest.mark.parametrize(
    ("card", "state", "word", "note", "act"),
    [
        (CARD, "ok", "Healthy", "The last sync went through.", "sync"),
        (replace(CARD, health=REFUSED), "bad", "Disconnected", "The password was refused.", "reconnect"),
        (replace(CARD, health=SLOW), "warn", "Needs attention", "Next try in 4 min.", "sync"),
        (replace(CARD, health=OFFLINE), "mute", "Unknown, offline", "offline since", "sync"),
        (LATE, "warn", "Needs attention", "No sync for 47 minutes; one is due every 15 minutes.", "sync"),
        (ENDS, "warn", "Needs attention", "The sign-in ends on Monday 2 March 18:00", "renew"),
        (TLS, "bad", "Disconnected", "The certificate is not trusted.", "edit"),
        (APP, "bad", "Disconnected", "The app is refused.", "app"),
        (found(replace(WELL, folders=(STUCK,))), "warn", "Needs attention", "INBOX: the newest email on the", "sync"),
        (found(WELL), "ok", "Healthy", "The newest email on the server is the newest one in Postroom.", "sync"),
        (found(WELL, direction=Direction.MANUAL), "ok", "Healthy", "Nothing comes in by itself.", "choose"),
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


def test_what_else_was_found_is_told_in_short() -> None:
    both = found(replace(WELL, folders=(STUCK,), ending=Ending(NOON + timedelta(hours=3), "the provider ends it then")))
    assert "Also: The sign-in ends on Sunday 1 March 15:00" in verdict(both, NOON).note


def test_what_the_gravest_explains_is_not_told_again() -> None:
    trouble = Trouble(TroubleKind.SIGN_IN, "ACCOUNT_SIGN_IN", "It refused the password.", "Mail waits. It says: No.")
    card = found(replace(WELL, trouble=trouble), NOON + timedelta(hours=17))
    assert len(card.health.findings) == 2
    assert verdict(card, NOON).note == "It refused the password. Mail waits."


def test_the_newest_email_is_compared_with_the_servers() -> None:
    assert newest_words(found(WELL), NOON) == "Just now"
    behind = found(replace(WELL, folders=(BEHIND,)))
    assert newest_words(behind, NOON) == "Just now; server 12:05"
    assert verdict(behind, NOON).note.startswith("The last sync went through.")


def test_a_step_that_a_button_cannot_say_is_heard() -> None:
    assert "Reconnect it: sign in again in the browser." in sentence(ENDS, verdict(ENDS, NOON), NOON)


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
    one = replace(CARD, figures=replace(CARD.figures, synced=1))
    assert "1 email synced" in sentence(one, verdict(one, NOON), NOON)
    assert subtitle(CARD.mailbox) == "IMAP, inbound only, every 15 minutes"


def test_the_headline_says_what_the_cards_say() -> None:
    parked = replace(CARD, figures=MailboxFigures(120, 2, 0))
    paused = replace(CARD, mailbox=replace(mailbox(), state=MailboxState.PAUSED))
    said = {
        "All mailboxes are healthy": [CARD, CARD],
        "1 mailbox needs attention": [CARD, parked],
        "2 mailboxes need attention": [parked, replace(CARD, health=SLOW), paused],
        "1 mailbox is disconnected": [parked, replace(CARD, health=REFUSED)],
    }
    assert {headline(cards, NOON): cards for cards in said.values()} == said
    assert headline([], NOON) == headline([CARD, replace(CARD, health=OFFLINE)], NOON) == ""
