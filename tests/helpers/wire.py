"""A client that only speaks lines: what imapclient hides, forgives or refuses to send can be sent and seen here."""

import re
import socket
import ssl
from typing import Self

LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class Wire:
    """A raw connection to an IMAP server. `greeting` is the first line."""

    def __init__(self, port: int, *, host: str = "127.0.0.1", timeout_s: float = 5, greeting: bool = True) -> None:
        self._socket = socket.create_connection((host, port), timeout=timeout_s)
        self._host = host
        self._file = self._socket.makefile("rb")
        try:
            self.greeting = self.line() if greeting else b""
        except OSError:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def line(self) -> bytes:
        """The next line without its end; literals inside belong to it. Empty at the end of the connection."""
        whole = b""
        while True:
            piece = self._file.readline()
            whole += piece
            found = LITERAL.search(piece)
            if found is None:
                return whole.removesuffix(b"\n").removesuffix(b"\r")
            whole += self._file.read(int(found[1]))

    def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        return self._file.read()

    def ask(self, command: str | bytes, tag: str = "a") -> list[bytes]:
        """Send a command and return the lines of the answer up to the tagged one, or to the end of the connection."""
        text = command.encode() if isinstance(command, str) else command
        self.send(tag.encode() + b" " + text + b"\r\n")
        lines = []
        while line := self.line():
            lines.append(line)
            if line.startswith((tag.encode() + b" ", b"+")):
                break
        return lines

    def starttls(self, context: ssl.SSLContext) -> None:
        """Do the handshake; what had been received in the clear stays unread, as in a client that is right."""
        self._file.close()
        self._socket = context.wrap_socket(self._socket, server_hostname=self._host, suppress_ragged_eofs=False)
        self._file = self._socket.makefile("rb")
