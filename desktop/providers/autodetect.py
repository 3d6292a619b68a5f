"""From an address to server settings: the catalogue, then the domain's own records, then a look at the usual names.

What DNS says is not proof - anyone on the way may have said it. A server outside the address's own domain is
therefore marked to be confirmed by a person before a password goes there; TLS does the rest.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.errors import Misconfigured, SourceError, Transient
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers import connect, smtp
from desktop.providers.catalogue import GENERIC, Provider, by_domain, by_imap_host, by_mx
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.nameservice import DnsNames, Names, Srv

T = TypeVar("T")

QUICK = Timeouts(connect_s=4.0, silence_s=4.0, progress_window_s=4.0, farewell_s=0.5)
_HOST = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found. ``how`` is a sentence for a person; ``confirm`` lists hosts outside the address's domain that
    only DNS vouches for: they are shown and confirmed before a password is sent.
    """

    provider: Provider
    imap: ServerSettings
    smtp: ServerSettings | None
    how: str
    confirm: tuple[str, ...] = ()


Prober = Callable[[ServerSettings, str], bool]
"""Tells whether a server of the given service (``IMAP`` or ``SMTP``) answers there, without logging in."""


def answers(settings: ServerSettings, service: str, *, breaker: Breaker | None = None) -> bool:
    """Connect for real, with short timeouts, up to where a log-in would come."""
    try:
        if service == "SMTP":
            smtp.reach_mailer(settings, timeouts=QUICK, breaker=breaker).close()
        else:
            with connect.Opening(settings, timeouts=QUICK, breaker=breaker) as opening:
                opening.reach()
                opening.secure()
    except SourceError:
        return False
    return True


def detect(address: str, *, names: Names | None = None, prober: Prober = answers) -> Detected:
    """Find the servers for *address*; raises Misconfigured when there is nothing to be found."""
    if not looks_like_address(address):
        raise Misconfigured(
            ReasonCode.SETTINGS_INVALID,
            "This is not an e-mail address.",
            action="Enter it as name@example.org.",
            field="address",
        )
    address = normalise_address(address)
    domain = address.rpartition("@")[2]
    own = by_domain(domain)
    if own is not None:
        return _from_row(own, address, f"{own.name} is known.")
    look_up = _Lookup(names or DnsNames())
    found = _by_srv(address, domain, look_up) or _by_mx(address, domain, look_up) or _by_guess(address, domain, prober)
    if found is None:
        raise look_up.failure or _nothing_found(domain)
    return found


class _Lookup:
    """Questions to the name service; a failure is remembered and means "nothing known" for the moment."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.failure: Transient | None = None

    def srv(self, name: str) -> list[Srv]:
        return self._asked(self._names.srv, name)

    def mx(self, domain: str) -> list[str]:
        return self._asked(self._names.mx, domain)

    def _asked(self, question: Callable[[str], list[T]], name: str) -> list[T]:
        if self.failure is not None:
            return []
        try:
            return question(name)
        except Transient as error:
            self.failure = error
            return []


def _from_row(row: Provider, address: str, how: str) -> Detected:
    if row.imap is None:
        raise _nothing_found(address.rpartition("@")[2])
    return Detected(row, row.imap.settings_for(address), row.smtp.settings_for(address) if row.smtp else None, how)


# --- SRV records (RFC 6186, RFC 8314) ---------------------------------------------------------------------------------

_IMAP = (("_imaps._tcp", Security.TLS), ("_imap._tcp", Security.STARTTLS))
_SUBMISSION = (("_submissions._tcp", Security.TLS), ("_submission._tcp", Security.STARTTLS))


def _by_srv(address: str, domain: str, look_up: _Lookup) -> Detected | None:
    imap, denied = _service(_IMAP, address, domain, look_up)
    if imap is None:
        if denied:
            raise _not_offered(domain)
        return None
    row = by_imap_host(imap.host, address)
    if row is not None:
        return _from_row(row, address, f"The records of {domain} name {row.name}.")
    sending, _ = _service(_SUBMISSION, address, domain, look_up)
    hosts = [imap.host] + ([sending.host] if sending else [])
    outside = tuple(dict.fromkeys(host for host in hosts if not _belongs(host, domain)))
    return Detected(GENERIC, imap, sending, f"The records of {domain} name these servers.", outside)


def _service(
    kinds: Iterable[tuple[str, Security]], address: str, domain: str, look_up: _Lookup
) -> tuple[ServerSettings | None, bool]:
    """Return the best server of the first kind that has one, and whether the domain says that there is none."""
    denied = False
    for name, security in kinds:
        records = look_up.srv(f"{name}.{domain}")
        denied = denied or any(not record.target for record in records)
        usable = [record for record in records if _HOST.fullmatch(record.target) and 0 < record.port < 65536]
        if usable:
            best = min(usable, key=lambda record: (record.priority, -record.weight, record.target))
            return ServerSettings(best.target.lower(), best.port, security, address), False
    return None, denied


def _belongs(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


# --- MX records and usual names ---------------------------------------------------------------------------------------


def _by_mx(address: str, domain: str, look_up: _Lookup) -> Detected | None:
    row = next((row for host in look_up.mx(domain) if (row := by_mx(host)) is not None), None)
    return _from_row(row, address, f"Mail for {domain} goes to {row.name}.") if row else None


_USUAL_IMAP = (
    ("imap", 993, Security.TLS),
    ("mail", 993, Security.TLS),
    ("imap", 143, Security.STARTTLS),
    ("mail", 143, Security.STARTTLS),
)
_USUAL_SMTP = (
    ("smtp", 465, Security.TLS),
    ("mail", 465, Security.TLS),
    ("smtp", 587, Security.STARTTLS),
    ("mail", 587, Security.STARTTLS),
)


def _by_guess(address: str, domain: str, prober: Prober) -> Detected | None:
    imap = _first_to_answer(_USUAL_IMAP, "IMAP", address, domain, prober)
    if imap is None:
        return None
    sending = _first_to_answer(_USUAL_SMTP, "SMTP", address, domain, prober)
    return Detected(GENERIC, imap, sending, f"A server answers at {imap.host}.")


def _first_to_answer(
    usual: Iterable[tuple[str, int, Security]], service: str, address: str, domain: str, prober: Prober
) -> ServerSettings | None:
    """Return the first of the usual places, in their order, where a server answers; all are asked at once."""
    tries = [ServerSettings(f"{label}.{domain}", port, security, address) for label, port, security in usual]
    with ThreadPoolExecutor(len(tries), thread_name_prefix="autodetect") as pool:
        answered = list(pool.map(lambda settings: prober(settings, service), tries))
    return next((settings for settings, yes in zip(tries, answered, strict=True) if yes), None)


def _nothing_found(domain: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"The mail servers of {domain} could not be found.",
        meaning="Its records name none, and none answers under the usual names.",
        action="Enter host and port; the provider's help pages name them.",
        field="host",
    )


def _not_offered(domain: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"{domain} says that it offers no IMAP.",
        meaning="Its records state that there is no such server.",
        action="Ask the provider how mail can be read; if there is a server after all, enter host and port.",
        field="host",
    )
