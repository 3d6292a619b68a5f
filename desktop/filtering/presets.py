"""Rows that most teams want, offered as a start."""

from dataclasses import dataclass

from desktop.domain.filters import Comparison, Effect, Field, FilterRow, Kind
from desktop.domain.ids import FilterId


@dataclass(frozen=True, slots=True)
class Preset:
    """A named row. ``asks_for`` says what has to be filled in before it does anything, or ``""``."""

    name: str
    row: FilterRow
    asks_for: str = ""


def _leaves_out(name: str, *kinds: Kind) -> Preset:
    values = tuple(kind.value for kind in kinds)
    return Preset(name, FilterRow(FilterId(0), Effect.EXCLUDE, Field.KIND, Comparison.IS, values))


PRESETS = (
    _leaves_out("Newsletters", Kind.NEWSLETTER),
    _leaves_out("Automated", Kind.AUTOMATIC, Kind.AUTO_REPLY),
    _leaves_out("Internal team", Kind.INTERNAL),
    _leaves_out("Spam and junk", Kind.SPAM),
    Preset(
        "Vendors",
        FilterRow(FilterId(0), Effect.EXCLUDE, Field.SENDER, Comparison.DOMAIN, ()),
        asks_for="The domains of your vendors and suppliers",
    ),
)
"""Bounces are in none of them: that a mail to a customer did not arrive is for a person to know."""
