"""The plugin of the long sweeps, tried on small runs of pytest of its own."""

import subprocess
import sys
from pathlib import Path

from tools.bootstrap import ROOT
from tools.deep_runs import Note, noted

INI = "[pytest]\nmarkers =\n  deep\n  nightly\n"
TESTS = """
import pathlib
import pytest
from tools import deep_runs

deep_runs.NOTES = pathlib.Path(__file__).parent / "deep.jsonl"

def test_short(): pass
@pytest.mark.deep
@pytest.mark.parametrize("piece", [1, 2])
def test_deep(piece, figure): figure("cuts", 100 * piece)
@pytest.mark.deep
def test_fails(figure):
    figure("cuts", 5000)
    assert (pathlib.Path(__file__).parent / "mended").exists()
@pytest.mark.nightly
def test_nightly(figure): figure("more cuts", 7)
"""


def said(folder: Path, *words: str) -> str:
    """What a run of these tests says; the notes are read and written beside them."""
    (folder / "pytest.ini").write_text(INI)
    (folder / "conftest.py").write_text(TESTS.partition("def test_short")[0])
    (folder / "test_inner.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tools.deep_runs", str(folder), *words]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    return done.stdout


def test_long_tests_run_only_when_asked_for(tmp_path: Path) -> None:
    assert "1 passed, 4 deselected" in said(tmp_path)
    assert "3 passed, 2 deselected" in said(tmp_path, "--deep", "-k", "not fails")
    assert "4 passed" in said(tmp_path, "--nightly", "-k", "not fails")


def test_figures_are_added_up_and_what_failed_or_was_never_run_is_taken_up_again(tmp_path: Path) -> None:
    first = said(tmp_path, "--deep")
    assert "1 failed, 3 passed, 1 deselected" in first
    assert "300  cuts" in first
    notes = list(noted(tmp_path / "deep.jsonl"))
    assert [note.figures for note in notes] == [[("cuts", 100)], [("cuts", 200)]]
    (tmp_path / "mended").touch()
    again = said(tmp_path, "--deep", "--resume")
    assert "2 passed, 3 deselected" in again
    assert "5,300  cuts" in again


def test_what_another_program_has_passed_is_run_again(tmp_path: Path) -> None:
    said(tmp_path, "--deep", "-k", "deep")
    file = tmp_path / "deep.jsonl"
    file.write_text("".join(Note("another", note.test, note.seconds, note.figures).line() for note in noted(file)))
    assert "2 passed" in said(tmp_path, "--deep", "--resume", "-k", "deep")
