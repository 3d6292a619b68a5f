"""Opens a profile for one command: key, lock, database, vault - and builds what a sync needs. Read top to bottom."""

import os
import random
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from desktop.cli.clock import SystemClock
from desktop.cli.output import tell
from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import Source
from desktop.parsing.pool import ParserPool, PoolLimits
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.connect import open_source
from desktop.security.files import make_private_dir
from desktop.security.keyfile import chosen_key_file
from desktop.security.keysource import Unlocked, obtain_key, open_vault
from desktop.security.profile import default_profile_dir, load_profile, mark_created
from desktop.security.secrets import Secret
from desktop.security.vault import SecretVault
from desktop.services.mailboxes import password_name
from desktop.settings import registry
from desktop.settings.settings import Settings, load_settings
from desktop.store.opening import create_store, database_path, open_store
from desktop.store.profile_lock import ProfileLock
from desktop.store.store import Store
from desktop.sync.context import Limits, Progress, StopSignal, SyncContext


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open profile."""

    profile: Path
    settings: Settings
    store: Store
    unlocked: Unlocked
    ca_file: Path | None
    clock: SystemClock

    @property
    def vault(self) -> SecretVault:
        """Where passwords are kept; each change is a transaction of its own."""
        return open_vault(self.unlocked, StoredSecrets(self.store))

    def password_of(self, mailbox: Mailbox) -> Secret:
        """Return the mailbox's password; raises NeedsSignIn when none is kept."""
        secret = self.vault.fetch(password_name(mailbox.id))
        if secret is None:
            raise NeedsSignIn(
                ReasonCode.ACCOUNT_SIGN_IN,
                f"No password is kept for {mailbox.address}.",
                meaning="The mailbox cannot be synced until there is one.",
                action=f"Give it with 'postroom mailboxes set {mailbox.address} --password-stdin'.",
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
        )

    def open_source(self, mailbox: Mailbox, stop: StopSignal) -> Source:
        """Sign in to *mailbox*."""
        password, breaker = self.password_of(mailbox), Breaker()
        with stop.guarding(breaker.trip):
            return open_source(mailbox.imap, password, timeouts=self.timeouts, ca_file=self.ca_file, breaker=breaker)

    @contextmanager
    def sync_context(self, progress: Progress) -> Iterator[SyncContext]:
        """Build what a sync works with; the parser's processes end with the block."""
        get = self.settings.get
        limits = Limits(
            batch_messages=get(registry.BATCH_MESSAGES),
            batch_bytes=get(registry.BATCH_BYTES),
            fetch_bytes=get(registry.FETCH_LIMIT),
            full_listing_every=timedelta(hours=get(registry.FULL_LISTING)),
            log_kept_for=timedelta(days=get(registry.LOG_KEEP_DAYS)),
            log_entries=get(registry.LOG_KEEP_ENTRIES),
        )
        workers = get(registry.PARSE_WORKERS) or 2
        with ParserPool(workers, limits=PoolLimits(message_s=get(registry.PARSE_TIMEOUT))) as parser:
            yield SyncContext(
                store=self.store,
                parser=parser,
                clock=self.clock,
                open_source=self.open_source,
                chance=random.random,
                limits=limits,
                progress=progress,
            )


class StoredSecrets:
    """The store's sealed rows, each access in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> bytes | None:
        """Return the sealed bytes, or None."""
        with self._store.read() as read:
            return read.secrets.get(name)

    def put(self, name: str, sealed: bytes) -> None:
        """Store or replace."""
        with self._store.write() as uow:
            uow.secrets.put(name, sealed)

    def delete(self, name: str) -> None:
        """Remove, if it is there."""
        with self._store.write() as uow:
            uow.secrets.delete(name)


def profile_of(args: Namespace) -> Path:
    """Return the profile directory that a command was given, or the platform's."""
    return Path(getattr(args, "profile", None) or default_profile_dir()).expanduser()


@contextmanager
def opened(args: Namespace, *, writing: bool) -> Iterator[Workspace]:
    """Open the profile of *args*; a new one is made, and said, when there is none. Errors are sentences."""
    profile = profile_of(args)
    with ExitStack() as stack:
        exists = database_path(profile).exists()
        known = load_profile(profile) if profile.exists() else None
        is_new = not exists and not (known is not None and known.created)
        if not profile.exists():
            make_private_dir(profile)
        if writing or is_new:
            stack.enter_context(ProfileLock(profile))
        unlocked = _unlock(args, profile)
        if is_new and not database_path(profile).exists():
            create_store(profile, unlocked.key.reveal().hex())
            tell(f"A new profile was made in {profile}.")
        store = open_store(profile, unlocked.key.reveal().hex(), writing=writing)
        stack.callback(store.close)
        if not unlocked.profile.created:
            mark_created(profile)
        settings = load_settings(profile)
        for complaint in settings.complaints:
            tell(complaint)
        ca_file = getattr(args, "ca_file", None)
        yield Workspace(
            profile,
            settings,
            store,
            unlocked,
            Path(ca_file).expanduser() if ca_file else None,
            SystemClock(),
        )


def _unlock(args: Namespace, profile: Path) -> Unlocked:
    given = getattr(args, "key_file", None)
    key_file = chosen_key_file(Path(given) if given else None, os.environ)
    passphrase = None
    if getattr(args, "passphrase_stdin", False):
        passphrase = Secret(sys.stdin.readline().rstrip("\r\n"))
    return obtain_key(profile, key_file, database_exists=database_path(profile).exists(), passphrase=passphrase)
