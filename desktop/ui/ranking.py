"""How well typed letters fit a text, for the palette and type-ahead lists: pure, and a worker's job for long lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import fuzz

T = TypeVar("T")

GOOD_ENOUGH = 60.0


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """One item that fits; ``marks`` are the (start, end) spans of its text that were typed."""

    item: T
    text: str
    score: float
    marks: tuple[tuple[int, int], ...]


def rank(typed: str, items: Iterable[tuple[T, str]], limit: int) -> Sequence[Hit[T]]:
    """Return the best *limit* of *items* (each with the text it is known by), best first; all, when nothing is typed.

    Every word typed must be found: at the start of a word best, inside one next, with a slip of the finger last.
    Items that fit equally well keep their order.
    """
    words = typed.casefold().split()
    if not words:
        return [Hit(item, text, 0.0, ()) for item, text in items][:limit]
    hits = (hit for item, text in items if (hit := _fit(words, item, text)) is not None)
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _fit(words: Sequence[str], item: T, text: str) -> Hit[T] | None:
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that folds to two would shift the marks
        folded = text.lower() if len(text.lower()) == len(text) else text
    score = 0.0
    marks = []
    for word in words:
        at = _place_of(word, folded)
        if at >= 0:
            starts = at == 0 or not folded[at - 1].isalnum()
            score += (100.0 if starts else 80.0) - min(at, 40) / 10
            marks.append((at, at + len(word)))
            continue
        near = fuzz.partial_ratio(word, folded) if len(word) > 3 else 0.0
        if near < GOOD_ENOUGH + 20:
            return None
        score += near / 2
    return Hit(item, text, score / len(words), tuple(sorted(marks)))


def _place_of(word: str, text: str) -> int:
    """Return where *word* begins a word of *text*, else where it stands inside one, else -1."""
    at = text.find(word)
    first = at
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at if at >= 0 else first
