"""Servers, providers and a person in the browser as pictures of the wizard want them, and the ways a sign-in can end.

The errors are the program's own, made as they are made when a provider refuses.
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
    from desktop.ui.ops import Job

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


def another_account(oauth: OAuthProvider) -> AppError:
    """Return the error of another account."""
    from desktop.domain.errors import AppError
    from desktop.domain.identities import check_identity
    from desktop.domain.mailbox import OAuthProvider
    from desktop.domain.signing_in import Identity

    try:
        got = Identity("https://accounts.google.example", "2", "ana@acme.example")
        check_identity(None, got, ADDRESS, may_be_shared=oauth is OAuthProvider.MICROSOFT)
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
