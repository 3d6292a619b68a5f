"""What a host's name is in truth: its spelling in ASCII, its alphabets, and whether it is on the open network."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator

import idna

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_NEAR_HOME = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp", ".home", ".test")
_TOGETHER = (
    frozenset(["LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"]),
    frozenset(["LATIN", "CJK", "HANGUL"]),
    frozenset(["LATIN", "CJK", "BOPOMOFO"]),
)
"""Alphabets that one name may mix: Japanese, Korean and Chinese are written so."""
_LIKE_LATIN = frozenset(
    "аеорсухіјѕһԁԛԝӏьвкмнтгпѵґ"  # Cyrillic
    "αεοριυκνχτηωγβ"  # Greek
    "օսոհցզաքղեյ"  # Armenian
)
"""Letters that a reader takes for Latin ones."""


def to_ascii(host: str) -> str:
    """Return a host as it is looked up: lower case, ASCII, an IP address in its usual form; ``""`` for what is none."""
    if host.startswith("[") and host.endswith("]"):
        return _ip_version_6(host[1:-1])
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    host = host.lower()
    if len(host) > 253 or not _NAME.fullmatch(host):
        return ""
    host = host.removesuffix(".")
    return _ip_version_4(host) if _NUMBER.fullmatch(host.rpartition(".")[2]) else host


def to_unicode(host: str) -> str:
    """Return an ASCII host as its letters are meant, or as it is when that cannot be told."""
    try:
        return idna.decode(host) if "xn--" in host else host
    except (idna.IDNAError, UnicodeError):
        return host


def is_number(host: str) -> bool:
    """Tell whether an ASCII host is an IP address."""
    return host.startswith("[") or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def mixes_alphabets(name: str) -> bool:
    """Tell whether one label of a name has letters of alphabets that nobody writes together."""
    return any(len(found) > 1 and not any(found <= usual for usual in _TOGETHER) for found in _alphabets(name))


def looks_latin(name: str) -> bool:
    """Tell whether one label of a name is made of letters that only look like Latin ones."""
    labels = (label.replace("-", "") for label in name.split("."))
    return any(label and not label.isascii() and all(sign in _LIKE_LATIN for sign in label) for label in labels)


def is_public(host: str) -> bool:
    """Tell whether a host is on the open network, as far as its name says: not here, and not on the network at home."""
    host = host.lower().strip("[]").removesuffix(".")
    try:
        address = ipaddress.ip_address(host)
        return address.is_global and not address.is_multicast
    except ValueError:
        return "." in host and not host.endswith(_NEAR_HOME) and not is_number(host)


def _alphabets(name: str) -> Iterator[set[str]]:
    for label in name.split("."):
        yield {unicodedata.name(sign, "?").split()[0] for sign in label if sign.isalpha()}


def _ip_version_6(text: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(text).compressed}]"
    except ValueError:
        return ""


def _ip_version_4(host: str) -> str:
    """Return the address that a browser makes of numbers (decimal, octal, hexadecimal, one to four of them)."""
    pieces = host.split(".")
    if len(pieces) > 4 or not all(_NUMBER.fullmatch(piece) for piece in pieces):
        return ""
    try:
        *first, last = [_number(piece) for piece in pieces]
    except ValueError:
        return ""
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return ""
    return str(ipaddress.IPv4Address(last + sum(number << 8 * (3 - place) for place, number in enumerate(first))))


def _number(piece: str) -> int:
    """Return what a browser reads in one piece of an address; raises ValueError."""
    if piece.startswith("0x"):
        return int(piece[2:] or "0", 16)
    return int(piece, 8 if piece.startswith("0") and len(piece) > 1 else 10)
