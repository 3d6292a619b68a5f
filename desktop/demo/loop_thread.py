"""An asyncio loop in a thread of its own, for servers that a test talks to with blocking calls."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class LoopThread:
    """Runs coroutines from any thread and ends without leaving tasks behind."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float = 10) -> T:
        """The result of a coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=timeout_s)

    def listen(self, accept: Accept, host: str, port: int = 0, *, limit: int = 2**16) -> asyncio.Server:
        """Serve each connection by `accept`; port 0 takes a free one, `limit` is the longest line a reader takes."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # WORKAROUND: CPython 3.11.5 to 3.11.7 ask a cancelled connection's task for its exception and log what that
            # raises. Only stop() cancels it, waits for it, and nothing follows here: to return is to obey.
            with suppress(asyncio.CancelledError):
                await accept(reader, writer)

        return self.run(asyncio.start_server(serve, host, port, limit=limit))

    def call_soon(self, work: Callable[[], None]) -> None:
        """Have a function called in the loop, if it still runs."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)

    def stop(self, listener: asyncio.Server) -> None:
        """Close the port, cancel what still runs and end the thread; a second time does nothing."""
        if self._loop.is_closed():
            return
        self.run(self._end(listener))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _end(self, listener: asyncio.Server) -> None:
        for one in listener.sockets:  # WORKAROUND: asyncio loses a connection accepted in the round of close(), ...
            self._loop.remove_reader(one.fileno())
        await settled()  # ... as its Server refuses the transport by an assertion (CPython 3.11)
        listener.close()
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await settled()


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection and return when its socket is closed; cancelled, reset it."""
    writer.close()
    try:
        with suppress(OSError):
            await writer.wait_closed()
    except asyncio.CancelledError:
        await aborted(writer.transport)
        raise


async def aborted(transport: asyncio.WriteTransport) -> None:
    """Drop a connection, its unsent bytes too, and return when its socket is closed."""
    transport.abort()
    await settled()


async def settled() -> None:
    """Return when sockets just accepted are being served, and those of closing connections are closed.

    The loop needs one round to close a socket and four from accepting one to the first step of the task that serves
    it; a task cancelled before its first step would leave the socket to the garbage collector.
    """
    for _ in range(5):
        await asyncio.sleep(0)
