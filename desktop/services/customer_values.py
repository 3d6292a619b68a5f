"""What may stand in a customer's fields: one set of checks, for what is typed and for what comes in files.

Each function gives back the value as it is stored or raises CommandRefused with a sentence that names the value.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.errors import CommandRefused
from desktop.domain.phones import phone_key
from desktop.domain.reasons import ReasonCode
from desktop.parsing import clean

TEXT_CHARS = 300
"""Longest name, company or owner."""
TAG_CHARS = 80
TAGS = 50
ADDRESSES = 100
ADDRESS_CHARS = 254
"""RFC 5321 section 4.5.3.1.3: a path has 256 octets, two of them the angle brackets."""

PHONES, PHONE_CHARS = 20, 40

UNREADABLE = "\ufffd"
"""What a decoder leaves in place of bytes that are no character."""

_PIECES = re.compile(r"<([^<>]*)>|([^\s;,<>]+)")
_TAG_BORDER = re.compile(r"[;,\r\n]")
_NUMBER_BORDER = re.compile(r"[;,\r\n]|:::")
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))
"""Soft hyphens and spaces without width: pasted along from web pages, never meant."""


def text_of(value: str, field: str) -> str:
    """Return a name, company or owner as one clean line; *field* is its name in the sentence."""
    if UNREADABLE in value:
        raise bad_input(f"The {field} {shown(value)} has a character that could not be read.")
    text = clean.one_line(value, max(len(value), 1))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if len(text) > TEXT_CHARS:
        raise bad_input(f"The {field} has {len(text)} characters, more than {TEXT_CHARS}: {shown(text)}.")
    return text


def address_of(text: str) -> str:
    """Return one mail address in comparable form."""
    plain = text.strip().translate(_INVISIBLE)
    if plain[:7].casefold() == "mailto:":
        plain = plain[7:]
    if len(plain) > ADDRESS_CHARS:
        raise bad_input(f"A mail address has at most {ADDRESS_CHARS} characters, this one {len(plain)}: {shown(text)}.")
    address = normalise_address(plain)
    if not plain.isprintable() or UNREADABLE in plain or not looks_like_address(address):
        raise bad_input(f"{shown(text)} is not a mail address.")
    return address


def addresses_in(cell: str) -> tuple[str, ...]:
    """Return the addresses of a cell, each once: between them semicolons, commas or white space.

    ``Ann Lee <ann@example.com>`` counts as its address; words outside the brackets are a name unless they have an @.
    """
    pieces = _PIECES.findall(cell)
    bracketed = "<" in cell and any(inner for inner, _ in pieces)
    found = [inner or word for inner, word in pieces if inner or not bracketed or "@" in word]
    return few_addresses(address_of(piece) for piece in found)


def few_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return *addresses* each once, in order, and refuse more than a customer can have."""
    each = tuple(dict.fromkeys(addresses))
    if len(each) > ADDRESSES:
        raise bad_input(f"There are {len(each)} addresses, more than {ADDRESSES}.")
    return each


def phone_of(text: str) -> str:
    """Return one telephone number as it is written, on one line; what has no digits to dial is refused."""
    phone = text_of(text, "phone")
    if len(phone) > PHONE_CHARS or not phone_key(phone):
        raise bad_input(f"{shown(text)} is not a telephone number.")
    return phone


@lru_cache(maxsize=1024)
def phones_in(cell: str) -> tuple[str, ...]:
    """Return the telephone numbers of a cell, separated by semicolons, commas or line breaks."""
    return few_phones(_TAG_BORDER.split(cell)) if cell else ()


def numbers_in(cell: str) -> tuple[str, ...]:
    """Return the telephone numbers of a cell of a file; files have much else under that name, which is left out."""
    found = (one.strip() for one in _NUMBER_BORDER.split(cell))
    return tuple(one for one in found if len(one) <= PHONE_CHARS and phone_key(one))


def few_phones(phones: Iterable[str]) -> tuple[str, ...]:
    """Return *phones* cleaned, without empty ones, each number once however it is written."""
    each: dict[str, str] = {}
    for given in phones:
        if given.strip():
            phone = phone_of(given)
            each.setdefault(phone_key(phone), phone)
    if len(each) > PHONES:
        raise bad_input(f"There are {len(each)} telephone numbers, more than {PHONES}.")
    return tuple(each.values())


@lru_cache(maxsize=1024)
def tags_in(cell: str) -> tuple[str, ...]:
    """Return the tags of a cell, separated by semicolons or commas."""
    return tags_of(_TAG_BORDER.split(cell)) if cell else ()


def tags_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Return *tags* cleaned, without empty ones, and each once however it is capitalised."""
    each: dict[str, str] = {}
    for given in tags:
        tag = text_of(given, "tag")
        if len(tag) > TAG_CHARS:
            raise bad_input(f"A tag has at most {TAG_CHARS} characters, this one {len(tag)}: {shown(tag)}.")
        if _TAG_BORDER.search(tag):
            raise bad_input(f"A tag holds no comma and no semicolon, because they stand between tags: {shown(tag)}.")
        if tag:
            each.setdefault(tag.casefold(), tag)
    if len(each) > TAGS:
        raise bad_input(f"There are {len(each)} tags, more than {TAGS}.")
    return tuple(each.values())


def shown(value: str, limit: int = 60) -> str:
    """Return *value* in quotation marks, on one line and short enough for a sentence."""
    return f"'{clean.one_line(value, limit)}'"


def bad_input(what: str, action: str = "") -> CommandRefused:
    """Return the refusal of a value."""
    return CommandRefused(ReasonCode.BAD_INPUT, what, meaning="Nothing was changed.", action=action)
