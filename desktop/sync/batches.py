"""Brings messages over in bounded batches, newest first, and isolates the one that breaks the connection.

When a connection breaks inside a batch, what had arrived whole is handed on, and the rest of that batch is asked for
one by one on a new connection. A message that breaks the connection when asked for alone is set aside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop.domain.errors import Stopped, Transient
from desktop.domain.mail import RawMail
from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteMessage
from desktop.sync.connection import Connection
from desktop.sync.context import Limits, StopSignal


@dataclass(frozen=True, slots=True)
class Delivered:
    """One step: mail that arrived whole, messages too old to bring in, and those that were not answered and why."""

    mails: list[RawMail] = field(default_factory=list)
    too_old: RefSet = field(default_factory=RefSet)
    unanswered: dict[int, str] = field(default_factory=dict)


OMITTED = "The server said OK but left this message out of its answer."

Reopen = Callable[[Transient], None]
"""Opens the folder again on a new connection, or raises when that is no longer of use."""


class Batches:
    """An iterable of :class:`Delivered`; runs in the thread that owns the connection."""

    def __init__(self, connection: Connection, reopen: Reopen, limits: Limits, stop: StopSignal) -> None:
        self._connection = connection
        self._reopen = reopen
        self._limits = limits
        self._stop = stop

    def of(self, wanted: RefSet, is_wanted: Callable[[RemoteMessage], bool]) -> Iterator[Delivered]:
        """Yield everything there is to say about *wanted*, newest first; each reference occurs exactly once."""
        newest_first = sorted(wanted, reverse=True)
        for at in range(0, len(newest_first), self._limits.describe_messages):
            refs = RefSet.of(newest_first[at : at + self._limits.describe_messages])
            known = self._describe(refs)
            fitting = [message for message in known if is_wanted(message)]
            too_old = RefSet.of(message.ref for message in known if not is_wanted(message))
            silent = refs - RefSet.of(message.ref for message in known)
            if too_old or silent:
                yield Delivered(too_old=too_old, unanswered=dict.fromkeys(silent, OMITTED))
            for batch in self._cut(fitting):
                yield from self._deliver(batch)

    def _describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        while True:
            self._stop.check()
            try:
                asked = set(refs)
                return [found for found in self._connection.source.describe(refs) if found.ref in asked]
            except Stopped:
                raise
            except Transient as broken:
                self._reopen(broken)

    def _cut(self, messages: Sequence[RemoteMessage]) -> Iterator[list[RemoteMessage]]:
        """Newest first, bounded by count and bytes; messages over the fetch limit in batches of their own."""
        batch: list[RemoteMessage] = []
        size = 0
        for message in sorted(messages, key=lambda found: -found.ref):
            weight = 0 if self._is_oversize(message) else message.size_bytes
            full = len(batch) >= self._limits.batch_messages or size + weight > self._limits.batch_bytes
            if batch and (full or self._is_oversize(message) != self._is_oversize(batch[0])):
                yield batch
                batch, size = [], 0
            batch.append(message)
            size += weight
        if batch:
            yield batch

    def _is_oversize(self, message: RemoteMessage) -> bool:
        return message.size_bytes > self._limits.fetch_bytes

    def _deliver(self, batch: Sequence[RemoteMessage]) -> Iterator[Delivered]:
        arrived, broken = self._ask(batch)
        left = [message for message in batch if message.ref not in arrived]
        yield Delivered(mails=list(arrived.values()))
        if broken is not None:
            self._reopen(broken)
        for message in left:
            yield self._deliver_alone(message)

    def _deliver_alone(self, message: RemoteMessage) -> Delivered:
        arrived, broken = self._ask([message])
        if broken is not None:
            self._reopen(broken)
        if arrived:
            return Delivered(mails=list(arrived.values()))
        return Delivered(unanswered={message.ref: str(broken) if broken else OMITTED})

    def _ask(self, batch: Sequence[RemoteMessage]) -> tuple[dict[int, RawMail], Transient | None]:
        self._stop.check()
        asked = {message.ref for message in batch}
        arrived: dict[int, RawMail] = {}
        try:
            answer = self._connection.source.fetch(batch, headers_only=self._is_oversize(batch[0]))
            for mail in answer:
                if int(mail.ref) in asked:
                    arrived[int(mail.ref)] = mail
        except Stopped:
            raise
        except Transient as broken:
            self._stop.check()
            return arrived, broken
        return arrived, None
