"""The steps of the checks: the locks, the generated pages, and how their results are told."""

import shutil
from pathlib import Path

import pytest

from tools import check, doors, generated, locks, suite
from tools.bootstrap import ROOT
from tools.check import Step
from tools.generated import Page


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs/dependencies.md", tmp_path / "docs")
    shutil.copytree(ROOT / "tests/oidc", tmp_path / "tests/oidc")
    return tmp_path / "requirements"


def test_the_locks_of_this_project_are_sound(requirements: Path) -> None:
    assert locks.complaints(requirements.parent) == ""


def test_an_address_in_a_lock_is_refused(requirements: Path) -> None:
    (requirements / "extra.txt").write_text("thing @ https://example.org/thing.whl\n", encoding="utf-8")
    assert locks.complaints(requirements.parent).startswith("extra.txt:1: an address has no place here")


def test_an_address_in_the_lock_of_npm_is_refused(requirements: Path) -> None:
    lock = requirements.parent / "tests/oidc/package-lock.json"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace('"lockfileVersion"', '"resolved": "https://example.org",\n"lockfileVersion"'))
    assert locks.complaints(requirements.parent).startswith("package-lock.json:3: an address has no place here")


def test_a_wish_from_npm_without_a_pin_a_hash_or_a_line_is_told(requirements: Path) -> None:
    folder = requirements.parent / "tests/oidc"
    (folder / "package.json").write_text('{"dependencies": {"new-thing": "1.0.0", "oidc-provider": "1.0.0"}}')
    lock = folder / "package-lock.json"
    lock.write_text(lock.read_text(encoding="utf-8").replace('"integrity"', '"nothing"', 1), encoding="utf-8")
    complaints = locks.complaints(requirements.parent)
    assert "package.json names new-thing 1.0.0, which package-lock.json does not hold" in complaints
    assert "package.json names new-thing, and dependencies.md has no line for it" in complaints
    assert "package.json names oidc-provider 1.0.0, which package-lock.json does not hold" in complaints
    assert "package-lock.json has no hash for node_modules/" in complaints


def test_a_wish_without_a_pin_is_told(requirements: Path) -> None:
    with (requirements / "app.in").open("a", encoding="utf-8") as wishes:
        wishes.write("New.Thing>=1  # for a reason\n")
    complaints = locks.complaints(requirements.parent)
    assert "app.in names new-thing, which app.txt does not hold" in complaints
    assert "app.in names new-thing, and dependencies.md has no line for it" in complaints


def test_the_two_locks_have_to_agree(requirements: Path) -> None:
    text = (requirements / "app.txt").read_text(encoding="utf-8")
    (requirements / "app.txt").write_text(text.replace("alembic==", "alembic==0."), encoding="utf-8")
    assert "alembic is 0." in locks.complaints(requirements.parent)


def test_a_page_that_the_program_would_write_otherwise_is_told(tmp_path: Path) -> None:
    page = Page("docs/version.md", "platform:python_version")
    (tmp_path / "docs").mkdir()
    assert "write it with: python -m tools.generated" in generated.complaints(tmp_path, [page])
    (tmp_path / page.path).write_text(page.text(), encoding="utf-8")
    assert generated.complaints(tmp_path, [page]) == ""


def test_every_step_runs_and_the_failed_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    def breaks() -> str:
        raise ValueError("odd file")

    failed = check.run([Step("one", lambda: "line 1: bad\nline 2: bad"), Step("two", breaks), Step("three", str)])
    assert failed == ["one", "two"]
    printed = capsys.readouterr().out
    assert "    line 2: bad\n" in printed
    assert "odd file" in printed
    assert "ok     three" in printed


@pytest.mark.parametrize(
    ("words", "spread"),
    [([], True), (["-k", "folder"], True), (["-n0"], False), (["--pdb"], False), (["tests/unit"], True)],
)
def test_tests_are_spread_over_the_cores_unless_the_words_say_otherwise(words: list[str], spread: bool) -> None:
    command = suite.pytest_command(words)
    assert (command[3:4] == ["-n"]) is spread
    assert command[len(command) - len(words) :] == words


def test_the_door_to_the_tests_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert doors.enter("test", ["--help"]) == 0
    printed = capsys.readouterr()
    assert all(word in printed.out for word in ("--check", "--fast", "--deep", "--setup-only", "-k threads"))
    assert printed.err == ""
