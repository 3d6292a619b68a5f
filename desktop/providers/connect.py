"""From settings and a password to an open mailbox."""

import logging
from pathlib import Path
from typing import Protocol

from desktop.domain.errors import Stopped, Transient
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.source import Source
from desktop.providers import errors, tls
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.errors import Peer
from desktop.providers.imap.connection import Connection
from desktop.providers.imap.source import ImapSource

log = logging.getLogger("desktop.providers.connect")


class Revealable(Protocol):
    """A secret that is only looked at when it is used."""

    def reveal(self) -> str:
        """Return the secret in the clear."""


def open_source(
    settings: ServerSettings,
    secret: Revealable,
    *,
    timeouts: Timeouts | None = None,
    ca_file: Path | None = None,
    breaker: Breaker | None = None,
) -> Source:
    """Connect, encrypt and log in; raises only SourceError kinds.

    *breaker* lets another thread stop all of it, also before there is a Source to abandon.
    """
    connection = connect(settings, timeouts=timeouts, ca_file=ca_file, breaker=breaker)
    try:
        connection.log_in(settings.user, secret.reveal())
        return ImapSource(connection)
    except BaseException:
        connection.close()
        raise


def connect(
    settings: ServerSettings,
    *,
    timeouts: Timeouts | None = None,
    ca_file: Path | None = None,
    breaker: Breaker | None = None,
) -> Connection:
    """Connect and encrypt as *settings* say, without logging in."""
    peer, limits, stop = Peer(settings.host, settings.port), timeouts or Timeouts(), breaker or Breaker()
    connection = Connection(tls.dial(peer, settings.security, limits, stop, ca_file=ca_file))
    try:
        _greet(connection, settings.security, limits, stop)
        if settings.security is Security.STARTTLS:
            connection.start_tls(tls.context(ca_file))
    except BaseException:
        connection.close()
        raise
    return connection


def _greet(connection: Connection, security: Security, timeouts: Timeouts, breaker: Breaker) -> None:
    try:
        connection.greet()
    except Stopped:
        raise
    except Transient as error:
        silent = isinstance(error.__cause__, (TimeoutError, EOFError, ConnectionError))
        if security is not Security.TLS and silent and tls.answers(connection.peer, timeouts, breaker):
            raise errors.speaks_tls(connection.peer) from error
        raise
