"""What a server tells of its own accord, while it is listened to: in which folders something happened.

a new message                   ends the wait at once
a message removed or changed    ends it a moment later: such news comes in swarms
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast

from imapclient.response_parser import parse_response

from desktop.domain.errors import SourceError
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import FolderStatus, Push
from desktop.providers import refusals
from desktop.providers.imap import arguments
from desktop.providers.imap.client import Client, decoded
from desktop.providers.imap.guard import LONGEST_LINE
from desktop.providers.imap.wire import Record, Takers
from desktop.providers.refusals import Refusal

SWARM_S = 1.0
"""How long the rest of a swarm is waited for."""

Statuses = dict[str, FolderStatus]


class News:
    """Listens for one wait. *known* is how each folder was when it was last opened; *opened* is the one open now."""

    def __init__(self, opened: str, known: Statuses, now_s: Callable[[], float] = time.monotonic) -> None:
        self._opened = opened
        self._known = known
        self._now_s = now_s
        self._until: float | None = None
        self.folders: set[str] = set()

    @property
    def takers(self) -> Takers:
        """Who takes in which answers."""
        return {
            "EXISTS": self._take_new,
            "EXPUNGE": self._take_change,
            "VANISHED": self._take_change,
            "FETCH": self._take_change,
            "STATUS": self._take_status,
        }

    def left_s(self) -> float:
        """Return for how much longer it is worth listening: a swarm may go on."""
        return float("inf") if self._until is None else self._until - self._now_s()

    def _take_new(self, _records: Sequence[Record]) -> None:
        self.folders.add(self._opened)
        self._until = self._now_s()

    def _take_change(self, _records: Sequence[Record]) -> None:
        self.folders.add(self._opened)
        if self._until is None:
            self._until = self._now_s() + SWARM_S

    def _take_status(self, records: Sequence[Record]) -> None:
        """Read a STATUS answer (RFC 3501 section 7.2.4): that of a folder which is not open (RFC 5465 section 4)."""
        name, told = parse_response(cast("list[bytes]", list(records)))[:2]
        if not isinstance(name, bytes) or not isinstance(told, tuple):
            raise ValueError("not a status")  # noqa: TRY004 - what was received is wrong, not a type of ours
        folder = decoded(name)
        pairs = dict(zip(told[::2], told[1::2], strict=True))
        known = self._known.get(folder)
        if known is None or folder == self._opened or _agrees(known, pairs):
            return
        self.folders.add(folder)
        self._until = self._now_s()


def _agrees(known: FolderStatus, told: Mapping[Any, object]) -> bool:
    """Tell whether what is told now, as far as it goes, is what was known."""
    pairs = (
        (str(known.epoch), None if told.get(b"UIDVALIDITY") is None else str(told.get(b"UIDVALIDITY"))),
        (known.exists, told.get(b"MESSAGES")),
        (known.uid_next, told.get(b"UIDNEXT")),
    )
    return all(now is None or before is None or now == before for before, now in pairs)


class _NotOffered(SourceError):
    """The server does not tell of news, although it said so."""


class Ear:
    """Listens over *client*, for *idle_s* at a time. What the server refuses is not asked for again."""

    def __init__(self, client: Client, idle_s: float) -> None:
        self._client = client
        self._idle_s = idle_s
        self._refused: set[bytes] = set()

    @property
    def push(self) -> Push:
        """Tell of how many folders the server tells by itself (RFC 2177, RFC 5465)."""
        if not self._client.can(b"IDLE") or b"IDLE" in self._refused:
            return Push.NOTHING
        several = self._client.can(b"NOTIFY") and b"NOTIFY" not in self._refused
        return Push.SEVERAL_FOLDERS if several else Push.ONE_FOLDER

    def listen(self, news: News, others: Sequence[str], seconds: float) -> None:
        """Take in what the server tells of the open folder, and of the *others* where it does that."""
        client = self._client
        with suppress(_NotOffered):
            if others and self.push is Push.SEVERAL_FOLDERS:
                client.notify(_in_a_line(others), news.takers, partial(self._not_offered, b"NOTIFY"))
        with suppress(_NotOffered):
            if not news.folders and self.push is not Push.NOTHING:
                longest = min(seconds, self._idle_s)
                client.idle(longest, news.takers, news.left_s, partial(self._not_offered, b"IDLE"))

    def _not_offered(self, what: bytes, refusal: Refusal) -> SourceError:
        """Remember that the server refuses what it said it can; it is not asked for that again."""
        if refusal.status == "BYE":
            return refusals.refused(refusal)
        self._refused.add(what)
        return _NotOffered(ReasonCode.NOT_AVAILABLE, "Not said.")


def _in_a_line(folders: Sequence[str]) -> list[bytes]:
    """Spell as many of *folders* as fit into one command."""
    names, room = list[bytes](), LONGEST_LINE // 2
    for name in map(arguments.folder, folders):
        room -= len(name) + 1
        if room > 0:
            names.append(name)
    return names
