"""Habits that are refused where they are found."""

import subprocess
from pathlib import Path

import pytest

from tools import habits

HOME = "/ho" + "me/ana/mail"  # in two parts, or this file would be refused itself
INDEX = "https://py" + "pi.org/simple"


@pytest.mark.parametrize(
    ("path", "source", "habit"),
    [
        ("desktop/a.py", "import time\ntime.sleep(1)\n", "sleep"),
        ("tests/a.py", "from time import sleep\n", "sleep"),
        ("desktop/a.py", "import time\ntime.monotonic()\n", None),
        ("desktop/a.py", "print('x')\n", "print"),
        ("desktop/cli/a.py", "print('x')\n", None),
        ("tests/a.py", "print('x')\n", None),
        ("desktop/a.py", "'''print(x) and time.sleep(1)'''\n", None),
        ("desktop/a.py", "thread.terminate()\n", "terminate"),
        ("tests/a.py", "self.child.terminate()\n", "terminate"),
    ],
)
def test_habits_of_python(path: str, source: str, habit: str | None) -> None:
    assert [one.habit for one in habits.in_python(path, source)] == ([habit] if habit else [])


@pytest.mark.parametrize(
    ("line", "habit"),
    [
        (f"mail is in {HOME}", "machine path"),
        (f'"{HOME}"', "machine path"),
        ("see /ro" + "ot/notes.txt", "machine path"),
        ("cd /wo" + "rk", "machine path"),
        ("a path such as tests/work/one", None),
        ("https://example.org/work/with/us", None),
        ("network/root folder, and / as root", None),
        (f"--index-url {INDEX}", "index address"),
        ("-i http" + "://deb" + ".debian.org/debian", "index address"),
        ("extra-index-url = file" + ":///x", "index address"),
        ("https://www.example.org/", None),
    ],
)
def test_habits_of_any_text(line: str, habit: str | None) -> None:
    assert {one.habit for one in habits.in_text("README.md", line)} == ({habit} if habit else set())


def test_only_the_projects_own_files_are_read_and_an_exception_has_to_be_needed(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("*.log\n", encoding="utf-8")
    (tmp_path / "kept.log").write_text(HOME, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff" + HOME.encode())
    (tmp_path / "notes.md").write_text(f"one\n{HOME}\n", encoding="utf-8")
    assert habits.complaints(tmp_path, {}).startswith("notes.md:2: machine path: ")
    assert habits.complaints(tmp_path, {("notes.md", "machine path"): "the reason"}) == ""
    (tmp_path / "notes.md").write_text("one\n", encoding="utf-8")
    assert "not needed any more" in habits.complaints(tmp_path, {("notes.md", "machine path"): "the reason"})
