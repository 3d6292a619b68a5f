"""Every host that Postroom speaks to of its own accord, worked out from what is connected."""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider

PORTS = {"https": 443, "http": 80}
DNS_PORT = 53


class HostUse(enum.StrEnum):
    """What a host is contacted for, as the list says it, in the order in which it says it."""

    READ = "Reads mail"
    SEND = "Sends the connection test"
    DISCOVER = "Asks where the sign-in is, and goes there"
    SIGN_IN = "Your browser signs in"
    TOKEN = "Renews the sign-in"  # noqa: S105 - words, not a token
    WHO = "Asks who signed in, where the sign-in itself does not say it"
    REVOKE = "Ends the sign-in at disconnecting"
    FIND = "Looks for mail servers while you connect a mailbox"
    PICTURES = "Shows pictures of a mail, only when you ask for them"


@dataclass(frozen=True, slots=True)
class ContactedHost:
    """A host by its name or address, its TCP or UDP port, and why it is contacted, in sentences."""

    host: str
    port: int
    why: str


@dataclass(frozen=True, slots=True)
class SignInHosts:
    """The pages of a provider that a sign-in goes through, as URLs; an empty one is not used (RFC 8414's names)."""

    discovery: str = ""
    authorization: str = ""
    token: str = ""
    userinfo: str = ""
    revocation: str = ""


ON_REQUEST = (
    ContactedHost("Your name service", DNS_PORT, f"{HostUse.FIND}, and finds the addresses of the hosts above."),
    ContactedHost("Whoever a mail names", PORTS["https"], f"{HostUse.PICTURES}, for this mail, this once."),
)
"""What no list can name beforehand; nothing of it happens unless a person does something."""


def hosts(
    mailboxes: Iterable[Mailbox], sign_ins: Mapping[OAuthProvider, SignInHosts] | None = None
) -> tuple[ContactedHost, ...]:
    """Return the hosts contacted for *mailboxes*, each once, by name; disconnected mailboxes need none.

    *sign_ins* says where the provider of a mailbox without a password is.
    """
    found: dict[tuple[str, int], dict[HostUse, list[str]]] = {}
    for mailbox in mailboxes:
        if mailbox.state is MailboxState.DISCONNECTED:
            continue
        pages = (sign_ins or {}).get(mailbox.oauth, SignInHosts()) if mailbox.oauth is not None else SignInHosts()
        for use, host, port in (*_servers(mailbox), *_pages(pages)):
            users = found.setdefault((host, port), {}).setdefault(use, [])
            if mailbox.address not in users:
                users.append(mailbox.address)
    return tuple(ContactedHost(host, port, _why(uses)) for (host, port), uses in sorted(found.items()))


def _servers(mailbox: Mailbox) -> Iterator[tuple[HostUse, str, int]]:
    yield HostUse.READ, mailbox.imap.host, mailbox.imap.port
    if mailbox.smtp is not None:
        yield HostUse.SEND, mailbox.smtp.host, mailbox.smtp.port


def _pages(pages: SignInHosts) -> Iterator[tuple[HostUse, str, int]]:
    for use, url in (
        (HostUse.DISCOVER, pages.discovery),
        (HostUse.SIGN_IN, pages.authorization),
        (HostUse.TOKEN, pages.token),
        (HostUse.WHO, pages.userinfo),
        (HostUse.REVOKE, pages.revocation),
    ):
        parts = urlsplit(url)
        if parts.hostname:
            yield use, parts.hostname, parts.port or PORTS.get(parts.scheme, PORTS["https"])


def _why(uses: Mapping[HostUse, Iterable[str]]) -> str:
    """Return sentences; mailboxes for which several things are done alike are named once."""
    groups: dict[tuple[str, ...], list[HostUse]] = {}
    for use in HostUse:
        if use in uses:
            groups.setdefault(tuple(uses[use]), []).append(use)
    return " ".join(f"{_listed(together)}: {', '.join(users)}." for users, together in groups.items())


def _listed(uses: Iterable[HostUse]) -> str:
    first, *others = (use.value for use in uses)
    return ", ".join((first, *(word[0].lower() + word[1:] for word in others)))
