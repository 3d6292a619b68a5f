"""What tests with an open profile share: a profile with a key file of its own, and mailboxes on a loopback server."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from desktop.domain.clock import Clock
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.security.keyfile import new_key_file
from desktop.security.secrets import Secret
from desktop.workspace.opening import Given, opened
from desktop.workspace.workspace import Workspace

PASSWORD = "secret-4711"
SECRET = Secret(PASSWORD)
ADDRESS = "support@shop.example"


def new_given(folder: Path) -> Given:
    """A profile that does not exist yet, and its key file."""
    key_file = folder / "key"
    new_key_file(key_file)
    return Given(folder / "profile", key_file)


@contextmanager
def open_workspace(folder: Path, *, clock: Clock | None = None) -> Iterator[Workspace]:
    """A new profile, open for writing."""
    with opened(new_given(folder), writing=True, tell=lambda _words: None, clock=clock) as workspace:
        yield workspace


class Listening(Protocol):
    """A server on loopback."""

    @property
    def port(self) -> int: ...


def mailbox_on(server: Listening, address: str = ADDRESS, **changes: object) -> Mailbox:
    """A mailbox on *server*, not stored yet."""
    values: dict[str, object] = {
        "id": MailboxId(0),
        "address": address,
        "provider": "custom",
        "imap": ServerSettings("127.0.0.1", server.port, Security.NONE, address),
        "smtp": None,
        "folders": ("INBOX",),
        "direction": Direction.INBOUND,
        "frequency": Frequency.MANUAL,
        "since_days": 14,
        "synced_from": datetime(2020, 1, 1, tzinfo=UTC),
        "state": MailboxState.ACTIVE,
        "created_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Mailbox(**{**values, **changes})  # type: ignore[arg-type]


def letter(number: int, sender: str = "ann@acme.example") -> bytes:
    """A small mail."""
    lines = (f"From: Ann <{sender}>", f"Subject: Order {number}", f"Message-ID: <m{number}@acme.example>")
    return "\r\n".join([*lines, "Date: Sun, 01 Mar 2026 12:00:00 +0000", "", f"body of {number}", ""]).encode()
