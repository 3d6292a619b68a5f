"""What the contract's tests share: settings for a server, a secret, short timeouts, one whole visit."""

from dataclasses import dataclass
from typing import Protocol

from desktop.domain.errors import SourceError
from desktop.domain.mail import RawMail
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.source import Source
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.connect import open_source
from desktop.providers.imap.source import ImapSource
from tests.contract.scripted import Dialogue, serving

PASSWORD = "correct-horse-battery"
SHORT = Timeouts(connect_s=1.5, silence_s=1.5, progress_window_s=1.0, farewell_s=0.5)
"""For servers that fail on purpose; long enough for a machine that has other things to do."""


@dataclass(frozen=True, slots=True)
class Password:
    """A secret for tests."""

    text: str = PASSWORD

    def reveal(self) -> str:
        return self.text


class Listening(Protocol):
    """Any server on loopback."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...


def plain(server: Listening, user: str = "ann@example.test") -> ServerSettings:
    """Settings for an unencrypted visit."""
    return ServerSettings(server.host, server.port, Security.NONE, user)


def visit(server: Listening, *, timeouts: Timeouts = SHORT, breaker: Breaker | None = None) -> ImapSource:
    """Open a source on *server* without encryption."""
    return open_source(plain(server), Password(), timeouts=timeouts, breaker=breaker)


def take_all(source: Source, into: list[RawMail], folder: str = "INBOX") -> None:
    """List, describe and fetch a folder, adding each mail to *into* as it comes."""
    source.folders()
    source.open_folder(folder)
    into.extend(source.fetch(source.describe(source.list_refs())))


STEPS = ["AUTHENTICATE", "LIST", "EXAMINE", "UID SEARCH", "DESCRIBE", "BODY"]
"""The commands of a visit, by their names in a dialogue."""


def whole(dialogue: Dialogue, timeouts: Timeouts = SHORT) -> tuple[list[RawMail], SourceError | None]:
    """One visit from greeting to log-out: the mails handed over, and the error it ended with."""
    mails: list[RawMail] = []
    with serving(dialogue) as server:
        try:
            with visit(server, timeouts=timeouts) as source:
                take_all(source, mails)
        except SourceError as error:
            return mails, error
    return mails, None
