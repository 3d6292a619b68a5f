"""Backfills by the command line, against Dovecot: looked at, run, killed, cancelled, taken back, refused."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.letters import letter, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, emails, fingerprint, is_complete, is_sound, peek, sync
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server

DAY = timedelta(days=1)
ACME = "Ann Lee <ann@acme.example>"


def scene(postroom: Postroom, dovecot: Dovecot) -> User:
    """A mailbox of two days, synced, with three letters in them and twelve before."""
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--since-days", "2")
    add_customer(postroom, "Acme Parts", "ann@acme.example")
    now = datetime.now(UTC) - timedelta(hours=1)  # well past the edge of a range, however soon it is asked for
    for days in range(12):
        sender = ACME if days % 3 else "Stranger <who@else.example>"
        dovecot.deliver(user, letter(f"old-{days}", sender), internal_date=now - (3 + days) * DAY)
    for number in range(3):
        dovecot.deliver(user, letter(f"new-{number}", ACME))
    assert len(emails(postroom)) == 0
    sync(postroom)
    assert len(emails(postroom)) == 3
    return user


def test_it_is_looked_at_first_and_then_brought_in(postroom: Postroom, dovecot: Dovecot) -> None:
    user = scene(postroom, dovecot)
    before = fingerprint(postroom)
    seen = postroom.ask("backfill", "--mailbox", user.name, "--days", "10", "--preview")
    assert (seen["messages"], seen["matches"], seen["review"], seen["tickets"]) == (7, 4, 3, 0)
    assert (seen["left_out"], seen["duplicates"], seen["looked_at"]) == (0, 0, 7)
    assert seen["disk_bytes"] > 0
    assert 0 <= seen["minutes"] < 1
    assert (seen["match_share"], sorted(seen["by_day"].values())) == (57, [1] * 7)
    ranges = postroom.ask("backfill", "--mailbox", user.name, "--preview")["ranges"]
    assert [one["days"] for one in ranges] == [7, 14, 30, 60]
    counts = [one["messages"] for one in ranges]
    assert counts[2:] == [12, 12]
    assert 4 <= counts[0] <= 6, "a server counts by days of its own clock"
    assert 0 <= ranges[3]["minutes"] < 1
    assert fingerprint(postroom) == before

    done = postroom.ask("backfill", "--mailbox", user.name, "--days", "10")
    assert (done["state"], done["total"], done["stored"], done["matched"], done["review"]) == ("done", 7, 7, 4, 3)
    assert [(spot["customer"], spot["emails"]) for spot in done["spot_check"]] == [("Acme Parts", 4)]
    assert len(done["checklist"]) == 4
    assert len(emails(postroom)) == 10
    assert not any("\\Seen" in flags for flags in dovecot.flags(user).values())
    is_complete(postroom)
    is_sound(postroom)
    again = sync(postroom)[user.name]["folders"][0]
    assert (again["fetched"], again["before_start_date"]) == (0, 0)


def test_what_was_brought_is_taken_back_to_the_last_row(postroom: Postroom, dovecot: Dovecot) -> None:
    user = scene(postroom, dovecot)
    before = fingerprint(postroom)
    postroom.ask("backfill", "--mailbox", user.name, "--days", "30")
    assert len(emails(postroom)) == 15
    waiting = postroom.ask("review", "list")["items"]
    customer = postroom.ask("customers", "list")["items"][0]["id"]
    postroom.ask("review", "assign", waiting[0]["id"], customer)

    told = postroom.ask("backfill", "--mailbox", user.name, "--undo", "--preview")
    assert (told["emails"], told["decided"], told["commands"], told["undone"]) == (12, 1, 1, False)
    gone = postroom.ask("backfill", "--mailbox", user.name, "--undo")
    assert (gone["emails"], gone["undone"]) == (12, True)
    assert fingerprint(postroom) == before
    is_complete(postroom)
    is_sound(postroom)
    assert postroom.refused("backfill", "--mailbox", user.name, "--undo") == "NOT_FOUND"
    assert sync(postroom)[user.name]["folders"][0]["stored"] == 0


def test_killed_in_the_middle_it_goes_on_where_it_was(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--since-days", "1")
    now = datetime.now(UTC)
    dovecot.deliver_many(user, [(letter(n, ACME), now - (2 + n // 40) * DAY) for n in range(400)])
    sync(postroom)
    before = fingerprint(postroom)
    killed = 0
    for limit in (20, 90, 200, 330):
        running = postroom.begin("backfill", "--mailbox", user.name, "--days", "20", "--json")
        deadline = time.monotonic() + 30
        while peek(postroom, "SELECT count(*) FROM email")[0][0] < limit and time.monotonic() < deadline:
            if running.ended_within(0.005):
                break
        killed += running.kill()
    assert killed
    (state,) = peek(postroom, "SELECT state FROM backfill")[0]
    if state == "running":
        assert postroom.ask("backfill", "--mailbox", user.name, "--status")["state"] == "waiting"
    done = postroom.ask("backfill", "--mailbox", user.name, "--days", "20") if state != "done" else {}
    status = postroom.ask("backfill", "--mailbox", user.name, "--status")
    assert (status["state"], status["stored"], status["total"]) == ("done", 400, 400)
    assert not done or done["id"] == status["id"]
    assert len({one["message_id"] for one in emails(postroom)}) == len(emails(postroom)) == 400
    is_complete(postroom)
    is_sound(postroom)
    postroom.ask("backfill", "--mailbox", user.name, "--undo")
    assert fingerprint(postroom) == before


def test_cancelled_it_keeps_what_came_and_another_goes_further(postroom: Postroom, dovecot: Dovecot) -> None:
    user = scene(postroom, dovecot)
    hour = datetime.now(UTC).astimezone().hour
    postroom.ask("settings", "set", "sync.quiet_from_hour", str((hour + 2) % 24))
    postroom.ask("settings", "set", "sync.quiet_until_hour", str((hour + 3) % 24))
    waits = postroom.ask("backfill", "--mailbox", user.name, "--days", "10", "--quiet-hours")
    assert (waits["state"], waits["stored"]) == ("waiting", 0)
    assert "quiet hours" in waits["reason"]
    assert postroom.refused("backfill", "--mailbox", user.name, "--days", "30") == "BACKFILL_OPEN"
    assert postroom.ask("backfill", "--mailbox", user.name, "--pause")["state"] == "paused"
    ended = postroom.ask("backfill", "--mailbox", user.name, "--cancel")
    assert (ended["state"], ended["stored"]) == ("cancelled", 0)
    assert postroom.refused("backfill", "--mailbox", user.name, "--resume") == "NOT_FOUND"

    assert postroom.ask("backfill", "--mailbox", user.name, "--days", "10")["stored"] == 7
    further = postroom.ask("backfill", "--mailbox", user.name, "--days", "60")
    assert (further["stored"], further["duplicates"]) == (5, 0)
    postroom.ask("backfill", "--mailbox", user.name, "--undo")
    assert len(emails(postroom)) == 10
    assert message_id("old-11") not in {one["message_id"] for one in emails(postroom)}
    is_complete(postroom)


def test_it_is_refused_while_something_is_unsolved(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    words = ("backfill", "--mailbox", user.name, "--days", "30")
    assert postroom.refused(*words) == "SYNC_FIRST"
    assert postroom.refused(*words, "--preview") == "SYNC_FIRST"
    sync(postroom)
    postroom.quick("mailboxes", "set", user.name, "--password-stdin", "--no-test", stdin="wrong\n")
    sync(postroom, code=1)
    assert postroom.refused(*words) == "ACCOUNT_SIGN_IN"
    postroom.ask("mailboxes", "set", user.name, "--password-stdin", stdin=f"{user.password}\n")
    assert postroom.refused(*words) == "SYNC_FIRST"
    sync(postroom)
    assert postroom.ask(*words)["state"] == "done"
    assert postroom.refused("backfill", "--mailbox", user.name, "--days", "0") == "BAD_INPUT"
    assert postroom.refused("backfill", "--mailbox", user.name) == "BAD_INPUT"
    assert postroom.refused("backfill", "--mailbox", "no@body.example", "--days", "3") == "NOT_FOUND"
    postroom.ask("mailboxes", "set", user.name, "--direction", "manual")
    sync(postroom)
    assert postroom.refused(*words) == "MANUAL_MODE"
