"""The two ways back to a key whose keyring is gone: a code to write down, and a copy locked with a passphrase.

The code is the key itself: 13 groups of five characters of Crockford's base32 (no I, L, O, U), the fifth a check of the
other four and of the group's place, so that a slip of the pen is named by its group. The copy is a small JSON file:
scrypt turns the passphrase into a key, AES-256-GCM seals the database key with it.
"""

import base64
import hashlib
import json
import os
import re
import unicodedata
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from desktop.domain.errors import CommandRefused, KeyUnavailable
from desktop.domain.reasons import ReasonCode
from desktop.security.secrets import DATABASE_KEY_BYTES, DatabaseKey, Secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 13
GROUP_CHARS = 5

SHORTEST_PASSPHRASE = 8

_DATA_CHARS = GROUP_CHARS - 1
_SPARE_BITS = GROUPS * _DATA_CHARS * 5 - DATABASE_KEY_BYTES * 8
_READ_AS = str.maketrans("OIL", "011")

_FORMAT = 1
_N, _R, _P = 2**17, 8, 1
_LARGEST_N = 2**20
"""A file that asks for more than 1 GB of memory is not one of ours."""


def recovery_code(key: DatabaseKey) -> Secret:
    """Return *key* as a code for a person to write down."""
    raw = key.reveal()
    number = int.from_bytes(raw, "big") << _SPARE_BITS | _whole_check(raw)
    digits = [(number >> 5 * place) & 31 for place in reversed(range(GROUPS * _DATA_CHARS))]
    groups = []
    for at in range(GROUPS):
        data = digits[at * _DATA_CHARS : (at + 1) * _DATA_CHARS]
        groups.append("".join(ALPHABET[digit] for digit in [*data, _group_check(data, at)]))
    return Secret("-".join(groups))


def key_from_recovery_code(code: Secret) -> DatabaseKey:
    """Read a code as a person types it: any case, any separators, O for 0 and I or L for 1.

    Raises CommandRefused with a sentence that names the first group that is wrong.
    """
    digits: list[int] = []
    for at, group in enumerate(_groups(code.reveal())):
        values = [ALPHABET.find(char) for char in group]
        if -1 in values or _group_check(values[:-1], at) != values[-1]:
            raise _mistyped(f"Group {at + 1} of the recovery code has a mistake in it.")
        digits += values[:-1]
    number = 0
    for digit in digits:
        number = number << 5 | digit
    raw = (number >> _SPARE_BITS).to_bytes(DATABASE_KEY_BYTES, "big")
    if number & ((1 << _SPARE_BITS) - 1) != _whole_check(raw):
        raise _mistyped("The recovery code has a mistake in it, and every group looks right by itself.")
    return DatabaseKey(raw)


def _groups(text: str) -> list[str]:
    """Cut what was typed into groups; when it was typed in groups, a short or long one is named."""
    typed = re.findall(r"[^\W_]+", text.upper().translate(_READ_AS))
    if len(typed) == GROUPS:
        for at, group in enumerate(typed):
            if len(group) != GROUP_CHARS:
                raise _mistyped(
                    f"Group {at + 1} of the recovery code has {len(group)} characters instead of {GROUP_CHARS}."
                )
        return typed
    joined = "".join(typed)
    if len(joined) != GROUPS * GROUP_CHARS:
        raise _mistyped(f"The recovery code has {len(joined)} characters instead of {GROUPS * GROUP_CHARS}.")
    return [joined[at : at + GROUP_CHARS] for at in range(0, len(joined), GROUP_CHARS)]


def _mistyped(what: str) -> CommandRefused:
    return CommandRefused(
        ReasonCode.BAD_INPUT, what, action=f"Compare it with what you wrote down: {GROUPS} groups of {GROUP_CHARS}."
    )


def _whole_check(raw: bytes) -> int:
    return hashlib.sha256(raw).digest()[0] >> 8 - _SPARE_BITS


def _group_check(data: list[int], at: int) -> int:
    """Return the check digit of a group at its place.

    A weighted sum in GF(32): different weights find every single wrong character and every two exchanged ones, and
    the place in it finds exchanged groups.
    """
    check = at
    weight = 2
    for digit in data:
        check ^= _times(weight, digit)
        weight = _times(weight, 2)
    return check


def _times(one: int, other: int) -> int:
    """Multiply in GF(32), modulo x^5 + x^2 + 1."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= 0b100101
        other >>= 1
    return product


def wrap_key(key: DatabaseKey, passphrase: Secret) -> bytes:
    """Return *key* sealed with *passphrase*, as the content of a file. Takes half a second and 128 MB, on purpose."""
    if len(passphrase.reveal()) < SHORTEST_PASSPHRASE:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            action="Choose a longer one: four or five words that do not belong together are good.",
        )
    salt, nonce = os.urandom(16), os.urandom(12)
    header = {"format": _FORMAT, "kdf": "scrypt", "n": _N, "r": _R, "p": _P}
    cipher = AESGCM(_derive(passphrase, salt, _N, _R, _P))
    sealed = cipher.encrypt(nonce, key.reveal(), _bound(header))
    texts = {
        name: base64.b64encode(part).decode() for name, part in (("salt", salt), ("nonce", nonce), ("key", sealed))
    }
    return json.dumps({**header, **texts}, indent=1).encode("ascii") + b"\n"


def unwrap_key(wrapped: bytes, passphrase: Secret) -> DatabaseKey:
    """Return the key that *wrapped* holds.

    Raises KeyUnavailable: KEY_WRONG for a wrong passphrase, KEY_FILE_INVALID when the file is not one of these.
    """
    header, salt, nonce, sealed = _read_wrapped(wrapped)
    cipher = AESGCM(_derive(passphrase, salt, header["n"], header["r"], header["p"]))
    try:
        return DatabaseKey(cipher.decrypt(nonce, sealed, _bound(header)))
    except InvalidTag:
        raise KeyUnavailable(
            ReasonCode.KEY_WRONG,
            "That is not the passphrase.",
            action="Mind the keyboard layout and capital letters and try again, or use your recovery code.",
        ) from None


def _read_wrapped(wrapped: bytes) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    try:
        fields = json.loads(wrapped)
        header = {name: fields[name] for name in ("format", "kdf", "n", "r", "p")}
        n, r, p = header["n"], header["r"], header["p"]
        sane = all(type(number) is int for number in (n, r, p)) and 2**14 <= n <= _LARGEST_N and n.bit_count() == 1
        if header["format"] != _FORMAT or header["kdf"] != "scrypt" or not sane or r != _R or not 1 <= p <= 4:
            raise ValueError("not a kind of wrapped key that this version knows")
        salt, nonce, sealed = (base64.b64decode(fields[name], validate=True) for name in ("salt", "nonce", "key"))
        if len(salt) < 16 or len(nonce) != 12 or len(sealed) != DATABASE_KEY_BYTES + 16:
            raise ValueError("parts of the wrong length")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeyUnavailable(
            ReasonCode.KEY_FILE_INVALID,
            "The file with the wrapped key cannot be understood.",
            meaning="It is damaged, or was made by a newer Postroom.",
            action="Restore key.wrapped from a backup, or use your recovery code.",
            detail=type(error).__name__,
        ) from None
    return header, salt, nonce, sealed


def _derive(passphrase: Secret, salt: bytes, n: int, r: int, p: int) -> bytes:
    # The same passphrase typed on another system may come in another Unicode form.
    typed = unicodedata.normalize("NFC", passphrase.reveal()).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(typed)


def _bound(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode("ascii")
