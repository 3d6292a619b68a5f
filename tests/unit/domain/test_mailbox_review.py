"""When a review comes due, and what the program can tell of each point by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.health import Dimension, Finding, Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxDetails, MailboxPurpose, OAuthProvider, Security, ServerSettings
from desktop.domain.mailbox_review import (
    WORDS,
    MailboxReview,
    Point,
    ReviewCause,
    cause_of,
    checklist,
    first_review,
    hastened,
    reviewed,
    with_stop,
)
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant, Identity
from tests.helpers.mails import NOON, mailbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DETAILS = MailboxDetails(MailboxPurpose.SUPPORT, "Jo", "it@shop.example", "Shop Support", "help@shop.example")
WELL = Health(HealthState.HEALTHY, ReasonCode.SYNCED.value, "All is well.", last_sync=NOON - HOUR)
RED = Health(HealthState.DISCONNECTED, ReasonCode.SERVER_UNREACHABLE.value, failing_since=NOON)
GRANT = Grant(
    OAuthProvider.GOOGLE, Identity("https://id.example", "1", "ann@shop.example"), ("mail",), NOON, NOON, NOON + HOUR
)
SMTP = ServerSettings("127.0.0.1", 587, Security.STARTTLS, "support")


def point(key: str, box: Mailbox, grant: Grant | None = None, health: Health = WELL) -> Point:
    (found,) = [one for one in checklist(box, grant, health, NOON) if one.key == key]
    return found


def test_the_first_review_is_90_days_after_connecting_and_the_next_90_days_after_that() -> None:
    review = first_review(NOON)
    assert not review.is_due(NOON + timedelta(days=89, hours=23))
    assert review.is_due(NOON + timedelta(days=90))
    assert review.words == "It was last looked at more than 90 days ago."
    later = reviewed(NOON + timedelta(days=95))
    assert not later.is_due(NOON + timedelta(days=184))
    assert later.is_due(NOON + timedelta(days=185))


def test_what_happened_makes_it_due_and_takes_nothing_away() -> None:
    review = MailboxReview(NOON + DAY, reviewed_at=NOON - DAY)
    assert hastened(review, ReviewCause.OWNER, NOON) == MailboxReview(NOON, ReviewCause.OWNER, NOON - DAY)
    waiting = MailboxReview(NOON - DAY, ReviewCause.OWNER)
    assert hastened(waiting, ReviewCause.CONTACT, NOON) == MailboxReview(NOON - DAY, ReviewCause.CONTACT)


def test_a_mailbox_that_is_red_for_a_day_is_to_be_reviewed() -> None:
    review = with_stop(first_review(NOON), RED)
    assert (review.due_at, review.cause) == (NOON + DAY, ReviewCause.STOPPED)
    assert with_stop(first_review(NOON), replace(RED, state=HealthState.ATTENTION)) == first_review(NOON)
    assert with_stop(first_review(NOON), replace(RED, state=HealthState.PAUSED)) == first_review(NOON)


def test_a_silent_stop_is_one_too() -> None:
    silent = Finding(
        Dimension.FRESH, HealthState.ATTENTION, ReasonCode.MAIL_NOT_ARRIVING.value, "Nothing comes over.", since=NOON
    )
    health = replace(WELL, state=HealthState.ATTENTION, findings=(silent,))
    assert with_stop(first_review(NOON), health).due_at == NOON + DAY
    other = replace(silent, code=ReasonCode.ACCOUNT_EXPIRES_SOON.value)
    assert with_stop(first_review(NOON), replace(health, findings=(other,))) == first_review(NOON)


def test_somebody_who_has_looked_since_it_stopped_is_not_asked_again() -> None:
    seen = reviewed(NOON + DAY + HOUR)
    assert with_stop(seen, RED) == seen
    early = reviewed(NOON + HOUR)
    assert with_stop(early, RED).cause is ReviewCause.STOPPED


def test_what_was_due_before_it_stopped_keeps_its_cause() -> None:
    due = MailboxReview(NOON, ReviewCause.OWNER)
    assert with_stop(due, RED) == due


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (DETAILS, replace(DETAILS, owner="Kim"), ReviewCause.HANDOVER),
        (DETAILS, replace(DETAILS, owner=""), ReviewCause.HANDOVER),
        (
            replace(DETAILS, purpose=MailboxPurpose.PERSONAL),
            replace(DETAILS, purpose=MailboxPurpose.PERSONAL, owner=""),
            ReviewCause.OWNER,
        ),
        (DETAILS, replace(DETAILS, recovery_contact="kim@shop.example"), ReviewCause.CONTACT),
        (MailboxDetails(), DETAILS, None),
        (DETAILS, replace(DETAILS, display_name="Help", reply_to=""), None),
    ],
)
def test_another_owner_or_contact_asks_for_a_review(
    before: MailboxDetails, after: MailboxDetails, cause: ReviewCause | None
) -> None:
    assert cause_of(before, after) is cause


def test_every_cause_has_words() -> None:
    assert set(WORDS) == set(ReviewCause)


def test_the_points_follow_what_is_said_of_the_mailbox() -> None:
    bare = mailbox()
    assert [one.key for one in checklist(bare, None, WELL, NOON)] == [
        "owner",
        "sign_in",
        "arrives",
        "recovery",
        "timeline",
        "backfill",
    ]
    assert (point("owner", bare).is_fine, point("recovery", bare).is_fine) == (False, False)
    sending = replace(bare, smtp=SMTP, details=DETAILS)
    assert point("owner", sending).more == "Support, owned by Jo."
    assert point("sender", sending).more == "Customers see Shop Support. Replies go to help@shop.example."
    assert point("sender", replace(sending, details=MailboxDetails())).is_fine is False
    assert point("recovery", sending).is_fine is True
    personal = replace(sending, details=replace(DETAILS, purpose=MailboxPurpose.PERSONAL))
    assert "recovery" not in [one.key for one in checklist(personal, None, WELL, NOON)]


def test_what_only_a_person_sees_is_left_to_a_person() -> None:
    box = replace(mailbox(), smtp=SMTP, since_days=365)
    assert [one.key for one in checklist(box, None, WELL, NOON) if one.is_fine is None] == [
        "sends",
        "timeline",
        "backfill",
    ]


def test_whether_mail_arrives() -> None:
    box = mailbox()
    assert point("arrives", box).is_fine is True
    assert point("arrives", box, health=replace(WELL, last_sync=NOON - 2 * DAY)).is_fine is False
    assert point("arrives", box, health=replace(RED, last_sync=NOON - HOUR)).is_fine is False
    assert point("arrives", box, health=Health()).more == "It was not synced yet."


def test_whether_it_can_be_signed_in_to() -> None:
    box, browser = mailbox(), replace(mailbox(), oauth=OAuthProvider.GOOGLE)
    assert point("sign_in", box).is_fine is True
    assert point("sign_in", box, health=Health()).is_fine is None
    refused = replace(RED, code=ReasonCode.ACCOUNT_REVOKED.value, reason="The sign-in was revoked.")
    assert point("sign_in", browser, GRANT, refused).more == "The sign-in was revoked."
    assert point("sign_in", browser, GRANT).more == "By ann@shop.example."
    assert point("sign_in", browser, None).is_fine is False
    assert point("sign_in", browser, replace(GRANT, renewable_until=NOON + HOUR)).more == "The sign-in ends soon."
    assert point("sign_in", browser, replace(GRANT, renewable_until=NOON + 9 * DAY)).is_fine is True
