"""One client's connection: reads commands, writes replies, changes to TLS, waits in IDLE, and lets faults interfere."""

import asyncio
import base64
import binascii
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from desktop.demo.faults import Effect, Point, Scene
from desktop.demo.imap_commands import enter, let_in, run, tagged
from desktop.demo.imap_protocol import LITERAL_END, BadCommand, Command, masked, parse_command
from desktop.demo.imap_session import Answered, Cut, Goodbye, Kind, Reply, Session
from desktop.demo.imap_tokens import TOKEN_MECHANISMS, user_and_token
from desktop.demo.loop_thread import aborted, closed, settled

if TYPE_CHECKING:
    from desktop.demo.server import ImapServer

LINE_LIMIT = LITERAL_LIMIT = 1 << 20
TOO_LONG = b"* BYE Too long argument\r\n"
NO_LINGER = struct.pack("ii", 1, 0)
GREETING = b"* OK [CAPABILITY %b] Postroom demo ready.\r\n"


class Connection:
    """One accepted TCP connection, from greeting to close."""

    def __init__(
        self, server: "ImapServer", number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.number = number
        self.session = Session(server.store, server.capabilities)
        self.changed = asyncio.Event()
        self._effects: list[Effect] = []
        self._reader = reader
        self._writer = writer
        self._socket: socket.socket = writer.get_extra_info("socket")
        self._tcp = cast("asyncio.Transport", writer.transport)
        self._tcp.set_write_buffer_limits(high=0)

    async def serve(self) -> None:
        """The whole conversation; returns when it is over for whatever reason."""
        try:
            if self.server.implicit_tls:
                self._tcp.pause_reading()
                await self._change_to_tls()
            await self._greet()
            while (raw := await self._read_command()) is not None:
                await self._answer(raw)
        except Goodbye as goodbye:
            with suppress(OSError):
                await self.transmit(goodbye.farewell)
        except Cut as cut:
            self._close_without_a_word(rst=cut.rst)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.session.leave()
            await (settled() if self._tcp.is_closing() else closed(self._writer))

    def _close_without_a_word(self, *, rst: bool) -> None:
        """FIN without TLS's farewell, or RST."""
        if rst:
            self.abort()
        else:
            self._tcp.close()

    def abort(self) -> None:
        """End the connection at once with RST."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._tcp.abort()

    # --- bytes ------------------------------------------------------------------------------------------------------

    async def transmit(self, data: bytes) -> None:
        """Hand bytes to the network and wait until they are out of our hands."""
        self._writer.write(data)
        await self._writer.drain()

    async def send(self, replies: Iterable[Reply]) -> None:
        """Write replies one by one, as the faults that are due leave them."""
        rest = iter(replies)
        for effect in self._effects:
            rest = effect.replies(rest)
        for reply in rest:
            data = reply.data
            for effect in self._effects:
                data = await effect.outgoing(data)
            await self.transmit(data)

    async def _begin(self, scene: Scene) -> None:
        """From here to the next scene, the faults that are due now have their way."""
        self._effects = self.server.faults.due(scene)
        for effect in self._effects:
            await effect.before()

    async def _greet(self) -> None:
        await self._begin(Scene(self, Point.GREETING))
        await self.send([Reply(GREETING % self.server.capabilities(self.session), Kind.GREETING)])
        self._effects = []

    async def _change_to_tls(self) -> None:
        """Do the TLS handshake; plain bytes already received are thrown away (RFC 9051 11.3)."""
        await self._begin(Scene(self, Point.HANDSHAKE))
        context = self.server.tls
        if context is None:
            raise RuntimeError("this server has no certificate")
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LINE_LIMIT, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport = await loop.start_tls(self._tcp, protocol, context, server_side=True)
        except BaseException:
            await aborted(self._tcp)
            raise
        if transport is None:
            raise ConnectionResetError
        protocol.connection_made(transport)
        self._reader = reader
        self._writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        self.session.tls = True

    # --- commands ---------------------------------------------------------------------------------------------------

    async def _read_command(self) -> bytes | None:
        """One command with its literals as it came, or None at the end of the connection."""
        raw = b""
        while True:
            try:
                line = await self._reader.readline()
            except ValueError:  # longer than the reader's limit
                raise Goodbye(TOO_LONG) from None
            if not line.endswith(b"\n"):
                return None
            raw += line
            found = LITERAL_END.search(line)
            if found is None:
                self.server.record(self.number, masked(raw))
                return raw
            if int(found[1]) > LITERAL_LIMIT:
                raise Goodbye(TOO_LONG)
            if not found[2]:
                await self.send([Reply(b"+ OK\r\n", Kind.CONTINUATION)])
            raw += await self._reader.readexactly(int(found[1]))

    async def _answer(self, raw: bytes) -> None:
        try:
            command = parse_command(raw)
        except BadCommand as error:
            await self.send([Reply(b"%b BAD %b\r\n" % (error.tag, str(error).encode()), Kind.TAGGED)])
            return
        if self.session.account is not None and self.session.account.delay_s:
            await asyncio.sleep(self.session.account.delay_s)
        farewell = self.server.doors.house.farewell
        if self.session.has_ended_token and farewell is not None:
            raise Goodbye(farewell)
        try:
            await self._begin(Scene(self, Point.COMMAND, command))
            await self._perform(command)
        except Answered as answer:
            await self.transmit(answer.reply.data)
        self._effects = []

    async def _perform(self, command: Command) -> None:
        match command.name:
            case "STARTTLS" if self.server.tls is not None and not self.session.tls:
                self._tcp.pause_reading()  # the handshake is not for this reader
                await self.send([tagged(command, "OK Begin TLS negotiation now.")])
                await self._change_to_tls()
            case "AUTHENTICATE" if self.session.account is None:
                await self._authenticate(command)
            case "IDLE" if self.session.account is not None:
                await self._idle(command)
            case _:
                await self.send(run(self.session, command))

    async def _authenticate(self, command: Command) -> None:
        """AUTHENTICATE (RFC 3501 6.2.2), with the initial response of RFC 4959 or after a `+`."""
        arguments = [one for one in command.arguments if isinstance(one, bytes)]
        mechanism = arguments[0].upper() if arguments else b""
        if mechanism.decode("ascii", "replace") not in self.server.doors.mechanisms:
            await self.send([tagged(command, "NO [ALERT] Unsupported authentication mechanism.")])
            return
        response = arguments[1] if len(arguments) > 1 else await self._ask_for_response()
        if mechanism in TOKEN_MECHANISMS:
            await self._authenticate_by_token(command, mechanism, response)
        else:
            await self._authenticate_plainly(command, response)

    async def _authenticate_by_token(self, command: Command, mechanism: bytes, response: bytes) -> None:
        """XOAUTH2 or OAUTHBEARER: a refusal may say why first, which the client has to acknowledge."""
        said, house = user_and_token(mechanism, response), self.server.doors.house
        if said is None:
            await self.send([tagged(command, "BAD Invalid SASL argument.")])
            return
        name, token = said
        account = self.server.store.account(name)
        if account is not None and token in account.tokens:
            self.session.token = token
            await self.send(let_in(self.session, command, account))
            return
        challenge = house.challenge(mechanism)
        if challenge is not None:
            await self._ask_for_response(challenge)
        await self.send([tagged(command, house.refusal)])

    async def _authenticate_plainly(self, command: Command, response: bytes) -> None:
        """PLAIN (RFC 4616)."""
        try:
            _, name, password = base64.b64decode(response, validate=True).decode().split("\0")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            await self.send([tagged(command, "BAD Authentication aborted by client.")])
            return
        await self.send(enter(self.session, command, name, password))

    async def _ask_for_response(self, challenge: bytes = b"") -> bytes:
        await self.send([Reply(b"+ " + challenge + b"\r\n", Kind.CONTINUATION)])
        return (await self._reader.readline()).strip()

    async def _idle(self, command: Command) -> None:
        """IDLE (RFC 2177): says what happens until the client sends DONE."""
        await self.send([Reply(b"+ idling\r\n", Kind.CONTINUATION)])
        line = asyncio.create_task(self._reader.readline())
        try:
            while not line.done():
                self.changed.clear()
                await self.send(self.session.updates())
                await self._wait_for_change(line)
        finally:
            line.cancel()
        answer = line.result()
        if not answer:
            raise ConnectionResetError
        self.server.record(self.number, answer)
        done = answer.strip().upper() == b"DONE"
        await self.send([tagged(command, "OK Idle completed." if done else "BAD Expected DONE.")])

    async def _wait_for_change(self, line: asyncio.Task[bytes]) -> None:
        """Return when the client has sent a line or the store has changed."""
        waiter = asyncio.create_task(self.changed.wait())
        try:
            await asyncio.wait([line, waiter], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiter.cancel()
