"""What a parser child gives up before it sees the first message. Each step is taken where the system knows it."""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
OPEN_FILES = 32


def enter(memory_bytes: int, parent: int) -> None:
    """Give up the network, files, core dumps and memory beyond *memory_bytes* more than now; die with *parent*."""
    if sys.platform == "linux":
        _leave_network()
        _die_with(parent)
    if sys.platform != "win32":
        _limit(memory_bytes)


def no_more_processes() -> None:
    """Start no process and no thread from now on (the administrator's account is exempt from this limit)."""
    if sys.platform != "win32":
        _set_limit("RLIMIT_NPROC", 0)


def _die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the thread that started us ends (prctl(2)), and look whether it has already.

    Comes after the change of namespace, which would take the wish back.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _leave_network() -> None:
    """Move to a network namespace without any interface; where that is not allowed, stay."""
    ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _limit(memory_bytes: int) -> None:
    _set_limit("RLIMIT_CORE", 0)
    _set_limit("RLIMIT_FSIZE", 0)
    _set_limit("RLIMIT_NOFILE", OPEN_FILES)
    _set_limit("RLIMIT_AS", _address_space() + memory_bytes)


def _set_limit(name: str, value: int) -> None:
    import resource  # not on Windows, where the parent's clock is the only limit

    try:
        resource.setrlimit(getattr(resource, name), (value, value))
    except (AttributeError, ValueError, OSError):  # macOS refuses RLIMIT_AS
        return


def _address_space() -> int:
    """Return the size of this process now, in bytes; 256 MB where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - pathlib would cost the child 10 ms
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 256 << 20
