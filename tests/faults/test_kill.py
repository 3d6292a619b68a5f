"""SIGKILL at any moment: what was there is whole, and the next run makes it as if nothing had been.

The moments are seeded and spread over a measured run: start-up, log-in, fetching, parsing, committing.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from desktop.demo import fault_actions as do
from desktop.demo.faults import Fault, on
from tests.e2e.letters import letters, message_ids
from tests.e2e.postroom import Forked, Postroom, new_postroom, wait_until
from tests.e2e.processes import parsers_of
from tests.e2e.steps import connect, emails, fingerprint, is_complete, is_sound, peek, sync
from tests.faults.profiles import copy_of
from tests.faults.scene import PATIENT_S, Scene, new_scene, settle
from tests.helpers.dovecot import Dovecot, User
from tools.deep_runs import Say

pytestmark = pytest.mark.timeout(600)

MAILS = 300
CUSTOMERS = 2500
REPAIRED = 160


def killed(command: Forked, after_s: float) -> bool:
    """Kill a command at that moment; False when it was faster. No child of it outlives it."""
    if command.ended_within(after_s) or not command.kill():
        return False
    wait_until(lambda: not parsers_of(command.pid), "a parser outlives the program", limit_s=10)
    return True


def moments(seed: int, seconds: float) -> Iterator[float]:
    """Random moments of a run: every fourth in its first tenth, where it starts up."""
    chance = random.Random(seed)
    while True:
        for part in (0.1, 1, 1, 1):
            yield chance.uniform(0, seconds * part)


def timed(command: Callable[[], object]) -> float:
    """How long something takes, in seconds."""
    began = time.monotonic()
    command()
    return time.monotonic() - began


# --- a first sync -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def connected(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Postroom:
    """A profile with a mailbox that has never synced; batches are small, so that there are many commits."""
    postroom, user = new_postroom(tmp_path_factory.mktemp("connected"), dovecot.ca_file), dovecot.new_user()
    dovecot.deliver_many(user, [(raw, None) for raw in letters(MAILS)])
    connect(postroom, dovecot, user)
    postroom.ask("settings", "set", "sync.batch_messages", "20")
    return postroom


def fresh(connected: Postroom, folder: Path) -> Postroom:
    """A copy of the profile that has never synced."""
    folder.mkdir(mode=0o700)
    copied = copy_of(connected, folder)
    copied.ca_file = connected.ca_file
    return copied


@pytest.mark.server
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(1, 8))])
def test_a_first_sync_killed_25_times(connected: Postroom, tmp_path: Path, seed: int, figure: Say) -> None:
    whole_run = timed(lambda: sync(fresh(connected, tmp_path / "measured")))
    when, kills, profiles = moments(seed, whole_run), 0, 0
    while kills < 25:
        profiles += 1
        postroom = fresh(connected, tmp_path / f"profile-{profiles}")
        while kills < 25 and killed(postroom.begin("sync"), next(when)):
            kills += 1
            if kills % 6 == 0:
                is_sound(postroom)
        sync(postroom)
        is_as_never_killed(postroom)
    assert profiles < 25, "no sync came further than its start"
    figure("kills in first syncs", kills)


def is_as_never_killed(postroom: Postroom) -> None:
    """All mail, each once, with one verdict, one decision and one planned effect."""
    stored = [one["message_id"] for one in emails(postroom)]
    assert len(stored) == MAILS
    assert set(stored) == message_ids(letters(MAILS))
    counts = peek(
        postroom,
        "SELECT count(*), count(DISTINCT ref), count(DISTINCT email_id),"
        " (SELECT count(*) FROM decision), (SELECT count(*) FROM outbox) FROM ledger",
    )
    assert counts == [(MAILS,) * 5]
    is_sound(postroom)
    is_complete(postroom)


# --- an audit that repairs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [13, *(pytest.param(seed, marks=pytest.mark.deep) for seed in (14, 15, 16))])
def test_an_audit_that_repairs_killed_10_times(tmp_path: Path, seed: int, figure: Say) -> None:
    with new_scene(tmp_path / "scene") as scene:
        for raw in letters(REPAIRED, first=1000):
            scene.account.deliver(raw)
        fault = do.omit_uids(scene.account.uids()[::2])
        scene.hurt(Fault(when=on("UID FETCH"), do=fault, times=None))
        assert scene.sync(code=0)["folders"][0]["missing"] > REPAIRED // 3
        scene.server.faults.clear()
        settle(scene.postroom, PATIENT_S)
        whole_run = timed(lambda: is_repaired(on_copy(scene, tmp_path / "measured")))
        when, kills, profiles = moments(seed, whole_run), 0, 0
        while kills < 10:
            profiles += 1
            copied = on_copy(scene, tmp_path / f"profile-{profiles}")
            while kills < 10 and killed(copied.postroom.begin("audit", "--repair"), next(when)):
                kills += 1
            is_repaired(copied)
            copied.is_as_on_the_servers()
            is_sound(copied.postroom)
    figure("kills in repairing audits", kills)


def on_copy(scene: Scene, folder: Path) -> Scene:
    """The same servers, and a copy of the profile."""
    folder.mkdir(mode=0o700)
    return replace(scene, postroom=copy_of(scene.postroom, folder))


def is_repaired(scene: Scene) -> None:
    """After the repair nothing is missing and nothing is waited for."""
    audited = scene.postroom.ask("audit", "--repair")["mailboxes"]
    assert all(folder["complete"] for one in audited for folder in one["folders"])


# --- a backfill and its undo ------------------------------------------------------------------------------------------

OLDER = 160


@pytest.fixture
def with_older(tmp_path: Path, dovecot: Dovecot) -> tuple[Postroom, User]:
    """A mailbox that is synced from yesterday on, with much mail of the days before."""
    postroom, user = new_postroom(tmp_path, dovecot.ca_file), dovecot.new_user()
    connect(postroom, dovecot, user, "--since-days", "1")
    postroom.ask("settings", "set", "sync.batch_messages", "10")
    now = datetime.now(UTC)
    older = [(raw, now - timedelta(days=3 + number // 30)) for number, raw in enumerate(letters(OLDER))]
    dovecot.deliver_many(user, [*older, *((raw, None) for raw in letters(5, first=1000))])
    sync(postroom)
    return postroom, user


@pytest.mark.server
@pytest.mark.parametrize("kills", [6, *(pytest.param(kills, marks=pytest.mark.deep) for kills in (38, 40, 42))])
def test_backfills_and_undos_killed(with_older: tuple[Postroom, User], kills: int, figure: Say) -> None:
    """The number of kills is the seed too."""
    postroom, user = with_older
    words = ("backfill", "--mailbox", user.name)
    commands = {"done": (*words, "--days", "30"), "undone": (*words, "--undo")}
    before = fingerprint(postroom)
    durations = {state: timed(partial(postroom.ask, *command)) for state, command in commands.items()}
    assert fingerprint(postroom) == before
    when, met, wanted = moments(kills, 1.0), 0, "done"
    while met < kills:
        met += killed(postroom.begin(*commands[wanted]), next(when) * durations[wanted])
        if met % 10 == 0:
            is_sound(postroom)
        ((state, stored, here),) = peek(
            postroom,
            "SELECT state, stored, (SELECT count(*) FROM email) FROM backfill ORDER BY id DESC LIMIT 1",
        )
        assert here == 5 + (0 if state == "undone" else stored), "all or nothing"
        if state == "undone":
            assert fingerprint(postroom) == before
        if state in commands:
            wanted = "done" if state == "undone" else "undone"
    if state != "undone":
        if state != "done":
            assert postroom.ask(*commands["done"])["state"] == "done"
        assert len({one["message_id"] for one in emails(postroom)}) == len(emails(postroom)) == OLDER + 5
        is_complete(postroom)
        postroom.ask(*commands["undone"])
    assert fingerprint(postroom) == before
    is_sound(postroom)
    figure("kills in backfills and their undos", met)


# --- customers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [7, *(pytest.param(seed, marks=pytest.mark.deep) for seed in (8, 9, 10))])
def test_imports_and_undos_killed_20_times(tmp_path: Path, seed: int, figure: Say) -> None:
    table = tmp_path / "customers.csv"
    rows = (f"Customer {number},c{number}@firm{number % 50}.example,Firm {number % 50}" for number in range(CUSTOMERS))
    table.write_text("\n".join(["name,email,company", *rows]))
    commands = {0: ("customers", "import", str(table)), CUSTOMERS: ("undo",)}
    postroom = new_postroom(tmp_path)
    durations = {count: timed(partial(postroom.ask, *command)) for count, command in commands.items()}
    when = moments(seed, 1.0)
    kills, tries = 0, 0
    while kills < 20:
        before, tries = customers(postroom), tries + 1
        kills += killed(postroom.begin(*commands[before]), next(when) * durations[before])
        after = customers(postroom)
        assert after in commands, "all or nothing"
        assert peek(postroom, "SELECT count(*) FROM journal WHERE state = 'done'") == [(after > 0,)]
        assert tries < 200
        if kills % 5 == 0:
            is_sound(postroom)
    if customers(postroom):
        postroom.ask("undo")
    assert postroom.ask("customers", "import", str(table))["created"] == CUSTOMERS
    assert len(postroom.ask("customers", "list")["items"]) == CUSTOMERS
    is_sound(postroom)
    figure("kills in imports and their undos", kills)


def customers(postroom: Postroom) -> int:
    """How many customers there are, addresses too."""
    ((count, addresses),) = peek(postroom, "SELECT (SELECT count(*) FROM customer), count(*) FROM customer_address")
    assert count == addresses
    return int(count)


# --- a new profile ----------------------------------------------------------------------------------------------------


def test_a_new_profile_killed_while_it_is_made(tmp_path: Path, figure: Say) -> None:
    measured = new_postroom(tmp_path / "measured")
    when, kills = moments(11, timed(lambda: measured.ask("emails", "list"))), 0
    for round_ in range(60):
        postroom = new_postroom(tmp_path / f"round-{round_}")
        while killed(postroom.begin("customers", "add", "--name", "New"), next(when)):
            kills += 1
        assert len(postroom.ask("customers", "list")["items"]) >= 1
        if round_ % 5 == 0:
            is_sound(postroom)
        if kills >= 20:
            break
    assert kills >= 20
    figure("kills of new profiles", kills)
