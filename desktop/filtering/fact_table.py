"""The facts of very many mails, held so that Python's garbage collector has nothing to walk.

A hundred thousand objects are looked at in every full collection, and the window waits for it. A dictionary of numbers
and texts is none of the collector's business however long it is, so each property has one; a mail's facts are made of
them when they are asked for.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from desktop.domain.filters import Facts, Kind

N = TypeVar("N", bound=int)
Kinds = tuple[tuple[Kind, str], ...]

BETWEEN = "\n"
"""Stands between recipients that are held as one text; no address has a line break."""


class FactTable(Mapping[N, Facts]):
    """Facts by the number of their mail."""

    def __init__(self) -> None:
        self._senders: dict[N, str] = {}
        self._recipients: dict[N, str] = {}
        self._subjects: dict[N, str] = {}
        self._kinds: dict[N, int] = {}
        self._known_kinds: list[Kinds] = []
        self._place_of_kinds: dict[Kinds, int] = {}

    def put(self, number: N, facts: Facts) -> None:
        """Hold the facts of a mail."""
        self._senders[number] = facts.sender
        self._recipients[number] = BETWEEN.join(facts.recipients)
        self._subjects[number] = facts.subject
        place = self._place_of_kinds.setdefault(facts.kinds, len(self._known_kinds))
        if place == len(self._known_kinds):
            self._known_kinds.append(facts.kinds)
        self._kinds[number] = place

    def __getitem__(self, number: N) -> Facts:
        people = self._recipients[number]
        return Facts(
            self._senders[number],
            tuple(people.split(BETWEEN)) if people else (),
            self._subjects[number],
            self._known_kinds[self._kinds[number]],
        )

    def __iter__(self) -> Iterator[N]:
        return iter(self._senders)

    def __len__(self) -> int:
        return len(self._senders)

    def __repr__(self) -> str:
        return f"<FactTable of {len(self)} mails>"
