"""The memory of a process with all its descendants, looked at ten times a second while it runs."""

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Peak:
    """The largest sums seen, in bytes. ``shared_out`` (PSS) counts a page used by three processes a third each."""

    shared_out: int
    resident: int
    parent: int
    processes: int


class TreeWatcher:
    """Watches a process tree in a thread of its own."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._ended = threading.Event()
        self._peak = Peak(0, 0, 0, 0)
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)

    def __enter__(self) -> "TreeWatcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def peak(self) -> Peak:
        """The largest seen so far."""
        return self._peak

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self._look()

    def _look(self) -> None:
        sums = [found for pid in _tree(self._root) if (found := _memory(pid))]
        parent = _memory(self._root)
        before = self._peak
        self._peak = Peak(
            max(before.shared_out, sum(pss for pss, _ in sums)),
            max(before.resident, sum(rss for _, rss in sums)),
            max(before.parent, parent[0] if parent else 0),
            max(before.processes, len(sums)),
        )


def peak_of(command: Sequence[str], *, environment: Mapping[str, str]) -> Peak:
    """Run *command* to its end and return the most memory it took with its children."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=dict(environment)) as process:
        with TreeWatcher(process.pid) as watcher:
            process.wait()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(command))
        return watcher.peak


def memory_of_this() -> tuple[int, int]:
    """Return (RSS of this process, PSS of it with its children), in bytes, as they are now."""
    own = _memory(os.getpid())
    return own[1] if own else 0, sum(found[0] for pid in _tree(os.getpid()) if (found := _memory(pid)))


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def _memory(pid: int) -> tuple[int, int] | None:
    """Return (PSS, RSS) of one process in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return sizes.get("Pss", 0), sizes.get("Rss", 0)
