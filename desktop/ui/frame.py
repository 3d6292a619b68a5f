"""What the window gives its screens: lanes, commands, places to go, and things only the window can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance

from desktop.domain.audit import AuditReport
from desktop.domain.backfill import BackfillEstimate
from desktop.domain.backfill_days import RangeCount
from desktop.domain.browsing import EnvelopePage
from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.hosts import ContactedHost
from desktop.domain.ids import CustomerId, EmailId, Epoch, MailboxId
from desktop.domain.mailbox import Mailbox, OAuthProvider, ServerSettings
from desktop.domain.probing import FoundServers, OnStep, ProbeReport
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.scope_change import ScopeChange
from desktop.domain.signing_in import ClientState, OnSignIn, PermissionLine, SignInAsk
from desktop.domain.source import RemoteFolder
from desktop.domain.syncing import Download, SyncProgress
from desktop.parsing.shown import ShownMail
from desktop.security.secrets import Secret
from desktop.security.tokens import SignedIn
from desktop.ui.actions import Actions
from desktop.ui.ops import Job, Ops
from desktop.ui.preferences import Preferences
from desktop.ui.state import UiState

EXPLAIN = "explain"
"""The part of an email that says how it came to be where it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: a screen by its id and what to show there. ``part`` is a tab, a chip or a page of the screen."""

    screen: str
    email_id: EmailId | None = None
    customer_id: CustomerId | None = None
    mailbox_id: MailboxId | None = None
    search: str = ""
    part: str = ""


class SyncDoor(Protocol):
    """The running syncs, as screens see and steer them; each signal carries one frozen value."""

    started: SignalInstance
    """``SyncStarted``: a pass over a mailbox has begun."""
    progressed: SignalInstance
    """``SyncProgress``: so many of so many messages of a folder have their verdict, and whether it rests."""
    finished: SignalInstance
    """``SyncFinished``: the pass is over, well or not."""
    attachment_progressed: SignalInstance
    """``AttachmentProgress``: so many bytes of a file that follows its mail are here."""
    downloading: SignalInstance
    """``Download``: a mailbox's files come, rest or are over."""

    def sync_now(self, mailbox_id: MailboxId | None = None) -> None:
        """Ask for a sync of one mailbox or all, whatever their schedule says."""

    def cancel(self, mailbox_id: MailboxId) -> None:
        """End the running pass of a mailbox at the next safe point; the next sync goes on from there."""

    def pause(self, mailbox_id: MailboxId) -> None:
        """Hold the running pass of a mailbox."""

    def resume(self, mailbox_id: MailboxId) -> None:
        """Go on with a held pass."""

    def running(self) -> tuple[SyncProgress, ...]:
        """Return the passes under way: for a screen that opens in the middle of one."""

    def hold_downloads(self, mailbox_id: MailboxId) -> None:
        """Have the files that follow a mailbox's mail rest where they are."""

    def release_downloads(self, mailbox_id: MailboxId) -> None:
        """Let them go on."""

    def stop_downloads(self, mailbox_id: MailboxId) -> None:
        """End them until the next sync; the file that comes is not asked for any more."""

    def downloads(self) -> tuple[Download, ...]:
        """Return the downloads under way and at rest: for a screen that opens in the middle of one."""

    def mailboxes_changed(self) -> None:
        """Mailboxes were added, changed, paused or disconnected: read them again."""


class Connections(Protocol):
    """Servers and passwords, for the dialogs that connect mailboxes. Every method takes its time: call it in a worker.

    All raise the errors of ``domain.errors``, with the field they belong beside; *job* ends a test that is cancelled.
    """

    def find_servers(self, address: str) -> FoundServers:
        """Return the servers for an address, or raise Misconfigured when none is to be found."""

    def test(
        self, job: Job, mailbox: Mailbox, password: Secret | None, *, send: bool, on_step: OnStep | None = None
    ) -> ProbeReport:
        """Test a mailbox as given, stored or not; without a password, with the one that is kept. Nothing is saved."""

    def folders(self, job: Job, mailbox: Mailbox, password: Secret | None) -> Sequence[RemoteFolder]:
        """Return the folders the server has."""

    def connect(self, mailbox: Mailbox, password: Secret) -> tuple[Mailbox, ChangeSet]:
        """Store a new mailbox and its password, both or neither."""

    def change(self, mailbox: Mailbox, password: Secret | None) -> tuple[Mailbox, ChangeSet]:
        """Store changed settings, and the password if there is a new one."""

    def disconnect(self, mailbox: Mailbox) -> tuple[Mailbox, ChangeSet]:
        """Stop syncing a mailbox, have its grant revoked where that can be done, and forget its password or tokens."""

    def scope_change(self, job: Job, held: Mailbox, changed: Mailbox) -> ScopeChange:
        """Return what the folders of *changed* would add and leave."""

    def hosts(self) -> tuple[ContactedHost, ...]:
        """Return every host that is contacted for the mailboxes as they are."""


class BrowserSignIn(Protocol):
    """Signing in with a provider in the browser. Every method takes its time (files, keyring, servers): call it in a
    worker.
    """

    def client_state(self, provider: OAuthProvider) -> ClientState:
        """Return which registered app would be used."""

    def use_client(
        self, job: Job, provider: OAuthProvider, *, client_id: str, secret: Secret | None, file: Path | None
    ) -> ClientState:
        """Use a registered app of one's own, by its id or the provider's JSON file; raises with the field."""

    def permissions(self, provider: OAuthProvider, *, sends: bool) -> tuple[PermissionLine, ...]:
        """Return what a sign-in would ask for, optional lines too; with *sends*, sending is needed."""

    def servers_of(self, provider: OAuthProvider, address: str) -> tuple[ServerSettings, ServerSettings | None] | None:
        """Return the mail servers that come with a provider: for reading and for sending; None when it has none."""

    def sign_in(self, job: Job, ask: SignInAsk, tell: OnSignIn) -> SignedIn:
        """Wait for a person to sign in, check who it was and what was granted; nothing is stored. Cancel the job to end
        it at once.
        """

    def connect(self, mailbox: Mailbox, signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        """Store a new mailbox with its tokens, both or neither."""

    def reconnect(self, mailbox: Mailbox, signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        """Store new tokens for a mailbox that is known; raises ACCOUNT_WRONG_IDENTITY for another account."""


class Picking(Protocol):
    """Manual selection: looking at the server's messages and bringing in those picked. Call both in a worker."""

    def browse(self, job: Job, mailbox: Mailbox, folder: str, search: str, before: int | None) -> EnvelopePage:
        """Return a page of the messages of *folder* that fit *search* (in sender or subject; empty: all)."""

    def bring_in(self, job: Job, mailbox: Mailbox, folder: str, epoch: Epoch, refs: Sequence[int]) -> MailboxReceipt:
        """Bring in the messages *refs* of the folder at that epoch."""


class Backfills(Protocol):
    """What a backfill would bring: only the server can tell. Call both in a worker; nothing is stored by them."""

    def count(
        self, job: Job, mailbox: Mailbox, ranges: Sequence[int], tell: Callable[[RangeCount], None]
    ) -> Sequence[RangeCount]:
        """Return about how much *ranges* (days back) have; *tell* hears each as it grows. Raises as `estimate`."""

    def estimate(self, job: Job, mailbox: Mailbox, days: int) -> BackfillEstimate:
        """Return what a backfill of *days* would bring. Raises why there can be none now."""


class Audits(Protocol):
    """What the server lists beside what has a verdict here. Call it in a worker."""

    def audit(
        self, job: Job, mailbox: Mailbox, after: AuditReport | None, tell: Callable[[tuple[str, int, int]], object]
    ) -> AuditReport:
        """Compare *mailbox* by folder and day and remember what it came to; nothing else is changed. Never raises: what
        went wrong is in the report. *after*: the report whose holes were asked for since. *tell* hears the folder, and
        how many are done of how many.
        """


class MailReader(Protocol):
    """Reads the bytes of stored mail where a hostile one can do no harm. Both methods take their time and may raise
    AppError: call them in a worker. ``parsing.pool.ParserPool`` is one.
    """

    def read_view(self, content: bytes) -> ShownMail:
        """Return the forms in which a message is shown."""

    def read_part(self, content: bytes, part: str) -> bytes:
        """Return what a part of a message holds."""


@dataclass(slots=True)
class Doors:
    """What leads out of a screen; the window's composition fills these in."""

    go: Callable[[Place], None]
    connect: Callable[[], None]
    reconnect: Callable[[MailboxId], None]
    edit_mailbox: Callable[[MailboxId], None]
    disconnect: Callable[[MailboxId], None]
    import_customers: Callable[[], None]
    edit_details: Callable[[MailboxId], None]
    """Whose a mailbox is and how it presents itself."""
    review_settings: Callable[[MailboxId], None]
    """Go through the checklist of a mailbox's settings."""
    test_mailbox: Callable[[MailboxId], None]
    """Test a mailbox's connection as it is stored."""
    choose_messages: Callable[[MailboxId | None], None]
    """Pick messages on the server and bring them in; None: of the mailbox that is picked by hand, if one is."""
    skipped_mail: Callable[[], None]
    """List what filters left out, to bring some of it in."""
    backfill: Callable[[MailboxId], None]
    """Bring in older mail of a mailbox."""
    audit: Callable[[MailboxId], None]
    """Compare a mailbox with its server."""
    toast: Callable[[str], None]
    """Show words for an event; ``Ops.said`` shows those of commands by itself."""
    tell: Callable[[str], None]
    """Show a sentence in the status bar while something lasts (a drag); empty takes it away."""


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """The folder of the profile, and what its key is kept in: ``keyring``, ``file`` or ``passphrase``."""

    folder: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Handed to every screen. ``settings`` are live."""

    ops: Ops
    actions: Actions
    state: UiState
    clock: Clock
    sync: SyncDoor
    doors: Doors
    settings: Preferences
    connections: Connections
    mails: MailReader
    browser: BrowserSignIn
    picking: Picking
    backfills: Backfills
    audits: Audits
    is_demo: bool = False
    profile: ProfileFacts = ProfileFacts()
