"""By what a domain, and the domains like it, are found in ``address_domain``."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from desktop.matching.domains import site_of
from desktop.matching.likeness import halves, near_halves
from desktop.store.tables import ADDRESS_DOMAIN

_KNOW = "INSERT OR IGNORE INTO address_domain (domain, core, suffix, head, tail) VALUES (?, ?, ?, ?, ?)"
_HELD = f"SELECT DISTINCT {ADDRESS_DOMAIN} FROM customer_address INDEXED BY ix_customer_address_domain"
_AT_ONCE = 10_000


def know_domains(run: sa.Connection, domains: Iterable[str] | None = None) -> None:
    """Remember *domains* of customers' addresses; without any, all of them: a migration knows no public suffixes."""
    held = sorted(set(domains)) if domains is not None else [str(one) for one in run.exec_driver_sql(_HELD).scalars()]
    for first in range(0, len(held), _AT_ONCE):
        run.exec_driver_sql(_KNOW, domain_rows(held[first : first + _AT_ONCE]))


def domain_rows(domains: Iterable[str]) -> list[tuple[str, str, str, str, str]]:
    """Return the rows of domains in comparable form: domain, core, suffix, head, tail."""
    rows = []
    for domain in domains:
        site = site_of(domain)
        head, tail = halves(site.core)
        rows.append((domain, site.core, site.suffix, f"{site.suffix}/{head}", f"{site.suffix}/{tail}"))
    return rows


def near_domain_keys(domain: str) -> tuple[str, Sequence[str], Sequence[str]]:
    """Return the core, heads and tails of domains that may be like *domain*; empty when it is nobody's own."""
    site = site_of(domain)
    if not site.core:
        return "", (), ()
    heads, tails = near_halves(site.core)
    return site.core, [f"{site.suffix}/{head}" for head in heads], [f"{site.suffix}/{tail}" for tail in tails]
