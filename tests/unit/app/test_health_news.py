"""What is said of mailboxes whose health changed: each change once, the gravest first, and never a person's own act."""

from dataclasses import replace

import pytest

from desktop.app.health_news import News, news
from desktop.domain.activity import Fix
from desktop.domain.health import Dimension, Finding, Health, HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from tests.helpers.mails import mailbox

GREEN, YELLOW, RED = HealthState.HEALTHY, HealthState.ATTENTION, HealthState.DISCONNECTED
ANN = replace(mailbox("ann@shop.example"), id=MailboxId(1))
BOB = replace(mailbox("bob@shop.example"), id=MailboxId(2))


def ill(state: HealthState, code: str, what: str) -> Health:
    return Health(state, code, f"{what} More of it.", findings=(Finding(Dimension.ERRORS, state, code, what),))


WELL, NEW = Health(GREEN, "SYNCED", "Connected."), Health()
REFUSED = ill(RED, "ACCOUNT_REVOKED", "The sign-in was revoked.")
LATE = ill(YELLOW, "SYNC_OVERDUE", "No sync for 31 minutes.")
LATER = ill(YELLOW, "SYNC_OVERDUE", "No sync for 32 minutes.")
OFFLINE = ill(YELLOW, "OFFLINE", "This computer is offline.")


def said(before: Health, now: Health, box: Mailbox = ANN) -> News | None:
    return news([(ANN, before)], [(box, now)])


@pytest.mark.parametrize(
    ("before", "now", "text", "fix"),
    [
        (WELL, REFUSED, "ann@shop.example: The sign-in was revoked.", Fix.RECONNECT),
        (WELL, LATE, "ann@shop.example: No sync for 31 minutes.", Fix.SYNC),
        (NEW, REFUSED, "ann@shop.example: The sign-in was revoked.", Fix.RECONNECT),
        (OFFLINE, REFUSED, "ann@shop.example: The sign-in was revoked.", Fix.RECONNECT),
        (LATE, REFUSED, "ann@shop.example: The sign-in was revoked.", Fix.RECONNECT),
        (REFUSED, WELL, "ann@shop.example: all is well again.", Fix.NONE),
    ],
)
def test_a_change_is_said(before: Health, now: Health, text: str, fix: Fix) -> None:
    told = said(before, now)
    assert told == News(text, ANN.id, fix, now.state is RED)


@pytest.mark.parametrize(
    ("before", "now"),
    [(WELL, WELL), (LATE, LATER), (NEW, WELL), (REFUSED, NEW), (WELL, OFFLINE), (OFFLINE, WELL)],
)
def test_what_is_no_change_or_somebody_elses_to_say_is_not(before: Health, now: Health) -> None:
    assert said(before, now) is None


def test_what_a_person_did_is_no_news() -> None:
    assert said(REFUSED, Health(HealthState.PAUSED), replace(ANN, state=MailboxState.PAUSED)) is None
    assert said(WELL, Health(RED), replace(ANN, state=MailboxState.DISCONNECTED)) is None
    assert news([], [(ANN, REFUSED)]) is None


def test_of_several_the_gravest_is_named_and_the_others_counted() -> None:
    told = news([(ANN, WELL), (BOB, WELL)], [(ANN, LATE), (BOB, REFUSED)])
    assert told is not None
    assert told.text == "bob@shop.example: The sign-in was revoked. And 1 other mailbox changed."
    assert told.mailbox_id == BOB.id
