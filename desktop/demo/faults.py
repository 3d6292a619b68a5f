"""When a demo server misbehaves: the conditions, and the list of faults a test has asked for.

    fault = server.faults.add(Fault(when=on("UID FETCH", uid=17), do=cut_after(100)))
    ...
    assert fault.fired == 1

What can be done is in `fault_actions`. A fault happens once unless `times` says otherwise (None: always).
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.demo.imap_fetch import picked
from desktop.demo.imap_protocol import Command
from desktop.demo.imap_session import Reply
from desktop.demo.imap_text import BadArgument, NumberSet, encode_folder

if TYPE_CHECKING:
    from desktop.demo.connection import Connection


class Point(StrEnum):
    """A moment of a connection at which a fault may happen."""

    GREETING = "greeting"
    HANDSHAKE = "handshake"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is going on: on which connection, at which point, and which command is to be answered."""

    connection: "Connection"
    point: Point
    command: Command | None = None

    def uids(self) -> set[int]:
        """The UIDs that a FETCH asks for and the folder has."""
        command, session = self.command, self.connection.session
        if command is None or not command.name.endswith("FETCH") or not command.arguments:
            return set()
        first = command.arguments[0]
        if session.folder is None or not isinstance(first, bytes):
            return set()
        with suppress(BadArgument):
            numbers = picked(session, NumberSet.parse(first), by_uid=command.name == "UID FETCH")
            return {session.view[number - 1] for number in numbers}
        return set()


class Effect:
    """One happening of a fault; each hook does nothing until an action overrides it."""

    def __init__(self, scene: Scene, fault: "Fault") -> None:
        self.scene = scene
        self.fault = fault

    async def before(self) -> None:
        """Called before the command is performed, or the greeting or handshake begun."""

    def replies(self, replies: Iterator[Reply]) -> Iterator[Reply]:
        """What is answered instead of `replies`."""
        return replies

    async def outgoing(self, data: bytes) -> bytes:
        """What goes onto the network instead of `data`."""
        return data


Do = Callable[[Scene, "Fault"], Effect]


@dataclass(frozen=True, slots=True)
class When:
    """A condition; whatever is None may be anything. `nth` counts the moments that fit the rest of it, from 1."""

    point: Point | None = None
    command: str | None = None
    connection: int | None = None
    uid: int | None = None
    about: bytes | None = None
    nth: int = 1

    def fits(self, scene: Scene) -> bool:
        """Tell whether the moment fits, apart from `nth`."""
        name = scene.command.name if scene.command else None
        return (
            self.point in (None, scene.point)
            and self.command in (None, name)
            and self.connection in (None, scene.connection.number)
            and (self.uid is None or self.uid in scene.uids())
            and (self.about is None or (scene.command is not None and self.about in scene.command.arguments))
        )


def on(
    command: str | None = None,
    *,
    nth: int = 1,
    connection: int | None = None,
    uid: int | None = None,
    about: str | None = None,
) -> When:
    """At a command, e.g. `UID FETCH` (any when left out).

    Narrowed down to the n-th one, to a connection, to a FETCH that asks for a UID, or to one that has the argument
    `about`, e.g. a folder's name.
    """
    argument = None if about is None else encode_folder(about)
    return When(Point.COMMAND, command=command, connection=connection, uid=uid, about=argument, nth=nth)


def at_greeting(*, nth: int = 1, connection: int | None = None) -> When:
    """When the server should greet."""
    return When(Point.GREETING, connection=connection, nth=nth)


def at_handshake(*, nth: int = 1, connection: int | None = None) -> When:
    """Before the TLS handshake, of implicit TLS or after the OK to STARTTLS."""
    return When(Point.HANDSHAKE, connection=connection, nth=nth)


def always(*, connection: int | None = None) -> When:
    """At every moment; meant for faults with `times=None`."""
    return When(connection=connection)


class Gate:
    """Holds coroutines until any thread opens it; open it stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_open = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def wait(self) -> None:
        """Return when the gate is open."""
        event = asyncio.Event()
        with self._lock:
            if self._is_open:
                return
            self._waiting.append((asyncio.get_running_loop(), event))
        await event.wait()

    def open(self) -> None:
        """Let everybody through."""
        with self._lock:
            self._is_open = True
            waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            with suppress(RuntimeError):  # the server has closed meanwhile
                loop.call_soon_threadsafe(event.set)


@dataclass(slots=True, eq=False)
class Fault:
    """One thing to go wrong. `fired` counts how often it has, `happened` is set from the first time on."""

    when: When
    do: Do
    times: int | None = 1
    fired: int = 0
    happened: threading.Event = field(default_factory=threading.Event)
    gate: Gate = field(default_factory=Gate)
    _seen: int = 0

    def effect(self, scene: Scene) -> Effect | None:
        """The fault's effect on this moment, if it is due."""
        if (self.times is not None and self.fired >= self.times) or not self.when.fits(scene):
            return None
        self._seen += 1
        if self._seen < self.when.nth:
            return None
        self.fired += 1
        self.happened.set()
        return self.do(scene, self)

    def release(self) -> None:
        """Let go whatever the fault holds up."""
        self.gate.open()


class Faults:
    """The faults of one server, in the order they were added; several may be due at once."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Have the fault happen from now on; returns it, to be watched."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults and let go what they hold up."""
        faults, self._faults = self._faults, []
        for fault in faults:
            fault.release()

    def due(self, scene: Scene) -> list[Effect]:
        """The effects of the faults that are due now."""
        return [effect for fault in list(self._faults) if (effect := fault.effect(scene)) is not None]
