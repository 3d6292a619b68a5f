"""How a row of the filters compares its values with a text. Pure, and linear in the length of what is compared."""

import unicodedata
from collections.abc import Callable

from desktop.domain.addresses import normalise_address, normalise_domain
from desktop.domain.filters import Comparison, Field, FilterRow
from desktop.domain.shared_providers import domain_of

VALUES_MOST = 500
"""Values of one row."""
VALUE_CHARS = 320
"""Length of one value: an address has no more."""


def comparable(text: str) -> str:
    """Return *text* as rows compare it: compatible forms made equal (NFKC), without regard to case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def comparable_value(row_field: Field, comparison: Comparison, value: str) -> str:
    """Return a row's value as it is compared: an address, or a domain, in the form addresses are kept in."""
    value = value.strip()
    if row_field is Field.SUBJECT:
        return comparable(value)
    if comparison is Comparison.DOMAIN:
        return normalise_domain(value.rpartition("@")[2].lstrip("."))
    if comparison is Comparison.IS:
        return normalise_address(value)
    return value.casefold()


def fits(row: FilterRow) -> Callable[[str], bool]:
    """Return the test of *row* (not of a kind) for one text in comparable form: a sender, a recipient, a subject."""
    values = [found for value in row.values if (found := comparable_value(row.field, row.comparison, value))]
    if row.comparison is Comparison.IS:
        among = frozenset(values)
        return lambda text: text in among
    if row.comparison is Comparison.DOMAIN:
        return _at(frozenset(values))
    if row.comparison is Comparison.STARTS_WITH:
        return _starting(tuple(values))
    if row.comparison is Comparison.ENDS_WITH:
        return _ending(tuple(values))
    if row.comparison is Comparison.PATTERN:
        patterns = [value.split("*") for value in values]
        return lambda text: any(like(text, pieces) for pieces in patterns)
    return lambda text: any(value in text for value in values)


def _starting(values: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda text: text.startswith(values)


def _ending(values: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda text: text.endswith(values)


def _at(domains: frozenset[str]) -> Callable[[str], bool]:
    def is_there(address: str) -> bool:
        domain = domain_of(address)
        while domain:
            if domain in domains:
                return True
            domain = domain.partition(".")[2]
        return False

    return is_there


def like(text: str, pieces: list[str]) -> bool:
    """Tell whether *text* is made of *pieces* in their order with anything between; ``?`` stands for one character.

    Each piece is looked for once, from where the one before ended: no text makes this slow.
    """
    if len(pieces) == 1:
        return len(text) == len(pieces[0]) and _stands(text, pieces[0], 0)
    first, *middle, last = pieces
    end = len(text) - len(last)
    if not _stands(text, first, 0) or end < len(first) or not _stands(text, last, end):
        return False
    at = len(first)
    for piece in middle:
        at = _find(text, piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _find(text: str, piece: str, start: int, end: int) -> int:
    if "?" not in piece:
        return text.find(piece, start, end)
    return next((at for at in range(start, end - len(piece) + 1) if _stands(text, piece, at)), -1)


def _stands(text: str, piece: str, at: int) -> bool:
    """Tell whether *piece* stands in *text* at *at*."""
    if "?" not in piece:
        return text.startswith(piece, at)
    there = text[at : at + len(piece)]
    return len(there) == len(piece) and all(want in ("?", have) for want, have in zip(piece, there, strict=True))
