"""What has changed in a folder since a moment, where its server keeps count (RFC 7162); and the flags of messages.

    QRESYNC    flags that changed and messages that are gone, in one answer
    CONDSTORE  flags that changed
    neither    flags of the messages that are asked about

What a server says it can and then refuses is not asked for again on this connection.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from desktop.domain.errors import SourceError
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import Changes
from desktop.providers import refusals
from desktop.providers.imap import arguments
from desktop.providers.imap.client import SEARCHING, Client, found_in_set, items_of
from desktop.providers.imap.wire import Record
from desktop.providers.refusals import Refusal

FLAGS_CAP = 50
LONGEST_FLAG = 64

_SYSTEM = {name.lower(): name for name in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")}
_PLAIN = re.compile(
    rb'\d+ \(UID (\d{1,10}) FLAGS \(([^()"{}]*)\)(?: MODSEQ \(\d+\))?\)|'
    rb'\d+ \(FLAGS \(([^()"{}]*)\) UID (\d{1,10})\)',
    re.IGNORECASE,
)
"""How nearly every server answers; imapclient's reader takes twenty times as long."""

_VANISHED = re.compile(rb"(?:\(EARLIER\) )?([0-9:,]+)\s*", re.IGNORECASE)


class _NotOffered(SourceError):
    """The server does not do what it said it can."""


def _not_offered(refusal: Refusal) -> SourceError:
    meant = refusals.refused(refusal)
    is_plain = refusal.status != "BYE" and meant.code is ReasonCode.SERVER_MISBEHAVES
    return _NotOffered(ReasonCode.NOT_AVAILABLE, "Not offered.") if is_plain else meant


class Deltas:
    """Asks over one connection, about the folder that is open there."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._resyncs: bool | None = None
        self._has_changed_since = True

    def enable(self) -> None:
        """Have the server tell what is gone; once, and before any folder is opened (RFC 5161 section 3.1)."""
        if self._resyncs is not None:
            return
        self._resyncs = False
        if self._client.can(b"ENABLE") and self._client.can(b"QRESYNC"):
            try:
                self._resyncs = b"QRESYNC" in self._client.enabled(b"QRESYNC", _not_offered)
            except _NotOffered:
                return

    def since(self, modseq: int, below: int) -> Changes | None:
        """Return what has changed since *modseq* among the messages under *below*; None where nobody can tell."""
        if below <= 1 or modseq < 1:
            return None
        while self._has_changed_since:
            try:
                return self._ask_since(modseq, below, vanished=bool(self._resyncs))
            except _NotOffered:
                if self._resyncs:
                    self._resyncs = False
                else:
                    self._has_changed_since = False
        return None

    def _ask_since(self, modseq: int, below: int, *, vanished: bool) -> Changes:
        told = _Told()
        modifier = arguments.changed_since(modseq, vanished=vanished)
        takers = {"FETCH": told.take_flags, **({"VANISHED": told.take_vanished} if vanished else {})}
        with self._client.wire.asking(limits=SEARCHING, translate=_not_offered, takers=takers):
            self._client.wire.run("UID", b"FETCH", arguments.below(below), b"(UID FLAGS)", modifier)
        reach = RefSet([(1, below - 1)])
        flags = {uid: flags for uid, flags in told.flags.items() if uid in reach}
        return Changes(flags, told.vanished & reach if vanished else None)

    def flags(self, refs: RefSet) -> dict[int, str]:
        """Return the flags of *refs*, of those the server answers for."""
        told = _Told()
        for uids in arguments.uid_sets(refs):
            with self._client.wire.asking(limits=SEARCHING, takers={"FETCH": told.take_flags}):
                self._client.wire.run("UID", b"FETCH", uids, b"(UID FLAGS)")
        return {uid: flags for uid, flags in told.flags.items() if uid in refs}


class _Told:
    """Gathers what one question is answered with."""

    def __init__(self) -> None:
        self.flags: dict[int, str] = {}
        self.vanished = RefSet()

    def take_flags(self, records: Sequence[Record]) -> None:
        if len(records) == 1 and isinstance(records[0], bytes) and (found := _PLAIN.fullmatch(records[0])):
            uid, words = (found[1], found[2]) if found[1] else (found[4], found[3])
            self._keep(int(uid), words.split())
            return
        items = items_of(records)
        uid, words = items.get(b"UID", 0), items.get(b"FLAGS")
        if isinstance(uid, int) and isinstance(words, tuple):
            self._keep(uid, words)

    def _keep(self, uid: int, words: Iterable[Any]) -> None:
        if 0 < uid <= arguments.HIGHEST_UID:
            self.flags[uid] = flags_as_text(words)

    def take_vanished(self, records: Sequence[Record]) -> None:
        for record in records:
            found = _VANISHED.fullmatch(record) if isinstance(record, bytes) else None
            if found is None:
                raise ValueError("not a set of numbers")
            self.vanished |= found_in_set(found[1])


def flags_as_text(words: Iterable[Any], known: Callable[[str], str | None] = _SYSTEM.get) -> str:
    r"""Spell flags in one order, divided by blanks; at most :data:`FLAGS_CAP`, and none that are not plain words.

    ``\Recent`` says something of this connection and nothing of the message (RFC 3501 section 2.3.2).
    """
    found: set[str] = set()
    for word in words:
        text = word.decode("ascii", "replace") if isinstance(word, bytes) else str(word)
        flag = known(text.lower()) or text
        if flag.lower() != "\\recent" and 0 < len(flag) <= LONGEST_FLAG and all("!" <= ch <= "~" for ch in flag):
            found.add(flag)
    return " ".join(sorted(found)[:FLAGS_CAP])
