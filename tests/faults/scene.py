"""Two mailboxes on two scripted servers: one is hurt, the other must not notice, and after it all is as if unhurt."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.demo.faults import Fault
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.ids import EmailId
from desktop.store.opening import open_store
from tests.e2e.letters import letter, letters, message_ids
from tests.e2e.postroom import Postroom, new_postroom
from tests.e2e.steps import emails, is_complete, is_sound, sync

HURT, OTHER = "hurt@shop.example", "other@shop.example"
PASSWORD = "secret-4711"
HURRIED_S, PATIENT_S = 0.3, 20
"""How long a silent server is waited for: hardly where it is to fail, long where a busy machine must not matter."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The program, the server that is hurt and the one that is not."""

    postroom: Postroom
    server: ImapServer
    other: ImapServer

    @property
    def account(self) -> Account:
        """The account on the server that is hurt."""
        return account_of(self.server, HURT)

    def hurt(self, *faults: Fault) -> list[Fault]:
        """Have these faults happen from now on."""
        return [self.server.faults.add(fault) for fault in faults]

    def sync(self, code: int) -> dict[str, Any]:
        """Sync both; the other mailbox goes through whatever happens. Returns the hurt one's receipt."""
        receipts = sync(self.postroom, code=code)
        other = receipts[OTHER]
        assert "error" not in other, other
        assert other["folders"][0]["listed"] == len(account_of(self.other, OTHER).uids())
        return receipts[HURT]

    def fails(self) -> dict[str, Any]:
        """Sync both and expect the hurt one to fail; returns its error."""
        error: dict[str, Any] = self.sync(code=1)["error"]
        assert error["message"].endswith((".", '"', ")"))
        return error

    def hurry(self) -> None:
        """Wait hardly at all for a silent server, until `mends`."""
        settle(self.postroom, HURRIED_S)

    def recovers(self, *, gone: frozenset[str] = frozenset()) -> None:
        """Without faults, one sync makes it as if nothing had been: all mail, each once, byte for byte, sound.

        `gone` are Message-IDs that were stored before the server lost them.
        """
        self.mends(gone=gone)
        is_sound(self.postroom)
        is_complete(self.postroom)

    def mends(self, *, gone: frozenset[str] = frozenset()) -> None:
        """The same without the checks that read everything: for rounds of a longer test."""
        self.server.faults.clear()
        settle(self.postroom, PATIENT_S)
        self.sync(code=0)
        self.is_as_on_the_servers(gone=gone)

    def is_as_on_the_servers(self, *, gone: frozenset[str] = frozenset()) -> None:
        """Each message of both servers is here exactly once, with the bytes the server has."""
        wanted = self.served()
        kept = self.kept()
        stored = sorted(one["message_id"] for one in emails(self.postroom))
        assert stored == sorted(message_ids(wanted) | gone)
        assert wanted <= set(kept)
        assert message_ids(set(kept) - wanted) == gone

    def served(self) -> set[bytes]:
        """The bytes of every mail of both servers."""
        return raws(self.server, HURT) | raws(self.other, OTHER)

    def kept(self) -> list[bytes]:
        """The bytes of every stored mail."""
        store = open_store(self.postroom.profile, self.postroom.key, writing=False)
        try:
            with store.read() as read:
                numbers = list(read.emails.to_reread(0, everything=True))
                return [read.emails.raw(EmailId(number)) or b"" for number in numbers]
        finally:
            store.close()

    def log(self) -> list[tuple[str, str]]:
        """Level and code of every warning and error in the log, oldest first."""
        items = self.postroom.ask("log", "--level", "warning")["items"]
        return [(one["level"], one["code"]) for one in reversed(items)]

    def health(self) -> dict[str, Any]:
        """How the hurt mailbox is."""
        documents = self.postroom.quick("health", "--json").json["mailboxes"]
        return next(one for one in documents if one["address"] == HURT)


def account_of(server: ImapServer, name: str) -> Account:
    """An account that is there."""
    found = server.store.account(name)
    assert found is not None
    return found


def raws(server: ImapServer, name: str) -> set[bytes]:
    """The bytes of all mail of an account."""
    return {mail.raw for folder in account_of(server, name).folders() for mail in folder.mails.values()}


@contextmanager
def new_scene(folder: Path) -> Iterator[Scene]:
    """Two servers with mail, and a profile with both mailboxes that has never synced."""
    with ImapServer() as server, ImapServer() as other:
        hurt = server.add_account(HURT, PASSWORD)
        for raw in letters(6):
            hurt.deliver(raw)
        hurt.deliver(letter("large", body="A long line of words.\r\n" * 8000))
        bystander = other.add_account(OTHER, PASSWORD)
        for raw in letters(3, first=101):
            bystander.deliver(raw)
        postroom = new_postroom(folder)
        for each, name in ((server, HURT), (other, OTHER)):
            add(postroom, each, name)
        settle(postroom, PATIENT_S)
        yield Scene(postroom, server, other)


def settle(postroom: Postroom, silence_s: float) -> None:
    """Write the settings of a scene."""
    settings = {"network.read_timeout_s": silence_s, "parse.workers": 1}
    (postroom.profile / "settings.json").write_text(json.dumps(settings))


def add(postroom: Postroom, server: ImapServer, name: str, *more: str) -> None:
    """Connect a mailbox of a scripted server, untested."""
    where = ["--address", name, "--imap", f"127.0.0.1:{server.port}", "--security", "none", "--no-test", *more]
    postroom.ask("mailboxes", "add", *where, "--password-stdin", stdin=f"{PASSWORD}\n")
