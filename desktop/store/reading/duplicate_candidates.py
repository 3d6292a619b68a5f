"""Which customers are worth weighing as one, by five questions to indexes; no customer is compared with every other.

SQLite groups what an index holds in order, so that only what occurs twice is ever handed over. A name has no such
index, for its spellings have nothing in common that SQL could see: of names only marks of 64 bits are held, a part of
them at a time. So what is held beside the answer is a few bytes for each customer.
"""

import json
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import merge
from itertools import combinations, groupby, pairwise
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import CustomerId
from desktop.domain.phones import phone_key
from desktop.domain.shared_providers import is_shared_provider
from desktop.matching.book import CROWD
from desktop.matching.likeness import SAME_SERVICE, mailbox_key
from desktop.matching.name_likeness import NameLikeness, core_of, how_named, words_of
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.tables import ADDRESS_DOMAIN, ADDRESS_HEAD

Ids = tuple[CustomerId, CustomerId]
Step = Callable[[str, float], object]
"""Is told what is being compared, and how much of it is done, from 0 to 1. What it raises ends the search."""

_OF_SEVERAL = "HAVING count(*) > 1 AND min(customer_id) < max(customer_id)"
_SHARED = f"SELECT address, group_concat(customer_id) FROM customer_address GROUP BY address {_OF_SEVERAL}"
_BY_DOMAIN = (
    f"SELECT {ADDRESS_DOMAIN}, group_concat(customer_id) FROM customer_address INDEXED BY ix_customer_address_domain "
    f"GROUP BY {ADDRESS_DOMAIN} {_OF_SEVERAL}"
)
_BY_HEAD = (
    "SELECT min(substr(address, instr(address, '@'))), group_concat(customer_id || ' ' || address, char(10)) "
    f"FROM customer_address INDEXED BY ix_customer_address_head GROUP BY {ADDRESS_HEAD} {_OF_SEVERAL}"
)
"""Addresses that lead to one mailbox have one head, but for services of two names, which are walked side by side."""
_OF_SERVICE = (
    f"SELECT {ADDRESS_HEAD}, address, customer_id FROM customer_address INDEXED BY ix_customer_address_head "
    f"WHERE {ADDRESS_HEAD} >= ? AND {ADDRESS_HEAD} < ? ORDER BY {ADDRESS_HEAD}"
)
_NAMED = "SELECT name_key, id FROM customer INDEXED BY ix_customer_search"
_PHONED = "SELECT phones, id FROM customer INDEXED BY ix_customer_phones WHERE phones != '[]'"

_FETCHED, _LOOKED_UP, _NAMES_AT_ONCE = 5_000, 20_000, 5_000
_PARTS = 4
"""So many parts marks are looked through in, each of which is put in order by itself."""
_ID_BITS = 32
_LOWER = (1 << _ID_BITS) - 1


class Candidates:
    """Pairs, each in one number: the lower id in its upper half. See :func:`ids_of`."""

    def __init__(self, connection: sa.Connection, step: Step) -> None:
        self._run, self._step = connection, step
        self._found: set[int] = set()
        self._named: array[int] = array("Q")

    def gather(self, more: Collection[Ids]) -> None:
        """Find every pair that is worth weighing, *more* among them."""
        self._found.update(_packed(first, second) for first, second in more)
        self._by_address()
        self._by_domain()
        self._by_phone()
        self._by_name()

    def __len__(self) -> int:
        """Return how many were found; some of them twice."""
        return len(self._named) + len(self._found)

    def __iter__(self) -> Iterator[int]:
        """Yield each once: those of one name side by side, for they are loaded together, then the others."""
        for pair in self._named:
            self._found.discard(pair)
            yield pair
        yield from sorted(self._found)

    def _add(self, members: Iterable[int]) -> None:
        self._found.update(_pairs_of(members))

    # --- addresses --------------------------------------------------------------------------------------------------

    def _by_address(self) -> None:
        self._step("addresses", 0.0)
        for part in parts_of(self._run, _SHARED):
            for _, numbers in part:
                self._add(map(int, numbers.split(",")))
        services = [each for each in map(self._known_names, sorted(set(SAME_SERVICE.values()))) if len(each) > 1]
        walked = {f"@{name}" for names in services for name in names}
        for part in parts_of(self._run, _BY_HEAD):
            self._step("addresses", 0.05)
            for domain, lines in part:
                if domain not in walked:
                    held = (line.partition(" ") for line in lines.split("\n"))
                    self._of_one_mailbox((address, int(number)) for number, _, address in held)
        for names in services:
            self._step("addresses", 0.1)
            self._of_service(names)

    def _known_names(self, service: str) -> list[str]:
        """Return the names of a mail service under which customers have addresses."""
        every = [service, *(name for name, other in SAME_SERVICE.items() if other == service)]
        return [name for name in every if self._has(name)]

    def _of_one_mailbox(self, held: Iterable[tuple[str, int]]) -> None:
        """Note who has an address of one mailbox, among addresses of one head."""
        boxes: dict[str, list[int]] = {}
        for address, number in held:
            boxes.setdefault(mailbox_key(address), []).append(number)
        for members in boxes.values():
            if len(members) > 1:
                self._add(members)

    def _of_service(self, names: Sequence[str]) -> None:
        """Walk through the addresses of one mail service under its *names* side by side."""
        walks = [self._heads_of(name) for name in names]
        for _, group in groupby(merge(*walks, key=itemgetter(0)), key=itemgetter(0)):
            self._of_one_mailbox((address, number) for _, address, number in group)

    def _has(self, domain: str) -> bool:
        sql = f"SELECT 1 FROM customer_address INDEXED BY ix_customer_address_domain WHERE {ADDRESS_DOMAIN} = ? LIMIT 1"
        return self._run.exec_driver_sql(sql, (domain,)).first() is not None

    def _heads_of(self, domain: str) -> Iterator[tuple[str, str, int]]:
        """Yield the half of a local part, the address, and whose it is, in the order of the first."""
        for part in parts_of(self._run, _OF_SERVICE, (f"{domain}/", f"{domain}0")):  # 0 comes next after /
            for head, address, number in part:
                yield head[len(domain) + 1 :], address, number

    # --- names and telephones ---------------------------------------------------------------------------------------

    def _by_name(self) -> None:
        seen = _Marks()
        for part in parts_of(self._run, _NAMED):
            self._step("names", 0.4)
            names, numbers = zip(*part, strict=True)
            seen.extend(map(core_of, names), numbers)
        for members in seen.twice():
            self._named.extend(_pairs_of(members))

    def _by_phone(self) -> None:
        seen = _Marks()
        for part in parts_of(self._run, _PHONED):
            self._step("telephones", 0.3)
            each = [(phone_key(phone), number) for phones, number in part for phone in set(_phones(phones))]
            keys, numbers = zip(*each, strict=True)
            seen.extend(keys, numbers)
        for members in seen.twice():
            self._add(members)

    # --- companies --------------------------------------------------------------------------------------------------

    def _by_domain(self) -> None:
        """Note pairs at one domain whose names are alike: without that, being there together says nothing."""
        groups: list[list[int]] = []
        for part in parts_of(self._run, _BY_DOMAIN):
            self._step("domains", 0.15)
            for domain, numbers in part:
                if not is_shared_provider(domain):
                    members = sorted(set(map(int, numbers.split(","))))
                    if len(members) <= CROWD:
                        groups.append(members)
            if len(groups) >= _LOOKED_UP:
                self._of_colleagues(groups)
                groups = []
        self._of_colleagues(groups)

    def _of_colleagues(self, groups: Sequence[Sequence[int]]) -> None:
        names = self._names({number for members in groups for number in members})
        for members in groups:
            known = [(number, names[number], frozenset(words_of(names[number]))) for number in members]
            for (first, name, words), (second, other, others) in combinations(known, 2):
                if _may_be_alike(words, others) and how_named(name, other) is not NameLikeness.NONE:
                    self._found.add(_packed(first, second))

    def _names(self, numbers: Collection[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for part in chunks(sorted(numbers), _NAMES_AT_ONCE):
            sql = f"SELECT id, name FROM customer WHERE id IN ({marks(part)})"
            found.update(row for rows in parts_of(self._run, sql, part) for row in rows)
        return found


def parts_of(run: sa.Connection, sql: str, values: Sequence[object] = ()) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows of a query in parts, as the driver gives them: Core's own rows take as long as fetching them."""
    with run.exec_driver_sql(sql, tuple(values)) as result:
        cursor = result.cursor
        while part := cursor.fetchmany(_FETCHED):
            yield part


def _phones(text: str) -> list[str]:
    """Return the telephone numbers in a column; most have one, which needs no reader of JSON."""
    is_one = text.count('"') == 2 and "\\" not in text
    found: list[str] = [text[2:-2]] if is_one else json.loads(text)
    return found


def _packed(first: int, second: int) -> int:
    return first << _ID_BITS | second


def _pairs_of(members: Iterable[int]) -> Iterator[int]:
    """Yield the pairs of a group; a crowd makes none."""
    each = sorted(set(members))
    return (_packed(*pair) for pair in combinations(each if len(each) <= CROWD else (), 2))


def ids_of(pair: int) -> Ids:
    """Return the two ids of a pair in one number, the lower first."""
    return CustomerId(pair >> _ID_BITS), CustomerId(pair & _LOWER)


_NOTHING = hash("")


class _Marks:
    """Whose names, or telephones, have which mark; sixteen bytes each."""

    def __init__(self) -> None:
        self._marks, self._numbers = array("q"), array("Q")

    def extend(self, keys: Iterable[str], numbers: Sequence[int]) -> None:
        """Note who has each of *keys*; an empty one says nothing."""
        self._marks.extend(map(hash, keys))
        self._numbers.extend(numbers)

    def twice(self) -> Iterator[list[int]]:
        """Yield those who have one mark, where it is not only one."""
        for part in range(_PARTS):
            ordered = sorted(mark for mark in self._marks if mark % _PARTS == part)
            wanted = {mark for mark, following in pairwise(ordered) if mark == following}
            wanted.discard(_NOTHING)
            del ordered
            held: dict[int, list[int]] = {}
            for mark, number in zip(self._marks, self._numbers, strict=True):
                if mark in wanted:
                    held.setdefault(mark, []).append(number)
            yield from held.values()


def _may_be_alike(words: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether two names may be alike: a word in common, or else all of both begins with one letter."""
    return not words.isdisjoint(others) or min(words, default="")[:1] == min(others, default="")[:1]
