"""The locks in requirements/: what they must and must not hold, and how they are made.

`python -m tools.locks` makes them anew from the .in files (it needs the program uv, from `pip install uv`), and the
lock of the packages from npm from tests/oidc/package.json.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.bootstrap import ROOT, Environment

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
    folder, page, npm_lock = root / "requirements", root / "docs/dependencies.md", Environment(root).npm_lock
    return "\n".join(
        [
            *_addresses([*sorted(folder.iterdir()), npm_lock]),
            *_wishes_without(folder, page),
            *_differences(folder),
            *_npm_wishes_without(npm_lock, page),
        ]
    )


def _addresses(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "://" in line:
                yield f"{path.name}:{number}: an address has no place here; {REMEDY}"


def _npm_wishes_without(lock: Path, page: Path) -> Iterator[str]:
    """The packages named in package.json without an exact version, that version in the lock or a line on the page."""
    told = page.read_text(encoding="utf-8").lower()
    wishes = json.loads(lock.with_name("package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for package, version in wishes.items():
        if locked.get(f"node_modules/{package}", {}).get("version") != version:
            yield f"package.json names {package} {version}, which {lock.name} does not hold; {REMEDY}"
        if f"\n| {package} |" not in told:
            yield f"package.json names {package}, and {page.name} has no line for it: why, licence, health"
    for place, entry in locked.items():
        if place and "integrity" not in entry:
            yield f"{lock.name} has no hash for {place}; {REMEDY}"


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
    failed = make_npm_lock(Environment())
    print("The lock of the npm packages could not be made." if failed else "The locks are made.")
    return failed


def make_npm_lock(environment: Environment) -> int:
    """Make the lock of the npm packages: hashes stay in it, and no address; npm's exit code."""
    lock = environment.npm_lock
    made = [str(environment.program("npm")), "install", "--package-lock-only", "--omit-lockfile-registry-resolved"]
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    code = subprocess.run([*made, *quietly, "--prefix", str(lock.parent)], check=False, cwd=lock.parent).returncode
    if code == 0:
        content = json.loads(lock.read_text(encoding="utf-8"))
        for entry in content["packages"].values():
            entry.pop("funding", None)
        lock.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
