"""The few words of a calendar part (RFC 5545) that make a mail without text readable."""

import re

from desktop.parsing import clean

_LINE = re.compile(
    r"^(METHOD|SUMMARY|DTSTART|LOCATION)(?:;[^:\n]{0,200})?:([^\n]{0,500})", re.MULTILINE | re.IGNORECASE
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_METHODS = {"REQUEST": "invitation", "CANCEL": "cancellation", "REPLY": "answer", "COUNTER": "counter-proposal"}


def describe(text: str) -> str:
    """Return what a calendar object is about, one fact a line; values as written."""
    unfolded = text[:100_000].replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    event = unfolded.find("BEGIN:VEVENT")
    found = {name.upper(): _plain(value) for name, value in _LINE.findall(unfolded[: max(event, 0)])}
    for name, value in _LINE.findall(unfolded[max(event, 0) :]):
        found.setdefault(name.upper(), _plain(value))
    kind = _METHODS.get(found.get("METHOD", "").upper(), "entry")
    lines = [f"[calendar {kind}] {found.get('SUMMARY', '')}".strip()]
    for name, word in (("DTSTART", "When"), ("LOCATION", "Where")):
        if found.get(name):
            lines.append(f"{word}: {found[name]}")
    return "\n".join(lines)


def _plain(value: str) -> str:
    return clean.one_line(_ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value), 300)
