"""Gives the system back what a burst of work has freed: the C library keeps it, in pieces, for the next burst."""

import ctypes
import sys
from collections.abc import Callable


def _trimmer() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only the GNU library has it
    return trim


_trim = _trimmer()


def give_back_memory() -> None:
    """Return free memory to the system, where that can be asked for; other threads may run meanwhile."""
    if _trim is not None:
        _trim(0)
