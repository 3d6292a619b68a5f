"""A line- and block-wise conversation over one socket, bounded in time and in size.

Whatever a server does - silence, one byte a minute, endless lines, a close in the middle - a call in here returns or
raises a domain error in bounded time and memory. A block is returned whole or not at all.
"""

import io
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from desktop.domain.errors import Stopped
from desktop.providers import errors
from desktop.providers.errors import Peer

MEGABYTE = 1 << 20
LINE_CAP = MEGABYTE
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a server.

    ``connect_s``: for the connection, for the TLS handshake and for the greeting. ``silence_s``: without any byte
    while an answer is due. Inside one line or block at least ``progress_bytes`` must come per ``progress_window_s``;
    an answer as a whole may be ``patience_s`` behind that pace. ``farewell_s``: for a polite log-out. ``answer_s``: for
    the end of a wait for news to be acknowledged.
    """

    connect_s: float = 15.0
    silence_s: float = 60.0
    progress_window_s: float = 60.0
    progress_bytes: int = 1024
    patience_s: float = 900.0
    farewell_s: float = 2.0
    answer_s: float = 15.0


class Breaker:
    """Ends a conversation from another thread: whatever waits on its socket raises Stopped at once.

    Handed in by whoever may want to stop; holds also while the connection is only being made. One breaker is for one
    conversation at a time; tripped once it stays so.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._tripped = threading.Event()

    @property
    def tripped(self) -> bool:
        """Whether someone asked to stop."""
        return self._tripped.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait up to *seconds*; True as soon as someone asked to stop."""
        return self._tripped.wait(seconds)

    def trip(self) -> None:
        """Stop, from any thread, for good."""
        with self._lock:
            self._tripped.set()
            if self._socket is not None:
                _shut(self._socket)

    def guard(self, sock: socket.socket | None) -> None:
        """Take charge of *sock* in place of the one before; raises Stopped if asked to stop already."""
        with self._lock:
            self._socket = sock
            if self._tripped.is_set() and sock is not None:
                _shut(sock)
        if self._tripped.is_set() and sock is not None:
            raise Stopped


def _shut(sock: socket.socket) -> None:
    """Wake whoever reads from *sock*. Past SSLSocket.shutdown, which would pull the TLS state from under the reader."""
    with suppress(OSError, ValueError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Nudge:
    """Wakes a thread that waits for a server, without ending the conversation; kept until somebody waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: tuple[socket.socket, socket.socket] | None = None
        self._is_given = False

    def give(self) -> None:
        """Wake whoever waits now or next; from any thread."""
        with self._lock:
            if not self._is_given and self._ends is not None:
                self._ends[1].send(b"!")
            self._is_given = True

    def end(self) -> socket.socket:
        """Return what becomes readable when a nudge is given."""
        with self._lock:
            if self._ends is None:
                self._ends = socket.socketpair()
                if self._is_given:
                    self._ends[1].send(b"!")
            return self._ends[0]

    def take(self) -> bool:
        """Tell whether a nudge was given since the last time."""
        with self._lock:
            given, self._is_given = self._is_given, False
            if given and self._ends is not None:
                self._ends[0].recv(16)
            return given

    def close(self) -> None:
        """Give the sockets back; nudges have no effect any more."""
        with self._lock:
            ends, self._ends, self._is_given = self._ends or (), None, True
        for one in ends:
            one.close()


class Channel:
    """One connection to *peer*. Used by one thread; the breaker may be tripped from another."""

    def __init__(self, sock: socket.socket, peer: Peer, timeouts: Timeouts, breaker: Breaker) -> None:
        self._socket = sock
        self._breaker = breaker
        self._buffer = b""
        self._at = 0
        self._budget = LINE_CAP
        self._received = 0
        self._asked_at = time.monotonic()
        self._nudge = Nudge()
        self.peer = peer
        self.timeouts = timeouts
        self.check: Callable[[bytes], None] | None = None
        """Looks at everything before it is sent and raises if it must not be."""
        try:
            sock.settimeout(timeouts.silence_s)
            breaker.guard(sock)
        except BaseException:
            sock.close()
            raise

    @property
    def secure(self) -> bool:
        """Whether the conversation is encrypted."""
        return isinstance(self._socket, ssl.SSLSocket)

    def wait_at_most(self, silence_s: float) -> None:
        """Set how long a silence may last from here on."""
        with suppress(OSError):
            self._socket.settimeout(silence_s)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Encrypt from here on. What the server said too early in the clear is refused, not carried over."""
        if self._at < len(self._buffer):
            raise errors.injected_before_tls(self.peer)
        try:
            self._socket.settimeout(self.timeouts.connect_s)
            wrapped = context.wrap_socket(self._socket, server_hostname=self.peer.host, do_handshake_on_connect=False)
            self._socket = wrapped
            self._breaker.guard(wrapped)
            wrapped.do_handshake()
            wrapped.settimeout(self.timeouts.silence_s)
        except (OSError, ValueError, UnicodeError) as error:
            self._fail(error)

    def send(self, data: bytes) -> None:
        """Send all of *data*, after it was checked."""
        if self.check is not None:
            self.check(data)
        try:
            self._socket.sendall(data)
        except (OSError, ValueError) as error:
            self._fail(error)

    # --- reading ------------------------------------------------------------------------------------------------------

    def allow(self, total: int) -> None:
        """Begin a new answer, of at most *total* bytes."""
        self._budget = total
        self._received = 0
        self._asked_at = time.monotonic()

    def readline(self, cap: int = LINE_CAP) -> bytes:
        """Return the next line without its end; raises Misbehaving when it is longer than *cap*."""
        end = self._buffer.find(b"\n", self._at)
        if end >= 0:
            line = self._buffer[self._at : end]
            self._at = end + 1
        else:
            line = self._long_line(cap)
        if len(line) > cap:
            raise errors.too_much(self.peer, f"line over {cap} bytes")
        self._spend(len(line))
        return line.removesuffix(b"\r")

    def _long_line(self, cap: int) -> bytes:
        """Return a line of which the end has not come in yet."""
        parts = [self._take_rest()]
        length = len(parts[0])
        pace = _Pace(self.timeouts)
        while True:
            piece = self._receive()
            end = piece.find(b"\n")
            if end >= 0:
                parts.append(piece[:end])
                self._buffer, self._at = piece, end + 1
                return b"".join(parts)
            parts.append(piece)
            length += len(piece)
            if length > cap:
                raise errors.too_much(self.peer, f"line over {cap} bytes")
            if not pace.goes_on(len(piece)):
                raise errors.too_slow(self.peer)

    def read(self, size: int) -> bytes:
        """Return exactly *size* bytes; whoever calls has compared *size* with a cap."""
        self._spend(size)
        end = self._at + size
        if end <= len(self._buffer):
            block = self._buffer[self._at : end]
            self._at = end
            return block
        block_so_far = io.BytesIO()  # grows in place and gives its bytes without a copy
        missing = size - block_so_far.write(self._take_rest())
        pace = _Pace(self.timeouts)
        while missing > 0:
            piece = self._receive()
            if not pace.goes_on(len(piece)):
                raise errors.too_slow(self.peer)
            if len(piece) > missing:
                self._buffer, self._at = piece, missing
                piece = piece[:missing]
            missing -= block_so_far.write(piece)
        return block_so_far.getvalue()

    def _spend(self, size: int) -> None:
        self._budget -= size
        if self._budget < 0:
            raise errors.too_much(self.peer, "more than any answer to this command can be")

    def _take_rest(self) -> bytes:
        rest = self._buffer[self._at :]
        self._buffer, self._at = b"", 0
        return rest

    def _receive(self) -> bytes:
        """Return what has come in, at least one byte; waits for it as long as a silence may last."""
        try:
            piece = self._socket.recv(_PIECE)
        except (OSError, ValueError) as error:
            self._fail(error)
        if not piece:
            self._fail(EOFError("connection closed"))
        self._received += len(piece)
        timeouts = self.timeouts
        earned_s = self._received / timeouts.progress_bytes * timeouts.progress_window_s
        if time.monotonic() - self._asked_at > timeouts.patience_s + earned_s:
            raise errors.too_slow(self.peer)
        return piece

    # --- waiting for news ---------------------------------------------------------------------------------------------

    def wait_readable(self, seconds: float) -> bool:
        """Wait until the server has said something more; False after *seconds*, or as soon as :meth:`nudge` was called.

        A connection that ended counts as something said: whoever reads then hears of it.
        """
        with selectors.DefaultSelector() as selector:
            try:
                selector.register(self._socket, selectors.EVENT_READ)
                selector.register(self._nudge.end(), selectors.EVENT_READ)
                if self._has_more():
                    return not self._nudge.take()
                ready = {key.fileobj for key, _ in selector.select(max(0.0, seconds))}
            except (OSError, ValueError) as error:
                self._fail(error)
        return not self._nudge.take() and self._socket in ready

    def _has_more(self) -> bool:
        """Tell whether something was received, or decrypted, that was not read yet."""
        return self._at < len(self._buffer) or (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0)

    def nudge(self) -> None:
        """End :meth:`wait_readable` early, from any thread; the next one if none waits now."""
        self._nudge.give()

    # --- ending -------------------------------------------------------------------------------------------------------

    def _fail(self, error: Exception) -> NoReturn:
        if self._breaker.tripped:
            raise Stopped from error
        raise errors.network_error(error, self.peer) from error

    def abandon(self) -> None:
        """End the conversation now, from any thread."""
        self._breaker.trip()

    def close(self) -> None:
        """Close the socket; never raises."""
        self._breaker.guard(None)
        self._nudge.close()
        with suppress(OSError):
            self._socket.close()


class _Pace:
    """Tells a slow server from one that feeds us a byte at a time to hold the line."""

    __slots__ = ("_bytes", "_started", "_timeouts")

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._started = time.monotonic()
        self._bytes = 0

    def goes_on(self, received: int) -> bool:
        """Count *received* bytes; False when a window closed with too few."""
        self._bytes += received
        if time.monotonic() - self._started < self._timeouts.progress_window_s:
            return True
        enough = self._bytes >= self._timeouts.progress_bytes
        self._started = time.monotonic()
        self._bytes = 0
        return enough
