"""Runs inside a message bus of its own with a real keyring: goes through one case named on the command line.

Not a test itself: test_secret_service.py starts it and reads the JSON it prints.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import secretstorage
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]  # has neither stubs nor py.typed

from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.security.keychain import WINDOWS_LIMIT_BYTES, Keychain
from desktop.security.keysource import obtain_key, open_vault
from desktop.security.profile import load_profile, mark_created
from desktop.security.secrets import Secret
from desktop.security.token_slots import TokenSlots
from desktop.security.tokens import AccessToken, TokenSet
from desktop.store.opening import create_store, database_path, open_store
from desktop.workspace.secrets import StoredSecrets
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


class Office:
    """A profile with a real database, and a keyring that takes as little as Windows's."""

    def __init__(self, wait_s: float = 30) -> None:
        path = database_path(PROFILE)
        unlocked = obtain_key(PROFILE, database_exists=path.exists())
        if not path.exists():
            create_store(PROFILE, unlocked.key.reveal_hex())
            mark_created(PROFILE)
        self.store = open_store(PROFILE, unlocked.key.reveal_hex(), writing=True)
        keychain = Keychain(limit_bytes=WINDOWS_LIMIT_BYTES, wait_s=wait_s)
        self.vault = open_vault(unlocked, StoredSecrets(self.store), keychain)
        self.tokens = TokenSlots(self.vault, MailboxId(1))

    def rows(self) -> int:
        with self.store.read() as read:
            return sum(read.secrets.get(f"keyring:mailbox:1:tokens:{slot}") is not None for slot in "ab")

    def in_the_clear(self) -> list[str]:
        """The files of the profile that hold any of the tokens as they are."""
        return [path.name for path in PROFILE.iterdir() if b"token" in path.read_bytes()]


def tokens(serial: str) -> TokenSet:
    """Ten thousand bytes of them."""
    refresh = Secret(f"token {serial} " * 1000)
    return TokenSet(AccessToken(f"token {serial}"), datetime(2026, 3, 1, tzinfo=UTC), ("mail",), refresh=refresh)


def long() -> dict[str, object]:
    """Tokens that the keyring does not take, through two rotations."""
    office = Office()
    office.tokens.replace(tokens("one"))
    office.tokens.replace(tokens("two"))
    office.vault.store("short", Secret("token"))
    office.vault.store("short", tokens("long").sealed_text())
    return {
        "read_back": Office().tokens.load() == tokens("two"),
        "one_row": office.rows() == 1,
        "grown": office.vault.fetch("short") == tokens("long").sealed_text(),
        "sealed": office.in_the_clear() == [],
    }


def asked_while(stop: Callable[[], None]) -> dict[str, object]:
    """What is told when the tokens are asked for, renewed and forgotten after *stop*."""
    office = Office(wait_s=10)
    office.tokens.replace(tokens("kept"))
    rows = office.rows()
    stop()
    told_of = {
        "load": told(office.tokens.load),
        "renew": told(lambda: office.tokens.replace(tokens("lost"))),
        "forget": told(office.tokens.forget),
    }
    return {"told": told_of, "rows_stay": office.rows() == rows == 1, "sealed": office.in_the_clear() == []}


def tokens_locked() -> dict[str, object]:
    def lock() -> None:
        connection = secretstorage.dbus_init()
        secretstorage.get_default_collection(connection).lock()
        connection.close()

    return asked_while(lock)


def tokens_vanished() -> dict[str, object]:
    """The keyring's process dies; what the bus may start in its place is locked."""
    return asked_while(lambda: os.kill(keyring_process(), signal.SIGKILL))


def tokens_again() -> dict[str, object]:
    """In the next session, with the keyring unlocked: nothing was lost."""
    office = Office()
    found = office.tokens.load() == tokens("kept")
    office.tokens.forget()
    return {"found": found, "forgotten": office.tokens.load() is None and office.rows() == 0}


CASES = {
    "keeps": keeps,
    "locked": locked,
    "deleted": deleted,
    "silent": silent,
    "long": long,
    "tokens_locked": tokens_locked,
    "tokens_vanished": tokens_vanished,
    "tokens_again": tokens_again,
}

if __name__ == "__main__":
    json.dump(CASES[sys.argv[1]](), sys.stdout)
