"""Patterns that people write: ``*`` for anything, ``?`` for one character. Pure, and bounded for any text.

There is no backtracking in here: each part between two stars is looked for once, from where the one before it ended.
So a pattern takes at most its length times the text's, both of them capped.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from desktop.domain.match_rule import PATTERN_CHARS

TEXT_CHARS = 20_000
"""How much of a text is looked at."""


def folded(text: str) -> str:
    """Return *text* as patterns see it: capped, letter case and ways to write the same letter made equal."""
    text = text[:TEXT_CHARS]
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def fits(pattern: str, text: str, *, whole: bool) -> bool:
    """Tell whether *pattern* fits *text*, which is :func:`folded`: as a whole, or anywhere in it."""
    parts = _parts(folded(pattern[:PATTERN_CHARS]))
    if not whole:
        return _found(parts, text, 0) is not None
    if len(parts) == 1:
        return parts[0].fits_at(text, 0) and len(text) == parts[0].size
    first, *middle, last = parts
    if not first.fits_at(text, 0):
        return False
    at = _found(middle, text, first.size)
    return at is not None and len(text) - last.size >= at and last.fits_at(text, len(text) - last.size)


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two stars: always of one length, so that nothing is ever tried twice."""

    look: re.Pattern[str]
    size: int

    def fits_at(self, text: str, at: int) -> bool:
        return self.look.match(text, at) is not None


def _found(parts: Sequence[_Part], text: str, at: int) -> int | None:
    """Look for *parts* one behind the other from *at* on; return where the last one ends, None if one is missing."""
    for part in parts:
        found = part.look.search(text, at)
        if found is None:
            return None
        at = found.end()
    return at


@lru_cache(maxsize=2_000)
def _parts(pattern: str) -> tuple[_Part, ...]:
    return tuple(_Part(re.compile(_fixed(part), re.DOTALL), len(part)) for part in pattern.split("*"))


def _fixed(part: str) -> str:
    return "".join("." if character == "?" else re.escape(character) for character in part)
