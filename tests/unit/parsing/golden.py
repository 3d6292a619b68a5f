"""The oddities of ``tests/data/mail``: each ``.eml`` with what it must be read as, as JSON without its empty fields.

``python -m tests.unit.parsing.golden NAME...`` writes the JSON of the named ones anew; look at the difference by hand.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from desktop.domain.ids import Ref
from desktop.domain.mail import ParsedMail, RawMail
from desktop.parsing.reader import read

FOLDER = Path(__file__).parents[2] / "data" / "mail"
RECEIVED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def raw_mail(content: bytes, *, whole: bool = True, size_bytes: int | None = None) -> RawMail:
    """Return *content* as it comes from a mailbox."""
    return RawMail(Ref("1"), RECEIVED_AT, len(content) if size_bytes is None else size_bytes, content, whole)


def read_bytes(content: bytes) -> ParsedMail:
    """Read a message from its bytes."""
    return read(raw_mail(content))


def names() -> list[str]:
    """Return the names of all oddities."""
    return sorted(path.stem for path in FOLDER.glob("*.eml"))


def as_json(mail: ParsedMail) -> str:
    """Return a parsed mail as JSON, empty fields left out."""
    return json.dumps(_filled(msgspec.to_builtins(mail)), ensure_ascii=False, indent=1) + "\n"


def _filled(value: object) -> object:
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items() if inner not in ("", None, False, [], {}, ())}
    if isinstance(value, list | tuple):
        return [_filled(inner) for inner in value]
    return value


if __name__ == "__main__":
    for name in sys.argv[1:]:
        parsed = read_bytes((FOLDER / f"{name}.eml").read_bytes())
        (FOLDER / f"{name}.json").write_text(as_json(parsed), encoding="utf-8")
