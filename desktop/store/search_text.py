"""Text as the index sees it: the same folding for what is stored and for what is asked.

SQLite's ``unicode61`` takes a whole run of Chinese, Japanese or Korean for one word, and its ``trigram`` finds no
word of two characters. So runs of those scripts are cut into overlapping pairs here (each character alone too, at a
run's end), and letters that only look different by case rules (``ß``, ligatures, full-width forms) are folded;
diacritics are the tokenizer's work.
"""

import re
import unicodedata

_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_CJK}]+")
_HAS_CJK = re.compile(f"[{_CJK}]")
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def fold(text: str) -> str:
    """Return *text* folded for comparison: compatibility forms and case; CJK runs as overlapping pairs."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _RUN.sub(_pairs, folded) if _HAS_CJK.search(folded) else folded


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
