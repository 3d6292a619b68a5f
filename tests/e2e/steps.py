"""What whole-program tests do again and again, in the words of the command line."""

import hashlib
from collections.abc import Sequence
from typing import Any

from desktop.store.engines import connect as open_database
from desktop.store.opening import database_path
from desktop.store.writing.numbers import NEXT
from tests.e2e.postroom import Postroom, Result
from tests.helpers.dovecot import Dovecot, User


def add_words(server: Dovecot, user: User, *more: str) -> list[str]:
    """The words that connect a Dovecot mailbox over TLS."""
    return [
        "mailboxes",
        "add",
        "--address",
        user.name,
        "--imap",
        f"localhost:{server.tls_port}",
        *more,
        "--password-stdin",
    ]


def connect(postroom: Postroom, server: Dovecot, user: User, *more: str) -> Any:
    """Connect a Dovecot mailbox; returns the mailbox's document."""
    return postroom.ask(*add_words(server, user, *more), stdin=f"{user.password}\n")


def try_to_connect(postroom: Postroom, server: Dovecot, user: User, *more: str) -> Result:
    """The same, for connections that may fail."""
    return postroom.quick(*add_words(server, user, *more), "--json", stdin=f"{user.password}\n")


def sync(postroom: Postroom, *, code: int = 0) -> dict[str, dict[str, Any]]:
    """Sync once; returns each mailbox's receipt by address."""
    receipts = postroom.ask("sync", code=code)["mailboxes"]
    return {one["address"]: one for one in receipts}


def figures(receipt: dict[str, Any], *names: str) -> tuple[int, ...]:
    """Figures of a receipt with one folder."""
    (folder,) = receipt["folders"]
    return tuple(folder[name] for name in names)


def emails(postroom: Postroom, *narrowed: str) -> list[dict[str, Any]]:
    """Every email there is, newest first."""
    items: list[dict[str, Any]] = postroom.ask("emails", "list", "--limit", "100000", *narrowed)["items"]
    return items


def email(postroom: Postroom, message_id: str) -> dict[str, Any]:
    """The one email with that Message-ID."""
    (found,) = [one for one in emails(postroom) if one["message_id"] == message_id]
    return found


def add_customer(postroom: Postroom, name: str, *addresses: str) -> dict[str, Any]:
    """Add a customer by hand; returns the customer's document."""
    given = [word for address in addresses for word in ("--email", address)]
    made: dict[str, Any] = postroom.ask("customers", "add", "--name", name, *given)
    return made


def is_sound(postroom: Postroom) -> None:
    """The database passes every check of `verify`."""
    document = postroom.ask("verify")
    assert document["ok"] is True
    assert all(check["passed"] for check in document["checks"])


def is_complete(postroom: Postroom) -> None:
    """Every message that the servers list has its verdict."""
    folders = [folder for one in postroom.ask("audit")["mailboxes"] for folder in one["folders"]]
    assert folders
    assert all(folder["complete"] for folder in folders)
    assert all(folder["new"]["count"] == 0 for folder in folders)


def peek(postroom: Postroom, statement: str, *, writing: bool = False) -> Sequence[tuple[Any, ...]]:
    """Ask the database itself, or change it, behind the program's back."""
    connection = open_database(database_path(postroom.profile), postroom.key, read_only=not writing)
    try:
        rows: Sequence[tuple[Any, ...]] = connection.execute(statement).fetchall()
        return rows
    finally:
        connection.close()


GROWING = {"audit", "journal", "event", "run", "health", "freshness", "backfill", "folder"}
"""Tables that tell what happened, and those that a sync writes anew each time."""


def fingerprint(postroom: Postroom) -> dict[str, str]:
    """A hash of the rows of every table that is not there to tell what happened."""
    names = [name for (name,) in peek(postroom, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    kept = [name for name in names if not name.startswith("email_fts") and name not in GROWING]
    rows = {name: sorted(peek(postroom, f"SELECT * FROM {name}"), key=repr) for name in kept}
    rows["meta"] = [row for row in rows["meta"] if row[0] != NEXT]  # a number is not given twice, whatever went
    rows["email_fts"] = list(peek(postroom, "SELECT id FROM email_fts_docsize ORDER BY id"))
    return {name: hashlib.sha256(repr(held).encode()).hexdigest()[:12] for name, held in rows.items()}
