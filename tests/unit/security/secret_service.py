"""Runs inside a message bus of its own with a real keyring: goes through one case named on the command line.

Not a test itself: test_secret_service.py starts it and reads the JSON it prints.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import secretstorage
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]  # has neither stubs nor py.typed

from desktop.domain.errors import AppError
from desktop.security.keychain import Keychain
from desktop.security.keysource import obtain_key, open_vault
from desktop.security.profile import load_profile, mark_created
from desktop.security.secrets import Secret
from tests.unit.security.support import MemoryRows

PROFILE = Path(os.environ["HOME"]) / "profile"


def told(call: Callable[[], object]) -> dict[str, str]:
    """What a person would be told about *call*."""
    try:
        call()
    except AppError as error:
        return {"code": error.code, "words": str(error)}
    return {"code": "", "words": ""}


def opened(*, database_exists: bool) -> str:
    return obtain_key(PROFILE, database_exists=database_exists).key.reveal_hex()


def keeps() -> dict[str, object]:
    first = obtain_key(PROFILE, database_exists=False)
    mark_created(PROFILE)
    vault = open_vault(first, MemoryRows())
    long = "ä€😀" * 3000
    vault.store("mailbox-1", Secret("päss"))
    vault.store("mailbox-2", Secret(long))
    vault.store("mailbox-1", Secret("newer"))
    found = [vault.fetch("mailbox-1"), vault.fetch("mailbox-2")]
    vault.forget("mailbox-1")
    vault.forget("mailbox-1")
    return {
        "secrets": first.secrets,
        "same_key": opened(database_exists=True) == first.key.reveal_hex(),
        "read_back": found == [Secret("newer"), Secret(long)],
        "forgotten": vault.fetch("mailbox-1") is None,
        "other_stays": vault.fetch("mailbox-2") == Secret(long),
    }


def locked() -> dict[str, object]:
    opened(database_exists=False)
    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()
    return {"read": told(lambda: opened(database_exists=True)), "write": told(lambda: Keychain().set("a", Secret("b")))}


def deleted() -> dict[str, object]:
    opened(database_exists=False)
    mark_created(PROFILE)
    profile = load_profile(PROFILE)
    assert profile is not None
    Keychain().delete(f"{profile.id}:database-key")
    before = sorted(path.name for path in PROFILE.iterdir())
    return {
        "told": told(lambda: opened(database_exists=True)),
        "lost": told(lambda: opened(database_exists=False)),
        "still_none": Keychain().get(f"{profile.id}:database-key") is None,
        "files_same": sorted(path.name for path in PROFILE.iterdir()) == before,
    }


def keyring_process() -> int:
    connection = secretstorage.dbus_init()
    try:
        reply = connection.send_and_get_reply(message_bus.GetConnectionUnixProcessID("org.freedesktop.secrets"))
    finally:
        connection.close()
    return int(reply.body[0])


def silent() -> dict[str, object]:
    """The keyring's process is stopped, as if a prompt stood open that nobody answers; then it goes on."""
    first = opened(database_exists=False)
    keychain = Keychain(wait_s=1)
    daemon = keyring_process()
    os.kill(daemon, signal.SIGSTOP)
    try:
        stopped = told(lambda: obtain_key(PROFILE, database_exists=True, keychain=keychain))
    finally:
        os.kill(daemon, signal.SIGCONT)
    patient = Keychain(wait_s=20)
    again = obtain_key(PROFILE, database_exists=True, keychain=patient).key.reveal_hex()
    waiting = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    for thread in waiting:
        thread.join(20)
    return {"told": stopped, "afterwards": again == first}


CASES = {"keeps": keeps, "locked": locked, "deleted": deleted, "silent": silent}

if __name__ == "__main__":
    json.dump(CASES[sys.argv[1]](), sys.stdout)
