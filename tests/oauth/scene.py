"""An open profile whose mailboxes are signed in to at the real issuer, as the window and the command line have it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from desktop.domain.health import Health
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, OAuthProvider
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.recovery import Recovery
from desktop.domain.signing_in import Permission, SignInAsk, SignInProgress, SignInStage
from desktop.providers.channel import Breaker
from desktop.security.token_slots import TokenSlots
from desktop.security.tokens import SignedIn, TokenSet
from desktop.services.recovery import recovery_of
from desktop.sync.context import Limits, Progress, StopSignal, SyncContext
from desktop.sync.engine import sync_all
from desktop.workspace import signing_in
from desktop.workspace.workspace import Workspace
from tests.helpers.consent import Person, consent
from tests.helpers.dovecot import Dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oidc import OidcProvider

BROWSER_S = 30


class MovableClock:
    """The computer's clock, set forward or back by a test: what a sleep or a person at the settings does to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead.total_seconds()

    def pass_by(self, **delta: float) -> None:
        """Let time pass, as `timedelta` says it."""
        self.ahead += timedelta(**delta)


class Browser:
    """Opens the page of a sign-in, in a thread of its own, and does with it what it was told; hears its progress."""

    def __init__(self, act: Callable[[str], object]) -> None:
        self.heard: list[SignInProgress] = []
        self.landed: object = None
        self._act = act
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None

    def __call__(self, progress: SignInProgress) -> None:
        self.heard.append(progress)
        if progress.stage is SignInStage.WAITING:
            self._thread = threading.Thread(target=self._run, args=(progress.url,), name="browser")
            self._thread.start()

    def _run(self, url: str) -> None:
        try:
            self.landed = self._act(url)
        except BaseException as failure:  # noqa: BLE001  (told in the test's own thread)
            self._failure = failure

    def close(self) -> None:
        """Wait until it is done; a mistake of its own comes out here."""
        if self._thread is not None:
            self._thread.join(BROWSER_S)
        if self._failure is not None:
            raise self._failure


@dataclass(slots=True)
class Scene:
    """A profile, the servers, and a clock that can be moved."""

    workspace: Workspace
    context: SyncContext
    oidc: OidcProvider
    dovecot: Dovecot
    sink: MailSink
    clock: MovableClock
    breaker: Breaker = field(default_factory=Breaker)

    # --- signing in -------------------------------------------------------------------------------------------------

    def ask(self, provider: OAuthProvider, address: str, *, sends: bool = True, is_shared: bool = False) -> SignInAsk:
        """What a new mailbox asks for."""
        wanted = frozenset(Permission) if sends else frozenset({Permission.IDENTITY, Permission.READ})
        return SignInAsk(provider, address, wanted, is_shared=is_shared)

    def ask_again(self, mailbox: Mailbox) -> SignInAsk:
        """What a reconnection asks for: the same account."""
        assert mailbox.oauth is not None
        with self.workspace.store.read() as read:
            pinned = read.grants.identity_of(mailbox.id)
        wanted = frozenset(Permission) if mailbox.smtp else frozenset({Permission.IDENTITY, Permission.READ})
        return SignInAsk(mailbox.oauth, mailbox.address, wanted, pinned=pinned)

    def sign_in(self, ask: SignInAsk, person: Person | Callable[[str], object] | None = None) -> SignedIn:
        """Sign in, in a browser that does what `person` does; the one who was asked for, if nobody else is given."""
        who = person or Person(ask.address)
        act = who if not isinstance(who, Person) else lambda url: consent(url, who, ca_file=self.oidc.ca_file)
        browser = Browser(act)
        try:
            return signing_in.sign_in(self.workspace, ask, breaker=self.breaker, tell=browser)
        finally:
            browser.close()

    def connect(self, provider: OAuthProvider, address: str, *, sends: bool = True, letters: int = 0) -> Mailbox:
        """A connected mailbox, with some mail on its server, not synced yet."""
        if letters:
            self.deliver(address, *range(1, letters + 1))
        signed_in = self.sign_in(self.ask(provider, address, sends=sends))
        return self.store(provider, address, signed_in, sends=sends)

    def store(self, provider: OAuthProvider, address: str, signed_in: SignedIn, *, sends: bool = True) -> Mailbox:
        """Store what a sign-in gave as a new mailbox."""
        stored, _ = signing_in.connect_signed_in(self.workspace, self.new(provider, address, sends=sends), signed_in)
        return stored

    def new(self, provider: OAuthProvider, address: str, *, sends: bool = True) -> Mailbox:
        """A mailbox as the wizard makes it, not stored yet."""
        servers = self.workspace.clients.servers(provider, address)
        assert servers is not None
        return Mailbox(
            id=MailboxId(0),
            address=address,
            provider="custom",
            imap=servers[0],
            smtp=servers[1] if sends else None,
            folders=("INBOX",),
            direction=Direction.INBOUND,
            frequency=Frequency.MANUAL,
            since_days=14,
            synced_from=datetime(2020, 1, 1, tzinfo=UTC),
            state=MailboxState.ACTIVE,
            created_at=self.clock.now(),
        )

    def reconnect(self, mailbox: Mailbox) -> Mailbox:
        """Sign in again and store it."""
        stored, _ = signing_in.reconnect(self.workspace, mailbox, self.sign_in(self.ask_again(mailbox)))
        return stored

    # --- mail -------------------------------------------------------------------------------------------------------

    def deliver(self, address: str, *numbers: int) -> None:
        """Put letters with these numbers on the server."""
        self.dovecot.deliver_many(address, [(letter(number, address), None) for number in numbers])

    def sync(
        self, *mailboxes: Mailbox, progress: Progress | None = None, limits: Limits | None = None
    ) -> list[MailboxReceipt]:
        """Sync these mailboxes once."""
        told = progress or self.context.progress
        return sync_all(
            mailboxes, replace(self.context, progress=told, limits=limits or self.context.limits), StopSignal()
        )

    def stored(self, mailbox: Mailbox) -> int:
        """How many emails are here."""
        with self.workspace.store.read() as read:
            return read.mailboxes.figures(mailbox.id).synced

    def health(self, mailbox: Mailbox) -> Health:
        """How the mailbox is."""
        with self.workspace.store.read() as read:
            return read.mailboxes.health(mailbox.id)

    def recovery(
        self, mailbox: Mailbox, receipt: MailboxReceipt, *, last_sync: datetime | None, since: datetime
    ) -> Recovery:
        """The receipt of a reconnection."""
        with self.workspace.store.read() as read:
            return recovery_of(read, mailbox.id, receipt, last_sync=last_sync, since=since)

    def mailboxes(self) -> Sequence[Mailbox]:
        """What is connected."""
        with self.workspace.store.read() as read:
            return read.mailboxes.every()

    def tokens(self, mailbox: Mailbox) -> TokenSet | None:
        """What is kept."""
        return TokenSlots(self.workspace.vault, mailbox.id).load()


def letter(number: int, address: str) -> bytes:
    """A small mail that is another one for each number and address."""
    lines = (
        "From: Ann <ann@acme.example>",
        f"To: {address}",
        f"Subject: Order {number}",
        f"Message-ID: <m{number}.{address}>",
        "Date: Sun, 01 Mar 2026 12:00:00 +0000",
        "",
        f"body of {number}",
        "",
    )
    return "\r\n".join(lines).encode()
