"""What a FETCH tells about messages (RFC 3501 section 7.4.2)."""

from collections.abc import Callable
from datetime import UTC, datetime

from desktop.domain.source import RemoteMessage
from desktop.providers.imap.arguments import HIGHEST_UID
from desktop.providers.imap.client import Items, decoded

LABELS_CAP = 100
LONGEST_LABEL = 300


def in_utc(moment: object) -> datetime | None:
    """Return INTERNALDATE as imapclient read it in aware UTC, or None where it is no moment."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class Descriptions:
    """Gathers what UID FETCH tells about messages; *now* stands in for a receive time that cannot be read."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._found: dict[int, RemoteMessage] = {}

    def take(self, items: Items) -> None:
        """Take in one answer; those that tell nothing that was asked do nothing."""
        uid = items.get(b"UID", 0)
        if not 0 < uid <= HIGHEST_UID or (b"INTERNALDATE" not in items and items.get(b"RFC822.SIZE") is None):
            return
        before = self._found.get(uid)
        received_at = in_utc(items.get(b"INTERNALDATE")) or (before.received_at if before else self._now())
        size = items.get(b"RFC822.SIZE")
        size_bytes = size if isinstance(size, int) else (before.size_bytes if before else 0)
        provider_id = _word(items.get(b"EMAILID") or items.get(b"X-GM-MSGID"))
        self._found[uid] = RemoteMessage(
            uid,
            received_at,
            size_bytes,
            provider_id or (before.provider_id if before else ""),
            _labels(items.get(b"X-GM-LABELS")) or (before.labels if before else ()),
            _word(items.get(b"X-GM-THRID")) or (before.thread_id if before else ""),
        )

    def highest(self) -> RemoteMessage | None:
        """Return what was told about the message with the highest UID."""
        return self._found[max(self._found)] if self._found else None

    def get(self, uid: int) -> RemoteMessage | None:
        """Return what was told about *uid*."""
        return self._found.get(uid)


def _labels(value: object) -> tuple[str, ...]:
    """Return labels in readable form, at most :data:`LABELS_CAP`; the server's own keep their backslash."""
    if not isinstance(value, tuple):
        return ()
    spelled = [
        label if isinstance(label, bytes) else b"%d" % label for label in value if isinstance(label, bytes | int)
    ]
    return tuple(_label(label) for label in spelled[:LABELS_CAP])


def _label(spelled: bytes) -> str:
    """Return a label, spelled like a folder's name, without control characters and not over-long."""
    return "".join(ch for ch in decoded(spelled) if ch.isprintable())[:LONGEST_LABEL]


def _word(value: object) -> str:
    """Return *value*, or what a list holds alone, as text."""
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return str(value) if isinstance(value, int) else ""
