"""Message ids (RFC 5322 section 3.6.4), always in angle brackets."""

import re

from desktop.parsing import clean, limits
from desktop.parsing.words import unfold

_BRACKETED = re.compile(rf"<([^<>]{{1,{limits.IDS_BYTES}}})>")


def message_id(value: bytes | None) -> str:
    """Return a Message-ID as ``<id>``, or ``""`` if there is none."""
    found = read_ids([value] if value else [], 1, newest=False)
    return found[0] if found else ""


def read_ids(values: list[bytes], limit: int, *, newest: bool = True) -> tuple[str, ...]:
    """Return the ids of References or In-Reply-To, each once, oldest first; over *limit* the newest are kept."""
    if not values:
        return ()
    text = " ".join(unfold(value) for value in values)
    found = _BRACKETED.findall(text)
    if not found:
        found = [word.strip("<>") for word in text.split() if "@" in word and len(word) <= limits.IDS_BYTES]
    ids = dict.fromkeys(f"<{word}>" for raw in found if (word := _clean(raw)))
    kept = list(ids)
    return tuple(kept[-limit:] if newest else kept[:limit])


def _clean(raw: str) -> str:
    """Return an id without the blanks that folding put into it."""
    return clean.one_line("".join(raw.split()), limits.IDS_BYTES).replace(" ", "")
