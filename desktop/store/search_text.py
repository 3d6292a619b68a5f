"""Text as the index sees it: the same folding for what is stored and for what is asked.

SQLite's ``unicode61`` takes a whole run of Chinese, Japanese or Korean for one word and cuts Thai wherever a vowel
stands above a letter, and its ``trigram`` finds no word of two characters. So runs of scripts that are written without
spaces are cut into overlapping pairs here (each character alone too, at a run's end); of Thai, Lao, Khmer and Burmese
only the letters count, not the marks around them. Letters that only look different are folded: case (``ß``),
ligatures, full-width forms, and diacritics, of which the tokenizer knows only the Latin ones.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_PAIRED = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_MARKED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
"""Thai, Lao, Burmese and Khmer: without spaces too, with marks above and below that are no letters of their own."""
_PAIRED += _MARKED
_HAS_MARKED = re.compile(f"[{_MARKED}]")
_HAS_PAIRS = re.compile(f"[{_PAIRED}]")
_MARKS = [(0x0300, 0x036F), (0x0591, 0x05C7), (0x064B, 0x065F), (0x0670, 0x0670), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF)]
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "œ": "oe", "æ": "ae", "ı": "i", "þ": "th"}  # noqa: RUF001
_DROPPED = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _MARKS) + "]+")
"""Diacritics of alphabets and vowel points go; marks that make another letter (Japanese, Indic, Thai) stay."""
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def fold(text: str) -> str:
    """Return *text* folded for comparison: compatibility forms, case, diacritics; CJK runs as overlapping pairs."""
    folded = plain(text)
    return _runs().sub(_pairs, folded) if _HAS_PAIRS.search(folded) else folded


def plain(text: str) -> str:
    """Return *text* folded for comparison letter by letter: compatibility forms, case, diacritics."""
    if text.isascii():
        return text.lower()
    apart = _DROPPED.sub("", unicodedata.normalize("NFKD", text).casefold())
    for letter, simple in _LETTERS.items():
        apart = apart.replace(letter, simple)
    return unicodedata.normalize("NFC", apart)


def holds(text: str | None, words: str) -> bool:
    """Tell whether *words*, folded already, are a part of *text*: in SQL ``holds(text, words)``."""
    return words in plain(text or "")


@cache
def _runs() -> "re.Pattern[str]":
    return re.compile(f"[{_PAIRED}]+")


def _pairs(run: "re.Match[str]") -> str:
    chars = run.group()
    if _HAS_MARKED.search(chars):
        chars = "".join(char for char in chars if char.isalnum() or not _HAS_MARKED.match(char))
    if not chars:
        return " "
    pairs = [chars[at : at + 2] for at in range(len(chars) - 1)]
    return " " + " ".join([*pairs, chars[-1]]) + " "


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: tokens in a row, as the index has them; the last of them may be unfinished."""

    text: str
    unfinished: bool

    def as_fts(self, finished: Sequence[str] = ()) -> str:
        """Return it as FTS5 has it; *finished* are the words of the index that it may stand for, if they are known.

        Words of the index are found at once among a million emails; for an unfinished one, FTS5 reads every place of
        every word that begins so.
        """
        if finished:
            return f"({' OR '.join(_quoted(word) for word in finished)})"
        return _quoted(self.text) + ("*" if self.unfinished else "")


def terms_of(query: str) -> list[Term]:
    """Return what a person typed as terms that must all occur; words may be unfinished, quoted phrases are not.

    Everything is quoted for FTS5, so no typed character is ever syntax. Empty when nothing searchable was typed.
    """
    terms: list[Term] = []
    for phrase, word in _WORDS.findall(query):
        folded = fold(phrase or word).strip()
        if not any(ch.isalnum() for ch in folded):
            continue
        if not _HAS_PAIRS.search(folded):
            terms.append(Term(folded, unfinished=not phrase))
        else:
            terms.append(_term_of_pairs(folded, is_phrase=bool(phrase)))
    return terms


def match_expression(query: str) -> str:
    """Return the FTS5 expression for what a person typed (see :func:`terms_of`), or ``""``."""
    return " AND ".join(term.as_fts() for term in terms_of(query))


def _term_of_pairs(folded: str, *, is_phrase: bool) -> Term:
    """A run of pairs must occur in a row; its last single character is already inside the last pair.

    A pair is whole as it is; only a single character, or a word after the run, may be unfinished.
    """
    tokens = folded.split()
    at_end = bool(_HAS_PAIRS.match(tokens[-1]))
    if len(tokens) > 1 and len(tokens[-1]) == 1 and at_end and _HAS_PAIRS.match(tokens[-2]):
        return Term(" ".join(tokens[:-1]), unfinished=False)
    return Term(" ".join(tokens), unfinished=at_end or not is_phrase)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\x00", " ") + '"'
