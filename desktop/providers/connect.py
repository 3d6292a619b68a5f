"""From settings and a password or token to an open mailbox."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.domain.mailbox import Security, ServerSettings
from desktop.providers import tls
from desktop.providers.catalogue import GENERIC, by_imap_host
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.errors import Peer
from desktop.providers.imap.client import Client
from desktop.providers.imap.source import ImapSource
from desktop.providers.sasl import Revealable


def open_source(
    settings: ServerSettings,
    secret: Revealable,
    *,
    timeouts: Timeouts | None = None,
    ca_file: Path | None = None,
    breaker: Breaker | None = None,
    closed: Callable[[], None] | None = None,
) -> ImapSource:
    """Connect, encrypt and log in; raises only SourceError kinds.

    *secret* is a password, or an ``AccessToken``: TokenRefused then means that another one may be let in.
    *ca_file* adds authorities to those the operating system trusts. *breaker* lets another thread stop all of it,
    also before there is a Source to abandon. *closed* is called when the Source, once it is open, has been closed.
    """
    opening = Opening(settings, timeouts=timeouts, ca_file=ca_file, breaker=breaker)
    try:
        opening.reach()
        opening.secure()
        opening.log_in(secret)
    except BaseException:
        opening.close()
        raise
    return opening.source(closed)


class Opening:
    """A mailbox being opened, step by step: :meth:`reach`, :meth:`secure`, :meth:`log_in`, :meth:`source`."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        timeouts: Timeouts | None = None,
        ca_file: Path | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._settings = settings
        self._peer = Peer(settings.host, settings.port)
        self._timeouts = timeouts or Timeouts()
        self._ca_file = ca_file
        self._breaker = breaker or Breaker()
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The conversation, once the server was reached."""
        if self._client is None:
            raise RuntimeError("the server has not been reached")
        return self._client

    def reach(self) -> None:
        """Connect; where the conversation begins in the clear, read the greeting."""
        security = self._settings.security
        self._client = Client(tls.dial(self._peer, security, self._timeouts, self._breaker))
        if security is not Security.TLS:
            tls.greeted(self.client.greet, self._peer, self._timeouts, self._breaker)

    def secure(self) -> None:
        """Encrypt as the settings say."""
        if self._settings.security is Security.TLS:
            trusted = tls.context(self._ca_file)
            tls.encrypted(lambda: self.client.encrypt(trusted), self._peer, self._timeouts, self._breaker)
            self.client.greet()
        elif self._settings.security is Security.STARTTLS:
            self.client.start_tls(tls.context(self._ca_file))

    def log_in(self, secret: Revealable) -> None:
        """Log in with a password or an ``AccessToken``, tried once; raises TokenRefused for a token that ended."""
        self.client.log_in(self._settings.user, secret)

    def source(self, closed: Callable[[], None] | None = None) -> ImapSource:
        """Return the open mailbox; closing it closes the connection, and *closed* is called."""
        provider = by_imap_host(self._settings.host) or GENERIC
        return ImapSource(self.client, idle_s=provider.idle_s, closed=closed)

    def close(self) -> None:
        """Close what was opened; never raises."""
        if self._client is not None:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
