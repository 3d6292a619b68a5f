"""A mail as the rules of matching see it: who sent it, who wrote it, and what is doubtful about that."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain.mail import Address, ParsedMail
from desktop.domain.shared_providers import domain_of, is_shared_provider


class Route(enum.StrEnum):
    """How a mail came from its writer; the value is the name of the rule in provenance."""

    DIRECT = "direct"
    REPLY_TO = "reply_to"
    GROUP = "group"
    FORM = "contact_form"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody to find a customer for. ``told`` says how the mail came from them, naming both; empty when directly."""

    address: str
    name: str
    route: Route = Route.DIRECT
    told: str = ""

    def __repr__(self) -> str:
        return f"<Writer {self.route}>"


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are. ``addresses`` are of all mailboxes, ``domains`` our own ones, never a shared provider's.

    ``vouchers`` are the domains of those whose Authentication-Results are believed for this mail (RFC 8601 section
    5): the servers of the mailbox it came to. ``""`` among them stands for a server that does not name itself.
    """

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    vouchers: frozenset[str] = frozenset()

    def has(self, address: str) -> bool:
        """Tell whether *address* is one of ours, or a colleague's."""
        return address in self.addresses or domain_of(address) in self.domains


NOT_TOLD = Ours()


def our_domains(addresses: Iterable[str]) -> frozenset[str]:
    """Return the domains of our own mailboxes that nobody else has."""
    return frozenset(
        domain for address in addresses if (domain := domain_of(address)) and not is_shared_provider(domain)
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One mail. ``sender`` is who sent it, None in doubt; ``doubt`` says why.

    ``writers`` are those to find a customer for: the sender, or who wrote what somebody or something else handed on.
    ``unproven`` is a warning, in words, when the mailbox's own server found that the sender is forged; else empty.
    ``is_ours``: one of us wrote it, and whom that resembles says nothing.
    """

    mail: ParsedMail
    sender: Address | None
    doubt: str
    writers: tuple[Writer, ...]
    unproven: str = ""
    is_ours: bool = False

    @property
    def is_handed_on(self) -> bool:
        """Whether somebody or something else than the writer sent it."""
        return any(writer.route not in {Route.DIRECT, Route.REPLY_TO} for writer in self.writers)

    @property
    def direct(self) -> Writer | None:
        """The sender, if the mail is their own."""
        return next((writer for writer in self.writers if writer.route is Route.DIRECT), None)
