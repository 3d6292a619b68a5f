"""The loopback receiver: where the browser brings a sign-in's answer (RFC 8252 section 7.3), for every provider.

Libraries' own receivers end at the first stray request. This one answers whatever comes and ignores it, until the one
answer comes that carries the right state; that one counts once.

A thread of its own serves all connections, each bounded in bytes and in time. Nothing of a request is logged or shown.
"""

import hmac
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Self

from desktop.domain.errors import Misconfigured, NeedsSignIn, Stopped
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker
from desktop.providers.oauth.pages import POLICY, Page, html
from desktop.providers.oauth.requests_in import Head, Unacceptable, parameters, read_head

PATH = "/callback"
"""The one registered path. Providers compare it exactly and let only the port differ."""

SIGN_IN_LIMIT_S = 300.0
"""How long a person has to finish in the browser."""

REQUEST_LIMIT_S = 10.0
"""How long one request may take to come in."""

_FAREWELL_S = 2.0
_CONNECTIONS = 32
_DRAINED = 4 << 20
_PORT_TRIES = 20
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "Pragma: no-cache\r\n"
    "Referrer-Policy: no-referrer\r\n"
    f"Content-Security-Policy: {POLICY}\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Connection: close\r\n"
)


class LoopbackReceiver:
    """Waits on this computer for one sign-in's answer. Use: make it, ``expect`` the state, ``wait``, ``close``.

    *redirect_host* is the name registered with the provider: ``127.0.0.1``, or ``localhost``, for which the IPv6
    loopback is taken as well so that nobody else can. Raises Misconfigured when no port can be had.
    """

    def __init__(self, redirect_host: str = "127.0.0.1", *, request_limit_s: float = REQUEST_LIMIT_S) -> None:
        self._host = redirect_host
        self._request_limit_s = request_limit_s
        self._listeners = _listen(with_ipv6=redirect_host == "localhost")
        self.port: int = self._listeners[0].getsockname()[1]
        self._turn = threading.Lock()
        self._state = b""
        self._answer: dict[str, str] | None = None
        self._bell, self._clapper = socket.socketpair()
        self._stop_reader, self._stop_writer = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="sign-in receiver", daemon=True)
        self._thread.start()

    @property
    def redirect_uri(self) -> str:
        """The address to give to the provider."""
        return f"http://{self._host}:{self.port}{PATH}"

    def expect(self, state: str) -> None:
        """Take the answer that carries *state*; until then every request is a stray one."""
        with self._turn:
            self._state = state.encode()

    def wait(self, seconds: float, breaker: Breaker) -> dict[str, str]:
        """Return the answer's parameters; its state has been checked, it may hold ``code`` or ``error``.

        Raises NeedsSignIn after *seconds*, Stopped as soon as *breaker* is tripped. Stray requests never end it.
        """
        breaker.guard(self._bell)
        try:
            self._bell.settimeout(seconds)
            self._bell.recv(1)
        except TimeoutError:
            raise too_late(seconds) from None
        finally:
            breaker.guard(None)
        if breaker.tripped or self._answer is None:
            raise Stopped
        return dict(self._answer)

    def close(self) -> None:
        """Give the port back and end what is still connected; may be called twice."""
        with suppress(OSError):
            self._stop_writer.send(b".")
        self._thread.join()
        for sock in (*self._listeners, self._bell, self._clapper, self._stop_reader, self._stop_writer):
            sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- the thread ---------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        guests: list[_Guest] = []
        with selectors.DefaultSelector() as selector:
            selector.register(self._stop_reader, selectors.EVENT_READ)
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(_next_limit(guests)):
                    sock = key.fileobj
                    if sock is self._stop_reader:
                        for guest in guests:
                            guest.sock.close()
                        return
                    if isinstance(key.data, _Guest):
                        key.data.go_on()
                    elif isinstance(sock, socket.socket):
                        _let_in(sock, guests, self._reply, self._request_limit_s)
                guests = _keep_alive(guests, selector)

    def _reply(self, head: Head, body: bytes) -> tuple[int, Page]:
        """Decide on one whole request: its status and its page."""
        if head.headers.get("host", "").lower() != f"{self._host}:{self.port}":
            raise Unacceptable(400)
        if head.path != PATH:
            return 404, Page.NOTHING
        if head.method not in {"GET", "POST"}:
            return 405, Page.NOTHING
        given = parameters(head, body)
        with self._turn:
            if not self._state or not hmac.compare_digest(given.get("state", "").encode(), self._state):
                return 400, Page.STRAY
            if not given.get("code") and not given.get("error"):
                return 400, Page.STRAY
            if self._answer is not None:
                return 400, Page.USED
            self._answer = given
        with suppress(OSError):  # nobody waits any more
            self._clapper.send(b".")
        if not given.get("error"):
            return 200, Page.ACCEPTED
        return 200, Page.DENIED if given["error"] == "access_denied" else Page.REFUSED


_Reply = Callable[[Head, bytes], tuple[int, Page]]


class _Guest:
    """One connection: reads a request, sends the reply, and lets the other side finish before it closes."""

    def __init__(self, sock: socket.socket, reply: _Reply, limit_s: float) -> None:
        self.sock = sock
        self.is_over = False
        self.until = time.monotonic() + limit_s
        self._reply = reply
        self._received = b""
        self._outgoing = b""
        self._is_answered = False
        self._drained = 0

    @property
    def events(self) -> int:
        """What it waits for."""
        return selectors.EVENT_WRITE if self._outgoing else selectors.EVENT_READ

    def go_on(self) -> None:
        """Do what can be done now without waiting."""
        try:
            if self._outgoing:
                self._send()
            else:
                self._take(self.sock.recv(16 * 1024))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.is_over = True

    def out_of_time(self) -> None:
        """Tell a slow request so, and drop a slow goodbye."""
        if self._is_answered:
            self.is_over = True
        else:
            self._answer(408, Page.NOTHING)

    def _take(self, piece: bytes) -> None:
        if not piece:
            self.is_over = True
        elif self._is_answered:
            self._drained += len(piece)
            self.is_over = self._drained > _DRAINED
        else:
            self._received += piece
            self._judge()

    def _judge(self) -> None:
        head: Head | None = None
        try:
            whole = read_head(self._received)
            if whole is None:
                return
            head, body = whole
            length = head.body_length
            if len(body) < length:
                return
            status, page = self._reply(head, body[:length])
        except Unacceptable as refused:
            status, page = refused.status, Page.STRAY if refused.status == 400 else Page.NOTHING
        self._answer(status, page, with_body=head is None or head.method != "HEAD")

    def _answer(self, status: int, page: Page, *, with_body: bool = True) -> None:
        content = html(page)
        allowed = "Allow: GET, POST\r\n" if status == 405 else ""
        first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        head = f"{first}{_HEADERS}{allowed}Content-Length: {len(content)}\r\n\r\n"
        self._outgoing = head.encode("ascii") + (content if with_body else b"")
        self._received = b""
        self._is_answered = True
        self.until = time.monotonic() + _FAREWELL_S
        self.go_on()

    def _send(self) -> None:
        self._outgoing = self._outgoing[self.sock.send(self._outgoing) :]
        if not self._outgoing:
            self.sock.shutdown(socket.SHUT_WR)  # closing now could reset the connection before the page is read


def _let_in(listener: socket.socket, guests: list[_Guest], reply: _Reply, limit_s: float) -> None:
    with suppress(OSError):
        sock, _ = listener.accept()
        sock.setblocking(False)
        guests.append(_Guest(sock, reply, limit_s))


def _keep_alive(guests: list[_Guest], selector: selectors.BaseSelector) -> list[_Guest]:
    """Register what each guest waits for; the ones that are over, late or too many go."""
    now = time.monotonic()
    for guest in guests:
        if not guest.is_over and guest.until <= now:
            guest.out_of_time()
    for guest in guests[:-_CONNECTIONS]:
        guest.is_over = True
    for guest in guests:
        with suppress(KeyError):
            selector.unregister(guest.sock)
        if guest.is_over:
            guest.sock.close()
        else:
            selector.register(guest.sock, guest.events, guest)
    return [guest for guest in guests if not guest.is_over]


def _next_limit(guests: list[_Guest]) -> float | None:
    return max(0.0, min(guest.until for guest in guests) - time.monotonic()) if guests else None


# --- the port ---------------------------------------------------------------------------------------------------------


def _listen(*, with_ipv6: bool) -> list[socket.socket]:
    """Take a free port for ourselves alone. A twin on ``::1`` that somebody else has makes us take another port."""
    failure: OSError | None = None
    for _ in range(_PORT_TRIES):
        opened: list[socket.socket] = []
        try:
            opened.append(_bound(socket.AF_INET, "127.0.0.1", 0))
            if with_ipv6 and _has_ipv6():
                opened.append(_bound(socket.AF_INET6, "::1", opened[0].getsockname()[1]))
            return opened
        except OSError as error:
            failure = error
            for sock in opened:
                sock.close()
    raise no_port(type(failure).__name__) from failure


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)  # Windows: nobody else may bind it, reuse or not
        if exclusive is not None:
            sock.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
        sock.listen(_CONNECTIONS)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


def _has_ipv6() -> bool:
    """Tell whether this computer has an IPv6 loopback at all."""
    try:
        _bound(socket.AF_INET6, "::1", 0).close()
    except OSError:
        return False
    return True


def no_port(detail: str) -> Misconfigured:
    """Return the error for a computer that gives no port for the browser's answer."""
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        "The browser's answer cannot be received on this computer.",
        meaning="No local port could be opened; security software may forbid it.",
        action="Allow Postroom to listen on 127.0.0.1, then try again.",
        detail=detail,
    )


def too_late(seconds: float) -> NeedsSignIn:
    """Return the error for a sign-in that nobody finished in time."""
    length = f"{round(seconds / 60)} minutes" if seconds >= 90 else f"{round(seconds)} seconds"
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"The sign-in was not finished within {length}.",
        meaning="The browser brought no answer; nothing was connected and nothing was changed.",
        action="Start it again; if the browser did not open, copy the link into one.",
        detail="no answer at the loopback receiver",
    )
