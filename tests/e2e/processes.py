"""What the system knows about processes (Linux): who is alive, and which parser children belong to whom."""

from pathlib import Path

PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and only waits to be asked for its exit code does not."""
    state = _read(PROC / str(pid) / "stat").rpartition(b")")[2].split()
    return bool(state) and state[0] != b"Z"


def parsers_of(pid: int) -> list[int]:
    """The parser children that a process has started, alive, also when it is dead itself."""
    found = []
    for folder in PROC.glob("[0-9]*"):
        words = _read(folder / "cmdline").split(b"\0")
        is_parser = any(b"desktop.parsing.worker" in word for word in words)
        if is_parser and words[-2:-1] == [str(pid).encode()] and is_alive(int(folder.name)):
            found.append(int(folder.name))
    return found


def told_about(pid: int) -> bytes:
    """What anybody of the same user can read of a process: its arguments and its environment."""
    return _read(PROC / str(pid) / "cmdline") + _read(PROC / str(pid) / "environ")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
