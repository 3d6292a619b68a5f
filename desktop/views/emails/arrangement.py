"""Which columns are shown, in which order and how wide: pure, and kept as a few plain values between two starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.views.emails.columns import ALWAYS, FLEXIBLE, SMALLEST

NARROWEST, WIDEST = 48, 900


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All columns by key in the order they stand in, those that are shown, and widths in px at 100 %."""

    order: tuple[str, ...]
    shown: frozenset[str]
    widths: Mapping[str, int]

    def in_order(self) -> tuple[str, ...]:
        """Return the shown columns in their order."""
        return tuple(key for key in self.order if key in self.shown)

    def toggled(self, key: str) -> "Arrangement":
        """Show a hidden column, or hide a shown one; those that are needed stay."""
        if key in ALWAYS:
            return self
        return replace(self, shown=self.shown ^ {key})

    def moved(self, key: str, steps: int) -> "Arrangement":
        """Move a shown column by so many shown columns."""
        shown = list(self.in_order())
        at = shown.index(key)
        to = min(max(0, at + steps), len(shown) - 1)
        shown.insert(to, shown.pop(at))
        return self.with_order(shown)

    def with_order(self, shown: Sequence[str]) -> "Arrangement":
        """Put the shown columns in this order; the hidden ones keep their place at the end."""
        return replace(self, order=(*shown, *(key for key in self.order if key not in shown)))

    def with_width(self, key: str, width: int) -> "Arrangement":
        """Give a column a width."""
        return replace(self, widths={**self.widths, key: min(max(smallest(key), width), WIDEST)})

    def dragged(self, key: str, before: int, now: int) -> "Arrangement":
        """Follow the edge of a column from one width to another; what the flexible one gains, its neighbour loses."""
        if key != FLEXIBLE:
            return self.with_width(key, now)
        keys = self.in_order()
        neighbour = keys[min(keys.index(key) + 1, len(keys) - 1)]
        if neighbour == FLEXIBLE:
            return self
        return self.with_width(neighbour, self.widths.get(neighbour, NARROWEST) - (now - before))

    def fitted(self, room: int) -> dict[str, int]:
        """Return the widths of the shown columns that together fill *room*.

        The flexible column takes what is left. Where that is too little, the others give way, each down to its
        smallest width.
        """
        keys = self.in_order()
        fixed = {key: self.widths.get(key, NARROWEST) for key in keys if key != FLEXIBLE}
        left = room - sum(fixed.values())
        missing = smallest(FLEXIBLE) - left
        if missing > 0:
            spare = {key: width - smallest(key) for key, width in fixed.items() if width > smallest(key)}
            share = min(1.0, missing / sum(spare.values())) if spare else 0.0
            fixed |= {key: fixed[key] - round(much * share) for key, much in spare.items()}
            left = room - sum(fixed.values())
        return {key: fixed.get(key, max(NARROWEST, left)) for key in keys}

    def as_values(self) -> dict[str, Any]:
        """Return the arrangement as JSON values."""
        return {"order": list(self.order), "shown": sorted(self.shown), "widths": dict(self.widths)}


def smallest(key: str) -> int:
    """Return how narrow a column may become."""
    return SMALLEST.get(key, NARROWEST)


def arranged(values: object, usual: Arrangement) -> Arrangement:
    """Return what was kept as values; of columns it does not know, or that are nonsense, *usual* says how they are."""
    if not isinstance(values, dict):
        return usual
    order = [key for key in _texts(values.get("order")) if key in usual.order]
    order = list(dict.fromkeys([*order, *usual.order]))
    shown = frozenset(key for key in _texts(values.get("shown")) if key in usual.order) | set(ALWAYS)
    widths = values.get("widths")
    known = widths if isinstance(widths, dict) else {}
    kept = {key: width for key, width in known.items() if key in usual.order and isinstance(width, int)}
    made = Arrangement(tuple(order), shown, usual.widths)
    for key, width in kept.items():
        made = made.with_width(key, width)
    return made


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
