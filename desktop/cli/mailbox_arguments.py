"""The arguments of ``mailboxes add`` and ``set``, and the mailbox they describe."""

import getpass
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from desktop.cli.arguments import flag_json, whole_number
from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.attachments import USUAL, AttachmentPolicy, policy_of
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import (
    Direction,
    Frequency,
    Mailbox,
    MailboxDetails,
    MailboxPurpose,
    MailboxState,
    OAuthProvider,
    Security,
    ServerSettings,
)
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import RemoteFolder
from desktop.domain.special_folders import INBOX, folders_to_sync, without_sent
from desktop.security.secrets import Secret
from desktop.services.mailboxes import DEFAULT_SINCE_DAYS, synced_from
from desktop.workspace.connecting import find_servers, provider_at

IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
Servers = tuple[ServerSettings, ServerSettings | None]
"""For reading and for sending."""

SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


def server_flags(parser: ArgumentParser) -> None:
    """Add what says where the servers are, how to log in, and what is synced."""
    parser.add_argument("--user", metavar="U", help="user name (default: the address)")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")
    scope_flags(parser)


def scope_flags(parser: ArgumentParser) -> None:
    """Add what says where the servers are, what is synced of the mailbox, and whose it is."""
    parser.add_argument("--imap", metavar="HOST[:PORT]", help="port by security if left out: 993 or 143")
    parser.add_argument(
        "--security", choices=list(map(str, Security)), help="tls (default), starttls; none on loopback"
    )
    parser.add_argument("--smtp", metavar="HOST[:PORT]", help="the server for sending, tested too")
    parser.add_argument("--smtp-security", choices=list(map(str, Security)), help="default: as --security")
    parser.add_argument("--folder", action="append", metavar="NAME", help="repeat for several (default: by direction)")
    parser.add_argument(
        "--direction", choices=list(map(str, Direction)), help="inbound (default), both (sent mail too), manual"
    )
    parser.add_argument(
        "--frequency", choices=list(map(str, Frequency)), help="15m (default), realtime, 5m, 60m or manual"
    )
    parser.add_argument(
        "--attachments",
        type=_policy,
        metavar="all|on-demand|N",
        help=f"which files of large messages come by themselves: up to N MB (default {USUAL.spelled}), all, or none",
    )
    purposes = [str(one) for one in MailboxPurpose if one]
    parser.add_argument("--purpose", choices=purposes, help="what the mailbox is for")
    parser.add_argument("--owner", metavar="NAME", help="who is responsible for it")
    parser.add_argument("--recovery-contact", metavar="NAME", help="whom to ask when nobody can sign in any more")
    parser.add_argument("--display-name", metavar="NAME", help="what customers see as the sender")
    parser.add_argument("--reply-to", metavar="A", help="where answers go (default: the mailbox itself)")
    parser.add_argument("--no-test", action="store_true", help="save without testing the connection")
    flag_json(parser)


def _policy(text: str) -> AttachmentPolicy:
    """Read a policy; argparse turns the error into usage help."""
    found = policy_of(text)
    if found is None:
        raise ArgumentTypeError("give all, on-demand or a number of MB")
    return found


def since_flag(parser: ArgumentParser) -> None:
    """Add how far back the first sync reaches."""
    words = f"the first sync reaches back N days (default {DEFAULT_SINCE_DAYS}; 0: from now on)"
    parser.add_argument("--since-days", type=whole_number, default=DEFAULT_SINCE_DAYS, metavar="N", help=words)


def new_mailbox(args: Namespace, now: datetime) -> tuple[Mailbox, str]:
    """Return the mailbox that ``add`` describes, and how its servers were found (``""`` when they were given)."""
    address = address_of(args.address)
    security = Security(args.security or Security.TLS)
    how, smtp = "", None
    if args.imap:
        imap = server(args.imap, security, args.user or address, IMAP_PORTS)
        provider = provider_at(imap)
    else:
        found = find_servers(address)
        if found.confirm:
            raise _must_be_confirmed(found.confirm)
        imap, smtp, provider, how = found.imap, found.smtp, found.provider, found.how
        imap = replace(imap, user=args.user) if args.user else imap
    if args.smtp:
        sending = Security(args.smtp_security or security)
        smtp = server(args.smtp, sending, args.user or address, SMTP_PORTS)
    made = Mailbox(
        id=MailboxId(0),
        address=address,
        provider=provider,
        imap=imap,
        smtp=smtp,
        folders=folders_of(args) or (INBOX,),
        direction=direction_of(args) or Direction.INBOUND,
        frequency=frequency_of(args) or Frequency.EVERY_15_MINUTES,
        since_days=args.since_days,
        synced_from=synced_from(args.since_days, now),
        state=MailboxState.ACTIVE,
        created_at=now,
        details=details_of(args, MailboxDetails()),
        attachments=args.attachments or USUAL,
    )
    return made, how


def browser_mailbox(args: Namespace, provider: OAuthProvider, servers: Servers | None, now: datetime) -> Mailbox:
    """Return the mailbox that ``connect`` describes; *servers* are those that come with its provider, if any do.

    With --send or --smtp it may send. Raises CommandRefused where nobody says which server it is on.
    """
    address = address_of(args.address)
    if servers is None and not args.imap:
        found = find_servers(address)
        if found.confirm:
            raise _must_be_confirmed(found.confirm)
        servers = found.imap, found.smtp
    security = Security(args.security or Security.TLS)
    imap = server(args.imap, security, address, IMAP_PORTS) if args.imap else replace(_of(servers)[0], user=address)
    smtp = None
    if args.smtp:
        smtp = server(args.smtp, Security(args.smtp_security or security), address, SMTP_PORTS)
    elif args.send and servers is not None and servers[1] is not None:
        smtp = replace(servers[1], user=address)
    return Mailbox(
        id=MailboxId(0),
        address=address,
        provider=provider_at(imap),
        imap=imap,
        smtp=smtp,
        folders=folders_of(args) or (INBOX,),
        direction=direction_of(args) or Direction.INBOUND,
        frequency=frequency_of(args) or Frequency.EVERY_15_MINUTES,
        since_days=args.since_days,
        synced_from=synced_from(args.since_days, now),
        state=MailboxState.ACTIVE,
        created_at=now,
        oauth=provider,
        details=details_of(args, MailboxDetails()),
        attachments=args.attachments or USUAL,
    )


def _of(servers: Servers | None) -> Servers:
    if servers is None:
        raise _bad("No mail server is known for this provider.", "Name it with --imap HOST[:PORT].")
    return servers


def details_of(args: Namespace, held: MailboxDetails) -> MailboxDetails:
    """Return *held* with what was given about whose the mailbox is; an empty word takes something away."""
    given = {
        name: value.strip()
        for name in ("owner", "recovery_contact", "display_name", "reply_to")
        if (value := getattr(args, name)) is not None
    }
    if given.get("reply_to"):
        given["reply_to"] = address_of(given["reply_to"])
    changed = replace(held, **given)
    return replace(changed, purpose=MailboxPurpose(args.purpose)) if args.purpose else changed


def changed_mailbox(args: Namespace, held: Mailbox) -> Mailbox:
    """Return *held* with what ``set`` gives changed."""
    security = Security(args.security) if args.security else held.imap.security
    user = args.user or held.imap.user
    if args.imap or args.security:
        default = held.imap.host if args.security else f"{held.imap.host}:{held.imap.port}"
        imap = server(args.imap or default, security, user, IMAP_PORTS)
    else:
        imap = replace(held.imap, user=user)
    smtp = held.smtp
    if args.smtp:
        smtp = server(args.smtp, Security(args.smtp_security or security), user, SMTP_PORTS)
    state = held.state
    if args.pause or args.resume:
        state = MailboxState.PAUSED if args.pause else MailboxState.ACTIVE
    return replace(
        held,
        imap=imap,
        smtp=smtp,
        folders=folders_of(args) or held.folders,
        direction=direction_of(args) or held.direction,
        frequency=frequency_of(args) or held.frequency,
        state=state,
        attachments=args.attachments or held.attachments,
    )


def address_of(text: str) -> str:
    """Return an address in comparable form; raises CommandRefused when it is none."""
    address = normalise_address(text)
    local, _, domain = address.rpartition("@")
    if not looks_like_address(address) and not (local and domain == "localhost"):
        raise _bad(f"{text!r} is not an email address.", "Write it as name@example.com.")
    return address


def server(text: str, security: Security, user: str, ports: dict[Security, int]) -> ServerSettings:
    """Read ``HOST[:PORT]`` (an IPv6 address in brackets); raises CommandRefused when it is something else."""
    host, sign, port = text.rpartition(":")
    if not sign or (host.count(":") and not host.endswith("]")):
        host, port = text, ""
    host = host.removeprefix("[").removesuffix("]")
    good_port = not port or (port.isascii() and port.isdigit() and 0 < int(port) < 65536)
    if not host or not good_port or any(ch.isspace() or ord(ch) < 33 for ch in host):
        raise _bad(f"{text!r} is not a server.", "Write it as HOST or HOST:PORT, for example imap.example.com:993.")
    return ServerSettings(host, int(port) if port else ports[security], security, user)


def folders_of(args: Namespace) -> tuple[str, ...]:
    """Return the folders given, each once."""
    return tuple(dict.fromkeys(args.folder or ()))


def direction_of(args: Namespace) -> Direction | None:
    """Return the direction given."""
    return Direction(args.direction) if args.direction else None


def in_scope(args: Namespace, made: Mailbox, held: Mailbox | None, folders: Sequence[RemoteFolder]) -> Mailbox:
    """Return *made* with the folders to sync, of those the server has (none when it was not asked).

    Raises Misconfigured when sent mail is wanted and its folder is to be named.
    """
    chosen = folders_of(args)
    if held is not None and not chosen:
        if made.direction is held.direction:
            return made
        inbound = made.direction is Direction.INBOUND
        chosen = without_sent(folders, held.folders) if inbound else held.folders
    return replace(made, folders=folders_to_sync(folders, made.direction, chosen))


def frequency_of(args: Namespace) -> Frequency | None:
    """Return the frequency given."""
    return Frequency(args.frequency) if args.frequency else None


def password_from(args: Namespace, *, required: bool) -> Secret | None:
    """Return the password: from stdin if asked to, else typed on a terminal when it is *required*."""
    if args.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif required and sys.stdin.isatty():
        password = getpass.getpass("Password (or app password): ")
    elif required:
        raise _bad("No password was given.", "Give it on stdin with --password-stdin.")
    else:
        return None
    if not password:
        raise _bad("The password given is empty.", "Give it as the first line of stdin, with --password-stdin.")
    return Secret(password)


def _must_be_confirmed(hosts: tuple[str, ...]) -> CommandRefused:
    names = ", ".join(hosts)
    return CommandRefused(
        ReasonCode.SETTINGS_INVALID,
        f"The address's domain names {names} as its mail server, outside the domain itself.",
        meaning="Only DNS vouches for that, so the password was not sent there.",
        action=f"If it is right, say so yourself with --imap {hosts[0]}.",
    )


def _bad(what: str, action: str) -> CommandRefused:
    return CommandRefused(ReasonCode.BAD_INPUT, what, meaning="Nothing was changed.", action=action)
