"""``mailboxes connect`` and ``reconnect``: signing in with a provider in the browser, and the receipt afterwards."""

import webbrowser
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.documents import mailbox_document
from desktop.cli.mailbox_arguments import address_of, browser_mailbox, in_scope, password_from, scope_flags, since_flag
from desktop.cli.mailbox_tests import step_documents, step_lines, test_failed
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, error_document, show, tell
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened
from desktop.domain.clock import iso
from desktop.domain.errors import CommandRefused
from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider
from desktop.domain.probing import ProbeReport
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.recovery import Recovery
from desktop.domain.signing_in import Permission, SignInAsk, SignInProgress, SignInStage
from desktop.providers.channel import Breaker
from desktop.security.secrets import Secret
from desktop.security.tokens import SignedIn
from desktop.services.mailboxes import no_such_mailbox
from desktop.services.recovery import recovery_of
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import run_figures, sync_mailbox
from desktop.workspace.connecting import change_connection, probe_mailbox
from desktop.workspace.signals import stopping_on_signals
from desktop.workspace.signing_in import connect_signed_in, reconnect, sign_in
from desktop.workspace.tokens import permissions_of
from desktop.workspace.workspace import Workspace

_CONNECT = """\
Your browser opens at the provider's own page; what you type there never passes through Postroom. The account, the
permissions it granted and a first read of the mailbox are checked before anything is saved. With --print-url the page
is printed, on a line of its own on stderr, in place of opened. Google and Microsoft need an app registered with them
once: docs/providers/google.md and microsoft.md say how.
"""
_RECONNECT = """\
Only the account that signed in before will do. History stays; a sync follows at once and says what it recovered.
A mailbox with a password takes a new one from --password-stdin.
"""


def register(mailboxes: Commands) -> None:
    """Add the commands to those of ``mailboxes``."""
    connect = mailboxes.add("connect", run_connect, "Connect a mailbox by signing in in the browser.", epilog=_CONNECT)
    providers = list(map(str, OAuthProvider))
    connect.add_argument("--provider", required=True, choices=providers, help="custom: any that speaks OpenID Connect")
    connect.add_argument("--address", required=True, metavar="A", help="the mailbox's own address")
    connect.add_argument("--client-file", metavar="FILE", help="the registered app, as the provider's JSON file")
    connect.add_argument("--shared", action="store_true", help="another person signs in: a shared mailbox or an alias")
    connect.add_argument("--send", action="store_true", help="ask for sending too, and send one test message to itself")
    _browser_flag(connect)
    scope_flags(connect)
    since_flag(connect)
    again = mailboxes.add("reconnect", run_reconnect, "Sign in to a mailbox again.", epilog=_RECONNECT)
    again.add_argument("where", nargs="?", metavar="ADDRESS")
    again.add_argument("--address", "--mailbox", metavar="ADDRESS", help="the same, as an option")
    again.add_argument("--password-stdin", action="store_true", help="read the new password from stdin")
    _browser_flag(again)
    flag_json(again)


def _browser_flag(parser: ArgumentParser) -> None:
    parser.add_argument("--print-url", action="store_true", help="print the page on stderr, do not open a browser")


def run_connect(args: Namespace) -> int:
    """Sign in, test, and store the mailbox with its tokens; nothing is stored unless all of it went well."""
    provider, address = OAuthProvider(args.provider), address_of(args.address)
    with opened(args, writing=True) as workspace:
        if args.client_file:
            workspace.clients.use_file(provider, Path(args.client_file).expanduser())
        workspace.clients.client(provider)  # whoever has none learns how to make one before anything else is asked
        _refuse_connected(workspace, address)
        made = browser_mailbox(args, provider, workspace.clients.servers(provider, address), workspace.clock.now())
        ask = SignInAsk(provider, address, permissions_of(made), is_shared=args.shared)
        signed_in = _in_the_browser(workspace, ask, args)
        report = None
        if not args.no_test:
            report = probe_mailbox(workspace, made, signed_in.tokens.access, send=made.smtp is not None)
            if not report.is_good_enough:
                return test_failed(args, report, "Nothing was saved.")
        made = in_scope(args, made, None, report.folders if report else ())
        stored, change = connect_signed_in(workspace, made, signed_in)
    document = {**mailbox_document(stored), **_identity(signed_in), "test": step_documents(report)}
    show(args, document, [*step_lines(report), f"{change.words} (id {stored.id})."])
    return EXIT_DONE


def run_reconnect(args: Namespace) -> int:
    """Sign in again, sync, and show the receipt; exit 1 when the sync failed, though the sign-in is kept then."""
    with opened(args, writing=True) as workspace:
        held = _held(workspace, args)
        with workspace.store.read() as read:
            last_sync, pinned = read.mailboxes.health(held.id).last_sync, read.grants.identity_of(held.id)
        since = workspace.clock.now()
        identity: dict[str, Any] = {}
        if held.oauth is None:
            report = _give_password(workspace, held, args)
            if not report.is_good_enough:
                return test_failed(args, report, "Nothing was changed.")
        else:
            ask = SignInAsk(held.oauth, held.address, permissions_of(held), pinned)
            signed_in = _in_the_browser(workspace, ask, args)
            reconnect(workspace, held, signed_in)
            identity = _identity(signed_in)
        receipt = _sync(workspace, held)
        with workspace.store.read() as read:
            recovery = recovery_of(read, held.id, receipt, last_sync=last_sync, since=since)
            stored = read.mailboxes.by_address(held.address) or held
    return _show_receipt(args, {**mailbox_document(stored), **identity}, receipt, recovery)


def _in_the_browser(workspace: Workspace, ask: SignInAsk, args: Namespace) -> SignedIn:
    """Have a person sign in; a signal ends the waiting."""
    breaker = Breaker()

    def tell_page(progress: SignInProgress) -> None:
        if progress.stage is SignInStage.CHECKING:
            tell("The answer came; it is checked now.")
        if progress.stage is not SignInStage.WAITING:
            return
        sends = Permission.SEND in ask.permissions
        lines = workspace.clients.permissions(ask.provider, sends=sends)
        tell(f"It asks to: {'; '.join(one.words for one in lines if one.permission in ask.permissions)}.")
        if args.print_url:
            tell(f"Open this page in the browser of this computer, and sign in as {ask.address}:")
            tell(progress.url)
        else:
            tell(f"Your browser opens at {progress.host}. If it does not, use --print-url. Waiting 5 minutes.")
            webbrowser.open(progress.url)

    with stopping_on_signals(breaker.trip):
        return sign_in(workspace, ask, breaker=breaker, tell=tell_page)


def _give_password(workspace: Workspace, held: Mailbox, args: Namespace) -> ProbeReport:
    password = password_from(args, required=True) or Secret("")
    report = probe_mailbox(workspace, held, password)
    if report.is_good_enough:
        change_connection(workspace, replace(held, state=MailboxState.ACTIVE), password)
    return report


def _sync(workspace: Workspace, held: Mailbox) -> MailboxReceipt:
    stop = StopSignal()
    with workspace.store.read() as read:
        mailbox = read.mailboxes.by_address(held.address) or held
    with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
        return sync_mailbox(mailbox, context, stop)


def _show_receipt(args: Namespace, document: dict[str, Any], receipt: MailboxReceipt, recovery: Recovery) -> int:
    figures = {
        "gap": {"from": iso(recovery.gap_from), "to": iso(recovery.gap_to)},
        "recovered": recovery.recovered,
        "known": recovery.known,
        "doubled": recovery.doubled,
        "sync": run_figures(receipt),
    }
    error = error_document(receipt.error) if receipt.error else {}
    show(args, {**document, **figures, **error}, [f"{recovery.words}.", _gap(recovery)])
    if receipt.error is not None:
        tell(f"The sign-in is kept, and the sync after it failed: {receipt.error}")
    return EXIT_FAILED if receipt.error else EXIT_DONE


def _gap(recovery: Recovery) -> str:
    if recovery.gap_from is None:
        return "It had never been synced before."
    return f"Gap covered: from {iso(recovery.gap_from)} to {iso(recovery.gap_to)}."


def _identity(signed_in: SignedIn) -> dict[str, Any]:
    grant = signed_in.grant
    return {
        "signed_in_as": grant.identity.address,
        "scopes": list(grant.scopes),
        "can_renew": grant.can_renew,
        "renewable_until": iso(grant.renewable_until),
    }


def _held(workspace: Workspace, args: Namespace) -> Mailbox:
    given = args.where or args.address
    if not given:
        raise CommandRefused(ReasonCode.BAD_INPUT, "Which mailbox?", action="Give its address.")
    address = address_of(given)
    with workspace.store.read() as read:
        found = read.mailboxes.by_address(address)
    if found is None:
        raise no_such_mailbox(address)
    return found


def _refuse_connected(workspace: Workspace, address: str) -> None:
    """Refuse before anybody signs in, not after."""
    with workspace.store.read() as read:
        held = read.mailboxes.by_address(address)
    if held is not None and held.state is not MailboxState.DISCONNECTED:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"The mailbox {address} is connected already.",
            meaning="Nothing was changed.",
            action=f"Sign in again with 'postroom mailboxes reconnect {address}'.",
        )
