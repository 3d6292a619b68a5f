"""A server that says exactly what a test wants, byte for byte, and remembers every byte it was sent."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Play = Callable[["Talk"], None]


class Gone(Exception):
    """The client has left, or the test is over."""


class Talk:
    """One accepted connection, as the script sees it."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self._socket = sock
        self._over = over
        self._pending = b""
        self.received = bytearray()
        self.left_to_say: int | None = None
        self.at_the_limit = self.hang_up

    def say(self, data: bytes) -> None:
        """Send *data*; with a limit set, only up to it, and then do what stands in ``at_the_limit``."""
        if self.left_to_say is not None:
            data = data[: self.left_to_say]
            self.left_to_say -= len(data)
        try:
            self._socket.sendall(data)
        except OSError:
            raise Gone from None
        if self.left_to_say == 0:
            self.at_the_limit()
            raise Gone

    def line(self) -> bytes:
        """Return the client's next line, without its end."""
        while b"\r\n" not in self._pending:
            self._pending += self._more()
        line, _, self._pending = self._pending.partition(b"\r\n")
        return line

    def _more(self) -> bytes:
        while not self._over.is_set():
            try:
                data = self._socket.recv(65536)
            except OSError:
                raise Gone from None
            if not data:
                break
            self.received += data
            return data
        raise Gone

    def drip(self, data: bytes, every_s: float) -> None:
        """Send *data* a byte at a time."""
        for number in range(len(data)):
            if self._over.wait(every_s):
                raise Gone
            self.say(data[number : number + 1])

    def stall(self) -> None:
        """Say nothing more, but stay."""
        while True:
            self._more()

    def hang_up(self) -> None:
        """End the connection in order (FIN)."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        with suppress(Gone):
            self.stall()

    def reset(self) -> None:
        """Break the connection off (RST)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go over to TLS."""
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except (OSError, ValueError):
            raise Gone from None

    def wake(self) -> None:
        """End whatever the script waits for, from another thread."""
        with suppress(OSError, ValueError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


class ScriptedServer:
    """Plays *play* on every connection to 127.0.0.1 while the ``with`` block runs."""

    host = "127.0.0.1"

    def __init__(self, play: Play) -> None:
        self._play = play
        self._over = threading.Event()
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self.talks: list[Talk] = []
        self.faults: list[BaseException] = []
        self._players: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, name="scripted", daemon=True)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            talk = Talk(sock, self._over)
            self.talks.append(talk)
            player = threading.Thread(target=self._run, args=(talk,), name="scripted-talk", daemon=True)
            self._players.append(player)
            player.start()

    def _run(self, talk: Talk) -> None:
        try:
            self._play(talk)
            talk.hang_up()
        except Gone:
            pass
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            self.faults.append(error)
        finally:
            talk.close()

    @property
    def received(self) -> bytes:
        """Everything clients sent, all connections one after the other."""
        return b"".join(bytes(talk.received) for talk in self.talks)

    def __enter__(self) -> "ScriptedServer":
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(5)
        for talk in self.talks:
            talk.wake()
        for player in self._players:
            player.join(5)
        self._listener.close()
        assert not self.faults, self.faults


class Dialogue:
    """An IMAP conversation by the book, of which a test changes what it wants.

    ``answers`` maps a command's name to what is said back, ``TAG`` standing for the command's tag.
    """

    def __init__(self, mails: dict[int, bytes] | None = None, /, **changes: bytes) -> None:
        self.mails = MAILS if mails is None else mails
        self.greeting = b"* OK ready\r\n"
        self.answers: dict[str, bytes | Callable[[Talk, bytes], None]] = {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nTAG OK done\r\n",
            "AUTHENTICATE": b"TAG OK [CAPABILITY IMAP4rev1 SASL-IR ESEARCH CONDSTORE] welcome\r\n",
            "LOGIN": b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH CONDSTORE] welcome\r\n",
            "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" "Sent Items"\r\nTAG OK done\r\n',
            "EXAMINE": self._examined(),
            "UID SEARCH": self._found(),
            "DESCRIBE": self._described(),
            "BODY": self._bodies("BODY[]"),
            "HEADER": self._bodies("BODY[HEADER]"),
            "FLAGS": b"".join(b"* 1 FETCH (UID %d FLAGS (\\Seen))\r\n" % uid for uid in self.mails)
            + b"TAG OK done\r\n",
            "NOOP": b"TAG OK done\r\n",
            "ID": b"* ID NIL\r\nTAG OK done\r\n",
            "LOGOUT": b"* BYE see you\r\nTAG OK done\r\n",
        }
        for name, answer in changes.items():
            self.set(name.replace("_", " "), answer)

    def set(self, name: str, answer: bytes | Callable[[Talk, bytes], None]) -> "Dialogue":
        """Change one answer (or the greeting)."""
        if name == "greeting":
            assert isinstance(answer, bytes)
            self.greeting = answer
        else:
            assert name in self.answers or name in {"STARTTLS"}, name
            self.answers[name] = answer
        return self

    def _examined(self) -> bytes:
        return (
            b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT %d] ok\r\n"
            b"* OK [HIGHESTMODSEQ 42] ok\r\nTAG OK [READ-ONLY] done\r\n"
            % (len(self.mails), max(self.mails, default=0) + 1)
        )

    def _found(self) -> bytes:
        return b'* ESEARCH (TAG "TAG") UID ALL ' + b",".join(b"%d" % uid for uid in self.mails) + b"\r\nTAG OK done\r\n"

    def _described(self) -> bytes:
        lines = (
            b'* %d FETCH (UID %d INTERNALDATE "01-Mar-2026 10:00:00 +0100" RFC822.SIZE %d)\r\n'
            % (number, uid, len(raw))
            for number, (uid, raw) in enumerate(self.mails.items(), 1)
        )
        return b"".join(lines) + b"TAG OK done\r\n"

    def _flagged(self) -> bytes:
        return b"".join(b"* 1 FETCH (UID %d FLAGS (\\Seen))\r\n" % uid for uid in self.mails) + b"TAG OK done\r\n"

    def _bodies(self, item: str) -> bytes:
        lines = (
            b"* %d FETCH (UID %d %s {%d}\r\n%s)\r\n" % (number, uid, item.encode(), len(raw), raw)
            for number, (uid, raw) in enumerate(self.mails.items(), 1)
        )
        return b"".join(lines) + b"TAG OK done\r\n"

    def play(self, talk: Talk) -> None:
        """Answer until the client logs out."""
        if self.greeting:
            talk.say(self.greeting)
        while True:
            tag, _, rest = talk.line().partition(b" ")
            name = self._name(rest)
            answer = self.answers[name]
            if callable(answer):
                answer(talk, tag)
            else:
                talk.say(answer.replace(b"TAG", tag))
            if name == "LOGOUT":
                return

    def _name(self, rest: bytes) -> str:
        words = rest.upper().split(b" ")
        if words[:2] == [b"UID", b"FETCH"]:
            if b"(CHANGEDSINCE " in rest or b" (UID FLAGS)" in rest:
                return "CHANGED" if b"(CHANGEDSINCE " in rest else "FLAGS"
            return "BODY" if b"PEEK[]" in rest else "HEADER" if b"PEEK[HEADER]" in rest else "DESCRIBE"
        return b" ".join(words[:2] if words[0] == b"UID" else words[:1]).decode("ascii")


MAILS = {
    3: b"Subject: one\r\n\r\nfirst\r\n",
    4: b"Subject: two\r\n\r\n)\r\n* 1 FETCH (UID 9 BODY[] {3}\r\nP7 OK done\r\n",
    9: b"Subject: three\r\n\r\n" + b"x" * 200 + b"\r\n",
}
"""A small folder; the second mail looks like an answer itself."""


@contextmanager
def serving(dialogue: Dialogue) -> Iterator[ScriptedServer]:
    """Serve *dialogue*."""
    with ScriptedServer(dialogue.play) as server:
        yield server
