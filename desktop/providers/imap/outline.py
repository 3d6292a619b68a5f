"""What a BODYSTRUCTURE says a message is made of (RFC 3501 section 7.4.2), as far as it can be made sense of."""

from collections.abc import Sequence
from typing import Any

from desktop.domain.source import Outline

DEPTH = 30
MOST_PARTS = 5_000
_MESSAGE = "message/rfc822"
_ENVELOPE_AND_BODY, _LINES = 2, 1
"""How many fields a message inside has between size and extension data, and a text: then comes the MD5."""


class _NonsenseError(Exception):
    """It is no structure of a message."""


def outline_of(told: object) -> Outline | None:
    """Return the outline of a message from imapclient's reading of a BODYSTRUCTURE; None when it is none."""
    try:
        return _Reading().part(told, 0, 0)
    except (_NonsenseError, IndexError, ValueError):
        return None


class _Reading:
    def __init__(self) -> None:
        self._parts = 0

    def part(self, told: object, depth: int, order: int) -> Outline:
        self._parts += 1
        if not isinstance(told, tuple) or not told or depth > DEPTH or self._parts > MOST_PARTS:
            raise _NonsenseError
        inside = self._inside(told)
        return self._multipart(inside, told, depth) if inside else self._single(told, depth, order)

    @staticmethod
    def _inside(told: Sequence[Any]) -> list[Any]:
        """Return the parts of a multipart: imapclient gathers the outer ones in a list, and no others."""
        if isinstance(told[0], list):
            return told[0]
        found = []
        for one in told:
            if not isinstance(one, tuple):
                break
            found.append(one)
        return found

    def _multipart(self, inside: Sequence[Any], told: Sequence[Any], depth: int) -> Outline:
        rest = told[1:] if isinstance(told[0], list) else told[len(inside) :]
        subtype = _word(rest[0])
        parameters = _pairs(rest[1]) if len(rest) > 1 else {}
        is_choice = subtype == "alternative"
        parts = tuple(self.part(one, depth + 1, 0 if is_choice else order) for order, one in enumerate(inside))
        return Outline(f"multipart/{subtype}", boundary=parameters.get("boundary", ""), parts=parts)

    def _single(self, told: Sequence[Any], depth: int, order: int) -> Outline:
        kind, size = f"{_word(told[0])}/{_word(told[1])}", told[6]
        if not isinstance(size, int) or size < 0:
            raise _NonsenseError
        parts: tuple[Outline, ...] = ()
        if kind == _MESSAGE and len(told) > 8 and isinstance(told[8], tuple):
            parts = (self.part(told[8], depth + 1, 0),)
        between = _ENVELOPE_AND_BODY + _LINES if kind == _MESSAGE else _LINES if kind.startswith("text/") else 0
        at = 7 + between + 1
        disposition = told[at] if len(told) > at else None
        return Outline(kind, size, "", _is_attached(disposition, _pairs(told[2]), order), parts)


def _is_attached(disposition: object, parameters: dict[str, str], order: int) -> bool:
    named = "name" in parameters
    if isinstance(disposition, tuple) and disposition:
        if _word(disposition[0]) == "attachment":
            return True
        named = named or (len(disposition) > 1 and "filename" in _pairs(disposition[1]))
    return named and order > 0


def _pairs(told: object) -> dict[str, str]:
    """Return parameters by their names in lower case."""
    if not isinstance(told, tuple):
        return {}
    words = [one.decode("utf-8", "surrogateescape") if isinstance(one, bytes) else str(one) for one in told]
    return {name.lower(): value for name, value in zip(words[::2], words[1::2], strict=False)}


def _word(told: object) -> str:
    if not isinstance(told, bytes):
        raise _NonsenseError
    return told.decode("ascii", "replace").lower()
