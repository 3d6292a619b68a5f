"""The customers that a file wants there to be: its rows, with those of one customer taken together. Pure.

Rows that share an address and a name are one customer. Rows that share an address under different names are several:
families and small firms do share one, and mail from it is then never filed by guessing. A row without a name goes
with the customer whose address it repeats; when that could be two, it is a bad row.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from desktop.domain.phones import phone_key
from desktop.services.customer_csv import BadRow, CsvRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """One customer of the file: the rows taken together as one, and the lines they came from."""

    row: CsvRow
    lines: tuple[int, ...]

    @property
    def key(self) -> str:
        """The name by which it is compared; a makeshift name serves where there is no other."""
        return self.row.called.casefold()


def wanted_customers(rows: Sequence[CsvRow]) -> tuple[list[Wanted], list[BadRow]]:
    """Return the customers of *rows* in the order of the file, and the rows that could belong to several."""
    sharing = list(_sharing(rows))
    sets = _Sets()
    for sharers in sharing:
        named: dict[str, int] = {}
        for at in sharers:
            sets.join(at, named.setdefault(rows[at].name.casefold(), at))
    doubtful = _place_nameless(rows, sharing, sets)
    members = sets.members()
    wanted: list[Wanted] = []
    for at in range(len(rows)):
        group = members.get(at, (at,))
        if group[0] == at and at not in doubtful:
            found = [rows[one] for one in group]
            wanted.append(Wanted(together(found), tuple(one.line for one in found)))
    return wanted, [BadRow(rows[at].line, reason) for at, reason in doubtful.items()]


def united_tags(held: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """Return the tags held and those of *more* that are new however they are capitalised."""
    each = {tag.casefold(): tag for tag in held}
    for tag in more:
        each.setdefault(tag.casefold(), tag)
    return tuple(each.values())


def united_phones(held: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """Return the phones held and those of *more* that are other numbers, however they are written."""
    each = {phone_key(phone): phone for phone in held}
    for phone in more:
        each.setdefault(phone_key(phone), phone)
    return tuple(each.values())


def listed(names: Sequence[str]) -> str:
    """Return the first few of *names* in words."""
    if len(names) > 5:
        return f"{', '.join(names[:5])} and others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def together(rows: Sequence[CsvRow]) -> CsvRow:
    """Return *rows* as one: what a later row says holds, empty cells say nothing, the rest is gathered."""
    if len(rows) == 1:
        return rows[0]
    return CsvRow(
        line=rows[0].line,
        name=_last(row.name for row in rows),
        emails=tuple(dict.fromkeys(email for row in rows for email in row.emails)),
        company=_last(row.company for row in rows),
        owner=_last(row.owner for row in rows),
        tags=united_tags((), (tag for row in rows for tag in row.tags)),
        phones=united_phones((), (phone for row in rows for phone in row.phones)),
    )


def _last(texts: Iterable[str]) -> str:
    said = ""
    for text in texts:
        said = text or said
    return said


def _sharing(rows: Sequence[CsvRow]) -> Iterator[list[int]]:
    """Yield the rows that have an address in common, for each such address."""
    first: dict[str, int] = {}
    more: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for address in row.emails:
            before = first.setdefault(address, at)
            if before != at:
                more.setdefault(address, [before]).append(at)
    yield from more.values()


def _place_nameless(rows: Sequence[CsvRow], sharing: Sequence[Sequence[int]], sets: "_Sets") -> dict[int, str]:
    """Join each set of nameless rows with the one name that shares an address with it; for several, say why not."""
    beside: dict[int, dict[int, None]] = {}
    for sharers in sharing:
        nameless = next((at for at in sharers if not rows[at].name), None)
        if nameless is not None:  # the others without a name are in its set
            named = {sets.top(at): None for at in sharers if rows[at].name}
            beside.setdefault(sets.top(nameless), {}).update(named)
    members = sets.members()
    doubtful: dict[int, str] = {}
    for top, found in beside.items():
        if len({rows[at].name.casefold() for at in found}) == 1:
            for at in found:
                sets.join(top, at)
        elif found:
            names = listed([rows[at].name for at in found])
            reason = f"The row has no name, and its addresses are those of {names}: it could be any of them."
            doubtful.update(dict.fromkeys(members[top], reason))
    return doubtful


class _Sets:
    """Sets of numbers that are joined; the top of a set is its least number."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def top(self, number: int) -> int:
        """Return the least number of the set that *number* is in."""
        path = []
        while (above := self._above.setdefault(number, number)) != number:
            path.append(number)
            number = above
        for one in path:
            self._above[one] = number
        return number

    def join(self, one: int, other: int) -> None:
        """Make the sets of both one."""
        low, high = sorted((self.top(one), self.top(other)))
        self._above[high] = low

    def members(self) -> dict[int, list[int]]:
        """Return the sorted members of its set for each number that was ever named."""
        sets: dict[int, list[int]] = {}
        for number in sorted(self._above):
            sets.setdefault(self.top(number), []).append(number)
        return {number: sets[self.top(number)] for number in self._above}
