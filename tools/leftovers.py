"""What the tests leave behind on the machine: child processes, and files in the temporary folder.

The run gets a temporary folder of its own, so that what is left in it is the tests' and nobody else's. Fixtures that
serve many tests may hold processes and folders until the run is over; so leftovers are noted with the test that brought
them, and judged only at the end.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

PYTHONS_OWN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
ENGINES_OWN = ("QtWebEngineProcess",)
"""The browser engine keeps its processes as long as the application object is there: to the end of the run."""
PYTESTS_ROOT = "PYTEST_DEBUG_TEMPROOT"


@dataclass(slots=True)
class Leftovers:
    """The processes and temporary files of one run, with the test that brought each."""

    folder: Path
    before: str | None
    root_before: str | None
    brought_by: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls) -> "Leftovers":
        """Give this process a temporary folder of its own; pytest's kept folders stay where a person looks for them."""
        before, root_before = os.environ.get("TMPDIR"), os.environ.get(PYTESTS_ROOT)
        os.environ.setdefault(PYTESTS_ROOT, tempfile.gettempdir())
        folder = Path(tempfile.mkdtemp(prefix="pt-", dir=os.environ[PYTESTS_ROOT]))
        _use_as_temporary(str(folder))
        return cls(folder, before, root_before)

    def end(self) -> None:
        """Take the folder away and use the old one again."""
        _use_as_temporary(self.before)
        if self.root_before is None:
            os.environ.pop(PYTESTS_ROOT, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def note(self, test: str) -> None:
        """Write down what is new since the last test."""
        for thing in self._things():
            self.brought_by.setdefault(thing, test)

    def left(self) -> list[str]:
        """What is still there, with the test that brought it."""
        return [
            f"{words}, first seen at the end of {self.brought_by.get(thing, 'the last test')}"
            for thing, words in self._things().items()
        ]

    def _things(self) -> dict[str, str]:
        files = {entry.name: f"the temporary file or folder {entry.name}" for entry in os.scandir(self.folder)}
        return files | children()


def _use_as_temporary(folder: str | None) -> None:
    if folder is None:
        os.environ.pop("TMPDIR", None)
    else:
        os.environ["TMPDIR"] = folder
    tempfile.tempdir = None


def children() -> dict[str, str]:
    """The living child processes of this one by number, with words; none where the system does not tell (not Linux)."""
    lists = Path("/proc/self/task").glob("*/children")
    numbers = [number for one in lists for number in _read(one).split()]
    words = {number: f"the process {number} ({_command(number)})" for number in numbers if _is_alive(number)}
    return {number: one for number, one in words.items() if not any(own in one for own in PYTHONS_OWN + ENGINES_OWN)}


def _command(number: str) -> str:
    return _read(Path(f"/proc/{number}/cmdline")).replace("\0", " ").strip()


def _is_alive(number: str) -> bool:
    """Whether the process still runs; one that has ended and only waits to be asked for its exit code does not."""
    state = _read(Path(f"/proc/{number}/stat")).rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
