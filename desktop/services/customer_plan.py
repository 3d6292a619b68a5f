"""Which stored customer each customer of a file is, and what they become: decided in memory, nothing is written. Pure.

For each customer of the file, among the stored ones that have any of its addresses:

1. one of the same name is it (of several, the one that shares most addresses, then the oldest);
2. none has the addresses: it is new;
3. those that have them are all, by rule 1, other customers of this file: it is new and shares an address with them;
4. just one has them: it is that one, under a new name, unless the file has two names for them - then each is bad;
5. several have them and none its name: bad, because it could be any.

The rules are applied to their own result until it stays as it is. So a second import finds everything as it wants
it, by construction: what the last round found is what that import finds first.
"""

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.services.customer_csv import BadRow, CsvRow
from desktop.services.customer_wanted import Wanted, listed, together, united_phones, united_tags

_ROUNDS = 20
"""Two are the rule: one that decides, one that finds nothing left. Namesakes among the renamed may take a few more."""

Choice = int | str | None
"""The place of a draft; or the reason why the row is bad; or None for a new customer."""


@dataclass(slots=True)
class Draft:
    """A customer as they are stored (None: not yet) and as the rows that stand for them would have them."""

    before: Customer | None
    now: Customer


class Plan:
    """What an import comes to: drafts of all customers concerned, and for each wanted one its draft or what is bad."""

    def __init__(self, wanted: Sequence[Wanted], held: Sequence[Customer]) -> None:
        self.wanted = wanted
        self.drafts = [Draft(one, one) for one in sorted(held, key=lambda one: one.id)]
        self._book = _Book()
        for place, draft in enumerate(self.drafts):
            self._book.add(place, draft.now)
        self.choices: list[Choice] = []
        for _ in range(_ROUNDS):
            self.choices = self._choose()
            if not self._apply():
                break

    def bad_rows(self) -> list[BadRow]:
        """Return every row of the wanted customers for which no rule decides."""
        pairs = zip(self.wanted, self.choices, strict=True)
        return [BadRow(line, choice) for one, choice in pairs if isinstance(choice, str) for line in one.lines]

    def touched(self) -> list[Draft]:
        """Return the drafts that a row of the file stands for, each once."""
        return [self.drafts[place] for place in dict.fromkeys(self.choices) if isinstance(place, int)]

    def _choose(self) -> list[Choice]:
        choices: list[Choice] = [self._book.namesake(one) for one in self.wanted]
        claimed = {place for place in choices if isinstance(place, int)}
        holders = _Holders(self._book, claimed)
        open_ones = [(at, one) for at, one in enumerate(self.wanted) if choices[at] is None]
        renaming: dict[int, dict[str, int]] = {}
        for at, one in open_ones:
            choice = choices[at] = self._choice(one, holders)
            if isinstance(choice, int) and one.row.name:
                renaming.setdefault(choice, {}).setdefault(one.key, one.lines[0])
        for at, one in open_ones:
            choice = choices[at]
            if isinstance(choice, int) and one.row.name and len(renaming[choice]) > 1:
                choices[at] = self._rivals(choice, list(renaming[choice].values()))
        return choices

    def _choice(self, one: Wanted, holders: "_Holders") -> Choice:
        found = holders.some(one.row.emails)
        if not found or (one.row.name and not holders.any_free(one.row.emails)):
            return None
        if len(found) == 1:
            return found[0]
        names = listed([self.drafts[place].now.name for place in found])
        if one.row.name:
            return f"Its addresses belong to several customers ({names}), and none of them is called {one.row.name}."
        return f"Its addresses belong to several customers ({names}), and the row has no name to tell which is meant."

    def _rivals(self, place: int, lines: Sequence[int]) -> str:
        name = self.drafts[place].now.name
        which = listed([str(line) for line in lines])
        return f"Its addresses belong to {name}, whom the rows at lines {which} would give different names."

    def _apply(self) -> bool:
        """Make each draft what it was, with the rows that now stand for it; False when all are so already."""
        rows: dict[int, list[CsvRow]] = {}
        for at, one in enumerate(self.wanted):
            choice = self.choices[at]
            if choice is None:
                choice = self.choices[at] = len(self.drafts)
                self.drafts.append(Draft(None, _NOBODY))
            if isinstance(choice, int):
                rows.setdefault(choice, []).append(one.row)
        changed = False
        for place, draft in enumerate(self.drafts):
            new = _merged(draft.before, together(rows[place])) if place in rows else draft.before or _NOBODY
            if new != draft.now:
                self._book.remove(place, draft.now)
                self._book.add(place, new)
                draft.now = new
                changed = True
        return changed


class _Book:
    """The drafts by address and, within an address, by name: thousands of customers may share a placeholder."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, list[int]]] = {}

    def add(self, place: int, customer: Customer) -> None:
        key = customer.name.casefold()
        for address in customer.emails:
            self._places.setdefault(address, {}).setdefault(key, []).append(place)

    def remove(self, place: int, customer: Customer) -> None:
        key = customer.name.casefold()
        for address in customer.emails:
            names = self._places[address]
            names[key].remove(place)
            if not names[key]:
                del names[key]

    def holders(self, address: str) -> Iterator[int]:
        """Yield the drafts that have *address*."""
        for places in self._places.get(address, {}).values():
            yield from places

    def namesake(self, one: Wanted) -> int | None:
        """Return the draft of the same name that shares most addresses, the oldest of several."""
        shared: dict[int, int] = {}
        for address in one.row.emails:
            for place in self._places.get(address, {}).get(one.key, ()):
                shared[place] = shared.get(place, 0) + 1
        return min(shared, key=lambda place: (-shared[place], place), default=None)


class _Holders:
    """Who has an address, during one round: asked of each address once, however many rows have it."""

    _ENOUGH = 6

    def __init__(self, book: _Book, claimed: Set[int]) -> None:
        self._book = book
        self._claimed = claimed
        self._known: dict[str, tuple[list[int], bool]] = {}

    def some(self, addresses: Sequence[str]) -> list[int]:
        """Return drafts that have any of *addresses*: all, if they are few."""
        return list(dict.fromkeys(place for address in addresses for place in self._about(address)[0]))

    def any_free(self, addresses: Sequence[str]) -> bool:
        """Tell whether one of them is not, by its name, another customer of the file."""
        return any(self._about(address)[1] for address in addresses)

    def _about(self, address: str) -> tuple[list[int], bool]:
        known = self._known.get(address)
        if known is None:
            some = list(itertools.islice(self._book.holders(address), self._ENOUGH))
            is_free = any(place not in self._claimed for place in self._book.holders(address))
            known = self._known[address] = (some, is_free)
        return known


_NOBODY = Customer(CustomerId(0), "", ())
"""What a new customer is before any row stands for it."""


def _merged(before: Customer | None, row: CsvRow) -> Customer:
    """Return *before* as *row* has it: lists grow, other cells replace unless they are empty."""
    held = before or replace(_NOBODY, name=row.called)
    return replace(
        held,
        name=row.name or held.name,
        emails=tuple(dict.fromkeys((*held.emails, *row.emails))),
        company=row.company or held.company,
        owner=row.owner or held.owner,
        tags=united_tags(held.tags, row.tags),
        phones=united_phones(held.phones, row.phones),
    )
