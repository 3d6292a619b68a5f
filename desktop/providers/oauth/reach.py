"""How authorization servers are reached and what they answer, as values; ``web`` does it. Loads no library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.errors import Misconfigured, Transient
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker, Timeouts

AGAIN = "A sync tries again by itself. Were you signing in, begin again once the server answers."


@dataclass(frozen=True, slots=True)
class Reach:
    """How authorization servers are reached. ``on_host`` is told each host before it is contacted.

    ``ca_file`` adds authorities to those of the operating system. A request as a whole takes no longer than connecting
    and one silence may.
    """

    ca_file: Path | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
    breaker: Breaker = field(default_factory=Breaker)
    on_host: Callable[[str], None] | None = None

    @property
    def limit_s(self) -> float:
        """Seconds for one request from its beginning to its end."""
        return self.timeouts.connect_s + self.timeouts.silence_s


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: headers with names in lower case, the body whole."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


Judge = Callable[[Answer], None]
"""Looks at every answer and raises a SourceError unless a library may have it."""


def unreachable(host: str, what: str, detail: str, *, meaning: str = "") -> Transient:
    """Return the error for an authorization server that gives no usable answer just now. *detail* is ours."""
    return Transient(
        ReasonCode.ISSUER_UNREACHABLE,
        what,
        meaning=meaning or f"Sign-ins come from {host}; what was permitted there still stands.",
        action=AGAIN,
        detail=detail,
    )


def unencrypted(host: str) -> Misconfigured:
    """Return the error for an address of an authorization server that is not https. There is no exception for
    loopback: the libraries know none.
    """
    return Misconfigured(
        ReasonCode.TLS_REFUSED,
        f"{host} is not asked without encryption.",
        meaning="Anyone on the way could read the tokens; addresses must begin with https.",
        action="Check the OAuth client's file or settings.",
        detail="not https",
        field="client_id",
    )
