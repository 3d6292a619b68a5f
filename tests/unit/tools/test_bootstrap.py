"""What is done to .venv, and when."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tools import bootstrap, needs
from tools.bootstrap import ROOT, Environment, Purpose, Stamp, Work
from tools.needs import CannotSetUp


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A checkout whose .venv looks as if it had been made for the program."""
    (tmp_path / "requirements").mkdir()
    for name in ("build", "app", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "postroom"\n', encoding="utf-8")
    made = Environment(tmp_path)
    made.npm_lock.parent.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        made.npm_lock.with_name(name).write_text("{}\n", encoding="utf-8")
    made.programs.mkdir(parents=True)
    made.python.symlink_to(sys.executable)
    made.program("postroom").touch()
    write(made, made.wanted(tests=False))
    return made


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that set-up would run, in words, instead of running them."""
    told: list[str] = []

    def run(command: list[str], complaint: str, environment: Environment) -> None:
        assert not environment.stamp_file.exists(), "the stamp has to be gone before anything is changed"
        told.append(" ".join(command))

    monkeypatch.setattr(bootstrap, "_run", run)
    monkeypatch.setattr(needs, "meet", lambda needs, say, system=None: None)
    return told


def write(environment: Environment, stamp: Stamp) -> None:
    environment.stamp_file.write_text(json.dumps(asdict(stamp)), encoding="utf-8")


def lose_the_stamp(environment: Environment) -> None:
    environment.stamp_file.unlink()


def spoil_the_stamp(environment: Environment) -> None:
    environment.stamp_file.write_text('{"root": ', encoding="utf-8")


def lose_the_interpreter(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/no/such/python")


def change_the_interpreter(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/bin/sh")


def move_the_checkout(environment: Environment) -> None:
    write(environment, replace(environment.wanted(tests=False), root="/somewhere/else"))


def change_the_lock(environment: Environment) -> None:
    environment.lock("app").write_text("app==2\n", encoding="utf-8")


def change_the_project(environment: Environment) -> None:
    (environment.root / "pyproject.toml").write_text('[project]\nname = "other"\n', encoding="utf-8")


def lose_the_program(environment: Environment) -> None:
    environment.program("postroom").unlink()


def change_nothing_that_counts(environment: Environment) -> None:
    (environment.root / "pyproject.toml").write_text(
        '[project]\nname = "postroom"\n[tool.ruff]\nx=1\n', encoding="utf-8"
    )
    environment.lock("dev").write_text("dev==2\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("happens", "work"),
    [
        (lose_the_stamp, Work.MAKE_ANEW),
        (spoil_the_stamp, Work.MAKE_ANEW),
        (lose_the_interpreter, Work.MAKE_ANEW),
        (change_the_interpreter, Work.MAKE_ANEW),
        (move_the_checkout, Work.MAKE_ANEW),
        (change_the_lock, Work.UPDATE),
        (change_the_project, Work.UPDATE),
        (lose_the_program, Work.UPDATE),
        (change_nothing_that_counts, Work.NOTHING),
    ],
)
def test_work_follows_from_what_happened(
    environment: Environment, happens: Callable[[Environment], None], work: Work
) -> None:
    assert environment.work(Purpose.APP) is Work.NOTHING
    happens(environment)
    assert environment.work(Purpose.APP) is work


def test_the_tests_add_to_the_programs_environment_and_the_program_keeps_theirs(environment: Environment) -> None:
    assert environment.work(Purpose.TESTS) is Work.UPDATE
    write(environment, environment.wanted(tests=True))
    assert environment.work(Purpose.TESTS) is Work.NOTHING
    assert environment.work(Purpose.APP) is Work.NOTHING


def test_another_lock_of_npm_is_work_for_the_tests_and_none_for_the_program(
    environment: Environment, commands: list[str]
) -> None:
    environment.npm_lock.write_text('{"packages": {}}\n', encoding="utf-8")
    assert environment.work(Purpose.APP) is Work.NOTHING
    write(environment, environment.wanted(tests=True))
    environment.npm_lock.write_text('{"packages": {"": {}}}\n', encoding="utf-8")
    assert environment.work(Purpose.TESTS) is Work.UPDATE
    bootstrap.set_up(Purpose.TESTS, lambda words: None, environment)
    assert commands[-1].startswith(f"{environment.program('npm')} ci --prefix {environment.npm_packages} --ignore-scr")
    assert (environment.npm_packages / "package-lock.json").read_bytes() == environment.npm_lock.read_bytes()
    assert environment.work(Purpose.TESTS) is Work.NOTHING


def test_the_program_needs_nothing_of_npm(environment: Environment, commands: list[str]) -> None:
    lose_the_stamp(environment)
    bootstrap.set_up(Purpose.APP, lambda words: None, environment)
    assert not any("npm" in command for command in commands)


def test_nothing_is_run_when_nothing_has_to_be_done(environment: Environment, commands: list[str]) -> None:
    said: list[str] = []
    bootstrap.set_up(Purpose.APP, said.append, environment)
    assert (commands, said) == ([], [])


def test_an_interrupted_set_up_starts_afresh(environment: Environment, commands: list[str]) -> None:
    lose_the_stamp(environment)
    bootstrap.set_up(Purpose.APP, lambda words: None, environment)
    assert "-m venv --clear" in commands[0]
    assert "--require-hashes" in commands[1]
    assert commands[1].endswith("app.txt")
    assert "--no-build-isolation" in commands[2]
    assert environment.work(Purpose.APP) is Work.NOTHING


def test_a_changed_lock_is_installed_in_place_and_with_the_tests_part_if_it_was_there(
    environment: Environment, commands: list[str]
) -> None:
    write(environment, environment.wanted(tests=True))
    change_the_lock(environment)
    bootstrap.set_up(Purpose.APP, lambda words: None, environment)
    assert not any("venv --clear" in command for command in commands)
    assert commands[0].endswith("dev.txt")
    assert environment.work(Purpose.TESTS) is Work.NOTHING


def test_set_up_that_fails_leaves_no_stamp(
    environment: Environment, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(environment: Environment) -> None:
        raise CannotSetUp("no")

    monkeypatch.setattr(bootstrap, "_install_project", fail)
    lose_the_program(environment)
    with pytest.raises(CannotSetUp):
        bootstrap.set_up(Purpose.APP, lambda words: None, environment)
    assert environment.work(Purpose.APP) is Work.MAKE_ANEW


def test_packages_that_no_lock_names_are_stale(tmp_path: Path) -> None:
    packages = tmp_path / "lib/python3.11/site-packages"
    for name in ("pip-23.0", "postroom-0.1.0", "Old_Thing-1.0", "ruamel.yaml-1.0", "new-2"):
        (packages / f"{name}.dist-info").mkdir(parents=True)
    assert bootstrap.stale_packages(tmp_path, ["new==2 \\\n    --hash=sha256:0\n", "ruamel-yaml==1.0\n"]) == [
        "old-thing"
    ]


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "tell the maintainers"),
        ("NewConnectionError: Temporary failure in name resolution", "Check the network"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("[Errno 13] Permission denied: '.venv/bin'", "belongs to another user"),
        ("ERROR: No matching distribution found for alembic==1", "could not be reached, or it has no such package"),
        ("Segmentation fault", "starts afresh"),
        ("npm error code EINTEGRITY", "tell the maintainers"),
        ("npm error code ENOTFOUND", "Check the network"),
        ("npm error ENOSPC: no space left on device, write", "The disk is full"),
    ],
)
def test_a_failed_step_says_what_to_do(output: str, advice: str) -> None:
    assert advice in bootstrap.advice(output)
    assert output in bootstrap.advice(output)


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(
    environment: Environment, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*words: object) -> None:
        raise PermissionError(13, "Permission denied", ".venv")

    monkeypatch.setattr(bootstrap, "_make", refuse)
    lose_the_stamp(environment)
    with pytest.raises(CannotSetUp, match="belongs to another user"):
        bootstrap.set_up(Purpose.APP, lambda words: None, environment)


@pytest.mark.parametrize("door", ["run", "test"])
def test_an_old_python_is_told_so(door: str) -> None:
    code = f"import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path({str(ROOT / door)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env={**os.environ})
    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and this is Python 3.9" in done.stderr
    assert "Traceback" not in done.stderr
