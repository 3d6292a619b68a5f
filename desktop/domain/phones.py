"""Telephone numbers, as far as two of them are to be compared."""

import re

_TELLING = 8
"""So many digits from the end tell a number apart, whether the country's code or a 0 stands before them (E.164)."""
SHORTEST = 5
_EXTENSION = re.compile("ext|x|#|;|durchwahl")
_ONLY_DIGITS = dict.fromkeys(at for at in range(128) if not chr(at).isdecimal())


def digits_of(phone: str) -> str:
    """Return the digits of a number, in ASCII, without an extension (``x12``, ``ext. 12``, ``#12``)."""
    plain = _EXTENSION.split(phone.casefold(), 1)[0]
    if plain.isascii():
        return plain.translate(_ONLY_DIGITS)
    return "".join(str(int(ch)) for ch in plain if ch.isdecimal())


def phone_key(phone: str) -> str:
    """Return what two spellings of one number have in common: its last digits; ``""`` for what is none."""
    digits = digits_of(phone).lstrip("0")
    return digits[-_TELLING:] if len(digits) >= SHORTEST else ""
