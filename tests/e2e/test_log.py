"""``postroom log``: read and narrowed with the server gone, told in three sentences, the same again and again once."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import NeedsSignIn
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.store.opening import create_store, open_store
from desktop.store.profile_lock import ProfileLock
from tests.e2e.postroom import Postroom, new_postroom, refusal
from tests.helpers.mails import place_in

REFUSED = NeedsSignIn(
    ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", meaning="New mail waits there.", action="Reconnect."
)
SALES = "sales@shop.example"
MAY_RUN = "A sync has begun and is not over."
BROKEN_OFF = "Broken off: Postroom was ended before the sync was over."


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Postroom:
    """A profile whose log has a day of refusals, a note and two syncs that never ended; no server is there."""
    offline = new_postroom(tmp_path_factory.mktemp("log"))
    now = datetime.now(UTC).replace(microsecond=0)
    offline.profile.mkdir(mode=0o700)
    create_store(offline.profile, offline.key)
    store = open_store(offline.profile, offline.key, writing=True)
    place_in(store, SALES)
    place_in(store, "support@shop.example")
    with store.write() as uow:
        uow.records.say("info", "Began a backfill of 14 days.", now - timedelta(days=3), mailbox_id=MailboxId(2))
        for hours in (5, 4, 3):
            at = now - timedelta(hours=hours)
            run = uow.records.begin_run(MailboxId(1), at)
            uow.records.say_error(REFUSED, at, mailbox_id=MailboxId(1))
            uow.records.end_run(run, REFUSED.code.value, {"folders": [], "seconds": 0.4}, at)
        uow.records.say("warning", "The folder Entwürfe is gone.", now, mailbox_id=MailboxId(1), code="FOLDER_MISSING")
        for days in (10, 9):
            uow.records.begin_run(MailboxId(2), now - timedelta(days=days))
    store.close()
    return offline


def told(postroom: Postroom, *narrowed: str) -> list[str]:
    return [entry["what"] for entry in postroom.ask("log", *narrowed)["items"]]


def test_it_is_narrowed_by_level_mailbox_words_code_sync_and_time(logged: Postroom) -> None:
    refused, gone, began = REFUSED.what, "The folder Entwürfe is gone.", "Began a backfill of 14 days."
    assert told(logged) == [gone, refused, refused, refused, began, BROKEN_OFF, BROKEN_OFF]
    assert told(logged, "--level", "error") == [refused] * 3
    assert told(logged, "--level", "warning") == [gone, refused, refused, refused, BROKEN_OFF, BROKEN_OFF]
    assert told(logged, "--mailbox", "SUPPORT@shop.example") == [began, BROKEN_OFF, BROKEN_OFF]
    assert told(logged, "--search", "support ended before") == [BROKEN_OFF, BROKEN_OFF]
    assert told(logged, "--search", "entwurfe sales") == [gone]
    assert told(logged, "--search", "new mail waits") == [refused] * 3
    assert told(logged, "--code", "folder_missing") == [gone]
    assert told(logged, "--run", "2") == [refused]
    assert told(logged, "--since", "1d") == [gone, refused, refused, refused]
    assert told(logged, "--since", (datetime.now(UTC) - timedelta(hours=4.5)).isoformat()) == [gone, refused, refused]
    assert told(logged, "--since", "1d", "--limit", "1") == [gone]


def test_a_sync_without_an_end_ended_with_the_program_unless_somebody_writes(logged: Postroom) -> None:
    syncs = ("log", "--mailbox", "support@shop.example", "--since", "11d")
    *_, newest, before = logged.ask(*syncs)["items"]
    assert [(one["id"], one["run"], one["level"]) for one in (newest, before)] == [
        ("sync-5", "5", "warning"),
        ("sync-4", "4", "warning"),
    ]
    assert newest["meaning"] == "What it had brought is here, and the next sync goes on from there."
    with ProfileLock(logged.profile):
        *_, newest, before = logged.ask(*syncs)["items"]
    assert (newest["what"], newest["level"]) == (MAY_RUN, "info")
    assert (before["what"], before["level"]) == (BROKEN_OFF, "warning")


def test_a_person_reads_repeats_once_with_their_three_sentences(logged: Postroom) -> None:
    shown = logged.quick("log", "--code", "ACCOUNT_SIGN_IN").stdout.splitlines()
    assert len(shown) == 3
    assert "The password was refused, 3 times since 20" in shown[0]
    assert [line.strip() for line in shown[1:]] == ["New mail waits there.", "What to do: Reconnect."]
    assert logged.quick("log", "--search", "nothing of this kind").stdout.strip() == "No entry of the log fits."


@pytest.mark.parametrize("wrong", [["--since", "yesterday"], ["--code", "NO_SUCH"], ["--run", "x"]])
def test_what_cannot_be_read_is_wrong_usage(logged: Postroom, wrong: list[str]) -> None:
    assert logged.quick("log", *wrong).code == 2


def test_a_mailbox_that_is_not_there_is_said(logged: Postroom) -> None:
    assert refusal(logged.quick("log", "--mailbox", "nobody@shop.example", "--json"))["code"] == "NOT_FOUND"
