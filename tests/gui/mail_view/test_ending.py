"""However the program ends, the browser engine ends with it: no crash, no warning, no process left."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "way", ["close the window", "quit while loading", "delete at the last moment", "exit at once", "just end"]
)
def test_the_engine_ends_with_the_program(way: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.gui.mail_view.one_mail", way],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )  # returns when the last process that holds its output is gone
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout == "shown web\n"
