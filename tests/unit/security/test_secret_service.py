"""The real thing: gnome-keyring on a message bus of its own, with a home of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]

SCRIPT = """
printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >&2
exec "$0" -m tests.unit.security.secret_service "$1"
"""

pytestmark = pytest.mark.server


@pytest.fixture(autouse=True)
def programs() -> None:
    missing = [name for name in ("gnome-keyring-daemon", "dbus-run-session") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}: apt-get install gnome-keyring dbus")


def in_a_session(case: str, home: Path) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_", "GNOME_"))}
    environ = {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = ["dbus-run-session", "--", "bash", "-c", SCRIPT, sys.executable, case]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environ, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])  # a keyring that the bus starts says where it is
    return result


def test_keys_and_passwords_are_kept_read_and_forgotten(tmp_path: Path) -> None:
    result = in_a_session("keeps", tmp_path)
    assert result.pop("secrets") == "keyring"
    assert all(result.values()), result


def test_a_locked_keyring_is_a_sentence(tmp_path: Path) -> None:
    for told in in_a_session("locked", tmp_path).values():
        assert told["code"] == "KEYRING_MISSING"
        assert "is locked and was not unlocked" in told["words"]
        assert "--key-file FILE" in told["words"]


def test_a_deleted_item_never_makes_a_new_key(tmp_path: Path) -> None:
    result = in_a_session("deleted", tmp_path)
    assert result["told"]["code"] == "KEYRING_MISSING"
    assert "so none was made" in result["told"]["words"]
    assert result["lost"]["code"] == "STORE_MISSING"
    assert result["still_none"]
    assert result["files_same"]


def test_a_keyring_that_does_not_answer_is_given_up_on_and_taken_up_again(tmp_path: Path) -> None:
    result = in_a_session("silent", tmp_path)
    assert result["told"]["code"] == "KEYRING_MISSING"
    assert "did not answer within 1 seconds" in result["told"]["words"]
    assert result["afterwards"]


def test_tokens_too_long_for_the_keyring_are_sealed_under_its_key(tmp_path: Path) -> None:
    result = in_a_session("long", tmp_path)
    assert all(result.values()), result


@pytest.mark.parametrize("case", ["tokens_locked", "tokens_vanished"])
def test_tokens_asked_for_while_the_keyring_is_away_are_not_lost(tmp_path: Path, case: str) -> None:
    result = in_a_session(case, tmp_path)
    for told in result.pop("told").values():
        assert told["code"] == "KEYRING_MISSING", told
        assert "--key-file FILE" in told["words"]
    assert all(result.values()), result
    again = in_a_session("tokens_again", tmp_path)
    assert all(again.values()), again


def test_without_a_message_bus_there_is_no_keyring(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    program = (
        "from pathlib import Path\nfrom desktop.domain.errors import KeyUnavailable\n"
        "from desktop.security.keysource import obtain_key\n"
        "try:\n    obtain_key(Path('profile'), database_exists=False)\n"
        "except KeyUnavailable as error:\n    print(error.code, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environ,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("KEYRING_MISSING There is no desktop keyring here")
    assert "postroom key new FILE" in done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
