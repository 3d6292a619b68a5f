"""Text made fit to be shown and stored: no control characters, no half characters, no reversed reading direction."""

import re

_OVERRIDES = re.compile("[\u202d\u202e]")
_ONE_LINE_JUNK = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # controls
    "\u200b\u2060\ufeff"  # characters without width that only serve to hide
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # embedding, override and isolation of reading direction
    "\ud800-\udfff]"  # half characters, which no encoding can store
)
_TEXT_JUNK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u202d\u202e\ud800-\udfff]")


def one_line(text: str, limit: int) -> str:
    """Return *text* as one line of at most *limit* characters: white space collapsed, nothing invisible in it."""
    text = " ".join(text[: 8 * limit + 64].split())
    if not text.isprintable():
        text = " ".join(_ONE_LINE_JUNK.sub("", text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def lines(text: str) -> str:
    """Return *text* with LF as its only line end and tab as its only other control character."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _TEXT_JUNK.sub("", text)


def has_controls(text: str) -> bool:
    """Tell whether *text* holds a control character that has no business in a name."""
    return not text.isprintable() and any(ord(ch) < 32 or 127 <= ord(ch) < 160 for ch in text)


def has_override(text: str) -> bool:
    """Tell whether *text* turns the reading direction around (U+202D, U+202E), as forged names do."""
    return _OVERRIDES.search(text) is not None
