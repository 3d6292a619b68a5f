r"""A server that reads from a script: every byte of a conversation as the test wrote it, as in an RFC's examples.

    script = [
        S(b"* OK [CAPABILITY IMAP4rev1] hi\r\n"),
        C(rb"(\S+) LOGIN .*"),
        S(rb"\1 OK done" + b"\r\n"),
        Close(),
    ]
    with ScriptedServer(script) as server: ...

`S` sends; `\1` stands for what the latest `C` caught, so a tag need not be known. `C` waits for one line and matches
it as a whole. A client that says something else ends the conversation, and leaving the `with` block fails the test
with the transcript.
"""

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias, cast

from desktop.demo.faults import Gate
from desktop.demo.loop_thread import LoopThread, closed

NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class S:
    r"""The server sends these bytes; `\1` to `\9` are groups of the latest client line."""

    data: bytes


@dataclass(frozen=True, slots=True)
class C:
    """The client must send a line that matches this pattern as a whole (without its line end)."""

    pattern: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """The client must send so many bytes, whatever they are: the data of a literal."""

    size: int


@dataclass(frozen=True, slots=True)
class StartTls:
    """The TLS handshake, as a server with this context."""

    context: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing happens until `server.release()`."""


@dataclass(frozen=True, slots=True)
class Close:
    """The server closes, by FIN or RST. At the end of a script it waits for the client to close instead."""

    rst: bool = False


Step: TypeAlias = S | C | Read | StartTls | Stall | Close


class ScriptedServer:
    """Plays one script per connection, in their order, on 127.0.0.1 and a free port."""

    host = "127.0.0.1"

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self.port = 0
        self.transcript: list[str] = []
        self.problems: list[str] = []
        self._scripts = list(scripts)
        self._gate = Gate()

    def __enter__(self) -> Self:
        self._thread = LoopThread("scripted-server")
        self._server = self._thread.listen(self._accept, self.host)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.stop(self._server)
        if error is None:
            self.check()

    def release(self) -> None:
        """Let the conversation go on after `Stall`."""
        self._gate.open()

    def check(self) -> None:
        """Fail, with the transcript, if the client did not keep to the script."""
        if self.problems:
            raise AssertionError("\n".join([*self.problems, "the conversation was:", *self.transcript]))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._scripts:
            self.problems.append("the client connected once more than the script knows")
            writer.transport.abort()
            await closed(writer)
            return
        conversation = Conversation(self, reader, writer)
        try:
            await conversation.play(self._scripts.pop(0))
        except OSError as error:
            self.transcript.append(f"!: {error}")
        finally:
            await conversation.end()

    async def wait_for_release(self) -> None:
        """Return when `release` has been called."""
        await self._gate.wait()


class Conversation:
    """One connection being played."""

    def __init__(self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._tcp = cast("asyncio.Transport", writer.transport)
        self._tcp.set_write_buffer_limits(high=0)
        self._latest: re.Match[bytes] | None = None

    async def play(self, script: Sequence[Step]) -> None:
        """All steps; stops at the first thing the client does wrong."""
        for number, step in enumerate(script, 1):
            if isinstance(step, Close):
                self._close(rst=step.rst)
                return
            if not await self._step(step):
                self._server.problems[-1] += f" (step {number}: {step})"
                return
        while rest := await self._reader.readline():
            self._server.problems.append(f"after the end of the script the client sent {rest!r}")

    async def _step(self, step: Step) -> bool:
        match step:
            case S(data):
                await self._send(data)
            case C(pattern):
                return await self._expect(pattern)
            case Read(size):
                return await self._take(size)
            case StartTls(context):
                await self._change_to_tls(context)
            case _:
                await self._server.wait_for_release()
        return True

    async def _send(self, data: bytes) -> None:
        latest = self._latest
        if latest is not None:
            data = re.sub(rb"\\([1-9])", lambda found: latest[int(found[1])], data)
        self._server.transcript.append(f"S: {data!r}")
        self._writer.write(data)
        await self._writer.drain()

    async def _expect(self, pattern: bytes) -> bool:
        line = await self._reader.readline()
        self._server.transcript.append(f"C: {line!r}")
        if not line.endswith(b"\r\n"):
            self._server.problems.append(f"the client closed, or sent no whole line: {line!r}")
            return False
        self._latest = re.fullmatch(pattern, line[:-2], re.DOTALL)
        if self._latest is None:
            self._server.problems.append(f"the client sent {line!r} where {pattern!r} was expected")
        return self._latest is not None

    async def _take(self, size: int) -> bool:
        try:
            data = await self._reader.readexactly(size)
        except asyncio.IncompleteReadError as error:
            self._server.problems.append(f"the client sent {len(error.partial)} bytes where {size} were expected")
            return False
        self._server.transcript.append(f"C: {data!r}")
        return True

    async def _change_to_tls(self, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport = await loop.start_tls(self._writer.transport, protocol, context, server_side=True)
        if transport is None:
            raise ConnectionResetError
        protocol.connection_made(transport)
        self._reader, self._writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)
        self._server.transcript.append("-: TLS")

    def _close(self, *, rst: bool) -> None:
        self._server.transcript.append("-: RST" if rst else "-: FIN")
        if rst:
            sock: socket.socket = self._tcp.get_extra_info("socket")
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self._tcp.abort()
        else:
            self._tcp.close()

    async def end(self) -> None:
        """Give the connection back."""
        await closed(self._writer)
