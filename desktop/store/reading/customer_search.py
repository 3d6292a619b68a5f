"""Customers found while typing: along the indexes for what begins so, then over them for what contains it.

Case and diacritics do not count, as in the search for words: ``muller`` finds Müller. What begins in another form than
it is typed stands elsewhere in the index of names, so it is looked for among the folded ones.
"""

import json
import re
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from desktop.domain.customer_rows import CustomerHit
from desktop.domain.ids import CustomerId
from desktop.domain.phones import digits_of
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.reading.folded import addressed_so, like, named_so
from desktop.store.search_text import plain
from desktop.store.tables import ADDRESS_DOMAIN

_LOOKED_AT = 300
_SHORTEST_PHONE = 4
_PHONE = re.compile(r"[+\d\s()./-]+")
"""So many customers are compared with what was typed; more fit it only when too little was typed."""
_NAME_BEGINS = (
    "SELECT id FROM customer INDEXED BY ix_customer_search WHERE name_key >= :low AND name_key < :high "
    "ORDER BY name_key LIMIT :limit"
)
_ADDRESS_BEGINS = (
    "SELECT customer_id FROM customer_address WHERE address >= :low AND address < :high ORDER BY address LIMIT :limit"
)
_DOMAIN_BEGINS = (
    "SELECT customer_id FROM customer_address INDEXED BY ix_customer_address_domain "
    f"WHERE {ADDRESS_DOMAIN} >= :low AND {ADDRESS_DOMAIN} < :high LIMIT :limit"
)
_FOLDED_BEGINS = (
    "SELECT id FROM customer INDEXED BY ix_customer_search WHERE name_key IN (SELECT text FROM folded_text "
    "WHERE folded >= :low AND folded < :high ORDER BY folded LIMIT :limit) ORDER BY name_key LIMIT :limit"
)
_PHONED = (
    "SELECT id FROM customer INDEXED BY ix_customer_phones WHERE phones != '[]' AND replace(replace(replace(replace("
    "replace(phones, ' ', ''), '-', ''), '(', ''), ')', ''), '/', '') LIKE :phone ESCAPE '/'"
)
"""Telephone numbers without what people write between the digits."""


class CustomerSearch:
    """Looks customers up by what a person types."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def containing(self, text: str) -> set[int] | None:
        """Return the customers of whom something contains each word; None when nothing was typed."""
        found: set[int] | None = None
        for word in _words(text):
            with_word = set(self._contain(word, -1))
            found = with_word if found is None else found & with_word
        return found

    def hits(self, text: str, limit: int) -> list[CustomerHit]:
        """See ``CustomerListQueries.search``."""
        words = _words(text)
        if not words:
            return []
        numbers = dict.fromkeys(self._beginning(" ".join(words)))
        if len(words) > 1:
            numbers.update(dict.fromkeys(sorted(self.containing(text) or ())[:_LOOKED_AT]))
        elif len(numbers) < limit:
            numbers.update(dict.fromkeys(self._contain(words[0], _LOOKED_AT)))
        scored = [hit for row in self._facts(list(numbers)) if (hit := _score(words, row)) is not None]
        scored.sort(key=lambda hit: hit[:2])
        return [hit for _, _, hit in scored[:limit]]

    def _beginning(self, typed: str) -> Iterator[int]:
        typed = typed.removeprefix("@")
        values = {"low": typed, "high": typed + "\U0010ffff", "limit": _LOOKED_AT}
        for sql in (_NAME_BEGINS, _FOLDED_BEGINS, _ADDRESS_BEGINS, _DOMAIN_BEGINS):
            yield from self._numbers(sql, values)

    def _contain(self, word: str, limit: int) -> Iterator[int]:
        """Yield up to *limit* customers whose name or company contains *word*, and as many with such an address."""
        for sql, values in (named_so(word), addressed_so(word)):
            yield from self._numbers(f"{sql} LIMIT :limit", {**values, "limit": limit})
        if digits := _dialled(word):
            values = {"phone": like(digits), "limit": limit}
            yield from self._numbers(f"{_PHONED} LIMIT :limit", values)

    def _numbers(self, sql: str, values: dict[str, object]) -> Iterator[int]:
        return (number for (number,) in self._run.exec_driver_sql(sql, values))

    def _facts(self, numbers: Sequence[int]) -> list["_Facts"]:
        found: dict[int, _Facts] = {}
        for part in chunks(numbers):
            names = f"SELECT id, name, company, phones FROM customer WHERE id IN ({marks(part)})"
            for number, name, company, phones in self._run.exec_driver_sql(names, tuple(part)):
                found[number] = (number, name, company, json.loads(phones), [])
            theirs = (
                "SELECT customer_id, address FROM customer_address INDEXED BY ix_customer_address_customer_id "
                f"WHERE customer_id IN ({marks(part)}) ORDER BY customer_id, position, address"
            )
            for number, address in self._run.exec_driver_sql(theirs, tuple(part)):
                found[number][4].append(address)
        return list(found.values())


_Facts = tuple[int, str, str, list[str], list[str]]


def _words(text: str) -> list[str]:
    """Return the words typed; a telephone number is one, however it is written."""
    return [text.strip()] if _dialled(text) else plain(text).split()


def _dialled(text: str) -> str:
    """Return the digits that tell of what looks like a telephone number or the middle of one, or ``""``."""
    digits = digits_of(text) if _PHONE.fullmatch(text.strip()) else ""
    return digits.lstrip("0") if len(digits) >= _SHORTEST_PHONE else ""


def _score(words: Sequence[str], facts: _Facts) -> tuple[int, str, CustomerHit] | None:
    """Return how far a customer is from what was typed, with its name to sort by; None when a word is missing."""
    number, name, company, phones, addresses = facts
    texts = [(plain(name), name, 0), *((plain(one), one, 1) for one in addresses), (plain(company), company, 2)]
    farness, found = 0, name
    for word in words:
        places = [(_farness(word, folded) + behind, text) for folded, text, behind in texts]
        digits = _dialled(word)
        places += [(4, phone) for phone in phones if digits and digits in digits_of(phone)]
        nearest, text = min(places, key=lambda place: place[0])
        if nearest >= _NOWHERE:
            return None
        farness += nearest
        found = text if found == name else found
    first = addresses[0] if addresses else ""
    return farness, texts[0][0], CustomerHit(CustomerId(number), name, found, first, len(addresses))


_NOWHERE = 100


def _farness(word: str, text: str) -> int:
    """0 at the start of the text, 3 at the start of a word or of a domain, 6 inside, ``_NOWHERE`` if it is missing."""
    word = word.removeprefix("@")
    at = text.find(word)
    if at <= 0:
        return 0 if at == 0 else _NOWHERE
    while at > 0:
        if not text[at - 1].isalnum():
            return 3
        at = text.find(word, at + 1)
    return 6
