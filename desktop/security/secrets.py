"""Secret values that cannot be shown by accident: printed they are ``<secret>``, pickled they are an error."""

import base64
import hmac
import json
import os
import threading
from collections import OrderedDict
from typing import Generic, NoReturn, TypeVar
from urllib.parse import quote

HIDDEN = "<secret>"
"""What stands in for every secret."""

DATABASE_KEY_BYTES = 32

_SHORTEST_MASKED = 4
"""Shorter values are not looked for in logs: replacing every ``a`` would hide nothing and spoil everything."""

_SHORTEST_BASE64 = 6

T = TypeVar("T", str, bytes)


class KnownSecrets:
    """The secrets this process has met lately, in the forms in which a log line could hold them.

    Patterns find what looks like a secret; this finds what *is* one, however it looks. Bounded, so that tokens
    that rotate for months do not pile up.
    """

    def __init__(self, limit: int = 512) -> None:
        self._limit = limit
        self._forms: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._turn = threading.Lock()

    def add(self, value: str) -> None:
        """Remember *value* as the newest one."""
        if len(value) < _SHORTEST_MASKED:
            return
        with self._turn:
            if value not in self._forms:
                self._forms[value] = _forms_of(value)
            self._forms.move_to_end(value)
            while len(self._forms) > self._limit:
                self._forms.popitem(last=False)

    def mask(self, text: str) -> str:
        """Return *text* with every known secret replaced."""
        with self._turn:
            found = [form for forms in self._forms.values() for form in forms if form in text]
        for form in sorted(found, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text


def _forms_of(value: str) -> tuple[str, ...]:
    """Return *value* as it stands and as Python, JSON, a URL and base64 would write it."""
    raw = value.encode("utf-8", "surrogatepass")
    forms = {value, repr(value)[1:-1], json.dumps(value)[1:-1], quote(raw, safe="")}
    for offset in range(3):
        forms |= {core for core in _inside_base64(raw, offset) if len(core) >= _SHORTEST_BASE64}
    return tuple(sorted(forms, key=len, reverse=True))


def _inside_base64(raw: bytes, offset: int) -> set[str]:
    """Return the characters that *raw* fills alone when it is encoded *offset* bytes (modulo 3) into something longer.

    This is how a password looks inside what SASL PLAIN or XOAUTH2 sends.
    """
    encoded = base64.b64encode(bytes(offset) + raw).decode("ascii")
    core = encoded[(0, 2, 3)[offset] : (offset + len(raw)) * 8 // 6]
    return {core, core.replace("+", "-").replace("/", "_")}


KNOWN = KnownSecrets()
"""The one list of this process: what makes a secret adds it here, what writes a log masks with it."""


class _Hidden(Generic[T]):
    """The parts that text and bytes have in common."""

    __slots__ = ("__value",)

    __hash__ = None  # type: ignore[assignment]  # a secret as a dict key or set member is a secret in a dict's repr

    def __init__(self, value: T) -> None:
        self.__value: T = value

    def reveal(self) -> T:
        """Return the value in the clear: only for the call that needs it, never kept, never put into a message."""
        return self.__value

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(_as_bytes(self.__value), _as_bytes(other.reveal()))

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be copied or pickled")


def _as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


class Secret(_Hidden[str]):
    """A password, token or passphrase. Equal to another one only by :func:`hmac.compare_digest`; not hashable."""

    __slots__ = ()

    def __init__(self, value: str) -> None:
        super().__init__(value)
        KNOWN.add(value)


class SecretBytes(_Hidden[bytes]):
    """A key as bytes."""

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        super().__init__(value)
        KNOWN.add(value.hex())
        KNOWN.add(base64.b64encode(value).decode("ascii").rstrip("="))
        KNOWN.add(base64.urlsafe_b64encode(value).decode("ascii").rstrip("="))


class DatabaseKey(SecretBytes):
    """The 32 random bytes that encrypt a profile's database."""

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        if len(value) != DATABASE_KEY_BYTES:
            msg = f"a database key has {DATABASE_KEY_BYTES} bytes, not {len(value)}"
            raise ValueError(msg)
        super().__init__(value)

    @classmethod
    def from_hex(cls, text: str) -> "DatabaseKey":
        """Read exactly 64 hex digits; raises ValueError, which does not quote them."""
        if len(text) != 2 * DATABASE_KEY_BYTES or not all(digit in "0123456789abcdefABCDEF" for digit in text):
            raise ValueError("a database key is 64 hex digits") from None
        return cls(bytes.fromhex(text))

    def reveal_hex(self) -> str:
        """Return the key in the clear as 64 lower-case hex digits, as SQLCipher's raw key and the key file want it."""
        return self.reveal().hex()


def new_key() -> DatabaseKey:
    """Return a new random key; it is the caller's to keep it somewhere before anything is encrypted with it."""
    return DatabaseKey(os.urandom(DATABASE_KEY_BYTES))
