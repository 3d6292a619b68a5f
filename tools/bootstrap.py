"""Set-up for the two doors: system packages, then the environment in .venv, each only where something is missing.

The state of .venv is one stamp file inside it. The stamp goes away before anything is changed and is written when
all is done, so set-up that was interrupted leaves no stamp, and the next run makes .venv anew. Standard library only.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from tools import needs
from tools.needs import CannotSetUp, Say

ROOT = Path(__file__).resolve().parent.parent
NO_NETWORK = re.compile(
    r"name resolution|NewConnectionError|ConnectTimeout|Read ?timed out|ReadTimeout|SSLError|ProxyError"
    r"|Connection (broken|refused|reset)|Could not fetch URL|Network is unreachable|ConnectionError"
    r"|ENOTFOUND|EAI_AGAIN|ECONNRE(FUSED|SET)|E(CONN|SOCKET)?TIMEDOUT|ENETUNREACH|certificate in certificate chain",
    re.IGNORECASE,
)


class Purpose(Enum):
    """What the environment is for; the tests' lock holds the program's too."""

    APP = "app"
    TESTS = "dev"


class Work(Enum):
    """What has to be done to .venv."""

    NOTHING = "nothing"
    UPDATE = "update"
    MAKE_ANEW = "make anew"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What .venv was made from; any difference to the tree of now means work."""

    root: str
    interpreter: str
    project: str
    app: str
    dev: str | None


class Environment:
    """The environment in .venv of one checkout."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.programs = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.programs / ("python.exe" if os.name == "nt" else "python")
        self.stamp_file = self.folder / "made-from.json"
        self.npm_packages = self.folder / "npm"

    def program(self, name: str) -> Path:
        """The path of a program installed in the environment."""
        return self.programs / (f"{name}.exe" if os.name == "nt" else name)

    def lock(self, name: str) -> Path:
        """The path of one of the locks in requirements/."""
        return self.root / "requirements" / f"{name}.txt"

    @property
    def npm_lock(self) -> Path:
        """The lock of the one test server that comes from npm; what is wished for lies beside it."""
        return self.root / "tests" / "oidc" / "package-lock.json"

    def wanted(self, *, tests: bool) -> Stamp:
        """The stamp that .venv would carry if it were made from the tree of now."""
        build = _digest(self.lock("build").read_bytes())
        return Stamp(
            root=str(self.root),
            interpreter=os.path.realpath(self.python),
            project=_digest((build + _about_the_project(self.root)).encode()),
            app=_digest(self.lock("app").read_bytes()),
            dev=_digest(self.lock("dev").read_bytes() + self.npm_lock.read_bytes()) if tests else None,
        )

    def stamp(self) -> Stamp | None:
        """The stamp that .venv carries, or None when there is none that can be read."""
        try:
            return Stamp(**json.loads(self.stamp_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def work(self, purpose: Purpose) -> Work:
        """Decide what has to be done before the environment serves the purpose."""
        stamp = self.stamp()
        if stamp is None or not self.python.exists():
            return Work.MAKE_ANEW
        wanted = self.wanted(tests=purpose is Purpose.TESTS or stamp.dev is not None)
        if (stamp.root, stamp.interpreter) != (wanted.root, wanted.interpreter):
            return Work.MAKE_ANEW
        if stamp != wanted or not self.program("postroom").exists():
            return Work.UPDATE
        return Work.NOTHING


def set_up(purpose: Purpose, say: Say, environment: Environment | None = None) -> Environment:
    """Do all set-up that is missing for the purpose. Raises CannotSetUp with a sentence when it cannot be done."""
    environment = environment or Environment()
    needs.meet(needs.TESTS if purpose is Purpose.TESTS else needs.APP, say)
    if environment.work(purpose) is Work.NOTHING:
        return environment
    if purpose is Purpose.APP:
        needs.wish(needs.WINDOW, say)
    with _alone(environment.root, say):
        work = environment.work(purpose)  # another run may just have done it
        if work is not Work.NOTHING:
            try:
                _make(environment, purpose, work, say)
            except OSError as error:
                raise CannotSetUp(f"Set-up could not write what it has to: {error}.\n{advice(str(error))}") from error
    return environment


def _make(environment: Environment, purpose: Purpose, work: Work, say: Say) -> None:
    stamp = environment.stamp()
    environment.stamp_file.unlink(missing_ok=True)
    if work is Work.MAKE_ANEW:
        say("Making the Python environment in .venv (up to a few minutes).")
        _run(
            [_base_python(), "-m", "venv", "--clear", str(environment.folder)],
            "The environment could not be made",
            environment,
        )
    else:
        say("Bringing the Python environment in .venv up to date.")
    tests = purpose is Purpose.TESTS or (work is Work.UPDATE and stamp is not None and stamp.dev is not None)
    _install_packages(environment, "dev" if tests else "app")
    _install_project(environment)
    if tests:
        _install_npm_packages(environment)
    made = asdict(environment.wanted(tests=tests))
    environment.stamp_file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def _install_packages(environment: Environment, name: str) -> None:
    locks = [environment.lock("build"), environment.lock(name)]
    pip = [str(environment.python), "-m", "pip", "--no-input", "--disable-pip-version-check"]
    arguments = [part for lock in locks for part in ("-r", str(lock))]
    _run(
        [*pip, "install", "--quiet", "--no-deps", "--require-hashes", *arguments],
        "The Python packages could not be installed",
        environment,
    )
    stale = stale_packages(environment.folder, [lock.read_text(encoding="utf-8") for lock in locks])
    if stale:
        _run(
            [*pip, "uninstall", "--quiet", "--yes", *stale],
            "Packages of an older lock could not be removed",
            environment,
        )


def _install_project(environment: Environment) -> None:
    pip = [str(environment.python), "-m", "pip", "--no-input", "--disable-pip-version-check", "install", "--quiet"]
    own = [
        "--no-deps",
        "--no-build-isolation",
        "--config-settings",
        "editable_mode=compat",
        "--editable",
        str(environment.root),
    ]
    _run([*pip, *own], "Postroom itself could not be installed into .venv", environment)


def _install_npm_packages(environment: Environment) -> None:
    """Put what the test issuer is made of into .venv, with the npm that a Python package brought there."""
    environment.npm_packages.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(environment.npm_lock.with_name(name), environment.npm_packages / name)
    npm = [str(environment.program("npm")), "ci", "--prefix", str(environment.npm_packages)]
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    _run([*npm, *quietly], "The npm packages of the test servers could not be installed", environment)


def stale_packages(folder: Path, locks: Sequence[str]) -> list[str]:
    """The packages installed below a folder that none of these locks names."""
    named = {
        _plain(line.partition("==")[0]) for text in locks for line in text.splitlines() if re.match(r"[\w.-]+==", line)
    }
    kept = named | {"pip", "postroom"}
    infos = folder.glob("lib/python3*/site-packages/*.dist-info")
    return sorted(name for name in {_plain(info.name.partition("-")[0]) for info in infos} if name not in kept)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _run(command: Sequence[str], complaint: str, environment: Environment) -> None:
    """Run one step of set-up in silence; on failure say what it was, with the program's own last words."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET"}
    }
    clean.setdefault("NODE_USE_SYSTEM_CA", "1")  # npm trusts whom the system trusts, as pip does
    done = subprocess.run(
        command,
        check=False,
        cwd=environment.root,
        env=clean,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise CannotSetUp(f"{complaint}.\n{advice(done.stdout)}")


def advice(output: str) -> str:
    """What to do about a failed step, from what it printed; its last words come first."""
    tail = "\n".join(f"    {line[:200]}" for line in output.strip().splitlines()[-6:])
    if "DO NOT MATCH THE HASHES" in output or "EINTEGRITY" in output:
        what = "A package is not the one that was locked. Do not go round this check: tell the maintainers."
    elif "no space left" in output.lower():
        what = "The disk is full. Make room, then run the same command again."
    elif "permission denied" in output.lower():
        what = "Something in this folder belongs to another user. Work as that user, or in a clone of your own."
    elif NO_NETWORK.search(output):
        what = "The package index could not be reached. Check the network or the proxy, then run it again."
    elif "No matching distribution" in output or "E404" in output:
        python = f"Python {sys.version_info.major}.{sys.version_info.minor} on {sys.platform}"
        what = (
            f"The package index could not be reached, or it has no such package for {python}. Check the network first."
        )
    else:
        what = "Run the same command again: it starts afresh. If it fails the same way, the lines above say why."
    return f"{tail}\n{what}"


@contextlib.contextmanager
def _alone(root: Path, say: Say) -> Iterator[None]:
    """Hold the checkout's set-up lock; it is on the folder itself, so there is no file to leave behind."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    folder = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is running; waiting for it.")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _base_python() -> str:
    """The Python that .venv is made with: the one running this, or the one behind it when it is an environment's."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _about_the_project(root: Path) -> str:
    """The parts of pyproject.toml that decide how the project itself is installed, as one text."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [settings.get("project"), settings.get("build-system"), settings.get("tool", {}).get("setuptools")]
    return json.dumps(parts, sort_keys=True)
