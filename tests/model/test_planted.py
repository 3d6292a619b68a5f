"""The model finds what it is there for: every planted bug, each in a copy of the program, by the right invariant."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.model.running import KINDS
from tools.bootstrap import ROOT
from tools.deep_runs import Say

PATCHES = sorted((Path(__file__).parent / "planted").glob("*.patch"))
SEED, EXAMPLES, STEPS = 7, 400, 50
SOONER = {"13": 9}
"""Other seeds, with which what every ./test looks for is found after a few histories."""
QUICK = {"02", "05", "13", "41"}
"""A few of different kinds, found within seconds: every ./test runs them, ./test --deep runs all."""
REFRESH = (
    "A planted bug that fits no more tests nothing. Make the same mistake in desktop/ by hand, write "
    "'git diff --no-ext-diff -U2 -- desktop' under the first two lines of the patch, and take the change back."
)


def each_patch() -> list[ParameterSet]:
    """Return the patches as parameters; those that need many histories are for the deep run."""
    deep = pytest.mark.deep
    return [pytest.param(path, id=path.stem, marks=() if path.stem[:2] in QUICK else deep) for path in PATCHES]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("patch", each_patch())
def test_a_planted_bug_is_found(patch: Path, tmp_path: Path, figure: Say) -> None:
    expected = caught_by(patch)
    seed = SOONER.get(patch.stem[:2], SEED)
    kind = next((kind for kind in KINDS if kind.rstrip("s") in patch.stem), "")
    told = run_planted(copy_with(patch, tmp_path), seed, kind)
    assert told["program"].startswith(str(tmp_path)), "the machine ran on another program"
    assert told["broken"], f"not found in {told['examples']} histories of {STEPS} steps"
    assert re.search(expected, told["broken"]), f"found, but by another invariant: {told['broken']}"
    figure("R5 planted bugs found", 1)


def test_there_are_planted_bugs() -> None:
    assert len(PATCHES) >= 20


def caught_by(patch: Path) -> str:
    """Return the invariants, one of which has to catch it, as a pattern."""
    found = re.match(r"Planted: .+\nCaught by: (.+)\n", patch.read_text(encoding="utf-8"))
    assert found, f"{patch.name} must begin with the lines 'Planted: ...' and 'Caught by: ...'"
    return found[1]


def copy_with(patch: Path, folder: Path) -> Path:
    """Return a folder with a copy of the program in which the bug is planted."""
    shutil.copytree(ROOT / "desktop", folder / "desktop", ignore=shutil.ignore_patterns("__pycache__"))
    command = ["git", "apply", "-p1", "--verbose", str(patch)]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    applied = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)
    assert applied.returncode == 0, f"{patch.name} cannot be applied. {REFRESH}\n{applied.stderr}"
    return folder


def run_planted(folder: Path, seed: int, *words: str) -> dict[str, str]:
    """Run the machine with *seed* on the program in *folder* and return what it told."""
    command = [sys.executable, "-m", "tests.model.running", str(seed), str(EXAMPLES), str(STEPS), *words]
    path = os.pathsep.join([str(folder), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"The machine itself broke:\n{done.stderr[-4000:]}"
    told: dict[str, str] = json.loads(done.stdout)
    return told
