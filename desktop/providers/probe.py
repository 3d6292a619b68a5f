"""*Save and test connection*: a real round trip in named steps, each with its own error beside its field.

Reading and sending are tested apart from each other. The message sent to oneself is a third thing, on its own,
because it leaves a mail in the mailbox.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from desktop.domain.errors import Misbehaving, SourceError, Stopped
from desktop.domain.mailbox import ServerSettings
from desktop.domain.probing import OnStep, ProbeReport, Step
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import FolderStatus
from desktop.providers import connect, smtp
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.imap.source import ImapSource
from desktop.providers.own_message import OwnMessage
from desktop.providers.sasl import Revealable

IMAP, SMTP = "imap", "smtp"


@dataclass(frozen=True, slots=True)
class Reach:
    """How servers are reached during a test: limits, an extra authority, and a way to stop from another thread."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    ca_file: Path | None = None
    breaker: Breaker = field(default_factory=Breaker)


class Probing:
    """A test under way: takes the steps, writes the report, and tells *on_step* of each."""

    def __init__(self, on_step: OnStep | None = None) -> None:
        self.report = ProbeReport()
        self._on_step = on_step or _unheard

    def run(self, name: str, side: str, words: str, work: Callable[[], None]) -> bool:
        """Do *work* as a step; False when it failed. Raises Stopped when somebody stopped the test."""
        self._on_step(Step(name, side, words))
        started = time.monotonic()
        error: SourceError | None = None
        try:
            work()
        except Stopped:
            raise
        except SourceError as failure:
            error = failure
        step = Step(name, side, words, time.monotonic() - started, error)
        self.report.steps.append(step)
        self._on_step(step)
        return error is None


def _unheard(_step: Step) -> None:
    """Take a step that nobody waits for."""


def probe(
    imap: ServerSettings,
    smtp_settings: ServerSettings | None,
    secret: Revealable,
    folders: Sequence[str],
    *,
    reach: Reach | None = None,
    probing: Probing | None = None,
) -> ProbeReport:
    """Test reading with *imap* and, if given, logging in for sending; nothing is sent and nothing changed.

    Raises Stopped when the breaker of *reach* is tripped meanwhile.
    """
    probing = probing or Probing()
    _probe_imap(probing, imap, secret, folders, reach or Reach())
    if smtp_settings is not None:
        _probe_smtp(probing, smtp_settings, secret, reach or Reach())
    return probing.report


def _probe_imap(
    probing: Probing, settings: ServerSettings, secret: Revealable, folders: Sequence[str], reach: Reach
) -> None:
    opening = connect.Opening(settings, timeouts=reach.timeouts, ca_file=reach.ca_file, breaker=reach.breaker)
    with opening:
        good = (
            probing.run("connect", IMAP, f"Reach {settings.host}", opening.reach)
            and probing.run("secure", IMAP, "Encrypt the connection", opening.secure)
            and probing.run("log_in", IMAP, "Sign in", lambda: opening.log_in(secret))
        )
        if good:
            _probe_reading(probing, opening.source(), folders)


def _probe_reading(probing: Probing, source: ImapSource, folders: Sequence[str]) -> None:
    def list_folders() -> None:
        probing.report.folders = source.folders()

    if not probing.run("list_folders", IMAP, "List the folders", list_folders):
        return
    counts: dict[str, int] = {}
    for name in folders:
        open_it = partial(_open, source, name, counts)
        if not probing.run("open_folder", IMAP, f"Open {name}", open_it) and not probing.report.goes_on:
            return
    filled = next((name for name, count in counts.items() if count), None)
    if filled is not None:
        probing.run("read_message", IMAP, f"Read a message of {filled}", partial(_read_newest, source, filled))


def _open(source: ImapSource, name: str, counts: dict[str, int]) -> None:
    counts[name] = source.open_folder(name).exists


def _read_newest(source: ImapSource, folder: str) -> None:
    """Fetch the header of the newest message, without marking it read."""
    source.open_folder(folder)
    refs = source.list_refs()
    if refs and not list(source.fetch(source.describe(RefSet.of([refs.highest])), headers_only=True)):
        raise Misbehaving(
            ReasonCode.SERVER_MISBEHAVES,
            "The server lists a message but does not deliver it.",
            meaning="It may have been deleted just now.",
            action="Test once more.",
            detail="newest message not answered for",
            field="folder",
        )


def _probe_smtp(probing: Probing, settings: ServerSettings, secret: Revealable, reach: Reach) -> None:
    made: list[smtp.Mailer] = []

    def reach_it() -> None:
        made.append(smtp.reach_mailer(settings, timeouts=reach.timeouts, ca_file=reach.ca_file, breaker=reach.breaker))

    try:
        if probing.run("smtp_connect", SMTP, f"Reach {settings.host} and encrypt", reach_it):
            log_in = partial(made[0].log_in, settings.user)
            probing.run("smtp_log_in", SMTP, "Sign in for sending", lambda: log_in(secret))
    finally:
        for mailer in made:
            mailer.close()


# --- one message to oneself -------------------------------------------------------------------------------------------


def send_test(
    smtp_settings: ServerSettings,
    secret: Revealable,
    address: str,
    message_id: str,
    *,
    reach: Reach,
    display_name: str = "",
    reply_to: str = "",
) -> None:
    """Send one message from *address* to itself, marked so that nothing answers it, named as customers would see it.

    Raises Misconfigured beside the field that cannot be sent (``display_name``, ``reply_to``, ``address``).
    """
    raw = OwnMessage(address, message_id, datetime.now(UTC), display_name, reply_to).as_bytes()
    with smtp.open_mailer(
        smtp_settings, secret, timeouts=reach.timeouts, ca_file=reach.ca_file, breaker=reach.breaker
    ) as mailer:
        mailer.send(address, address, raw)


class Searching(Protocol):
    """As much of a source as looking for a message needs."""

    def open_folder(self, name: str) -> FolderStatus:
        """Open *name* afresh."""

    def refs_by_message_id(self, message_id: str) -> RefSet:
        """Return the messages with this Message-ID."""


class Waiting(Protocol):
    """A wait that can be cut short: a breaker, or a plain event."""

    def wait(self, seconds: float) -> bool:
        """Wait up to *seconds*; True as soon as somebody wants to stop."""


def look_for(
    source: Searching,
    folder: str,
    message_id: str,
    stop: Waiting,
    *,
    wait_s: float = 60.0,
    every_s: float = 2.0,
) -> bool:
    """Wait until *message_id* has arrived in *folder*, at most *wait_s*; raises Stopped when *stop* says so."""
    deadline = time.monotonic() + wait_s
    while True:
        source.open_folder(folder)
        if source.refs_by_message_id(message_id):
            return True
        if time.monotonic() + every_s > deadline:
            return False
        if stop.wait(every_s):
            raise Stopped
