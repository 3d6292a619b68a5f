"""Pictures of the wizard that connects mailboxes: each page and each way a sign-in can end, on staged providers.

The errors are the program's own, made as they are made when a provider refuses; only servers and browser are staged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.domain.changes import ChangeSet
    from desktop.domain.errors import AppError
    from desktop.domain.mailbox import Mailbox, OAuthProvider, ServerSettings
    from desktop.domain.probing import FoundServers, OnStep, ProbeReport
    from desktop.domain.signing_in import ClientState, OnSignIn, PermissionLine, SignInAsk
    from desktop.domain.source import RemoteFolder
    from desktop.security.secrets import Secret
    from desktop.security.tokens import SignedIn
    from desktop.ui.frame import Frame
    from desktop.ui.ops import Job
    from desktop.views.connect.reconnect import ReconnectWizard
    from desktop.views.connect.wizard import ConnectWizard

ADDRESS = "hello@acme.example"
CLIENT_ID = "812-postroom.apps.example"


@dataclass
class StagedClock:
    """A clock that goes on when it is told to."""

    time: datetime

    def now(self) -> datetime:
        """Return the time."""
        return self.time

    def monotonic(self) -> float:
        """Return the time as seconds."""
        return self.time.timestamp()


@dataclass
class StagedBrowser:
    """Providers, and a person in the browser who waits until the picture is taken, refuses or signs in."""

    clock: StagedClock
    has_app: bool = True
    refuses: AppError | None = None
    signs_in: bool = False
    gate: Event = field(default_factory=Event)

    def client_state(self, provider: OAuthProvider) -> ClientState:
        """Return an app, or that there is none."""
        from desktop.domain.signing_in import ClientOrigin, ClientState

        origin = ClientOrigin.SHIPPED if self.has_app else ClientOrigin.MISSING
        return ClientState(provider, origin, CLIENT_ID if self.has_app else "", "Postroom" if self.has_app else "")

    def permissions(self, provider: OAuthProvider, *, sends: bool) -> tuple[PermissionLine, ...]:
        """Return what one usually asks for."""
        from desktop.providers.oauth.defaults import DEFAULTS, permission_lines

        return tuple(permission_lines(DEFAULTS[provider], sends))

    def servers_of(self, _provider: OAuthProvider, address: str) -> tuple[ServerSettings, ServerSettings | None]:
        """Return servers."""
        return servers(address)

    def use_client(self, *_args: Any, **_more: Any) -> ClientState:
        """Refuse what is given."""
        from desktop.domain.errors import Misconfigured
        from desktop.domain.reasons import ReasonCode

        raise Misconfigured(
            ReasonCode.SETTINGS_INVALID,
            "A client id has neither spaces nor letters like ä.",
            action="Copy it again.",
            field="client_id",
        )

    def sign_in(self, job: Job, ask: SignInAsk, tell: OnSignIn) -> SignedIn:
        """Wait, refuse or sign in."""
        from desktop.domain.errors import Stopped
        from desktop.domain.signing_in import SignInProgress, SignInStage

        until = self.clock.now() + timedelta(minutes=5)
        host = "accounts.google.example"
        tell(SignInProgress(SignInStage.WAITING, f"https://{host}/authorize", host, 53682, until))
        if self.refuses is not None:
            raise self.refuses
        if not self.signs_in:
            with job.ended_by(self.gate.set):
                self.gate.wait()
            raise Stopped
        return signed_in(ask, self.clock.now())

    def connect(self, mailbox: Mailbox, _signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        """Store nothing."""
        return stored(mailbox)

    reconnect = connect


class StagedConnections:
    """Servers that are known and answer well, or refuse the password."""

    refuses: AppError | None = None

    def find_servers(self, address: str) -> FoundServers:
        """Return what is known of Acme."""
        from desktop.domain.mailbox import OAuthProvider
        from desktop.domain.probing import FoundServers

        imap, smtp = servers(address)
        how = "acme.example has its mail at Google."
        help_ = "With two-factor sign-in make an app password on the provider's website."
        return FoundServers("gmail", "Gmail", imap, smtp, how, help_, True, oauth=OAuthProvider.GOOGLE)

    def folders(self, _job: Job, _mailbox: Mailbox, _password: Secret | None) -> Sequence[RemoteFolder]:
        """Return some."""
        from desktop.domain.source import RemoteFolder

        if self.refuses is not None:
            raise self.refuses
        named = (("INBOX", ""), ("Sent", "sent"), ("Spam", "junk"), ("Orders", ""), ("Trash", "trash"))
        return [RemoteFolder(name, use, selectable=True) for name, use in named]

    def test(
        self, job: Job, mailbox: Mailbox, _password: Secret | None, *, send: bool, on_step: OnStep | None = None
    ) -> ProbeReport:
        """Go well."""
        from desktop.domain.probing import ProbeReport, Step

        words = [f"Reach {mailbox.imap.host}", "Sign in", "List the folders", "Open INBOX and read its newest message"]
        words += ["Send a message to itself", "See it arrive"] if send else []
        took = (0.2, 0.4, 0.1, 0.3, 0.6, 2.1)
        steps = [Step(text, "imap", text, seconds) for text, seconds in zip(words, took, strict=False)]
        for step in steps if on_step is not None else ():
            on_step(replace(step, seconds=None))  # type: ignore[misc]
            on_step(step)  # type: ignore[misc]
        return ProbeReport(steps, self.folders(job, mailbox, None))

    def connect(self, mailbox: Mailbox, _password: Secret) -> tuple[Mailbox, ChangeSet]:
        """Store nothing."""
        return stored(mailbox)

    change = connect


def stored(mailbox: Mailbox) -> tuple[Mailbox, ChangeSet]:
    """Return it as if it had been stored; no sync of the demo's is asked for."""
    from desktop.domain.changes import Changed, ChangeSet

    return mailbox, ChangeSet(Changed.NOTHING, "")


def servers(address: str) -> tuple[ServerSettings, ServerSettings]:
    """Return the servers of Acme."""
    from desktop.domain.mailbox import Security, ServerSettings

    tls = Security.TLS
    return ServerSettings("imap.acme.example", 993, tls, address), ServerSettings(
        "smtp.acme.example", 465, tls, address
    )


def signed_in(ask: SignInAsk, now: datetime) -> SignedIn:
    """Return what a provider grants."""
    from desktop.domain.signing_in import Grant, Identity
    from desktop.security.tokens import AccessToken, SignedIn, TokenSet

    tokens = TokenSet(AccessToken("staged"), now + timedelta(hours=1), ())
    identity = Identity("https://accounts.google.example", "1", ask.address)
    return SignedIn(Grant(ask.provider, identity, (), now, now, tokens.expires_at), tokens)


# --- ways a sign-in can end -------------------------------------------------------------------------------------------


def asking(oauth: OAuthProvider) -> Any:
    """Return on whose behalf a provider is asked."""
    from desktop.domain.signing_in import Permission
    from desktop.providers.oauth.defaults import DEFAULTS
    from desktop.providers.oauth.refusals import Asking

    client = replace(DEFAULTS[oauth], client_id=CLIENT_ID)
    return Asking(client, frozenset({Permission.IDENTITY, Permission.READ}))


def refusal(**fields: str) -> Callable[[OAuthProvider], AppError]:
    """Return what a provider's refusing answer means."""

    def make(oauth: OAuthProvider) -> AppError:
        from desktop.providers.oauth.refusals import refusal_of, refused

        return refused(refusal_of(fields, asking(oauth), at_consent=True))

    return make


def too_late(_oauth: OAuthProvider) -> AppError:
    """Return the error of a sign-in that nobody finished."""
    from desktop.providers.oauth.receiver import too_late as made

    return made(300)


def no_port(_oauth: OAuthProvider) -> AppError:
    """Return the error of a computer that gives no port."""
    from desktop.providers.oauth.receiver import no_port as made

    return made("")


def left_out(oauth: OAuthProvider) -> AppError:
    """Return the error of a box that was not ticked."""
    from desktop.domain.signing_in import Permission
    from desktop.providers.oauth.refusals import scope_missing

    return scope_missing(asking(oauth), frozenset({Permission.READ}), "")


def another_account(_oauth: OAuthProvider) -> AppError:
    """Return the error of another account."""
    from desktop.domain.errors import AppError
    from desktop.domain.identities import check_identity
    from desktop.domain.signing_in import Identity

    try:
        check_identity(None, Identity("https://accounts.google.example", "2", "ana@acme.example"), ADDRESS)
    except AppError as error:
        return error
    raise AssertionError


def unreachable(_oauth: OAuthProvider) -> AppError:
    """Return the error of a provider that does not answer."""
    from desktop.providers.oauth.reach import unreachable as made

    return made("accounts.google.example", "accounts.google.example cannot be reached.", "")


ENDINGS: dict[str, Callable[[OAuthProvider], AppError]] = {
    "too_late": too_late,
    "denied": refusal(error="access_denied"),
    "left_out": left_out,
    "another_account": another_account,
    "administrator": refusal(error="admin_policy_enforced"),
    "app_refused": refusal(error="invalid_client"),
    "disabled": refusal(error="access_denied", error_description="AADSTS50057: The user account is disabled."),
    "unreachable": unreachable,
    "no_port": no_port,
}


# --- pages ------------------------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """A wizard on staged servers, and what a person does in it."""

    stage: Any
    browser: StagedBrowser
    frame: Frame
    opens: bool = True

    @classmethod
    def on(cls, stage: Any, **more: Any) -> Desk:
        """Return one over the dashboard."""
        stage.go("dashboard")
        frame = stage.window.place("dashboard").frame
        clock = StagedClock(frame.clock.now())
        browser = StagedBrowser(clock, **more)
        made = replace(
            frame, clock=clock, browser=browser, connections=StagedConnections(), sync=staged_sync(), is_demo=False
        )
        return cls(stage, browser, made)

    def open(self) -> ConnectWizard:
        """Open the wizard and fill its first page in."""
        from desktop.views.connect.wizard import ConnectWizard

        wizard = ConnectWizard(self.frame, self.stage.window, open_url=lambda _url: self.opens)
        self.show(wizard)
        wizard.provider.address.setText(ADDRESS)
        wizard.provider.consent.box.setChecked(True)
        wizard.provider.search.look_up(ADDRESS)
        self.stage.settle()
        wizard.main.setFocus()
        return wizard

    def show(self, wizard: Any) -> None:
        """Have this be what the picture is of."""
        wizard.open()
        self.stage.opened = wizard
        self.stage.settle(idle=False)

    def go_on(self, wizard: ConnectWizard, times: int = 1) -> None:
        """Press the main button."""
        for _ in range(times):
            wizard.go_on()
            self.stage.settle(idle=self.browser.signs_in or self.browser.refuses is not None)

    def reconnecting(self) -> ReconnectWizard:
        """Open the wizard for a mailbox that is known."""
        from desktop.domain.mailbox import OAuthProvider
        from desktop.views.connect.reconnect import ReconnectWizard

        with self.stage.parts.workspace.store.read() as read:
            held = replace(read.mailboxes.every()[0], oauth=OAuthProvider.GOOGLE, address=ADDRESS)
        wizard = ReconnectWizard(self.frame, self.stage.window, held, open_url=lambda _url: True)
        self.show(wizard)
        return wizard


def staged_sync() -> Any:
    """Return syncs that begin and end when a picture wants it."""
    from PySide6.QtCore import QObject, Signal

    class Syncs(QObject):
        started, progressed, finished = Signal(object), Signal(object), Signal(object)

        def sync_now(self, _mailbox_id: object = None) -> None:
            """Sync nothing."""

        cancel = pause = resume = sync_now

        def running(self) -> tuple[object, ...]:
            """Nothing runs."""
            return ()

        def mailboxes_changed(self) -> None:
            """Nothing has changed."""

    return Syncs()


def _app_missing(stage: Any) -> None:
    Desk.on(stage, has_app=False).open()


def _microsoft(stage: Any) -> None:
    from desktop.domain.mailbox import OAuthProvider

    Desk.on(stage).open().provider.choose(OAuthProvider.MICROSOFT)
    stage.settle()


def _provider(stage: Any) -> None:
    Desk.on(stage).open()


def _own_app(stage: Any) -> None:
    from desktop.views.connect.client_sheet import ClientSheet

    wizard = Desk.on(stage).open()
    wizard.set_up_app()
    (sheet,) = wizard.findChildren(ClientSheet)
    sheet.client_id.setText("812 postroom")
    sheet.submit()
    stage.settle()
    stage.afterwards.append(wizard.close)
    stage.opened = sheet


def _waiting(stage: Any, *, opens: bool = True, other_way: bool = False) -> None:
    desk = Desk.on(stage)
    desk.opens = opens
    wizard = desk.open()
    desk.go_on(wizard)
    desk.browser.clock.time += timedelta(seconds=29)
    wizard.allow.tick()
    if other_way:
        wizard.allow.help.port.unfold()
    stage.settle(idle=False)


def _no_browser(stage: Any) -> None:
    _waiting(stage, opens=False)


def _other_way(stage: Any) -> None:
    _waiting(stage, other_way=True)


def _ending(name: str) -> Callable[[Any], None]:
    def prepare(stage: Any) -> None:
        from desktop.domain.mailbox import OAuthProvider

        oauth = OAuthProvider.MICROSOFT if name in {"another_account", "disabled"} else OAuthProvider.GOOGLE
        desk = Desk.on(stage, refuses=ENDINGS[name](oauth))
        wizard = desk.open()
        wizard.provider.choose(oauth)
        desk.go_on(wizard)
        stage.wait_for(lambda: wizard.allow.error is not None)

    return prepare


def _password(stage: Any, *, is_refused: bool = False) -> None:
    from desktop.domain.errors import NeedsSignIn
    from desktop.domain.reasons import ReasonCode

    desk = Desk.on(stage, signs_in=True)
    wizard = desk.open()
    wizard.provider.choose(None)
    desk.go_on(wizard)
    wizard.sign_in.credentials.password.line.setText("only dots are seen")
    if is_refused:
        connections: Any = desk.frame.connections
        connections.refuses = NeedsSignIn(
            ReasonCode.ACCOUNT_SIGN_IN,
            "The server refused user name or password.",
            action="Check both, or make a new app password.",
            field="password",
        )
        desk.go_on(wizard)


def _password_refused(stage: Any) -> None:
    _password(stage, is_refused=True)


def _choosing(stage: Any) -> tuple[Desk, ConnectWizard]:
    desk = Desk.on(stage, signs_in=True)
    wizard = desk.open()
    wizard.provider.permissions.rows[1].box.click()  # type: ignore[union-attr]
    desk.go_on(wizard)
    stage.wait_for(lambda: wizard.page is wizard.choose)
    return desk, wizard


def _choose(stage: Any) -> None:
    _choosing(stage)


def _both(stage: Any) -> None:
    from desktop.domain.mailbox import Direction, MailboxDetails, MailboxPurpose

    _, wizard = _choosing(stage)
    wizard.choose.direction.choice.choose(Direction.BOTH)
    wizard.choose.details.show_details(
        MailboxDetails(MailboxPurpose.SUPPORT, "Ana Silva", "it@acme.example", "Acme Support")
    )
    stage.settle()
    wizard.reveal(wizard.choose.details)


def _ready(stage: Any) -> None:
    desk, wizard = _choosing(stage)
    desk.go_on(wizard)


def _tested(stage: Any) -> ConnectWizard:
    desk, wizard = _choosing(stage)
    desk.go_on(wizard, 2)
    stage.wait_for(lambda: wizard.test.is_saved)
    return wizard


def _first_sync(stage: Any) -> None:
    from desktop.domain.ids import MailboxId
    from desktop.domain.syncing import SyncProgress

    wizard = _tested(stage)
    wizard.test.watch.progressed.emit(SyncProgress(MailboxId(0), ADDRESS, "INBOX", 48, 128))
    stage.settle()


def _connected(stage: Any) -> None:
    from desktop.domain.ids import MailboxId
    from desktop.domain.receipt import FolderReceipt, MailboxReceipt
    from desktop.domain.syncing import SyncFinished

    wizard = _tested(stage)
    inbox = FolderReceipt("INBOX", listed=128, fetched=128, stored=120, skipped=8, review=14)
    wizard.test.watch.finished.emit(SyncFinished(MailboxId(0), ADDRESS, MailboxReceipt(ADDRESS, [inbox], 3.4)))
    stage.settle()
    wizard.test.skip_waiting()
    stage.settle()
    wizard.reveal(wizard.test.next)


def _reconnecting(stage: Any) -> None:
    desk = Desk.on(stage)
    wizard = desk.reconnecting()
    desk.browser.clock.time += timedelta(seconds=29)
    wizard.allow.tick()
    stage.settle(idle=False)


def _receipt(stage: Any, *, fails: bool = False) -> None:
    from desktop.domain.errors import Transient
    from desktop.domain.ids import MailboxId
    from desktop.domain.reasons import ReasonCode
    from desktop.domain.receipt import FolderReceipt, MailboxReceipt
    from desktop.domain.recovery import Recovery
    from desktop.domain.syncing import SyncFinished

    desk = Desk.on(stage, signs_in=True)
    wizard = desk.reconnecting()
    stage.wait_for(lambda: wizard.page is wizard.receipt)
    now = desk.browser.clock.now()
    error = Transient(
        ReasonCode.SERVER_UNREACHABLE, "imap.acme.example cannot be reached.", action="It is tried again."
    )
    inbox = FolderReceipt("INBOX", fetched=0 if fails else 37, stored=0 if fails else 37, review=0 if fails else 3)
    receipt = MailboxReceipt(ADDRESS, [inbox], error=error if fails else None)
    recovery = Recovery(now - timedelta(hours=17, minutes=22), now, 0 if fails else 37, 0, 0)
    wizard.receipt.receipt.show_receipt(SyncFinished(MailboxId(0), ADDRESS, receipt), recovery)
    stage.settle()


def _receipt_failed(stage: Any) -> None:
    _receipt(stage, fails=True)


BOTH, LIGHT = ("light", "dark"), ("light",)
PICTURES: tuple[tuple[str, Callable[[Any], None], tuple[str, ...]], ...] = (
    ("1_provider", _provider, BOTH),
    ("1_microsoft", _microsoft, LIGHT),
    ("1_app_missing", _app_missing, BOTH),
    ("1_own_app", _own_app, BOTH),
    ("2_waiting", _waiting, BOTH),
    ("2_no_browser", _no_browser, LIGHT),
    ("2_other_way", _other_way, LIGHT),
    ("2_password", _password, BOTH),
    ("2_password_refused", _password_refused, LIGHT),
    *((f"2_error_{name}", _ending(name), BOTH) for name in ENDINGS),
    ("3_choose", _choose, BOTH),
    ("3_both_directions", _both, LIGHT),
    ("4_ready", _ready, BOTH),
    ("4_first_sync", _first_sync, BOTH),
    ("4_connected", _connected, BOTH),
    ("reconnect_waiting", _reconnecting, LIGHT),
    ("reconnect_receipt", _receipt, BOTH),
    ("reconnect_failed", _receipt_failed, LIGHT),
)
"""Each picture's state, how it is come to, and its themes."""
