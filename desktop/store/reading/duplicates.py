"""Pairs of customers who may be one: candidates from indexes, each weighed by the pure rules, the best of them listed.

What the time grows with is the customers, and what is held are ids: of those that are weighed only as many are kept as
are listed. Threads in common are looked for among the newest mail.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import combinations, islice

import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.duplicates import Duplicates, Pair
from desktop.domain.ids import CustomerId
from desktop.matching.book import CROWD
from desktop.matching.duplicates import COMPARED, Looked, strength_of, weigh
from desktop.store.reading.book import StoredBook
from desktop.store.reading.customers import CustomerQueries
from desktop.store.reading.duplicate_candidates import Candidates, Ids, Step, ids_of, parts_of
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.reading.merges import MergeQueries

LISTED = 2_000
"""So many pairs are listed, the most likely; how many more there are is said."""
_LETTERS, _LETTERS_OF_TWO = 5_000, 300
"""So many of the newest emails are looked at for threads in common; of two customers alone, so many of each."""
_WEIGHED, _NAMED_AT_ONCE = 12_000, 5_000
_REFERENCES = 20
_CUSTOMERS = "SELECT id, name, company, phones FROM customer WHERE id IN ({})"
_ADDRESSES = (
    "SELECT customer_id, address FROM customer_address INDEXED BY ix_customer_address_customer_id "
    "WHERE customer_id IN ({})"
)
_CANDIDATES = 0.65
"""How much of the work is done when it is known whom to weigh."""


def no_step(_what: str, _share: float) -> None:
    """Tell nobody."""


class DuplicateQueries:
    """Possible duplicates: all of them, or two customers looked at."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._customers = CustomerQueries(connection)

    def version(self) -> int:
        """Return a number that changes whenever customers may have: what was found before holds as long as it does."""
        return StoredBook(self._run).version()

    def every(self, step: Step = no_step) -> Duplicates:
        """Return all pairs but those of which a person said that they are not the same; *step* hears how far it is."""
        version, apart = self.version(), MergeQueries(self._run).apart()
        threads = self._threads(self._newest_letters())
        pairs = Candidates(self._run, step)
        pairs.gather(threads)
        found = _Counted(self._weighed(pairs, apart, threads, step))
        listed = [key for *_, key in nsmallest(LISTED, found)]
        held = {one.id: one for one in self._customers.by_ids({number for key in listed for number in key})}
        best = tuple(weigh(held[a], held[b], threads=threads.get((a, b), 0)) for a, b in listed)
        return Duplicates(best, self._customers.count(), version, found.count - len(best))

    def weigh(self, first: Customer, second: Customer) -> Pair:
        """Return what speaks for two customers being one, whatever anybody has said of them."""
        key = (min(first.id, second.id), max(first.id, second.id))
        threads = self._threads([*self._letters_of(first.id), *self._letters_of(second.id)])
        return weigh(first, second, threads=threads.get(key, 0))

    # --- weighing ---------------------------------------------------------------------------------------------------

    def _weighed(
        self, pairs: Candidates, apart: Collection[Ids], threads: dict[Ids, int], step: Step
    ) -> Iterator["_Ranked"]:
        """Yield what says something."""
        each, done = iter(pairs), 0
        while part := list(islice(each, _WEIGHED)):
            step("what was found", _CANDIDATES + (1 - _CANDIDATES) * done / len(pairs))
            keys = [key for key in map(ids_of, part) if key not in apart]
            held = {one.id: Looked(one) for one in self._held({number for key in keys for number in key})}
            for a, b in keys:
                if a in held and b in held:
                    strength = strength_of(held[a], held[b], threads=threads.get((a, b), 0))
                    if strength:
                        yield -strength, held[a].customer.name.casefold(), (a, b)
            done += len(part)

    def _held(self, numbers: Collection[CustomerId]) -> Sequence[Customer]:
        """Return customers as far as their strength needs them: addresses in any order, but for who has very many."""
        addresses: dict[int, list[str]] = defaultdict(list)
        found: dict[CustomerId, Customer] = {}
        for part in chunks(sorted(numbers), _NAMED_AT_ONCE):
            places = marks(part)
            for rows in parts_of(self._run, _ADDRESSES.format(places), part):
                for number, address in rows:
                    addresses[number].append(address)
            for rows in parts_of(self._run, _CUSTOMERS.format(places), part):
                for number, name, company, phones in rows:
                    told = () if phones == "[]" else tuple(json.loads(phones))
                    found[number] = Customer(number, name, tuple(addresses[number]), company, phones=told)
        crowded = {CustomerId(number) for number, each in addresses.items() if len(each) > COMPARED}
        return [*found.values(), *self._customers.by_ids(crowded)]

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


_Ranked = tuple[int, str, Ids]
"""How likely (the least is the most likely), the name of the first, and who: what pairs are listed by."""


class _Counted:
    """Counts what is taken out of it."""

    def __init__(self, ranked: Iterator[_Ranked]) -> None:
        self._ranked = ranked
        self.count = 0

    def __iter__(self) -> Iterator[_Ranked]:
        for one in self._ranked:
            self.count += 1
            yield one
