"""In which way two names of customers may be one: written otherwise, one slip apart, an initial. Pure, in any script.

A name is folded to what all its spellings have in common: case, width, accents, punctuation, legal forms, titles and
the order of words fall away, Cyrillic and Greek are written in Latin letters. German umlauts are tried both ways, ``ü``
as ``u`` and as ``ue``.
"""

import enum
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from desktop.matching.likeness import is_slip

_FORMS = """
    ltd limited llc llp inc incorporated corp corporation co company plc gmbh mbh ag kg ohg ug ev eg kgaa se sa sas sarl
    eurl sasu srl spa sl slu sau lda ltda bv nv vof ab aktiebolag as asa aps oy oyj sp zoo spzoo doo kft zrt sro pty
    pvt pte bhd sdn kk ooo oao zao pao tov ta sirketi sti ltdsti
"""
_TITLES = "dr prof mr mrs ms miss mx sir herr frau hr fr dipl ing mag monsieur madame mme sr sra dott the and und et"
_LEFT_OUT = frozenset((*_FORMS.split(), *_TITLES.split()))
_NOBODYS = """
    info office kontakt contact support service sales admin hello mail team kunde kundenservice buchhaltung accounting
    billing orders einkauf customer client test unknown unbekannt
"""
_NOBODY = frozenset(_NOBODYS.split())
_EAST_ASIAN_FORMS = re.compile(r"株式会社|有限会社|合同会社|\(株\)|有限公司|股份|주식회사|\(주\)|㈱")
_LETTERS_IN_LATIN = """
    а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch
    ъ= ы=y ь= э=e ю=yu я=ya і=i ї=i є=ye ґ=g ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz
    α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o
    ł=l ø=o đ=d ð=d þ=th æ=ae œ=oe ı=i ħ=h
"""  # noqa: RUF001 - letters that look alike are what this is about
_LETTERS = str.maketrans(dict(pair.split("=") for pair in _LETTERS_IN_LATIN.split()))
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WORD = re.compile(r"\w+")
_ASCII = str.maketrans(
    {chr(at): chr(at).lower() if chr(at).isalnum() or chr(at) == "_" else " " for at in range(128)} | {"'": None}
)
"""What the rules below come to where all letters are ASCII, as most are: one table does it."""


class NameLikeness(enum.Enum):
    """How two names are alike; the value is the evidence in words."""

    SAME = "same name"
    SPELLING = "same name, other spelling"
    SLIP = "names that differ by one letter"
    INITIAL = "same family name, one first name an initial"
    PART = "one name is part of the other"
    NONE = ""


@lru_cache(maxsize=8_192)
def words_of(name: str, *, umlauts: bool = False) -> tuple[str, ...]:
    """Return the telling words of a name, folded and sorted; all of them where nothing telling would be left."""
    return tuple(_words(name, umlauts=umlauts))


def core_of(name: str) -> str:
    """Return by what names that are the same, however spelt, are found; ``""`` for one that says nothing."""
    return _core(_words(name))


def _core(words: Sequence[str]) -> str:
    if words and words[0] not in _NOBODY and not words[0].isdecimal():
        return "".join(words)
    return "" if all(word in _NOBODY or word.isdecimal() for word in words) else "".join(words)


def _words(name: str, *, umlauts: bool = False) -> list[str]:
    if name.isascii():
        found = name.translate(_ASCII).split()
    else:
        text = _EAST_ASIAN_FORMS.sub(" ", unicodedata.normalize("NFKC", name).casefold())
        text = text.translate(_UMLAUTS) if umlauts else text
        text = text.translate(_LETTERS)
        text = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
        text = text.translate(_LETTERS)
        found = _WORD.findall(text.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "").replace(".", " "))
    telling = [word for word in found if word not in _LEFT_OUT] or found
    telling.sort()
    return telling


def says_enough(name: str) -> bool:
    """Tell whether two who share *name* and nothing else may be thought of: a first name alone is no reason."""
    words = words_of(name)
    return len(words) > 1 or (len(words) == 1 and not words[0].isascii() and len(words[0]) >= 3)


def how_named(first: str, second: str) -> NameLikeness:
    """Return how two names are alike."""
    one, other = words_of(first), words_of(second)
    core, other_core = _core(one), _core(other)
    if not core or not other_core:
        return NameLikeness.NONE
    if " ".join(first.split()) == " ".join(second.split()):
        return NameLikeness.SAME
    if core == other_core or _same_with_umlauts(first, second):
        return NameLikeness.SPELLING
    left, right = [word for word in one if word not in other], [word for word in other if word not in one]
    shared = len(one) - len(left)
    if len(left) == len(right) == 1:
        return _one_word(left[0], right[0], shared)
    if shared and not (left and right) and len("".join(one if not left else other)) >= _SHORTEST_PART:
        return NameLikeness.PART
    return NameLikeness.NONE


_SHORTEST_PART = 4
_SHORTEST_SLIP = 4


def _same_with_umlauts(first: str, second: str) -> bool:
    if first.isascii() and second.isascii():
        return False
    cores = [{"".join(words_of(name)), "".join(words_of(name, umlauts=True))} for name in (first, second)]
    return bool(cores[0] & cores[1])


def _one_word(left: str, right: str, shared: int) -> NameLikeness:
    """Compare the only words that differ. At the end of a name a letter makes another person: Martin, Martina."""
    if shared and min(len(left), len(right)) == 1 and left[0] == right[0]:
        return NameLikeness.INITIAL
    stem = min(len(left), len(right)) - 1
    is_inside = left[:1] == right[:1] and left[:stem] != right[:stem]
    if is_inside and max(len(left), len(right)) >= _SHORTEST_SLIP and is_slip(left, right):
        return NameLikeness.SLIP
    return NameLikeness.NONE
