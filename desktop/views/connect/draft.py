"""What a person has filled in about a mailbox: checked before a server is asked, then made a mailbox. No widgets."""

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.attachments import USUAL, AttachmentPolicy
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import (
    Direction,
    Frequency,
    Mailbox,
    MailboxDetails,
    MailboxState,
    OAuthProvider,
    Security,
    ServerSettings,
)
from desktop.domain.probing import Step
from desktop.services.mailboxes import DEFAULT_SINCE_DAYS, synced_from

IMAP, SMTP = "imap", "smtp"
ADDRESS, PASSWORD, CONFIRM, HOST, PORT, SECURITY, USER, FOLDER, CONSENT, SENT, REPLY_TO = (
    "address", "password", "confirm", "host", "port", "security", "user", "folder", "consent", "sent", "reply_to",
)  # fmt: skip
PORTS = {
    IMAP: {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143},
    SMTP: {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25},
}
NO_DETAILS = MailboxDetails()
TAKEN = "This mailbox is connected already. Edit it in Settings, Mailboxes."
OTHER = "imap"
"""The provider of a server that nobody named: any IMAP server."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an error belongs: a field, and for those of a server the side it is on (``imap`` or ``smtp``)."""

    field: str
    side: str = ""


Problems = dict[Spot, str]


@dataclass(frozen=True, slots=True)
class ServerDraft:
    """One server as typed."""

    host: str = ""
    port: str = ""
    security: Security = Security.TLS
    user: str = ""

    @classmethod
    def of(cls, held: ServerSettings) -> "ServerDraft":
        """Return what is filled in for a server that is known."""
        return cls(held.host, str(held.port), held.security, held.user)

    def settings(self, user: str) -> ServerSettings:
        """Return the settings; *user* logs in where no other name is given. Only for a draft without problems."""
        return ServerSettings(self.host, int(self.port), self.security, self.user or user)


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be there before a test makes sense. ``taken`` are the addresses that are connected already."""

    password: bool = True
    taken: Collection[str] = ()
    confirm: Collection[str] = ()
    """Hosts a person says yes to before a password goes there."""
    own_servers_only: bool = False
    """Inside the demo nothing leaves this computer."""


@dataclass(frozen=True, slots=True)
class MailboxDraft:
    """Everything that is filled in but the password, of which only is known whether there is one."""

    address: str
    imap: ServerDraft
    smtp: ServerDraft | None = None
    folders: tuple[str, ...] = ("INBOX",)
    frequency: Frequency = Frequency.EVERY_15_MINUTES
    since_days: int = DEFAULT_SINCE_DAYS
    has_password: bool = False
    is_confirmed: bool = False
    provider: str = OTHER
    direction: Direction = Direction.INBOUND
    details: MailboxDetails = NO_DETAILS
    oauth: OAuthProvider | None = None
    attachments: AttachmentPolicy = USUAL

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers a password would go to."""
        return (self.imap.host, *([self.smtp.host] if self.smtp else []))

    def new_mailbox(self, now: datetime) -> Mailbox:
        """Return the mailbox this describes, not stored yet."""
        address = normalise_address(self.address)
        imap, smtp = self._servers(address)
        return Mailbox(
            id=MailboxId(0),
            address=address,
            provider=self.provider,
            imap=imap,
            smtp=smtp,
            folders=self.folders,
            direction=self.direction,
            frequency=self.frequency,
            since_days=self.since_days,
            synced_from=synced_from(self.since_days, now),
            state=MailboxState.ACTIVE,
            created_at=now,
            oauth=self.oauth,
            details=self.details,
            attachments=self.attachments,
        )

    def changed_mailbox(self, held: Mailbox) -> Mailbox:
        """Return *held* with what was changed about it; a disconnected one takes part again."""
        imap, smtp = self._servers(held.address)
        state = MailboxState.ACTIVE if held.state is MailboxState.DISCONNECTED else held.state
        return replace(
            held,
            imap=imap,
            smtp=smtp,
            folders=self.folders,
            frequency=self.frequency,
            state=state,
            direction=self.direction,
            details=self.details,
            attachments=self.attachments,
        )

    def _servers(self, address: str) -> tuple[ServerSettings, ServerSettings | None]:
        imap = self.imap.settings(address)
        return imap, self.smtp.settings(imap.user) if self.smtp else None


def draft_of(held: Mailbox) -> MailboxDraft:
    """Return what is filled in for a mailbox that is known."""
    return MailboxDraft(
        held.address,
        ServerDraft.of(held.imap),
        ServerDraft.of(held.smtp) if held.smtp else None,
        held.folders,
        held.frequency,
        held.since_days,
        provider=held.provider,
        direction=held.direction,
        details=held.details,
        oauth=held.oauth,
        attachments=held.attachments,
    )


def needs_test(held: Mailbox, changed: Mailbox) -> bool:
    """Tell whether what was *changed* concerns the connection, so that it is tested before it is saved."""
    concerned = (changed.imap, changed.smtp, changed.folders, changed.direction)
    return concerned != (held.imap, held.smtp, held.folders, held.direction)


def spot_of(field: str | None, side: str) -> Spot | None:
    """Return where the error of a test belongs; None when it belongs to no field."""
    if field in {HOST, PORT, SECURITY, USER}:
        return Spot(field or "", side or IMAP)
    if field is not None and field.startswith(FOLDER):
        return Spot(FOLDER)
    return Spot(field) if field in {ADDRESS, PASSWORD, REPLY_TO} else None


def sorted_out(failures: Sequence[Step]) -> tuple[Problems, str]:
    """Return what failed in a test, by the spot it belongs to, and what belongs to none."""
    wrong: Problems = {}
    rest = []
    for step in failures:
        if step.error is None:
            continue
        words = f"For sending: {step.error}" if step.side == SMTP else str(step.error)
        spot = spot_of(step.error.field, step.side)
        if spot is None:
            rest.append(words)
        else:
            wrong.setdefault(spot, words)
    return wrong, " ".join(rest)


def is_address(text: str) -> bool:
    """Tell whether a mailbox can have this address."""
    local, _, domain = normalise_address(text).rpartition("@")
    return looks_like_address(normalise_address(text)) or bool(local and domain == "localhost")


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this computer, by its name alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def problems_of(draft: MailboxDraft, needs: Needs) -> Problems:
    """Return what has to be filled in or mended first, by the spot it belongs to, in reading order."""
    found = address_problems(draft.address, needs.taken)
    found |= password_problems(draft.hosts, needs, has_password=draft.has_password, is_confirmed=draft.is_confirmed)
    found |= server_problems(draft.imap, IMAP, needs)
    if draft.smtp is not None:
        found |= server_problems(draft.smtp, SMTP, needs)
    if not draft.folders:
        found[Spot(FOLDER)] = "Choose at least one folder; INBOX is the usual one."
    reply_to = draft.details.reply_to
    if reply_to and not is_address(reply_to):
        found[Spot(REPLY_TO)] = "Enter one whole address, or leave it empty for the mailbox's own."
    return found


def address_problems(address: str, taken: Collection[str] = ()) -> Problems:
    """Return what is wrong with the address of a mailbox; *taken* are those that are connected already."""
    if not is_address(address):
        return {Spot(ADDRESS): "Enter the mailbox's own address, such as support@example.com."}
    return {Spot(ADDRESS): TAKEN} if normalise_address(address) in taken else {}


def password_problems(hosts: Collection[str], needs: Needs, *, has_password: bool, is_confirmed: bool) -> Problems:
    """Return what is missing before a password goes to *hosts*."""
    found: Problems = {}
    if needs.password and not has_password:
        found[Spot(PASSWORD)] = "Enter the password, or the app password made for Postroom."
    outside = [host for host in hosts if host in needs.confirm]
    if outside and not is_confirmed:
        found[Spot(CONFIRM)] = f"Say first whether {' and '.join(outside)} may be given the password."
    return found


def server_problems(server: ServerDraft, side: str, needs: Needs) -> Problems:
    """Return what is wrong with one server as typed."""
    found: Problems = {}
    if not server.host or any(ch.isspace() or not ch.isprintable() or ch in "/@" for ch in server.host):
        found[Spot(HOST, side)] = f"Enter the name of the server, such as {side}.example.com."
    elif needs.own_servers_only and not is_loopback(server.host):
        found[Spot(HOST, side)] = "The demo speaks to this computer only. Connect real mailboxes outside the demo."
    if not (server.port.isascii() and server.port.isdigit() and 0 < int(server.port) < 65536):
        found[Spot(PORT, side)] = f"Enter a port from 1 to 65535; {PORTS[side][server.security]} is usual."
    if server.security is Security.NONE and server.host and not is_loopback(server.host):
        found[Spot(SECURITY, side)] = "Without encryption anyone on the way reads the password. Choose TLS or STARTTLS."
    return found
