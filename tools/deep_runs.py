"""The long sweeps of ./test --deep, as one pytest plugin: in pieces that can be taken up again, with their figures.

- A test marked `deep` runs only with --deep, one marked `nightly` only with --nightly, which is --deep and more.
- A test says by `figure` what it has done: `figure("R2 cuts", 130)`. The summary adds it up, by name.
- Each long test that passes is noted in build/deep.jsonl with its figures and with the program it has tested. With
  --resume, those that passed with the program as it is now are left out, and their figures are added in the end.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tools.bootstrap import ROOT

NOTES = ROOT / "build" / "deep.jsonl"
LONG = ("deep", "nightly")
Say = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Note:
    """A long test that passed: with which program, how long it took, and what it has done."""

    program: str
    test: str
    seconds: float
    figures: list[tuple[str, int]]

    def line(self) -> str:
        """One line of the file."""
        told = {"program": self.program, "test": self.test, "seconds": round(self.seconds, 1), "figures": self.figures}
        return json.dumps(told) + "\n"


def noted(file: Path) -> Iterator[Note]:
    """What was noted before."""
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        told = json.loads(line)
        yield Note(told["program"], told["test"], told["seconds"], [(name, count) for name, count in told["figures"]])


@cache
def program() -> str:
    """A name for the program as it is now: a digest of its text."""
    made = hashlib.sha256()
    for file in sorted((ROOT / "desktop").rglob("*.py")):
        made.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return made.hexdigest()[:12]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --deep, --nightly and --resume."""
    parser.addoption("--deep", action="store_true", help="run the long sweeps as well (tests marked `deep`)")
    parser.addoption("--nightly", action="store_true", help="the same, in the sizes of a long quiet night")
    parser.addoption("--resume", action="store_true", help="without the long sweeps that this program has passed")


def pytest_configure(config: pytest.Config) -> None:
    """Know what was passed before."""
    config.stash[PASSED] = {}
    if config.getoption("--resume"):
        config.stash[PASSED] = {note.test: note for note in noted(NOTES) if note.program == program()}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long sweeps unless they were asked for, and those that need not run again."""
    nightly = config.getoption("--nightly")
    wanted = {"nightly": nightly, "deep": nightly or config.getoption("--deep")}
    left = [
        item
        for item in items
        if item.nodeid in config.stash[PASSED]
        or any(item.get_closest_marker(name) and not wanted[name] for name in LONG)
    ]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Say:
    """Say what a test has done, for the summary: a name, and how many."""

    def say(name: str, count: int) -> None:
        request.node.user_properties.append((FIGURE, [name, count]))

    return say


FIGURE = "figure"
PASSED = pytest.StashKey[dict[str, Note]]()


class Figures:
    """Adds up what the tests of this run have done, wherever they ran, and notes the long ones."""

    def __init__(self, config: pytest.Config) -> None:
        self.totals: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        for note in config.stash[PASSED].values():
            self._add(note)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take down a test that passed."""
        told: list[Any] = [one for name, one in report.user_properties if name == FIGURE]
        figures = [(str(name), int(count)) for name, count in told]
        if report.when != "call" or not report.passed:
            return
        note = Note(program(), report.nodeid, report.duration, figures)
        self._add(note)
        if any(name in report.keywords for name in LONG):
            NOTES.parent.mkdir(exist_ok=True)
            with NOTES.open("a", encoding="utf-8") as file:
                file.write(note.line())

    def _add(self, note: Note) -> None:
        for name, count in note.figures:
            self.totals[name] += count
            self.seconds[name] += round(note.seconds / len(note.figures))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what was done."""
        if self.totals:
            terminalreporter.write_sep("=", f"figures of the programmes, program {program()}")
        for name in sorted(self.totals):
            terminalreporter.write_line(f"{self.totals[name]:>8,}  {name}  ({self.seconds[name]:,} s)")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Listen where the reports come together."""
    config = session.config
    is_asked = config.getoption("--deep") or config.getoption("--nightly")
    if is_asked and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Figures(config), "figures")
