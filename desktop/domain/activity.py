"""The sync log as a person reads it: what happened, what is wrong now, what waits for somebody."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.domain.ids import EmailId, MailboxId


class Level(enum.StrEnum):
    """How grave a row is: the shape and colour beside its word."""

    DONE = "done"
    ATTENTION = "attention"
    FAILED = "failed"


class Outcome(enum.StrEnum):
    """What a row came to, as its word."""

    DONE = "Done"
    RUNNING = "Running"
    WAITING = "Waiting"
    FAILED = "Failed"
    PARKED = "Parked"
    STOPPED = "Stopped"
    NOTED = "Noted"


class Fix(enum.StrEnum):
    """What a button beside a row would do about it."""

    NONE = "none"
    RECONNECT = "reconnect"
    SETTINGS = "settings"
    FOLDERS = "folders"
    FREQUENCY = "frequency"
    PROFILE = "profile"
    """Look at where the profile lies: its disk is full, or it cannot be written."""
    AUDIT = "audit"
    REVIEW_SETTINGS = "review_settings"
    OWN_APP = "own_app"
    SYNC = "sync"
    OPEN_EMAIL = "open_email"
    SHOW_ERRORS = "show_errors"
    OPEN_REVIEW = "open_review"


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What the log is narrowed to; empty means everything. ``running`` are mailboxes that are syncing now.

    Each word of ``search`` is part of the mailbox's address, of a sentence or of the code, or is a sync's number;
    case and accents do not count. ``until`` is not in it any more. With ``run`` that sync alone and what it told are
    listed, each as a line of its own.
    """

    mailbox_id: MailboxId | None = None
    levels: frozenset[Level] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    code: str = ""
    run: int | None = None
    running: frozenset[MailboxId] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One line of the log: a sync (or several alike in a row), an entry, or a message that was set aside.

    ``key`` names the row for good. ``at`` is the newest time it stands for, ``since`` the oldest, ``count`` how many
    there were. ``what`` is the line itself; ``happened``, ``meaning`` and ``action`` are the three sentences of a
    problem, empty when there is none. ``seconds`` is None where nothing was measured.
    """

    key: str
    at: datetime
    level: Level
    outcome: Outcome
    mailbox_id: MailboxId | None
    mailbox: str
    what: str
    count: int = 1
    since: datetime | None = None
    run: int | None = None
    seconds: float | None = None
    code: str = ""
    happened: str = ""
    meaning: str = ""
    action: str = ""
    fix: Fix = Fix.NONE
    email_id: EmailId | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now: with a mailbox, or with ``count`` messages of one. It goes when it is mended."""

    key: str
    level: Level
    mailbox_id: MailboxId
    mailbox: str
    code: str
    happened: str
    meaning: str
    action: str
    fix: Fix
    since: datetime | None
    count: int = 1
    email_id: EmailId | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person: ``what`` to do as a short command, ``why`` in a sentence."""

    key: str
    level: Level
    what: str
    why: str
    fix: Fix
    mailbox_id: MailboxId | None = None
    mailbox: str = ""
    since: datetime | None = None
    count: int = 1
    email_id: EmailId | None = None


_SUMMED = ("fetched", "stored", "review", "unfiled", "skipped", "parked", "duplicates", "missing", "manual_mode")
_SAYINGS = (
    ("fetched", "fetched"),
    ("matched", "matched"),
    ("review", "to review"),
    ("unfiled", "sent to no customer"),
    ("skipped", "left out"),
    ("parked", "parked"),
    ("duplicates", "here before"),
    ("missing", "not delivered"),
    ("manual_mode", "left to pick"),
)


def brought_words(receipt: Mapping[str, Any]) -> str:
    """Say what a sync brought, by its receipt as JSON holds it: ``34 fetched, 31 matched, 3 to review``.

    Empty when it fetched nothing.
    """
    folders = receipt.get("folders", [])
    sums = {name: sum(int(folder.get(name, 0)) for folder in folders) for name in _SUMMED}
    if not sums["fetched"]:
        return ""
    sums["matched"] = sums["stored"] - sums["review"] - sums["unfiled"]
    return ", ".join(f"{sums[name]:,} {words}" for name, words in _SAYINGS if sums[name] or name == "fetched")
