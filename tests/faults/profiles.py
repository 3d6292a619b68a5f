"""Copies of a furnished profile, and pictures of what is in one."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer
from tests.faults.scene import Scene, new_scene


@contextmanager
def new_furnished(folder: Path) -> Iterator[Scene]:
    """A profile with mail, synced, and its servers; tests take copies of it."""
    with new_scene(folder) as scene:
        for number in range(7, 120):
            scene.account.deliver(letter(number, body=f"Line {number} of words. {'x' * number}\r\n" * 40))
        add_customer(scene.postroom, "Old", "p3@acme.example")
        scene.sync(code=0)
        yield scene


def copy_of(original: Postroom, folder: Path) -> Postroom:
    """The same profile once more; `-shm` is left out, as a copy of a closed database would have none."""
    shutil.copytree(original.profile, folder / "profile", ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    assert original.key_file is not None
    key_file = folder / "profile.key"
    key_file.touch(mode=0o600)
    key_file.write_text(original.key_file.read_text())
    return Postroom(folder / "profile", key_file)


def picture(folder: Path) -> dict[str, str]:
    """Every file that holds something, with a digest of it; locks and the shared index of the log hold nothing."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.name.endswith((".lock", "-shm"))]
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.stat().st_size or not file.name.endswith("-wal")
    }


def database(postroom: Postroom) -> Path:
    """The database file."""
    return postroom.profile / "postroom.db"
