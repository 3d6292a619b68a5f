"""MA2: in which way two addresses are so alike that one person may have both. Pure, and the same both ways round.

Two kinds of difference count: how one person's address is written (a tag behind ``+``, dots, other domains of the
company), and one slip of a finger (Damerau-Levenshtein distance 1: a letter more, less, another, or two swapped) in
the local part or in the registered name. Digits are no slips: ann1 and ann2 are two people.
"""

from dataclasses import dataclass

from rapidfuzz.distance import OSA, Prefix

from desktop.domain.shared_providers import is_shared_provider
from desktop.matching.domains import site_of

_SEPARATORS = str.maketrans("", "", "._-")
_SHORTEST_SLIP, _SHORTEST_SHARED, _SHORTEST_CORE, _SHORTEST_PERSON = 5, 7, 4, 3
SAME_SERVICE = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
    "ya.ru": "yandex.ru",
}
"""Other names of mail services, each with the usual one: one mailbox has an address under all of them."""
_OFFICES = """
    info office contact kontakt mail email hello hallo support help service sales admin team post orders order
    bestellung einkauf buchhaltung billing invoice accounting rechnung contacto ventas comercial commercial achats
    webmaster noreply no-reply marketing hr jobs shop verkauf vertrieb empfang reception sekretariat secretariat
    biuro kancelaria zakaz zakaznik informatie administratie ufficio amministrazione kundenservice
"""
_ROLES = frozenset(_OFFICES.split())


@dataclass(frozen=True, slots=True)
class Keys:
    """By what addresses that are alike are found: parts of the written address that one slip leaves as they are.

    ``plain`` is the local part without tag and separators. ``heads`` and ``tails`` are its halves, as they would be
    cut in an address that is alike: one slip touches one half only (the pigeonhole principle).
    """

    plain: str
    domain: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]


def split(address: str) -> tuple[str, str]:
    """Return local part and domain of an address in comparable form."""
    local, _, domain = address.partition("@")
    return local, domain


def plain_of(local: str) -> str:
    """Return a local part without tag and separators, as the indexes of the store have it."""
    return local.partition("+")[0].translate(_SEPARATORS)


def mailbox_key(address: str) -> str:
    """Return what all spellings of an address have in common that lead to one mailbox, as :func:`how_alike` sees it."""
    local, domain = split(address)
    return f"{plain_of(local)}@{SAME_SERVICE.get(domain, domain)}"


def halves(text: str) -> tuple[str, str]:
    """Return the two halves of *text*, the second the longer one of an odd number."""
    middle = len(text) // 2
    return text[:middle], text[middle:]


def near_halves(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return every first and every second half that a text may have which is *text* but for one slip."""
    size = len(text)
    heads = [text[: length // 2] for length in (size - 1, size, size + 1)]
    tails = [text[size - (length - length // 2) :] for length in (size - 1, size, size + 1) if length > 0]
    middle = size // 2
    if size > 1:  # two letters swapped across the middle touch both halves
        swapped = text[: middle - 1] + text[middle] + text[middle - 1] + text[middle + 1 :]
        heads.append(swapped[:middle])
    return tuple(dict.fromkeys(heads)), tuple(dict.fromkeys(tails))


def keys_of(address: str) -> Keys:
    """Return by what addresses like *address* at its own domain are found."""
    local, domain = split(address)
    plain = plain_of(local)
    return Keys(plain, domain, *near_halves(plain))


def how_alike(asked: str, known: str) -> str:
    """Return in which way two different addresses are alike, to follow "…: "; ``""`` when they are not."""
    if asked == known:
        return ""
    local, domain = split(asked)
    other, other_domain = split(known)
    plain, other_plain = plain_of(local), plain_of(other)
    if not plain or not other_plain or not domain or not other_domain:
        return ""
    if domain == other_domain:
        return _same_domain(local, other, plain, other_plain, domain)
    if plain != other_plain:
        return ""
    return _other_domain(plain, domain, other_domain)


def is_slip(first: str, second: str) -> bool:
    """Tell whether one slip of a finger, none of it a digit, makes one text of the other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    at = Prefix.similarity(longer, shorter)
    changed = (longer[at], shorter[at]) if len(first) == len(second) else (longer[at],)
    return not any(map(str.isdigit, changed)) and OSA.distance(first, second, score_cutoff=1) == 1


def _same_domain(local: str, other: str, plain: str, other_plain: str, domain: str) -> str:
    if plain == other_plain:
        tagged = ("+" in local) != ("+" in other) or local.partition("+")[2] != other.partition("+")[2]
        return "only the tag behind + differs" if tagged else "only dots or dashes differ"
    if plain in _ROLES and other_plain in _ROLES:
        return ""
    shortest = _SHORTEST_SHARED if is_shared_provider(domain) else _SHORTEST_SLIP
    if min(len(plain), len(other_plain)) >= shortest and is_slip(plain, other_plain):
        return "one letter differs before the @" if len(plain) != len(other_plain) else _slip_words(plain, other_plain)
    return ""


def _slip_words(first: str, second: str) -> str:
    swapped = sum(1 for one, other in zip(first, second, strict=True) if one != other) == 2
    return "two letters are swapped before the @" if swapped else "one letter differs before the @"


def _other_domain(plain: str, domain: str, other_domain: str) -> str:
    if SAME_SERVICE.get(domain, domain) == SAME_SERVICE.get(other_domain, other_domain):
        return "the same mail service under its other name"
    shared = is_shared_provider(domain), is_shared_provider(other_domain)
    if all(shared) or len(plain) < _SHORTEST_PERSON:
        return ""
    site, other = site_of(domain), site_of(other_domain)
    if not site.core or not other.core:
        return ""
    if site.core == other.core:
        if site.suffix == other.suffix:
            return f"the same name at another part of {site.name}"
        return f"the same name at {domain}, a sister of {other_domain}" if not any(shared) else _misspelt(other_domain)
    is_typo = site.suffix == other.suffix and min(len(site.core), len(other.core)) >= _SHORTEST_CORE
    if is_typo and is_slip(site.core, other.core) and (any(shared) or plain not in _ROLES):
        return _misspelt(other_domain)
    return ""


def _misspelt(domain: str) -> str:
    return f"one letter differs from {domain} behind the @"
