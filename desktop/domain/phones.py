"""Telephone numbers, as far as two of them are to be compared."""

_TELLING = 8
"""So many digits from the end tell a number apart, whether the country's code or a 0 stands before them (E.164)."""
SHORTEST = 5


def digits_of(phone: str) -> str:
    """Return the digits of a number, in ASCII, without an extension (``x12``, ``ext. 12``, ``#12``)."""
    plain = phone.casefold()
    for mark in ("ext", "x", "#", ";", "durchwahl"):
        plain = plain.partition(mark)[0]
    return "".join(str(int(ch)) for ch in plain if ch.isdecimal())


def phone_key(phone: str) -> str:
    """Return what two spellings of one number have in common: its last digits; ``""`` for what is none."""
    digits = digits_of(phone).lstrip("0")
    return digits[-_TELLING:] if len(digits) >= SHORTEST else ""
