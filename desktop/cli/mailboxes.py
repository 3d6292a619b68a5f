"""``mailboxes``: connect, test, change and disconnect accounts."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from desktop.cli import signing_in
from desktop.cli.arguments import Commands, flag_json
from desktop.cli.documents import mailbox_document
from desktop.cli.mailbox_arguments import (
    address_of,
    changed_mailbox,
    details_of,
    in_scope,
    new_mailbox,
    password_from,
    server_flags,
    since_flag,
)
from desktop.cli.mailbox_tests import step_documents, step_lines, test_failed
from desktop.cli.output import EXIT_DONE, show, table, tell
from desktop.cli.workspace import opened, opened_for_servers
from desktop.domain.errors import CommandRefused
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.scope_change import ScopeChange
from desktop.providers.channel import Breaker
from desktop.security.secrets import Secret
from desktop.services.mailbox_review import set_details
from desktop.services.mailboxes import no_such_mailbox
from desktop.workspace.connecting import change_connection, connect_mailbox, disconnect, needs_test, probe_mailbox
from desktop.workspace.scope import scope_change
from desktop.workspace.workspace import Workspace

_ADD = """\
The connection is tested first - log in, list the folders, open the chosen ones, read - and nothing is saved if that
fails. Without --imap the servers are found by the provider's name or the domain's own records. Most providers want an
app password here, made on their website. A disconnected mailbox is connected again where it left off.
"""


def register(commands: Commands) -> None:
    """Add the commands."""
    mailboxes = commands.group("mailboxes", "Connected accounts.")
    add = mailboxes.add("add", run_add, "Connect an IMAP mailbox.", epilog=_ADD)
    add.add_argument("--address", required=True, metavar="A", help="the mailbox's own address")
    server_flags(add)
    since_flag(add)
    add.add_argument("--no-send", action="store_true", help="do not send a test message to itself")
    flag_json(mailboxes.add("list", run_list, "List the mailboxes."))
    test = mailboxes.add("test", run_test, "Test a mailbox's connection, step by step.")
    _address_flags(test)
    test.add_argument("--send", action="store_true", help="also send one test message to itself and look for it")
    flag_json(test)
    change = mailboxes.add("set", run_set, "Change a mailbox's settings or password; tested before they are saved.")
    _address_flags(change)
    server_flags(change)
    change.add_argument("--pause", action="store_true", help="stop syncing it for now")
    change.add_argument("--resume", action="store_true", help="sync it again")
    end = mailboxes.add("disconnect", run_disconnect, "Stop syncing a mailbox and forget its password; its mail stays.")
    _address_flags(end)
    flag_json(end)

    signing_in.register(mailboxes)


def _address_flags(parser: ArgumentParser) -> None:
    parser.add_argument("where", nargs="?", metavar="ADDRESS")
    parser.add_argument("--address", "--mailbox", metavar="ADDRESS", help="the same, as an option")


def run_add(args: Namespace) -> int:
    """Connect a mailbox."""
    with opened(args, writing=True) as workspace:
        made, how = new_mailbox(args, workspace.clock.now())
        password = password_from(args, required=True) or Secret("")
        if how:
            tell(how)
        report = None
        if not args.no_test:
            report = probe_mailbox(workspace, made, password, send=made.smtp is not None and not args.no_send)
            if not report.is_good_enough:
                return test_failed(args, report, "Nothing was saved.")
        made = in_scope(args, made, None, report.folders if report else ())
        stored, change = connect_mailbox(workspace, made, password)
    document = {**mailbox_document(stored), "test": step_documents(report)}
    show(args, document, [*step_lines(report), f"{change.words} (id {stored.id})."])
    return EXIT_DONE


def run_list(args: Namespace) -> int:
    """List mailboxes."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        found = read.mailboxes.every()
    rows = [
        (one.address, one.state.value, f"{one.imap.host}:{one.imap.port}", ", ".join(one.folders), one.frequency.value)
        for one in found
    ]
    headings = ("Mailbox", "State", "Server", "Folders", "Every")
    lines = table(headings, rows) if rows else ["No mailbox is connected."]
    show(args, {"items": [mailbox_document(one) for one in found]}, lines)
    return EXIT_DONE


def run_test(args: Namespace) -> int:
    """Test a mailbox; with --send, also that what it sends arrives."""
    with opened_for_servers(args, writing=args.send) as workspace:
        mailbox = _mailbox(workspace, args)
        report = probe_mailbox(workspace, mailbox, workspace.secret_of(mailbox), send=args.send)
    if not report.ok:
        return test_failed(args, report, "")
    show(args, {"address": mailbox.address, "ok": True, "test": step_documents(report)}, step_lines(report))
    return EXIT_DONE


def run_set(args: Namespace) -> int:
    """Change settings; what concerns the connection is tested before it is saved."""
    with opened(args, writing=True) as workspace:
        held = _mailbox(workspace, args)
        changed = changed_mailbox(args, held)
        given = password_from(args, required=False)
        report = None
        is_turned = changed.direction is not held.direction
        if not args.no_test and (given is not None or is_turned or needs_test(held, changed)):
            report = probe_mailbox(workspace, changed, given or workspace.secret_of(held))
            if not report.ok:
                return test_failed(args, report, "Nothing was changed.")
        changed = in_scope(args, changed, held, report.folders if report else ())
        scope = scope_change(workspace, held, changed, Breaker())
        stored, change = change_connection(workspace, changed, given)
        details = details_of(args, held.details)
        if details != held.details:
            with workspace.store.write() as uow:
                change = set_details(uow, held.id, details, workspace.clock)
            stored = replace(stored, details=details)
    document = {**mailbox_document(stored), "test": step_documents(report), "scope": _scope_document(scope)}
    show(args, document, [*step_lines(report), *_scope_lines(scope), f"{change.words}."])
    return EXIT_DONE


def _scope_document(scope: ScopeChange) -> dict[str, list[dict[str, str | int | None]]]:
    sides = {"added": scope.added, "left": scope.left}
    return {side: [{"folder": one.name, "messages": one.messages} for one in counts] for side, counts in sides.items()}


def _scope_lines(scope: ScopeChange) -> list[str]:
    added = [
        f"Adds {one.name}: {'an unknown number of' if one.messages is None else f'about {one.messages:,}'} messages."
        for one in scope.added
    ]
    return added + [
        f"Leaves {one.name}: {one.messages or 0:,} emails stay here, nothing new comes." for one in scope.left
    ]


def run_disconnect(args: Namespace) -> int:
    """Disconnect a mailbox."""
    with opened(args, writing=True) as workspace:
        stored, change = disconnect(workspace, _mailbox(workspace, args))
    show(args, mailbox_document(stored), [f"{change.words}."])
    return EXIT_DONE


def _mailbox(workspace: Workspace, args: Namespace) -> Mailbox:
    given = args.where or args.address
    if not given:
        raise CommandRefused(ReasonCode.BAD_INPUT, "Which mailbox?", action="Give its address.")
    address = address_of(given)
    with workspace.store.read() as read:
        found = read.mailboxes.by_address(address)
    if found is None:
        raise no_such_mailbox(address)
    if found.state is MailboxState.DISCONNECTED:
        tell(f"{address} is disconnected; 'postroom mailboxes add' connects it again.")
    return found
