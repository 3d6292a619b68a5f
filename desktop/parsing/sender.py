"""Who sent a mail, if that can be told for certain.

Programs disagree on odd From lines, and forgers live on that: a mail whose From is not exactly one header with exactly
one plain mailbox has no sender here but a doubt, in words, and is never filed by itself. A display name that looks
like another address is a doubt too: people read the name.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from desktop.domain.mail import Address
from desktop.parsing import clean, limits
from desktop.parsing.addresslist import KEPT_CHARS, Box, BoxList, Oddity, comparable, parse
from desktop.parsing.headers import Headers
from desktop.parsing.words import decode_words, unfold

_ADDRESS_IN_TEXT = re.compile(r"[^\s@<>()\[\],;:\"'«»„“”]{1,64}[@\uff20\ufe6b][^\s@<>()\[\],;:\"'«»„“”]{1,255}")


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender or the doubt, as :class:`~desktop.domain.mail.ParsedMail` wants them, and every address claimed."""

    sender: Address | None
    doubt: str
    claimed: tuple[Address, ...]


def read_sender(headers: Headers) -> Sender:
    """Tell who sent the mail with these *headers*."""
    lines = headers.all("from")
    if not lines:
        return Sender(None, headers.doubt or "It has no From line.", ())
    texts = [unfold(line) for line in lines[: limits.CLAIMED_SENDERS]]
    if len(lines) > 1:
        boxes = [box for text in texts for box in parse(text, limits.CLAIMED_SENDERS).boxes]
        return Sender(None, headers.doubt or f"It has {_count(len(lines))} From lines.", _claimed(boxes))
    sender = _of_line(texts[0]) if len(texts[0]) <= KEPT_CHARS else _of_line.__wrapped__(texts[0])
    doubt = headers.doubt
    if not doubt and any(cut[0] == "from" for cut in headers.cut):
        doubt = "The From line is too long to be read whole."
    return Sender(None, doubt, sender.claimed) if doubt else sender


@lru_cache(maxsize=2048)
def _of_line(text: str) -> Sender:
    """Tell whom the only From line names; the same people write again and again, so it is kept."""
    found = parse(text, limits.CLAIMED_SENDERS)
    claimed = _claimed(found.boxes)
    doubt = _doubt(text, found)
    return Sender(None, doubt, claimed) if doubt else Sender(found.boxes[0].address, "", claimed)


def _doubt(text: str, found: BoxList) -> str:
    """Return what is doubtful about one From line, as a sentence, or ``""``."""
    if len(found.boxes) != 1 or found.grouped:
        return _not_one(found)
    box = found.boxes[0]
    for oddity in Oddity if box.oddities else ():
        if oddity in box.oddities:
            return f"The From line {oddity.value}."
    if box.address is None:
        return "The From line holds no address."
    if clean.has_controls(text.replace("\t", " ")) or clean.has_controls(decode_words(text).replace("\t", " ")):
        return "The From line holds hidden control characters."
    if text.rstrip().endswith((",", ";")) or text.lstrip().startswith((",", ";")):
        return "The From line is a list with an empty place."
    return _shown_otherwise(text, box, box.address)


def _not_one(found: BoxList) -> str:
    """Return what a From line is that is not exactly one mailbox."""
    if not found.boxes:
        return "The From line holds no address."
    with_address = sum(1 for box in found.boxes if box.spec)
    if with_address > 1:
        return f"The From line names {_count(with_address)} addresses."
    return "The From line names several senders." if len(found.boxes) > 1 else "The From line names a group."


def _shown_otherwise(text: str, box: Box, address: Address) -> str:
    """Return a doubt when what people see of the sender is another address or reads backwards."""
    if clean.has_override(decode_words(text)):
        return "The name in the From line turns the reading direction around."
    if any(_other_address(comment, address) for comment in box.comments):
        return "The From line hides a second address in a comment."
    if _other_address(box.name, address):
        return "The name in the From line looks like another address."
    return ""


def _other_address(text: str, address: Address) -> bool:
    return any(found != address.address for found in _addresses_in(text))


def _addresses_in(text: str) -> list[str]:
    """Return what reads like an address in a display name or comment, in comparable form."""
    if "@" not in text and "\uff20" not in text and "\ufe6b" not in text:
        return []
    found = (match[0].replace("\uff20", "@").replace("\ufe6b", "@") for match in _ADDRESS_IN_TEXT.finditer(text))
    return [comparable(piece.strip(".")) for piece in found if "." in piece.rpartition("@")[2].strip(".")]


def _claimed(boxes: list[Box]) -> tuple[Address, ...]:
    """Return every address that From lines show, hidden ones too, each once."""
    seen: dict[str, Address] = {}
    for box in boxes:
        texts = [box.name, *box.comments]
        if Oddity.ENCODED in box.oddities:
            texts.append(clean.one_line(decode_words(box.spec), limits.NAME_CHARS))
        elif box.address is not None:
            seen.setdefault(box.address.address, box.address)
        for text in texts:
            for address in _addresses_in(text):
                seen.setdefault(address, Address("", address))
    return tuple(seen.values())[: limits.CLAIMED_SENDERS]


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))
