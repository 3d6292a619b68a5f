"""A TCP proxy that spoils the connection: cuts it at a byte, stalls, delays, trickles, alters or repeats what passes.

    with FaultProxy(dovecot.port) as proxy:
        proxy.plan = Plan(cut_at=1234, rst=True)
        ...

A plan holds for connections made from then on and counts the bytes of each connection by itself; `proxy.next_plans` are
for the next connections, one each. `freeze` and `cut` act at once on the connections there are.
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from desktop.demo.faults import Gate
from desktop.demo.loop_thread import LoopThread, closed

NO_LINGER = struct.pack("ii", 1, 0)
CHUNK = 1 << 16
REPEATED = 64
TARGET_HOST = "127.0.0.1"


class Direction(StrEnum):
    """Whose bytes."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes wrong with the bytes of one direction; left as it is, nothing.

    `cut_at`: after so many bytes the connection ends, by FIN or RST. `stall_at`: after so many bytes nothing passes in
    this direction until `release`. `delay_s`: every piece comes later. `trickle_s`: one byte per interval. `alter_at`:
    the byte there is another one. `repeat_at`: what passed up to there of the piece it lies in, at most `REPEATED`
    bytes, comes a second time.
    """

    direction: Direction = Direction.SERVER
    cut_at: int | None = None
    rst: bool = False
    stall_at: int | None = None
    delay_s: float = 0.0
    trickle_s: float = 0.0
    alter_at: int | None = None
    repeat_at: int | None = None


class Cut(Exception):
    """The connection is to end here."""


class FaultProxy:
    """Listens on `host` and passes on to `target`, a port of 127.0.0.1.

    `connections` counts them, `passed` the bytes of the latest one.
    """

    def __init__(self, target: int, plan: Plan | None = None, *, host: str = TARGET_HOST) -> None:
        self.host = host
        self.target = target
        self.plan = plan or Plan()
        self.next_plans: deque[Plan] = deque()
        self.port = 0
        self.connections = 0
        self.passed = {Direction.SERVER: 0, Direction.CLIENT: 0}
        self._gate = Gate()
        self._ice = Gate()
        self._ice.open()
        self._forgotten = 0
        self._clients: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread = LoopThread("fault-proxy")
        self._server = self._thread.listen(self._accept, self.host)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop(self._server)

    def release(self) -> None:
        """Let go what a plan has stalled, and stall nothing any more."""
        self._gate.open()

    def freeze(self) -> None:
        """Pass nothing on from now, in either direction, without closing: a NAT that has forgotten us."""
        self._ice = Gate()

    def thaw(self) -> None:
        """Pass on again, and what was held back first."""
        self._ice.open()

    def forget(self) -> None:
        """Pass nothing on any more over the connections there are, without closing them; new ones work."""
        self._forgotten = self.connections

    def cut(self, *, rst: bool = False) -> None:
        """End every connection now."""
        self._thread.run(self._cut(rst=rst))

    async def _cut(self, *, rst: bool) -> None:
        for writer in list(self._clients):
            end(writer, rst=rst)

    def has_forgotten(self, number: int) -> bool:
        """Tell whether that connection is one over which nothing passes any more."""
        return number <= self._forgotten

    async def wait_for_release(self) -> None:
        """Return when `release` has been called."""
        await self._gate.wait()

    async def wait_for_thaw(self) -> None:
        """Return when nothing is frozen."""
        await self._ice.wait()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.passed = passed = {Direction.SERVER: 0, Direction.CLIENT: 0}
        self._clients.add(writer)
        plan = self.next_plans.popleft() if self.next_plans else self.plan
        try:
            await self._connect(reader, writer, plan, passed)
        except OSError:
            end(writer, rst=True)
        finally:
            self._clients.discard(writer)
            await closed(writer)

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, plan: Plan, passed: dict[Direction, int]
    ) -> None:
        """Pass on between the client and the target until either ends or the plan says so."""
        server_reader, server_writer = await asyncio.open_connection(TARGET_HOST, self.target)
        for one in (writer, server_writer):
            one.transport.set_write_buffer_limits(high=0)
        number = self.connections
        up = Flow(self, plan, Direction.CLIENT, passed, number)
        down = Flow(self, plan, Direction.SERVER, passed, number)
        try:
            await both(up.pump(reader, server_writer), down.pump(server_reader, writer))
        except Cut:
            end(writer, rst=plan.rst)
        finally:
            server_writer.transport.abort()
            await closed(server_writer)


@dataclass(slots=True)
class Flow:
    """The bytes of one direction of one connection."""

    proxy: FaultProxy
    plan: Plan
    direction: Direction
    passed: dict[Direction, int]
    number: int

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on until the sender ends or the plan says so."""
        spoiled = self.plan.direction == self.direction
        with suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                if spoiled:
                    await self._spoil(data, writer)
                else:
                    await self._pass(data, writer)

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        await self.proxy.wait_for_thaw()
        if self.proxy.has_forgotten(self.number):
            return
        writer.write(data)
        await writer.drain()
        self.passed[self.direction] += len(data)

    async def _spoil(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        plan = self.plan
        if plan.delay_s:
            await asyncio.sleep(plan.delay_s)
        data = self._corrupted(data)
        if (room := self._room(plan.stall_at)) is not None and len(data) > room:
            await self._pass(data[:room], writer)
            data = data[room:]
            await self.proxy.wait_for_release()
        if (room := self._room(plan.cut_at)) is not None and len(data) >= room:
            await self._pass(data[:room], writer)
            raise Cut
        if plan.trickle_s:
            for start in range(len(data)):
                await self._pass(data[start : start + 1], writer)
                await asyncio.sleep(plan.trickle_s)
        else:
            await self._pass(data, writer)

    def _corrupted(self, data: bytes) -> bytes:
        """Alter or repeat, where the plan says so."""
        plan, before = self.plan, self.passed[self.direction]
        if plan.alter_at is not None and 0 <= (at := plan.alter_at - before) < len(data):
            data = data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]
        if plan.repeat_at is not None and 0 < (at := plan.repeat_at - before) <= len(data):
            data = data[:at] + data[max(0, at - REPEATED) : at] + data[at:]
        return data

    def _room(self, limit: int | None) -> int | None:
        """How many bytes may still pass before the limit; None when there is none."""
        return None if limit is None else max(0, limit - self.passed[self.direction])


async def both(up: Awaitable[None], down: Awaitable[None]) -> None:
    """Run both directions until one ends; errors of either come out."""
    tasks = [asyncio.ensure_future(up), asyncio.ensure_future(down)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def end(writer: asyncio.StreamWriter, *, rst: bool) -> None:
    """Close the client's side, by FIN or RST."""
    if rst:
        sock: socket.socket = writer.get_extra_info("socket")
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        writer.transport.abort()
    else:
        writer.close()
