"""Asking the name service for mail servers: SRV (RFC 2782, RFC 6186) and MX records."""

from dataclasses import dataclass
from typing import Any, Protocol

from dns.exception import DNSException
from dns.rdatatype import RdataType
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from desktop.domain.errors import Transient
from desktop.domain.reasons import ReasonCode

LOOKUP_S = 5.0


@dataclass(frozen=True, slots=True)
class Srv:
    """One SRV record; an empty *target* means that the service is decidedly not offered."""

    priority: int
    weight: int
    port: int
    target: str


class Names(Protocol):
    """What autodetection asks of the name service; raises Transient when it does not answer."""

    def srv(self, name: str) -> list[Srv]:
        """Return the SRV records of *name*, none if there are none."""

    def mx(self, domain: str) -> list[str]:
        """Return where mail for *domain* goes, best first."""


class DnsNames:
    """The name service this computer is set to use."""

    def srv(self, name: str) -> list[Srv]:
        """Return the SRV records of *name*."""
        return [Srv(r.priority, r.weight, r.port, str(r.target).rstrip(".")) for r in self._ask(name, RdataType.SRV)]

    def mx(self, domain: str) -> list[str]:
        """Return the hosts that take mail for *domain*, best first."""
        records = sorted(self._ask(domain, RdataType.MX), key=lambda record: int(record.preference))
        return [str(record.exchange).rstrip(".") for record in records]

    def _ask(self, name: str, kind: RdataType) -> list[Any]:
        try:
            return list(Resolver().resolve(name, kind, lifetime=LOOKUP_S, search=False))
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError, UnicodeError) as error:
            raise Transient(
                ReasonCode.OFFLINE,
                "The name service does not answer.",
                meaning="This computer is offline, or its network does not let such questions through.",
                action="Enter the servers by hand, or try again later.",
                detail=type(error).__name__,
                field="host",
            ) from error
