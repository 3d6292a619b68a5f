"""Habits of this house that a reader of the text can check: each is refused where it is found, with what to do instead.

An exception has the file, the habit and a reason in EXCEPTIONS, and fails the check itself as soon as it is not needed.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap import ROOT

INSTEAD = {
    "sleep": "wait for what you wait for: stop_event.wait(seconds) in the program, a condition with a limit in a test",
    "print": "only desktop/cli/ speaks to the terminal; give the words back, or log them",
    "terminate": "ask it to stop and wait with a limit; a child process that does not listen gets kill()",
    "machine path": "a path of one machine has no place here; make it relative, or take it from the environment",
    "index address": "the address of a package index has no place here; name the package only",
}

EXCEPTIONS: Mapping[tuple[str, str], str] = {
    # ("desktop/part/file.py", "sleep"): "why it is right there",
}

MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:work|root|home/\w+|Users/\w+|opt/(?:pypi|wheels)[\w-]*)(?:/\w|\b(?=[\s\"'`)]|$))"
)
INDEX_ADDRESS = re.compile(
    r"https?://[^\s\"'<>]*(?:pypi|pythonhosted|npmjs|(?:deb|snapshot)\.debian)|(?:index-url|find-links|trusted-host)\s*=?\s*\w*://"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a habit was found."""

    path: str
    line: int
    habit: str

    def complaint(self) -> str:
        """The sentence for it."""
        return f"{self.path}:{self.line}: {self.habit}: {INSTEAD[self.habit]}"


def in_python(path: str, source: str) -> Iterator[Finding]:
    """The habits found in the calls of one Python file."""
    try:
        tree = ast.parse(source, filename=path)
    except SyntaxError:  # ruff says it better
        return
    for node in ast.walk(tree):
        habit = _habit_of(node.func) if isinstance(node, ast.Call) else None
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "time"
            and any(one.name == "sleep" for one in node.names)
        ):
            habit = "sleep"
        if habit and (habit != "print" or _is_silent(path)):
            yield Finding(path, getattr(node, "lineno", 1), habit)


def _habit_of(function: ast.expr) -> str | None:
    if isinstance(function, ast.Name):
        return "print" if function.id == "print" else None
    if not isinstance(function, ast.Attribute):
        return None
    if function.attr == "terminate":
        return "terminate"
    is_time = isinstance(function.value, ast.Name) and function.value.id == "time"
    return "sleep" if is_time and function.attr == "sleep" else None


def _is_silent(path: str) -> bool:
    return path.startswith("desktop/") and not path.startswith("desktop/cli/")


def in_text(path: str, text: str) -> Iterator[Finding]:
    """The habits found in the text of any file."""
    for number, line in enumerate(text.splitlines(), start=1):
        if MACHINE_PATH.search(line):
            yield Finding(path, number, "machine path")
        if INDEX_ADDRESS.search(line):
            yield Finding(path, number, "index address")


def findings(root: Path) -> Iterator[Finding]:
    """Every habit found in the project's own files."""
    for name in own_files(root):
        try:
            text = (root / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        yield from in_text(name, text)
        if name.endswith(".py") and name.startswith(("desktop/", "tests/")):
            yield from in_python(name, text)


def own_files(root: Path) -> list[str]:
    """The files that git has, or would take at the next `git add`."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=False, cwd=root, capture_output=True, text=True)
    if listed.returncode:
        raise OSError(f"git could not list the project's files: {listed.stderr.strip()}")
    return sorted(name for name in listed.stdout.split("\0") if name)


def complaints(root: Path, exceptions: Mapping[tuple[str, str], str] = EXCEPTIONS) -> str:
    """Every finding without an exception, and every exception not needed; empty when all is well."""
    found = list(findings(root))
    used = {(one.path, one.habit) for one in found}
    words = [one.complaint() for one in found if (one.path, one.habit) not in exceptions]
    words += [
        f"tools/habits.py: the exception for {path} ({habit}) is not needed any more; take it out"
        for path, habit in exceptions
        if (path, habit) not in used
    ]
    return "\n".join(words)


def main() -> int:
    """Print the complaints; 1 when there are any."""
    words = complaints(ROOT)
    print(words or "No bad habit was found.")
    return 1 if words else 0


if __name__ == "__main__":
    sys.exit(main())
