"""The locks in requirements/: what they must and must not hold, and how they are made.

`python -m tools.locks` makes them anew from the .in files (it needs the program uv, from `pip install uv`).
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.bootstrap import ROOT

REMEDY = "make the locks with: python -m tools.locks"
NAMES = ("build", "app", "dev")
COMPILE = (
    "pip",
    "compile",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "-q",
)


def complaints(root: Path) -> str:
    """What is wrong with the requirements files, one line each; empty when nothing is."""
    folder = root / "requirements"
    return "\n".join(
        [*_addresses(folder), *_wishes_without(folder, root / "docs/dependencies.md"), *_differences(folder)]
    )


def _addresses(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "://" in line:
                yield f"{path.name}:{number}: an address has no place here; {REMEDY}"


def _wishes_without(folder: Path, page: Path) -> Iterator[str]:
    """The packages named in a .in file that have no pin, or no line on the page about dependencies."""
    told = page.read_text(encoding="utf-8").lower()
    for name in NAMES:
        pins = pinned(folder / f"{name}.txt")
        for package in asked_for(folder / f"{name}.in"):
            if package not in pins:
                yield f"{name}.in names {package}, which {name}.txt does not hold; {REMEDY}"
            if f"\n| {package} |" not in told:
                yield f"{name}.in names {package}, and {page.name} has no line for it: why, licence, health"


def _differences(folder: Path) -> Iterator[str]:
    dev = pinned(folder / "dev.txt")
    for package, version in pinned(folder / "app.txt").items():
        if dev.get(package) != version:
            yield f"{package} is {version} in app.txt but {dev.get(package, 'missing')} in dev.txt; {REMEDY}"


def pinned(lock: Path) -> dict[str, str]:
    """The packages of a lock with their versions (a package that differs by platform has several, joined)."""
    pins: dict[str, str] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([\w.-]+)==([^\s\\;]+)", line)
        if match:
            name = plain(match[1])
            pins[name] = f"{pins[name]} or {match[2]}" if name in pins else match[2]
    return pins


def asked_for(wishes: Path) -> list[str]:
    """The packages that a .in file names itself."""
    lines = (line.partition("#")[0].strip() for line in wishes.read_text(encoding="utf-8").splitlines())
    return [plain(re.split(r"[^\w.-]", line)[0]) for line in lines if line and not line.startswith("-")]


def plain(name: str) -> str:
    """A package's name in its one normal spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Make every lock anew; packages already locked keep their version unless `--upgrade` is given."""
    uv = shutil.which("uv")
    if uv is None:
        print("Making locks needs the program uv: pip install uv")
        return 1
    for name in NAMES:
        constraint = ["-c", "requirements/app.txt"] if name == "dev" else []
        files = [f"requirements/{name}.in", *constraint, "-o", f"requirements/{name}.txt"]
        done = subprocess.run([uv, *COMPILE, *sys.argv[1:], *files], check=False, cwd=ROOT)
        if done.returncode:
            return done.returncode
    print("The locks are made.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
