"""What a demo server may do wrong, each as a value for `Fault(do=...)`; named after what the client will see."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator

from desktop.demo.faults import Do, Effect, Fault, Scene
from desktop.demo.imap_session import Answered, Cut, Goodbye, Kind, Reply

THROTTLED = "Request is throttled. Suggested Backoff Time: {} milliseconds"
"""Exchange Online's words."""

LITERAL = re.compile(rb"\{(\d+)\}(?=\r\n)")
CAPABILITIES = re.compile(rb"CAPABILITY [^\]\r\n]*")
NOT_IMAP = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>You are offline</html>\r\n"


# --- the connection ends or hangs -----------------------------------------------------------------------------------


def cut(*, after: int = 0, rst: bool = False) -> Do:
    """Close without a word after so many replies: FIN, or RST (which may overtake what was sent)."""

    return lambda scene, fault: Countdown(scene, fault, after, Cut(rst=rst))


def cut_after(size: int, *, rst: bool = False) -> Do:
    """Close after so many bytes of the answer: the rest never comes."""

    class CutAfterEffect(Effect):
        left = size

        async def outgoing(self, data: bytes) -> bytes:
            if len(data) > self.left:
                await self.scene.connection.transmit(data[: self.left])
                raise Cut(rst=rst)
            self.left -= len(data)
            return data

    return CutAfterEffect


def bye(text: str = "Server shutting down.", *, after: int = 0) -> Do:
    """Say `* BYE text` after so many replies, without a tagged line, and close (RFC 3501 7.1.5)."""

    farewell = b"* BYE " + text.encode() + b"\r\n"
    return lambda scene, fault: Countdown(scene, fault, after, Goodbye(farewell))


def end_token(*, after: int = 0) -> Do:
    """End the token that the session was begun with, after so many replies, as the server's `House` ends sessions."""

    class EndTokenEffect(Effect):
        def replies(self, replies: Iterator[Reply]) -> Iterator[Reply]:
            for number, reply in enumerate(replies):
                if number == after:
                    connection = self.scene.connection
                    connection.session.owner.end_token(connection.session.token or "")
                    farewell = connection.server.doors.house.farewell
                    if farewell is not None:
                        raise Goodbye(farewell)
                yield reply

    return EndTokenEffect


def stall(*, after: int = 0) -> Do:
    """Send so many bytes of the answer and then nothing, the connection open, until `fault.release()`."""

    class StallEffect(Effect):
        left = after

        async def before(self) -> None:
            if after == 0:
                await self.fault.gate.wait()

        async def outgoing(self, data: bytes) -> bytes:
            if self.left and len(data) > self.left:
                await self.scene.connection.transmit(data[: self.left])
                data, self.left = data[self.left :], 0
                await self.fault.gate.wait()
            self.left = max(0, self.left - len(data))
            return data

    return StallEffect


def trickle(interval_s: float, *, size: int = 1) -> Do:
    """Send the answer in pieces of `size` bytes, one per interval (slow loris)."""

    class TrickleEffect(Effect):
        async def outgoing(self, data: bytes) -> bytes:
            for start in range(0, len(data), size):
                await self.scene.connection.transmit(data[start : start + size])
                await asyncio.sleep(interval_s)
            return b""

    return TrickleEffect


def slow_line(bytes_per_s: float, *, longest_s: float) -> Do:
    """Send the answer as over a line of that capacity; no reply waits longer than `longest_s`."""

    class SlowLineEffect(Effect):
        async def outgoing(self, data: bytes) -> bytes:
            await asyncio.sleep(min(len(data) / bytes_per_s, longest_s))
            return data

    return SlowLineEffect


# --- the answer is another one --------------------------------------------------------------------------------------


def no(text: str) -> Do:
    """Answer `NO text` and do nothing."""
    return _verdict(f"NO {text}")


def bad(text: str) -> Do:
    """Answer `BAD text` and do nothing."""
    return _verdict(f"BAD {text}")


def throttle(milliseconds: int = 299_961) -> Do:
    """Answer as Exchange Online does when asked too often."""
    return no(THROTTLED.format(milliseconds))


def replace_line(data: bytes, *, index: int = 0, matching: bytes | None = None) -> Do:
    r"""Send `data` instead of the reply at that place, or of every reply that matches a pattern.

    `TAG` in `data` becomes the command's tag; the line end is yours to give.
    """

    def change(reply: Reply, number: int, tag: bytes) -> Iterator[Reply]:
        hit = number == index if matching is None else re.search(matching, reply.data) is not None
        yield Reply(data.replace(b"TAG", tag), reply.kind, reply.uid) if hit else reply

    return _rewriting(change)


def extra_untagged(data: bytes, *, before: int = 0) -> Do:
    """Send `data` (whole lines) before the reply at that place; past the end: not at all."""

    def change(reply: Reply, number: int, _: bytes) -> Iterator[Reply]:
        if number == before:
            yield Reply(data)
        yield reply

    return _rewriting(change)


def edit(change: Callable[[bytes], bytes]) -> Do:
    """Pass every reply, literals and line end included, through a function."""
    return _rewriting(lambda reply, _number, _tag: [Reply(change(reply.data), reply.kind, reply.uid)])


# --- messages -------------------------------------------------------------------------------------------------------


def short_literal(missing: int = 1) -> Do:
    """Declare literals smaller than they are: the tail is read as protocol."""
    return edit(lambda data: LITERAL.sub(lambda size: b"{%d}" % max(0, int(size[1]) - missing), data, count=1))


def long_literal(declared: bytes | int) -> Do:
    """Declare another size than there is: `8_000_000_000`, `-5`, `b"abc"`; a number is written as it is."""
    text = declared if isinstance(declared, bytes) else b"%d" % declared
    return edit(lambda data: LITERAL.sub(lambda _: b"{" + text + b"}", data, count=1))


def omit_uids(uids: Iterable[int]) -> Do:
    """Leave messages out of the answer and say OK all the same."""
    hidden = set(uids)
    return _rewriting(lambda reply, _number, _tag: [] if reply.uid in hidden else [reply])


def nil_bodies(uids: Iterable[int]) -> Do:
    """Answer NIL for a body, as Dovecot does for a message that is expunged while it is being read."""
    gone = set(uids)

    def emptied(reply: Reply) -> Reply:
        found = LITERAL.search(reply.data)
        if reply.uid not in gone or found is None:
            return reply
        rest = reply.data[found.end() + 2 + int(found[1]) :]
        return Reply(reply.data[: found.start()] + b"NIL" + rest, reply.kind, reply.uid)

    return _rewriting(lambda reply, _number, _tag: [emptied(reply)])


def expunge_first(uids: Iterable[int]) -> Do:
    """Remove messages just before the command, and say EXPUNGE before anything else."""
    gone = tuple(uids)

    class ExpungeEffect(Effect):
        def replies(self, replies: Iterator[Reply]) -> Iterator[Reply]:
            session = self.scene.connection.session
            session.owner.expunge(session.selected.name, *gone)
            yield from session.updates()
            yield from replies

    return ExpungeEffect


def uidvalidity_reset(folder: str | None = None, *, silent: bool = False) -> Do:
    """Give a folder (the selected one) another UIDVALIDITY just before the command.

    The session then ends as Dovecot ends it; `silent` goes on as if nothing had happened, with other messages.
    """

    class ResetEffect(Effect):
        async def before(self) -> None:
            session = self.scene.connection.session
            session.owner.reset_uidvalidity(folder or session.selected.name)
            if silent and session.folder is not None:
                session.select(session.folder, read_only=session.read_only)

    return ResetEffect


# --- greeting, capabilities, TLS ------------------------------------------------------------------------------------


def greeting(data: bytes = NOT_IMAP) -> Do:
    """Greet with these bytes; left out, with what a captive portal says."""
    return replace_line(data)


def preauth_greeting(user: str) -> Do:
    """Greet with PREAUTH and be logged in already (RFC 3501 7.1.4): a client that wants TLS must refuse."""

    class PreauthEffect(Effect):
        def replies(self, replies: Iterator[Reply]) -> Iterator[Reply]:
            session = self.scene.connection.session
            account = session.store.account(user)
            if account is not None:
                session.enter(account)
            for reply in replies:
                yield Reply(reply.data.replace(b"* OK", b"* PREAUTH", 1), reply.kind)

    return PreauthEffect


def strip_capability(*names: str) -> Do:
    """Leave words such as STARTTLS out of every list of capabilities; use it with `always()` and `times=None`."""
    hidden = {name.encode().upper() for name in names}

    def stripped(found: re.Match[bytes]) -> bytes:
        return b" ".join(word for word in found[0].split(b" ") if word.upper() not in hidden)

    return edit(lambda data: CAPABILITIES.sub(stripped, data))


def inject_after_starttls(data: bytes) -> Do:
    """Send bytes in the clear behind the OK to STARTTLS, in one piece with it; the client must not believe them."""
    return edit(lambda answer: answer + data)


# --- how they are made ----------------------------------------------------------------------------------------------


class Countdown(Effect):
    """Lets so many replies pass and then ends the connection."""

    def __init__(self, scene: Scene, fault: Fault, left: int, ending: Exception) -> None:
        super().__init__(scene, fault)
        self.left = left
        self.ending = ending

    async def before(self) -> None:
        """End at once when nothing may pass."""
        if self.left == 0:
            raise self.ending

    def replies(self, replies: Iterator[Reply]) -> Iterator[Reply]:
        """Let them pass and count."""
        for reply in replies:
            yield reply
            self.left -= 1
            if self.left == 0:
                raise self.ending


Change = Callable[[Reply, int, bytes], Iterable[Reply]]
"""Makes other replies of a reply, its number within the answer, and the command's tag."""


def _rewriting(change: Change) -> Do:
    """An effect on replies alone."""

    class RewriteEffect(Effect):
        number = 0

        def replies(self, replies: Iterator[Reply]) -> Iterator[Reply]:
            tag = self.scene.command.tag if self.scene.command else b"*"
            for reply in replies:
                yield from change(reply, self.number, tag)
                self.number += 1

    return RewriteEffect


def _verdict(text: str) -> Do:
    """A tagged line and nothing else; the command is not performed."""

    class VerdictEffect(Effect):
        async def before(self) -> None:
            tag = self.scene.command.tag if self.scene.command else b"*"
            raise Answered(Reply(tag + b" " + text.encode() + b"\r\n", Kind.TAGGED))

    return VerdictEffect
