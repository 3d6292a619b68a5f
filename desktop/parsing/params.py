"""Content-Type and Content-Disposition with their parameters (RFC 2045 section 5.1, RFC 2183, RFC 2231)."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from desktop.parsing import limits
from desktop.parsing.charsets import decode
from desktop.parsing.words import decode_words, unfold

_VALUE = re.compile(r"\s*([^;\s]*)")
_PARAMETER = re.compile(
    r'\s*+([^\s=;"*]{1,60})(?:\*(\d{1,4}))?(\*)?\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^;]*+))', re.DOTALL
)
_ESCAPED = re.compile(r'\\(["\\])')
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


@dataclass(frozen=True, slots=True)
class Valued:
    """A header value with parameters; names and value in lower case. ``doubled``: a parameter was given twice."""

    value: str
    params: dict[str, str] = field(default_factory=dict)
    doubled: bool = False


EMPTY = Valued("")


def parse(raw: bytes | None) -> Valued:
    """Read a raw header value; of a parameter given twice, the first counts."""
    if not raw:
        return EMPTY
    return _parse(raw) if len(raw) <= 200 else _parse.__wrapped__(raw)


def is_media_type(text: str) -> bool:
    """Tell whether *text* is a well-formed type/subtype in lower case."""
    return _MEDIA_TYPE.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _parse(raw: bytes) -> Valued:
    text = unfold(raw)
    match = _VALUE.match(text)
    value = match[1].lower() if match else ""
    at = text.find(";")
    if at < 0:
        return Valued(value.strip('"'))
    params, doubled = _join(_pieces(text, at))
    return Valued(value.strip('"'), params, doubled)


@dataclass(slots=True)
class _Piece:
    """One ``name*3*=value``: section number (-1 for none) and whether it is percent-encoded."""

    section: int
    encoded: bool
    value: str


def _pieces(text: str, at: int) -> dict[str, list[_Piece]]:
    """Cut the text after the first ``;`` into parameters, at most as many as the cap allows."""
    found: dict[str, list[_Piece]] = {}
    for _ in range(limits.PARAMETERS):
        match = _PARAMETER.match(text, at + 1)
        if match is not None:
            name, section, star, quoted, bare = match.groups()
            value = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip().strip('"')
            number = int(section) if section is not None else -1
            found.setdefault(name.lower(), []).append(_Piece(number, bool(star), value))
        at = text.find(";", match.end() if match is not None else at + 1)
        if at < 0:
            break
    return found


def _join(found: dict[str, list[_Piece]]) -> tuple[dict[str, str], bool]:
    """Put continued parameters together (RFC 2231 section 3) and decode them; the encoded form wins (RFC 6266)."""
    params: dict[str, str] = {}
    doubled = False
    for name, pieces in found.items():
        plain = [piece for piece in pieces if piece.section < 0 and not piece.encoded]
        single = [piece for piece in pieces if piece.section < 0 and piece.encoded]
        sections = {piece.section: piece for piece in reversed(pieces) if piece.section >= 0}
        doubled = doubled or len(plain) > 1 or len(single) > 1
        if single:
            params[name] = _decode([single[0]])
        elif 0 in sections:
            run = [sections[number] for number in range(len(pieces)) if number in sections]
            params[name] = _decode(run)
        elif plain:
            params[name] = decode_words(plain[0].value)
    return params, doubled


def _decode(run: list[_Piece]) -> str:
    """Return the text of a run of sections; the first names the charset as ``charset'language'``."""
    charset = ""
    first = run[0].value
    if run[0].encoded and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
    data = b"".join(
        unquote_to_bytes(value) if piece.encoded else value.encode("utf-8", "replace")
        for piece, value in zip(run, (first, *(piece.value for piece in run[1:])), strict=True)
    )
    text = decode(data, charset)[0]
    return text if any(piece.encoded for piece in run) else decode_words(text)
