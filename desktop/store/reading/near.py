"""Addresses that are like others, found by indexed keys: halves of a local part, the name of a domain.

One slip of a finger leaves one half of a text as it is, so a few exact look-ups bring everything that can be alike
(``matching.likeness``), and a little more; what is alike is then told by the rule itself.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from desktop.matching.domains import site_of
from desktop.matching.likeness import halves, how_alike, is_slip, keys_of, plain_of, split
from desktop.store.domain_keys import near_domain_keys
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.tables import ADDRESS_HEAD, ADDRESS_TAIL

_MOST_DOMAINS = 50
"""So many domains that are like a sender's are looked at; a name that more have (``mail``) tells nobody apart."""
_MOST_ALIKE = 20
_HEADS = f"SELECT {ADDRESS_HEAD}, address, customer_id FROM customer_address INDEXED BY ix_customer_address_head WHERE "
_TAILS = f"SELECT {ADDRESS_TAIL}, address, customer_id FROM customer_address INDEXED BY ix_customer_address_tail WHERE "
_SERVICES = {"gmail.com": ("googlemail.com",), "googlemail.com": ("gmail.com",), "yandex.ru": ("ya.ru",)} | {
    "ya.ru": ("yandex.ru",),
    "proton.me": ("protonmail.com", "pm.me"),
    "protonmail.com": ("proton.me", "pm.me"),
    "pm.me": ("proton.me", "protonmail.com"),
}

Row = tuple[str, int]
"""An address and whose it is."""


class NearAddresses:
    """Finds what is like a batch of addresses with a few queries for all of it."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def to(self, addresses: Collection[str]) -> dict[str, tuple[Row, ...]]:
        """Return, for each of *addresses* that has any, the addresses that are like it and their customers' ids."""
        wanted = sorted(address for address in set(addresses) if "@" in address)
        domains = self._near_domains(sorted({split(address)[1] for address in wanted}))
        heads: dict[str, list[str]] = defaultdict(list)
        tails: dict[str, list[str]] = defaultdict(list)
        for address in wanted:
            keys = keys_of(address)
            if not keys.plain:
                continue
            for head in keys.heads:
                heads[f"{keys.domain}/{head}"].append(address)
            for tail in keys.tails:
                tails[f"{keys.domain}/{tail}"].append(address)
            for domain in domains.get(keys.domain, ()):
                heads[f"{domain}/{halves(keys.plain)[0]}"].append(address)
        found: dict[str, dict[Row, None]] = defaultdict(dict)
        self._look(_HEADS, ADDRESS_HEAD, heads, found)
        self._look(_TAILS, ADDRESS_TAIL, tails, found)
        return {address: tuple(sorted(rows)[:_MOST_ALIKE]) for address, rows in found.items()}

    def _look(self, sql: str, key: str, wanted: dict[str, list[str]], found: dict[str, dict[Row, None]]) -> None:
        for part in chunks(list(wanted)):
            rows: dict[str, list[Row]] = defaultdict(list)
            for at, address, number in self._run.exec_driver_sql(f"{sql}{key} IN ({marks(part)})", tuple(part)).all():
                rows[at].append((address, number))
            for at, held in rows.items():
                plains = [plain_of(split(address)[0]) for address, _ in held]
                for asked in wanted[at]:
                    for index in _one_slip_from(plain_of(split(asked)[0]), plains):
                        if how_alike(asked, held[index][0]):
                            found[asked][held[index]] = None

    def _near_domains(self, domains: Sequence[str]) -> dict[str, list[str]]:
        """Return the domains with customers that bear the same name as each, or one but for a slip."""
        by_core: dict[str, list[str]] = defaultdict(list)
        by_half: dict[str, dict[str, list[str]]] = {"head": defaultdict(list), "tail": defaultdict(list)}
        for domain in domains:
            core, heads, tails = near_domain_keys(domain)
            if core:
                by_core[core].append(domain)
                for name, keys in (("head", heads), ("tail", tails)):
                    for key in keys:
                        by_half[name][key].append(domain)
        near: dict[str, dict[str, None]] = defaultdict(dict)
        for domain in domains:
            near[domain].update(dict.fromkeys(_SERVICES.get(domain, ())))
        self._look_up("core", by_core, near)
        for column, wanted in by_half.items():
            self._look_up(column, wanted, near)
        return {domain: list(others)[:_MOST_DOMAINS] for domain, others in near.items()}

    def _look_up(self, column: str, wanted: dict[str, list[str]], near: dict[str, dict[str, None]]) -> None:
        index = f"ix_address_domain_{column}"
        for part in chunks(list(wanted)):
            where = f"{column} IN ({marks(part)})"
            sql = f"SELECT {column}, core, domain FROM address_domain INDEXED BY {index} WHERE {where}"
            rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for key, core, other in self._run.exec_driver_sql(sql, tuple(part)).all():
                rows[key].append((core, other))
            for key, held in rows.items():
                cores = [core for core, _ in held]
                for domain in wanted[key]:
                    mine = site_of(domain).core
                    for at in _one_slip_from(mine, cores):
                        core, other = held[at]
                        if other != domain and (core == mine or is_slip(mine, core)):
                            near[domain][other] = None


def _one_slip_from(text: str, others: Sequence[str]) -> list[int]:
    """Return the places of those of *others* that are *text*, or one slip away; all are compared in one call."""
    found = process.extract(text, others, scorer=OSA.distance, score_cutoff=1, limit=None)
    return [index for _, _, index in found]
