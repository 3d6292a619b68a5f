"""An authorization server that reads from a script: https on loopback, every byte of an answer as the test wrote it."""

import json
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import Parser
from typing import Any, Self
from urllib.parse import parse_qs

from tests.helpers.tls import TlsAuthority


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    headers: Message
    body: str

    @property
    def form(self) -> dict[str, str]:
        """The fields of its form; one that came twice stands joined."""
        return {name: "|".join(values) for name, values in parse_qs(self.body, keep_blank_values=True).items()}


@dataclass(frozen=True, slots=True)
class Play:
    """One answer: its bytes, then a close, or (``hangs``) nothing more; ``drips``: a byte each time that is waited."""

    data: bytes = b""
    hangs: bool = False
    drips: bool = False
    resets: bool = False


def answer(
    body: object = "", status: int = 200, *, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> Play:
    """An ordinary answer; a body that is no text goes as JSON."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    fields = {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return Play(f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + content)


@dataclass
class TokenServer:
    """Plays its answers in their order, one a connection; the last one stands for all that follow."""

    authority: TlsAuthority
    context: ssl.SSLContext | None = None
    plays: Sequence[Play] = ()
    by_path: dict[str, Play] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._over = threading.Event()
        self.is_hanging = threading.Event()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(5)
        self._listener.close()

    @property
    def issuer(self) -> str:
        return f"https://127.0.0.1:{self.port}/tenant"

    @property
    def only(self) -> Asked:
        """The one request that came."""
        (asked,) = self.asked
        return asked

    def _serve(self) -> None:
        waiting = list(self.plays)
        while not self._over.is_set():
            raw, _ = self._listener.accept()
            if self._over.is_set():
                raw.close()
                return
            self.connections += 1
            raw.settimeout(5)
            try:
                sock = (self.context or self.authority.server_context).wrap_socket(raw, server_side=True)
            except (OSError, ssl.SSLError):
                raw.close()
                continue
            with sock, suppress(OSError, ssl.SSLError):
                asked = self._read(sock)
                if asked is None:
                    continue
                self.asked.append(asked)
                play = self.by_path.get(asked.path.partition("?")[0])
                if play is None:
                    play = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self._play(sock, play)

    def _read(self, sock: ssl.SSLSocket) -> Asked | None:
        received = b""
        while b"\r\n\r\n" not in received:
            piece = sock.recv(65536)
            if not piece:
                return None
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        first, _, rest = head.decode("latin-1").partition("\r\n")
        headers = Parser().parsestr(rest)
        while len(body) < int(headers.get("content-length", "0")):
            body += sock.recv(65536)
        method, path, _ = first.split(" ")
        return Asked(method, path, headers, body.decode())

    def _play(self, sock: ssl.SSLSocket, play: Play) -> None:
        if play.drips:
            for byte in play.data:
                sock.sendall(bytes([byte]))
                if self._over.wait(0.05):
                    return
            return
        sock.sendall(play.data)
        if play.hangs:
            self.is_hanging.set()
            sock.recv(1)  # until the other side gives up
        if play.resets:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


TOKENS: dict[str, Any] = {
    "access_token": "access-canary-1",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "refresh-canary-2",
    "scope": "openid email mail.read",
}


class ConnectProxy:
    """A proxy (RFC 9110 section 9.3.6) that notes whom it is asked for and passes bytes on.

    With ``always_to`` it takes everybody to that loopback port, whomever they wanted.
    """

    def __init__(self, always_to: int = 0) -> None:
        self.asked: list[str] = []
        self._always_to = always_to

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            head = b""
            while b"\r\n\r\n" not in head:
                head += near.recv(4096)
            target = head.split(b" ")[1].decode()
            self.asked.append(target)
            host, _, port = target.rpartition(":")
            if self._always_to:
                host, port = "127.0.0.1", str(self._always_to)
            far = socket.create_connection((host, int(port)))
            near.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            ways = [threading.Thread(target=self._pass_on, args=pair) for pair in ((near, far), (far, near))]
            for way in ways:
                way.start()
            for way in ways:
                way.join(5)
            near.close()
            far.close()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
