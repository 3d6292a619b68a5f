"""Text as the index sees it: the same folding for what is stored and for what is asked.

SQLite's ``unicode61`` takes a whole run of Chinese, Japanese or Korean for one word, and its ``trigram`` finds no
word of two characters. So runs of those scripts are cut into overlapping pairs here (each character alone too, at a
run's end), and letters that only look different are folded: case (``ß``), ligatures, full-width forms, and diacritics,
of which the tokenizer knows only the Latin ones.
"""

import re
import unicodedata

_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_CJK}]+")
_HAS_CJK = re.compile(f"[{_CJK}]")
_MARKS = [(0x0300, 0x036F), (0x0591, 0x05C7), (0x064B, 0x065F), (0x0670, 0x0670), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF)]
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "œ": "oe", "æ": "ae", "ı": "i", "þ": "th"}  # noqa: RUF001
_DROPPED = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _MARKS) + "]+")
"""Diacritics of alphabets and vowel points go; marks that make another letter (Japanese, Indic, Thai) stay."""
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def fold(text: str) -> str:
    """Return *text* folded for comparison: compatibility forms, case, diacritics; CJK runs as overlapping pairs."""
    folded = plain(text)
    return _RUN.sub(_pairs, folded) if _HAS_CJK.search(folded) else folded


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


def _pairs(run: "re.Match[str]") -> str:
    chars = run.group()
    pairs = [chars[at : at + 2] for at in range(len(chars) - 1)]
    return " " + " ".join([*pairs, chars[-1]]) + " "


def match_expression(query: str) -> str:
    """Return the FTS5 expression for what a person typed: every word must occur, the last one may be unfinished.

    Quoted phrases stay together. Everything is quoted for FTS5, so no typed character is ever syntax.
    Returns ``""`` when nothing searchable was typed.
    """
    terms: list[str] = []
    for phrase, word in _WORDS.findall(query):
        folded = fold(phrase or word).strip()
        if not any(ch.isalnum() for ch in folded):
            continue
        if phrase or not _HAS_CJK.search(folded):
            terms.append(_quoted(folded) + ("" if phrase else "*"))
        else:
            terms.append(_cjk_term(folded))
    return " AND ".join(terms)


def _cjk_term(folded: str) -> str:
    """A run of pairs must occur in a row; its last single character is already inside the last pair."""
    tokens = folded.split()
    if len(tokens) > 1 and len(tokens[-1]) == 1 and _HAS_CJK.match(tokens[-1]):
        tokens = tokens[:-1]
    return _quoted(" ".join(tokens)) + "*"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\x00", " ") + '"'
