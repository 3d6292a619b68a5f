"""A proxy on this machine that hears every host a mail makes the browser engine turn to, whatever the host's name."""

import re
import socket
import ssl
import threading
from dataclasses import dataclass, field

DOMAIN = "canary.example"
GIF = bytes.fromhex("47494638396101000100800000c8101000000021f90400000000002c00000000010001000002024401003b")
_CONNECT = re.compile(rb"CONNECT ([^: ]+):\d+ ")
_GET = re.compile(rb"[A-Z]+ http://([^/: ]+)")
_HOST = re.compile(rb"\r\nHost: ([^:\r]+)", re.IGNORECASE)


@dataclass(slots=True)
class Canary:
    """``connections`` counts them all; ``heard`` are the hosts named, each once; ``requests`` the heads of requests."""

    tls: ssl.SSLContext
    connections: int = 0
    heard: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    redirect_to: str = ""
    _socket: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="canary", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def forget(self) -> None:
        """Begin anew."""
        self.connections = 0
        self.redirect_to = ""
        self.heard.clear()
        self.requests.clear()

    def has_heard(self, name: str) -> bool:
        """Tell whether the host of this first label was named."""
        return f"{name}.{DOMAIN}" in self.heard

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._talk(connection)
        except OSError:  # the engine hung up
            return

    def _talk(self, connection: socket.socket) -> None:
        head = _head(connection)
        connect = _CONNECT.match(head)
        self._note(connect or _GET.match(head))
        if connect is None:
            self._answer(connection, head)
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self.tls.wrap_socket(connection, server_side=True) as inside:
            while head := _head(inside):
                self._answer(inside, head)

    def _note(self, match: re.Match[bytes] | None) -> None:
        host = match[1].decode() if match else "something without a host"
        if host not in self.heard:
            self.heard.append(host)

    def _answer(self, connection: socket.socket, head: bytes) -> None:
        if not head:
            return
        self._note(_HOST.search(head))
        self.requests.append(head.decode("latin-1"))
        if self.redirect_to and head.startswith(b"GET /x "):
            where = f"HTTP/1.1 302 Found\r\nLocation: {self.redirect_to}\r\nContent-Length: 0\r\n\r\n"
            connection.sendall(where.encode())
            return
        headers = b"Content-Type: image/gif\r\nSet-Cookie: a=b; Secure; SameSite=None\r\nAccess-Control-Allow-Origin: *"
        connection.sendall(b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n%s" % (headers, len(GIF), GIF))


def _head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    return data
