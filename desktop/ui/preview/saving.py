"""Files out of mail: what they are called, so that the name is safe everywhere, and which may be opened."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.domain.rows import EmailRow
from desktop.parsing import names
from desktop.ui.preview.verdicts import subject_of

_SIGNS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".bmp": (b"BM",),
    ".txt": (b"",),
}
"""Files that are looked at and carry no program: each extension with how such a file begins."""

_DOTTED = re.compile(r"\.+$")


def may_open(name: str) -> bool:
    """Tell whether a file of this name may be handed to another program: pictures, PDF and plain text."""
    return Path(name).suffix.lower() in _SIGNS


def is_what_it_says(name: str, data: bytes) -> bool:
    """Tell whether a file begins as its extension promises."""
    return data.startswith(_SIGNS.get(Path(name).suffix.lower(), ()))


def eml_name(row: EmailRow) -> str:
    """Return a safe file name for an email: its day and its subject."""
    day = f"{row.received_at:%Y-%m-%d} " if row.received_at else ""
    subject = _DOTTED.sub("", subject_of(row))[:100]
    return names.safe(f"{day}{subject}.eml", "message/rfc822", row.seen_id)


def unique_names(wanted: Iterable[str]) -> Iterator[str]:
    """Yield the names, numbered where one was there before."""
    taken: dict[str, int] = {}
    return (names.unique(name, taken) for name in wanted)
