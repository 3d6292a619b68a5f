"""``mailboxes``: connect, test, change and disconnect accounts."""

import threading
import uuid
from argparse import ArgumentParser, Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.documents import mailbox_document
from desktop.cli.mailbox_arguments import (
    address_of,
    changed_mailbox,
    new_mailbox,
    password_from,
    server_flags,
    since_flag,
)
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, fail, show, table, tell, wants_json
from desktop.cli.workspace import Workspace, opened
from desktop.domain.errors import AppError, CommandRefused, Misbehaving
from desktop.domain.mailbox import Mailbox, MailboxState, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers.connect import open_source
from desktop.providers.probe import ProbeReport, Reach, Step, look_for, probe, send_test
from desktop.security.keysource import open_vault
from desktop.security.secrets import Secret
from desktop.services.mailboxes import (
    add_mailbox,
    change_mailbox,
    disconnect_mailbox,
    find_mailbox,
    no_such_mailbox,
    password_name,
)

_ADD = """\
The connection is tested first - log in, list the folders, open the chosen ones, read - and nothing is saved if that
fails. Without --imap the servers are found by the provider's name or the domain's own records. Most providers want an
app password here, made on their website. A disconnected mailbox is connected again where it left off.
"""

ARRIVE = "arrive"
ARRIVES_WITHIN_S = 20.0
"""How long the test message is looked for; local servers take a moment, the large providers a few seconds."""


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
        report = None if args.no_test else _probed(workspace, made, password)
        if report is not None and report.ok and made.smtp is not None and not args.no_send:
            _send_to_itself(workspace, made, password, report)
        if report is not None and _has_failed(report):
            return _test_failed(args, report, "Nothing was saved.")
        with workspace.store.write() as uow:  # mailbox and password together, or neither
            mailbox_id, change = add_mailbox(uow, made, workspace.clock)
            open_vault(workspace.unlocked, uow.secrets).store(password_name(mailbox_id), password)
            stored = find_mailbox(uow, made.address)
    document = {**mailbox_document(stored), "test": _steps(report)}
    show(args, document, [*_step_lines(report), f"{change.words} (id {mailbox_id})."])
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
    with opened(args, writing=args.send) as workspace:
        mailbox = _mailbox(workspace, args)
        password = workspace.password_of(mailbox)
        report = _probed(workspace, mailbox, password)
        if report.ok and args.send:
            _send_to_itself(workspace, mailbox, password, report)
    if not report.ok:
        return _test_failed(args, report, "")
    show(args, {"address": mailbox.address, "ok": True, "test": _steps(report)}, _step_lines(report))
    return EXIT_DONE


def run_set(args: Namespace) -> int:
    """Change settings; what concerns the connection is tested before it is saved."""
    with opened(args, writing=True) as workspace:
        held = _mailbox(workspace, args)
        changed = changed_mailbox(args, held)
        given = password_from(args, required=False)
        report = None
        if given is not None or (changed.imap, changed.smtp, changed.folders) != (held.imap, held.smtp, held.folders):
            report = None if args.no_test else _probed(workspace, changed, given or workspace.password_of(held))
        if report is not None and not report.ok:
            return _test_failed(args, report, "Nothing was changed.")
        with workspace.store.write() as uow:
            change = change_mailbox(uow, changed, workspace.clock)
            if given is not None:
                open_vault(workspace.unlocked, uow.secrets).store(password_name(changed.id), given)
            stored = find_mailbox(uow, changed.address)
    document = {**mailbox_document(stored), "test": _steps(report)}
    show(args, document, [*_step_lines(report), f"{change.words}."])
    return EXIT_DONE


def run_disconnect(args: Namespace) -> int:
    """Disconnect a mailbox."""
    with opened(args, writing=True) as workspace:
        mailbox = _mailbox(workspace, args)
        with workspace.store.write() as uow:
            change = disconnect_mailbox(uow, mailbox, workspace.clock)
            stored = find_mailbox(uow, mailbox.address)
        workspace.vault.forget(password_name(mailbox.id))
    show(args, mailbox_document(stored), [f"{change.words}. Its mail stays; its password is forgotten."])
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


def _probed(workspace: Workspace, mailbox: Mailbox, password: Secret) -> ProbeReport:
    return probe(
        mailbox.imap, mailbox.smtp, password, mailbox.folders, reach=Reach(workspace.timeouts, workspace.ca_file)
    )


def _send_to_itself(workspace: Workspace, mailbox: Mailbox, password: Secret, report: ProbeReport) -> None:
    """Send one message to the mailbox itself and look for it; when it is synced later it is known as ours."""
    smtp, message_id = _smtp_of(mailbox), _test_message_id(mailbox.address)
    with workspace.store.write() as uow:
        uow.mailboxes.note_own_message(message_id, workspace.clock.now())
    reach = Reach(workspace.timeouts, workspace.ca_file)

    def send() -> None:
        send_test(smtp, password, mailbox.address, message_id, reach=reach)

    def arrive() -> None:
        with open_source(mailbox.imap, password, timeouts=workspace.timeouts, ca_file=workspace.ca_file) as source:
            found = look_for(source, mailbox.folders[0], message_id, threading.Event(), wait_s=ARRIVES_WITHIN_S)
        if not found:
            raise _not_arrived(mailbox.address)

    if report.run("send", "smtp", "Send a message to itself", send):
        report.run(ARRIVE, "smtp", "See it arrive", arrive)


def _test_message_id(address: str) -> str:
    return f"<postroom-test-{uuid.uuid4().hex}@{address.rpartition('@')[2]}>"


def _not_arrived(address: str) -> Misbehaving:
    return Misbehaving(
        ReasonCode.SENDING_FAILED,
        f"The test message was accepted but has not arrived within {ARRIVES_WITHIN_S:.0f} seconds.",
        meaning="Sending may work and be slow, or the message went to another folder, such as Junk.",
        action=f"Look for the subject 'Postroom connection test' in {address}, or test again with --send.",
    )


def _has_failed(report: ProbeReport) -> bool:
    """A test message that is slow to arrive is told, but does not keep a mailbox from being saved."""
    return any(step.name != ARRIVE for step in report.failures)


def _smtp_of(mailbox: Mailbox) -> ServerSettings:
    if mailbox.smtp is None:
        raise CommandRefused(
            ReasonCode.SETTINGS_INVALID,
            f"No server for sending is set for {mailbox.address}.",
            action="Set one with 'postroom mailboxes set ADDRESS --smtp HOST[:PORT]'.",
        )
    return mailbox.smtp


def _test_failed(args: Namespace, report: ProbeReport, consequence: str) -> int:
    """Say the first failure; in JSON with every step, each error beside its field."""
    first: AppError | None = report.failures[0].error
    if first is None:
        return EXIT_FAILED
    if not wants_json(args):
        for line in _step_lines(report):
            tell(line)
        tell(consequence)
        return fail(args, first)
    error = {"code": first.code.value, "message": str(first), "field": getattr(first, "field", None)}
    show(args, {"error": error, "test": _steps(report)}, [])
    tell(f"{first} {consequence}".strip())
    return EXIT_FAILED


def _steps(report: ProbeReport | None) -> list[dict[str, Any]]:
    return [_step(step) for step in report.steps] if report else []


def _step(step: Step) -> dict[str, Any]:
    document: dict[str, Any] = {"name": step.name, "side": step.side, "words": step.words, "ok": step.ok}
    if step.error is not None:
        document["error"] = {"code": step.error.code.value, "message": str(step.error), "field": step.error.field}
    return document


def _step_lines(report: ProbeReport | None) -> list[str]:
    if report is None:
        return []
    return [f"{'ok    ' if step.ok else 'FAILED'}  {step.words}" for step in report.steps]
