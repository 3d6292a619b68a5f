"""One writer per profile: a lock that the operating system lets go of when its holder dies."""

from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.store.errors import explained

LOCK_NAME = "writer.lock"
WAIT_S = 2.0
"""How long a writing command waits for another short one before it gives up."""


class ProfileLock:
    """Held by whatever writes to a profile: the window, ``watch``, ``sync``, or a single command.

    It belongs to the process: one thread may take it and another give it back.
    """

    def __init__(self, profile: Path, *, wait_s: float = WAIT_S) -> None:
        self._lock = FileLock(profile / LOCK_NAME, timeout=wait_s, mode=0o600, thread_local=False)

    def __enter__(self) -> Self:
        """Take the lock; raises StoreError PROFILE_BUSY when another holds it."""
        try:
            with explained():
                self._lock.acquire()
        except Timeout as busy:
            raise StoreError(
                ReasonCode.PROFILE_BUSY,
                "Another Postroom is working on this profile (a window, 'postroom watch' or a running sync).",
                meaning="Only one may write at a time; nothing was changed. Reading commands work meanwhile.",
                action="Do it there, or stop the other one and try again.",
            ) from busy
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


def is_written_to(profile: Path) -> bool:
    """Tell whether somebody holds the lock of *profile* now; where that cannot be found out, somebody may."""
    try:
        with ProfileLock(profile, wait_s=0):
            return False
    except StoreError:
        return True
