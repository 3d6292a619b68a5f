"""What a log may not hold, taken out of it: addresses, passwords, tokens and keys, wherever they stand in a record.

Two nets. Every secret this process has met is replaced literally, in every usual spelling
(:data:`desktop.security.secrets.KNOWN`); and what looks like an address or a secret is replaced by pattern.
Neither knows a subject line or a body from other text: those are kept out by never being logged.
"""

import hashlib
import logging
import os
import re
from itertools import pairwise

from desktop.security.secrets import HIDDEN, KNOWN

LONGEST_RECORD = 40_000
"""Characters of one record; a traceback through a hostile message could hold megabytes."""

_LARGEST_READ = 200_000

_SALT = os.urandom(16)

_QUOTED = r"b?\"(?:[^\"\\]|\\.)*\"|b?'(?:[^'\\]|\\.)*'"
_NAMES = r"passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|authorization|private[_-]?key|database[_-]?key"

_URL_USER = re.compile(r"(://)[^\s/@:]{0,256}:[^\s/@]{0,256}@")
_LOGIN = re.compile(rf"(\bLOGIN[ \t]+)(?:{_QUOTED}|\S+)[ \t]+\S.*")
_AUTHENTICATE = re.compile(r"(\bAUTH(?:ENTICATE)?[ \t]+[A-Z0-9-]{2,20}[ \t]+)\S+")
_NAMED = re.compile(
    rf"([\w-]{{0,32}}(?:{_NAMES})[\w-]{{0,32}}[\"']?\s{{0,4}}[=:]\s{{0,4}})(?:{_QUOTED}|(?:Bearer|Basic)\s+\S+|\S+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(\bBearer\s+)[\w.+/=~-]{16,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]*(?:\.[\w-]*)?")
_KEY = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{64,}")
_RECOVERY_CODE = re.compile(r"\b[0-9A-Za-z]{5}(?:[- ][0-9A-Za-z]{5}){12}\b")
_BLOB = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_ADDRESS = re.compile(r"(?:\"[^\"@\n]{1,64}\"|[\w.+%~-]{1,64})(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {9: " ", 10: "\\n", 13: "\\r"}
_CONTROLS |= {code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_CONTROLS_BUT_NEWLINE = {code: shown for code, shown in _CONTROLS.items() if code != 10}


def redact(text: str) -> str:
    """Return *text* without addresses, passwords, tokens and keys. Redacting twice changes nothing more."""
    text = KNOWN.mask(text)
    for pattern in (_URL_USER, _LOGIN, _AUTHENTICATE, _NAMED, _BEARER):
        text = pattern.sub(_keep_label, text)
    for pattern in (_JWT, _KEY, _RECOVERY_CODE):
        text = pattern.sub(HIDDEN, text)
    text = _BLOB.sub(lambda found: HIDDEN if _looks_random(found[0]) else found[0], text)
    return _ADDRESS.sub(lambda found: _address_tag(found[0]), text)


def _keep_label(found: re.Match[str]) -> str:
    return found[1] + HIDDEN + ("@" if found[1] == "://" else "")


def _address_tag(address: str) -> str:
    """Return a stand-in that is the same for the same address in this process and means nothing outside it."""
    digest = hashlib.blake2b(address.casefold().encode("utf-8", "replace"), key=_SALT, digest_size=2)
    return f"<address {digest.hexdigest()}>"


def _looks_random(text: str) -> bool:
    """Tell a token from a path or a name: in random base64 the kind of character changes all the time."""
    kinds = ["a" if char.islower() else "A" if char.isupper() else "0" if char.isdigit() else "-" for char in text]
    changes = sum(one != other and "-" not in (one, other) for one, other in pairwise(kinds))
    return changes > 0.3 * len(text)


class RedactingFormatter(logging.Formatter):
    """A formatter whose lines have passed :func:`redact`: message, arguments, traceback and stack alike.

    One record is one line and its traceback: line breaks and terminal codes in a message are shown, not obeyed.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the record's line with control characters written out."""
        record.message = record.message.translate(_CONTROLS)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole text of *record*, redacted; never raises."""
        try:
            text = super().format(record)
        except Exception as error:  # noqa: BLE001 - a wrong argument in a log call must not cost the work it reports on
            text = f"A log record of {record.name}, line {record.lineno}, cannot be written: {type(error).__name__}"
        finally:
            record.exc_text = None  # logging would hand the unredacted traceback to the next handler
        text = redact(_cut(text, _LARGEST_READ).translate(_CONTROLS_BUT_NEWLINE))
        return _cut(text, LONGEST_RECORD)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n... {len(text) - 2 * half:,} characters left out ...\n{text[-half:]}"
