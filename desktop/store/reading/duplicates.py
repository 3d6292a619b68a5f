"""Pairs of customers who may be one, found in one pass over each index: what the time grows with is the customers.

Candidates come from five questions, each answered by sets: who has the same address, an address that leads to the same
mailbox, the same name however spelt, a domain in common with few others, the same telephone; and who has written in one
thread of late. Groups that are too large say nothing. Each candidate is then weighed by the pure rules.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations

import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.duplicates import Duplicates, Pair, Strength
from desktop.domain.ids import CustomerId
from desktop.domain.phones import phone_key
from desktop.domain.shared_providers import is_shared_provider
from desktop.matching.book import CROWD
from desktop.matching.duplicates import weigh
from desktop.matching.likeness import mailbox_key
from desktop.matching.name_likeness import core_of, words_of
from desktop.store.reading.book import StoredBook
from desktop.store.reading.customers import CustomerQueries
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.reading.merges import MergeQueries
from desktop.store.tables import ADDRESS_DOMAIN

LISTED = 2_000
"""So many pairs are listed, the most likely; how many more there are is said."""
_LETTERS, _LETTERS_OF_TWO = 5_000, 300
"""So many of the newest emails are looked at for threads in common; of two customers alone, so many of each."""
_SHARED = (
    "SELECT address, customer_id FROM customer_address WHERE address IN "
    "(SELECT address FROM customer_address GROUP BY address HAVING count(*) > 1) ORDER BY address, customer_id"
)
_BY_DOMAIN = (
    f"SELECT {ADDRESS_DOMAIN}, customer_id FROM customer_address INDEXED BY ix_customer_address_domain "
    f"ORDER BY {ADDRESS_DOMAIN}, customer_id"
)
_PHONED = "SELECT id, phones FROM customer INDEXED BY ix_customer_phones WHERE phones != '[]'"

Ids = tuple[CustomerId, CustomerId]


class DuplicateQueries:
    """Possible duplicates: all of them, or two customers looked at."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._customers = CustomerQueries(connection)

    def version(self) -> int:
        """Return a number that changes whenever customers may have: what was found before holds as long as it does."""
        return StoredBook(self._run).version()

    def every(self) -> Duplicates:
        """Return all pairs but those of which a person said that they are not the same."""
        version, apart = self.version(), MergeQueries(self._run).apart()
        threads = self._threads(self._newest_letters())
        found: list[Pair] = []
        for part in chunks(sorted(self._candidates(threads) - apart.keys()), _WEIGHED):
            held = {one.id: one for one in self._customers.by_ids({number for pair in part for number in pair})}
            weighed = (
                weigh(held[a], held[b], threads=threads.get((a, b), 0)) for a, b in part if a in held and b in held
            )
            found += [pair for pair in weighed if pair.strength is not Strength.NONE]
        found.sort(key=lambda pair: (-pair.strength, pair.first.name.casefold(), pair.key))
        return Duplicates(tuple(found[:LISTED]), self._customers.count(), version, max(0, len(found) - LISTED))

    def weigh(self, first: Customer, second: Customer) -> Pair:
        """Return what speaks for two customers being one, whatever anybody has said of them."""
        key = (min(first.id, second.id), max(first.id, second.id))
        threads = self._threads([*self._letters_of(first.id), *self._letters_of(second.id)])
        return weigh(first, second, threads=threads.get(key, 0))

    # --- candidates -------------------------------------------------------------------------------------------------

    def _candidates(self, threads: Collection[Ids]) -> set[Ids]:
        found = set(threads)
        found |= _pairs_of_groups(self._run.exec_driver_sql(_SHARED))
        found |= _pairs_of_keys(self._rows("SELECT address, customer_id FROM customer_address"), mailbox_key)
        found |= _pairs_of_keys(self._rows("SELECT name_key, id FROM customer INDEXED BY ix_customer_search"), core_of)
        found |= self._of_one_domain()
        phoned = (
            (key, number)
            for number, phones in self._run.exec_driver_sql(_PHONED)
            for key in {phone_key(phone) for phone in json.loads(phones)}
        )
        return found | _pairs_of_groups(sorted(phoned))

    def _rows(self, sql: str) -> Callable[[], Iterable[tuple[str, int]]]:
        return lambda: ((str(text), int(number)) for text, number in self._run.exec_driver_sql(sql))

    def _of_one_domain(self) -> set[Ids]:
        """Return pairs at one company's domain whose names have a word in common, or nearly."""
        found: set[Ids] = set()
        groups = [
            members
            for domain, members in _groups(self._run.exec_driver_sql(_BY_DOMAIN))
            if 1 < len(members) <= CROWD and not is_shared_provider(domain)
        ]
        for part in chunks(groups, _WEIGHED):
            names = self._names({number for members in part for number in members})
            for members in part:
                found |= {
                    pair
                    for pair in combinations(members, 2)
                    if _may_be_alike(names.get(pair[0], ""), names.get(pair[1], ""))
                }
        return found

    def _names(self, numbers: Collection[CustomerId]) -> dict[CustomerId, str]:
        found: dict[CustomerId, str] = {}
        for part in chunks(sorted(numbers)):
            sql = f"SELECT id, name FROM customer WHERE id IN ({marks(part)})"
            found.update((CustomerId(number), name) for number, name in self._run.exec_driver_sql(sql, tuple(part)))
        return found

    # --- threads ----------------------------------------------------------------------------------------------------

    def _newest_letters(self) -> list[tuple[CustomerId, str]]:
        sql = (
            "SELECT customer_id, details FROM (SELECT id, customer_id FROM email INDEXED BY ix_email_list "
            f"ORDER BY received_at DESC, id DESC LIMIT {_LETTERS}) JOIN email_body ON email_id = id "
            "WHERE customer_id IS NOT NULL"
        )
        return [(CustomerId(number), details) for number, details in self._run.exec_driver_sql(sql)]

    def _letters_of(self, customer_id: CustomerId) -> list[tuple[CustomerId, str]]:
        sql = (
            "SELECT customer_id, details FROM (SELECT id, customer_id FROM email INDEXED BY ix_email_customer "
            f"WHERE customer_id = ? ORDER BY received_at DESC LIMIT {_LETTERS_OF_TWO}) "
            "JOIN email_body ON email_id = id"
        )
        return [(CustomerId(number), details) for number, details in self._run.exec_driver_sql(sql, (customer_id,))]

    def _threads(self, letters: Iterable[tuple[CustomerId, str]]) -> dict[Ids, int]:
        """Return in how many threads pairs of customers have both written; a thread is called by its oldest message."""
        answers: dict[str, set[CustomerId]] = defaultdict(set)
        named: dict[str, set[str]] = defaultdict(set)
        for number, details in letters:
            told = json.loads(details)
            before = [*told.get("references", ()), *told.get("in_reply_to", ())]
            if before:
                answers[before[0]].add(number)
                named[before[0]].update(before[:_REFERENCES])
        filed = MergeQueries(self._run).filed({one for each in named.values() for one in each})
        counts: dict[Ids, int] = defaultdict(int)
        for thread, writers in answers.items():
            others = {customer for message_id in named[thread] for _, customer in filed.get(message_id, ())}
            together = sorted(writers | others)
            for pair in combinations(together if len(together) <= CROWD else (), 2):
                counts[pair] += 1
        return dict(counts)


_WEIGHED = 2_000
_REFERENCES = 20


def _may_be_alike(first: str, second: str) -> bool:
    """Tell whether two names are worth weighing: a word in common, or as good as."""
    one, other = words_of(first), words_of(second)
    if not set(one).isdisjoint(other) or "".join(one) == "".join(other):
        return True
    return any(word[:1] == twin[:1] and abs(len(word) - len(twin)) <= 1 for word, twin in zip(one, other, strict=False))


def _groups(rows: Iterable[tuple[str, int]]) -> Iterator[tuple[str, list[CustomerId]]]:
    """Yield each key of sorted *rows* with its customers, each once; of a crowd, one more than that."""
    key, members = "", list[CustomerId]()
    for text, number in rows:
        if text != key:
            if members:
                yield key, members
            key, members = text, []
        if len(members) <= CROWD and (not members or members[-1] != number):
            members.append(CustomerId(number))
    if members:
        yield key, members


def _pairs_of_groups(rows: Iterable[tuple[str, int]]) -> set[Ids]:
    """Return the pairs within each key of sorted *rows*; a crowd makes none."""
    return {
        (first, second)
        for key, members in _groups(rows)
        if key and 1 < len(members) <= CROWD
        for first, second in combinations(members, 2)
    }


def _pairs_of_keys(rows: Callable[[], Iterable[tuple[str, int]]], key_of: Callable[[str], str]) -> set[Ids]:
    """Return the pairs that have one key, in two passes: the first only finds which keys occur twice."""
    seen, twice = set[int](), set[int]()
    for text, _ in rows():
        mark = hash(key_of(text))
        if mark in seen:
            twice.add(mark)
        else:
            seen.add(mark)
    del seen
    found = [(key, number) for text, number in rows() if (key := key_of(text)) and hash(key) in twice]
    return _pairs_of_groups(sorted(found))
