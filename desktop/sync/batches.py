"""Brings messages over in bounded batches, newest first, and isolates the one that breaks the connection.

When a connection breaks inside a batch, what had arrived whole is handed on, and the rest of that batch is asked for
one by one on a new connection. When it breaks over a question about many messages, the question is asked again in
parts. A message that breaks the connection when asked for, or about, alone is set aside - before the connection is
opened again, so that a pass which has used its reconnects up has still got further than the one before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop.domain.errors import Transient
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteMessage
from desktop.sync.connection import Connection
from desktop.sync.context import Limits, StopSignal
from desktop.sync.text_first import text_first


@dataclass(frozen=True, slots=True)
class Delivered:
    """One step: mail that arrived whole, messages not to be brought in by code, and those not answered and why."""

    mails: list[RawMail] = field(default_factory=list)
    left_out: dict[ReasonCode, RefSet] = field(default_factory=dict)
    unanswered: dict[int, str] = field(default_factory=dict)


OMITTED = "The server said OK but left this message out of its answer."

PARTS = 8
"""Into how many a question that broke the connection is cut: one bad message among 2,000 is found by five breaks."""

Reopen = Callable[[Transient], None]
"""Opens the folder again on a new connection, or raises when that is no longer of use."""

Sift = Callable[[RemoteMessage], ReasonCode | None]
"""Says why a message is not to be brought in, by what the server tells about it; None when it is."""


class Batches:
    """An iterable of :class:`Delivered`; runs in the thread that owns the connection."""

    def __init__(self, connection: Connection, reopen: Reopen, limits: Limits, stop: StopSignal) -> None:
        self._connection = connection
        self._reopen = reopen
        self._limits = limits
        self._stop = stop

    def of(self, wanted: RefSet, sift: Sift) -> Iterator[Delivered]:
        """Yield everything there is to say about *wanted*, newest first; each reference occurs exactly once."""
        for refs in _newest_first(wanted, self._limits.describe_messages):
            yield from self._bring(refs, sift)

    def _bring(self, refs: RefSet, sift: Sift, *, again: bool = False) -> Iterator[Delivered]:
        """Ask what *refs* are, then for those let through. *again*: one about these and others broke off before."""
        self._stop.check()
        try:
            known = self._connection.source.describe(refs)
        except Transient as broken:
            if again and len(refs) == 1:
                yield from self._set_aside(refs.highest, broken)
                return
            self._reopen(broken)
            for part in _newest_first(refs, -(-len(refs) // PARTS)):
                yield from self._bring(part, sift, again=True)
            return
        known = [message for message in known if message.ref in refs]
        fitting: list[RemoteMessage] = []
        left_out: dict[ReasonCode, list[int]] = {}
        for message in known:
            code = sift(message)
            if code is None:
                fitting.append(message)
            else:
                left_out.setdefault(code, []).append(message.ref)
        silent = refs - RefSet.of(message.ref for message in known)
        if left_out or silent:
            named = {code: RefSet.of(numbers) for code, numbers in left_out.items()}
            yield Delivered(left_out=named, unanswered=dict.fromkeys(silent, OMITTED))
        for batch in self._cut(fitting):
            yield from self._deliver_large(batch[0]) if self._is_large(batch[0]) else self._deliver(batch)

    def _cut(self, messages: Sequence[RemoteMessage]) -> Iterator[list[RemoteMessage]]:
        """Newest first, bounded by count and bytes; each large message by itself."""
        batch: list[RemoteMessage] = []
        size = 0
        for message in sorted(messages, key=lambda found: -found.ref):
            full = len(batch) >= self._limits.batch_messages or size + message.size_bytes > self._limits.batch_bytes
            if batch and (full or self._is_large(message) or self._is_large(batch[0])):
                yield batch
                batch, size = [], 0
            batch.append(message)
            size += message.size_bytes
        if batch:
            yield batch

    def _is_oversize(self, message: RemoteMessage) -> bool:
        return message.size_bytes > self._limits.fetch_bytes

    def _is_large(self, message: RemoteMessage) -> bool:
        return message.size_bytes > self._limits.text_first_bytes or self._is_oversize(message)

    def _deliver_large(self, message: RemoteMessage) -> Iterator[Delivered]:
        """Bring the text of a large message; what cannot be had so is asked for as any other."""
        self._stop.check()
        mail = None
        try:
            mail = text_first(self._connection.source, message)
        except Transient as broken:
            self._stop.check()
            self._reopen(broken)
        if mail is None:
            yield from self._deliver([message])
        else:
            yield Delivered(mails=[mail])

    def _deliver(self, batch: Sequence[RemoteMessage]) -> Iterator[Delivered]:
        arrived, broken = self._ask(batch)
        left = [message for message in batch if message.ref not in arrived]
        yield Delivered(mails=list(arrived.values()))
        if broken is not None:
            self._reopen(broken)
        for message in left:
            yield from self._deliver_alone(message)

    def _deliver_alone(self, message: RemoteMessage) -> Iterator[Delivered]:
        arrived, broken = self._ask([message])
        if arrived:
            yield Delivered(mails=list(arrived.values()))
            if broken is not None:
                self._reopen(broken)
        elif broken is not None:
            yield from self._set_aside(message.ref, broken)
        else:
            yield Delivered(unanswered={message.ref: OMITTED})

    def _set_aside(self, ref: int, broken: Transient) -> Iterator[Delivered]:
        """Name the one message over which the connection broke, and only then open it again.

        If that is no longer possible the pass ends here, and what it has found out must not be lost with it: the next
        one would break over the same messages, and so would each after it. A server that asks us to wait says nothing
        about the message.
        """
        self._stop.check()
        if broken.retry_after_s is None:
            yield Delivered(unanswered={ref: str(broken)})
        self._reopen(broken)

    def _ask(self, batch: Sequence[RemoteMessage]) -> tuple[dict[int, RawMail], Transient | None]:
        self._stop.check()
        asked = {message.ref for message in batch}
        arrived: dict[int, RawMail] = {}
        try:
            answer = self._connection.source.fetch(batch, headers_only=self._is_oversize(batch[0]))
            for mail in answer:
                if int(mail.ref) in asked:
                    arrived[int(mail.ref)] = mail
        except Transient as broken:
            self._stop.check()
            return arrived, broken
        return arrived, None


def _newest_first(refs: RefSet, size: int) -> Iterator[RefSet]:
    """Cut *refs* into sets of at most *size*, those with the highest numbers first."""
    newest_first = sorted(refs, reverse=True)
    return (RefSet.of(newest_first[at : at + size]) for at in range(0, len(newest_first), size))
