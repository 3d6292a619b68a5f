"""A disk that is read-only, full or limited: said in a sentence, nothing lost, and it goes on when there is room.

The disks are mounts in a namespace of their own (`unshare`), so nothing outside the test's folder is touched.
"""

import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom, Result, refusal
from tests.e2e.steps import emails, fingerprint, is_complete, is_sound, sync
from tests.e2e.test_contract import lose
from tests.faults.profiles import copy_of, new_furnished, picture
from tests.faults.scene import HURT, Scene, new_scene

READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"'
SMALL = 'mount -t tmpfs -o size="$2" tmpfs "$3" && cp -a "$1/." "$3/" && mount --bind "$3" "$1"'
KEEP = 'umount "$1"; cp -a "$3/." "$4/"'
"""What came of the small disk is kept in another folder."""


def namespace() -> list[str]:
    """What gives a command mounts of its own: as root, or as root of a user namespace; none where that is barred."""
    for words in (["unshare", "-m"], ["unshare", "-rm"]):
        if shutil.which("unshare"):
            tried = subprocess.run([*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True)
            if tried.returncode == 0:
                return words
    return []


@pytest.fixture(scope="module")
def own_mounts() -> list[str]:
    """Words that start a command with mounts of its own."""
    found = namespace()
    if not found:
        pytest.skip("this system lets us mount nothing, not even in a namespace of our own")
    return found


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A profile with mail, synced, and its servers; 200 more mails wait."""
    with new_furnished(tmp_path_factory.mktemp("furnished")) as scene:
        for number in range(200, 400):
            noise = random.Random(number)  # what cannot be compressed
            body = "\r\n".join(noise.randbytes(36).hex() for _ in range(150))
            scene.account.deliver(letter(number, body=body))
        yield scene


@pytest.fixture
def postroom(furnished: Scene, tmp_path: Path) -> Postroom:
    """A copy of the furnished profile with its key."""
    return copy_of(furnished.postroom, tmp_path)


def shell(script: str, *parameters: object) -> list[str]:
    """Words that run a script with `$1`... and in it, as `"$@"`, the command that follows them."""
    count = len(parameters)
    given = "; ".join(f"p{number}=${number}" for number in range(1, count + 1)) or ":"
    named = script
    for number in range(1, count + 1):
        named = named.replace(f"${number}", f"$p{number}")
    return ["sh", "-c", f"{given}; shift {count}; {named}", "sh", *map(str, parameters)]


def on_small_disk(postroom: Postroom, own_mounts: Sequence[str], size: str, *command: str) -> tuple[Result, Postroom]:
    """Run a command with the profile on a disk of that size; returns what came of it, the profile too."""
    disk, kept = postroom.profile.parent / "disk", postroom.profile.parent / "kept"
    disk.mkdir()
    kept.mkdir(mode=0o700)
    script = f'{SMALL} && {{ "$@"; code=$?; {KEEP}; exit $code; }}'
    prefix = [*own_mounts, *shell(script, postroom.profile, size, disk, kept)]
    result = postroom.run(*command, "--json", prefix=prefix)
    after = Postroom(kept, postroom.key_file)
    assert (kept / "postroom.db").exists(), str(result)
    return result, after


# --- read-only --------------------------------------------------------------------------------------------------------


BACKFILL = f"backfill --mailbox {HURT} --days 90"
READ_ONLY_FOR = ["customers add --name New", "sync", "emails list", "settings set parse.workers 2", "audit", BACKFILL]


@pytest.mark.parametrize("words", READ_ONLY_FOR)
def test_a_read_only_profile(postroom: Postroom, own_mounts: list[str], words: str) -> None:
    before = picture(postroom.profile)
    prefix = [*own_mounts, *shell(f'{READ_ONLY} && exec "$@"', postroom.profile)]
    error = refusal(postroom.run(*words.split(), "--json", prefix=prefix))
    assert error["code"] == "STORE_READ_ONLY"
    assert "--profile" in error["message"], "what to do is said"
    assert picture(postroom.profile) == before


def test_a_new_profile_where_nothing_can_be_written(tmp_path: Path, own_mounts: list[str], postroom: Postroom) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    new = Postroom(folder / "profile", postroom.key_file)
    shutil.rmtree(folder / "profile-home")
    shutil.rmtree(folder / "profile-output")
    new.home = postroom.home
    prefix = [*own_mounts, *shell(f'{READ_ONLY} && exec "$@"', folder)]
    assert refusal(new.run("emails", "list", "--json", prefix=prefix))["code"] == "STORE_READ_ONLY"
    assert list(folder.iterdir()) == []


# --- full -------------------------------------------------------------------------------------------------------------


def test_a_sync_that_fills_the_disk_pauses_and_goes_on(
    postroom: Postroom, own_mounts: list[str], furnished: Scene
) -> None:
    had = {one["message_id"] for one in emails(postroom)}
    size = f"{sum(file.stat().st_size for file in postroom.profile.iterdir()) // 1024 + 1000}k"
    result, after = on_small_disk(postroom, own_mounts, size, "sync")
    assert result.code == 1
    (receipt,) = [one for one in result.json["mailboxes"] if one["address"] == HURT]
    assert receipt["error"]["code"] == "STORE_FULL"
    assert "Free some space" in result.stderr
    is_sound(after)
    assert {one["message_id"] for one in emails(after)} >= had, "nothing is pruned"
    document = after.quick("health", "--json").json["mailboxes"]
    (health,) = [one for one in document if one["address"] == HURT]
    assert (health["state"], health["code"]) == ("attention", "STORE_FULL")
    assert health["retry_at"], "it is tried again by itself when there is room"

    receipts = sync(after)
    assert sum(folder["stored"] for folder in receipts[HURT]["folders"]) >= 1
    is_sound(after)
    is_complete(after)
    assert len(emails(after)) == len(furnished.served())


@pytest.fixture
def with_older(tmp_path: Path) -> Iterator[Scene]:
    """A profile that has synced, and a mailbox with 90 letters from before its first day."""
    with new_scene(tmp_path / "scene") as scene:
        now = datetime.now(UTC)
        for number in range(90):
            body = "\r\n".join(random.Random(number).randbytes(36).hex() for _ in range(150))
            scene.account.deliver(
                letter(f"old-{number}", body=body), internal_date=now - timedelta(days=40 + number % 9)
            )
        scene.postroom.ask("settings", "set", "sync.batch_messages", "10")
        scene.sync(code=0)
        yield scene


def test_a_backfill_that_fills_the_disk_waits_and_goes_on(with_older: Scene, own_mounts: list[str]) -> None:
    postroom, words = with_older.postroom, BACKFILL.split()
    before, had = fingerprint(postroom), len(emails(postroom))
    size = f"{sum(file.stat().st_size for file in postroom.profile.iterdir()) // 1024 + 900}k"
    result, after = on_small_disk(postroom, own_mounts, size, *words)
    assert refusal(result)["code"] == "STORE_FULL"
    assert "Free some space" in result.stderr
    is_sound(after)
    status = after.ask(*words[:3], "--status")
    assert (status["state"], status["code"]) == ("waiting", "STORE_FULL")
    assert 0 < status["stored"] < 90
    assert len(emails(after)) == had + status["stored"]

    done = after.ask(*words)
    assert (done["state"], done["stored"]) == ("done", 90)
    is_complete(after)
    after.ask(*words[:3], "--undo")
    assert fingerprint(after) == before
    is_sound(after)


def test_an_audit_whose_repair_fills_the_disk_says_so_and_does_the_rest_when_there_is_room(
    postroom: Postroom, own_mounts: list[str], furnished: Scene
) -> None:
    for number in (80, 81, 82):
        lose(postroom, uid=number)
    had = {one["message_id"] for one in emails(postroom)}
    size = f"{sum(file.stat().st_size for file in postroom.profile.iterdir()) // 1024 + 1000}k"
    result, after = on_small_disk(postroom, own_mounts, size, "audit", "--repair", "--mailbox", HURT)
    (report,) = result.json["mailboxes"]
    assert (result.code, report["error"]["code"]) == (1, "STORE_FULL")
    assert (report["found"], report["repaired"]) == (3, 0)
    assert "Free some space" in result.stderr
    is_sound(after)
    assert {one["message_id"] for one in emails(after)} >= had, "nothing is pruned"

    sync(after)
    is_sound(after)
    is_complete(after)
    assert len(emails(after)) == len(furnished.served())


FULL = ["emails list", "customers add --name New", "settings set parse.workers 2", "key passphrase", "sync", BACKFILL]


@pytest.mark.parametrize("words", FULL)
def test_a_disk_without_a_byte_left(postroom: Postroom, own_mounts: list[str], words: str) -> None:
    filled = SMALL + '; cat /dev/zero > "$1/filler" 2>/dev/null; true'
    disk = postroom.profile.parent / "disk"
    disk.mkdir()
    size = f"{sum(file.stat().st_size for file in postroom.profile.iterdir()) // 1024 + 200}k"
    prefix = [*own_mounts, *shell(f'{{ {filled}; }} && exec "$@"', postroom.profile, size, disk)]
    assert refusal(postroom.run(*words.split(), "--json", stdin="pass phrase\n", prefix=prefix))["code"] == "STORE_FULL"
    is_sound(postroom)


def test_a_new_profile_on_a_full_disk_is_not_half_made(
    tmp_path: Path, own_mounts: list[str], postroom: Postroom
) -> None:
    disk, kept = tmp_path / "small", tmp_path / "kept"
    for folder in (disk, kept):
        folder.mkdir()
    new = Postroom(disk / "profile", postroom.key_file)
    script = 'mount -t tmpfs -o size=64k tmpfs "$1" && { "$@"; code=$?; cp -a "$1/." "$2/"; exit $code; }'
    new.home.mkdir(exist_ok=True)
    result = new.run("emails", "list", "--json", prefix=[*own_mounts, *shell(script, disk, kept)])
    assert refusal(result)["code"] == "STORE_FULL"
    assert not (kept / "profile" / "postroom.db").exists()


def test_a_limit_on_the_size_of_files(postroom: Postroom, furnished: Scene) -> None:
    blocks = (postroom.profile / "postroom.db").stat().st_size // 512 + 64
    result = postroom.run("sync", "--json", prefix=shell(f'ulimit -f {blocks} && exec "$@"'))
    assert result.code == 1
    assert "STORE_FULL" in result.stdout
    assert "did not take what was to be saved" in result.stderr
    is_sound(postroom)
    sync(postroom)
    is_complete(postroom)
    assert len(emails(postroom)) == len(furnished.served())
