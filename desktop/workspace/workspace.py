"""An open profile, and what is built from it: what the window and the command line work with alike."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop.domain.backfill import QuietHours
from desktop.domain.clock import Clock
from desktop.domain.errors import NeedsSignIn, Transient
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import Source
from desktop.parsing.pool import ParserPool, PoolLimits
from desktop.providers.channel import Breaker, Timeouts
from desktop.security.keysource import Unlocked, open_ahead, open_vault
from desktop.security.secrets import Secret
from desktop.security.vault import SecretVault
from desktop.settings import registry
from desktop.store.store import Store
from desktop.sync.context import Limits, Progress, Silence, StopSignal, SyncContext
from desktop.workspace.clock import SystemClock
from desktop.workspace.connection_budget import ConnectionBudget
from desktop.workspace.preferences import Preferences
from desktop.workspace.secrets import StoredSecrets
from desktop.workspace.turns import Turns

if TYPE_CHECKING:  # what talks to servers is loaded when the first one is talked to: the window is there before
    from desktop.workspace.clients import Clients
    from desktop.workspace.tokens import TokenKeeper

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open profile."""

    profile: Path
    settings: Preferences
    store: Store
    unlocked: Unlocked
    ca_file: Path | None
    clock: Clock
    writing: bool = True
    """Whether this process is the one that writes to the profile."""
    turns: Turns = field(default_factory=Turns)
    connections: ConnectionBudget = field(default_factory=lambda: ConnectionBudget(SystemClock()))

    @property
    def vault(self) -> SecretVault:
        """Where passwords are kept; each change is a transaction of its own."""
        return open_vault(self.unlocked, StoredSecrets(self.store))

    @property
    def ahead(self) -> SecretVault | None:
        """Where renewed tokens wait for a keyring that fails; None where none is used."""
        return open_ahead(self.unlocked, StoredSecrets(self.store))

    @property
    def clients(self) -> "Clients":
        """The registered apps that sign in with providers."""
        from desktop.workspace.clients import Clients

        return Clients(self.settings, self.vault, self.clock, self.ca_file, self.timeouts)

    @property
    def tokens(self) -> "TokenKeeper":
        """The access tokens of mailboxes."""
        from desktop.workspace.tokens import TokenKeeper

        return TokenKeeper(
            self.vault, self.ahead, self.store, self.clock, self.turns, self.clients.authority, self.writing
        )

    def secret_of(self, mailbox: Mailbox, breaker: Breaker | None = None) -> Secret:
        """Return what *mailbox* is signed in to with now: its password, or an access token that holds.

        Raises NeedsSignIn when none is kept or to be had without a person. A token that is due is renewed first.
        """
        if mailbox.oauth is not None:
            return self.tokens.access(mailbox, breaker or Breaker())
        return self._password_of(mailbox)

    def signed_in(self, mailbox: Mailbox, breaker: Breaker, action: Callable[[Secret], T]) -> T:
        """Return what *action* does with the mailbox's secret; once more with a new token if the first is refused."""
        if mailbox.oauth is not None:
            return self.tokens.using(mailbox, breaker, action)
        return action(self._password_of(mailbox))

    def _password_of(self, mailbox: Mailbox) -> Secret:
        from desktop.services.mailboxes import password_name

        secret = self.vault.fetch(password_name(mailbox.id))
        if secret is None:
            raise NeedsSignIn(
                ReasonCode.ACCOUNT_SIGN_IN,
                f"No password is kept for {mailbox.address}.",
                meaning="The mailbox cannot be synced until there is one.",
                action="Give it again in the mailbox's settings, or with "
                f"'postroom mailboxes set {mailbox.address} --password-stdin'.",
                field="password",
            )
        return secret

    @property
    def timeouts(self) -> Timeouts:
        """How long servers are waited for."""
        silence = self.settings.get(registry.READ_TIMEOUT)
        return Timeouts(
            connect_s=min(self.settings.get(registry.CONNECT_TIMEOUT), silence * 60),
            silence_s=silence,
            progress_window_s=silence,
            answer_s=min(Timeouts().answer_s, silence),
        )

    @property
    def limits(self) -> Limits:
        """How much a sync asks for at once."""
        get = self.settings.get
        return Limits(
            batch_messages=get(registry.BATCH_MESSAGES),
            batch_bytes=get(registry.BATCH_BYTES),
            fetch_bytes=get(registry.FETCH_LIMIT),
            full_listing_every=timedelta(hours=get(registry.FULL_LISTING)),
            log_kept_for=timedelta(days=get(registry.LOG_KEEP_DAYS)),
            log_entries=get(registry.LOG_KEEP_ENTRIES),
            audit_every={"daily": timedelta(days=1), "weekly": timedelta(days=7)}.get(get(registry.AUDIT)),
        )

    @property
    def quiet_hours(self) -> QuietHours:
        """When a backfill that waits for quiet hours may run."""
        get = self.settings.get
        return QuietHours(time(get(registry.QUIET_FROM)), time(get(registry.QUIET_UNTIL)))

    def open_source(self, mailbox: Mailbox, stop: StopSignal) -> Source:
        """Sign in to *mailbox*."""
        from desktop.providers.connect import open_source

        breaker = Breaker()
        with stop.guarding(breaker.trip):
            closed = self.connections.take(mailbox, breaker)

            def opened(secret: Secret) -> Source:
                return open_source(
                    mailbox.imap, secret, timeouts=self.timeouts, ca_file=self.ca_file, breaker=breaker, closed=closed
                )

            try:
                return self.signed_in(mailbox, breaker, opened)
            except BaseException as error:
                closed()
                if isinstance(error, Transient):
                    self.connections.note(mailbox, error)
                raise

    def signed_in_until(self, mailbox: Mailbox) -> datetime | None:
        """Return until when a connection that was just opened may be kept: the server ends it with its token."""
        return None if mailbox.oauth is None else self.tokens.renewed_at(mailbox)

    @contextmanager
    def mail_reader(self) -> Iterator[ParserPool]:
        """Start what reads single mails for a person; its processes end with the block."""
        with ParserPool(1, limits=PoolLimits(message_s=self.settings.get(registry.PARSE_TIMEOUT))) as reader:
            yield reader

    @contextmanager
    def sync_context(self, progress: Progress | None = None) -> Iterator[SyncContext]:
        """Build what a sync works with; the parser's processes end with the block."""
        workers = self.settings.get(registry.PARSE_WORKERS) or os.cpu_count() or 2
        timeout = self.settings.get(registry.PARSE_TIMEOUT)
        with ParserPool(workers, limits=PoolLimits(message_s=timeout)) as parser:
            yield SyncContext(
                store=self.store,
                parser=parser,
                clock=self.clock,
                open_source=self.open_source,
                chance=random.random,
                limits=self.limits,
                progress=progress or Silence(),
                signed_in_until=self.signed_in_until,
            )
