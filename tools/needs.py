"""What the doors need from the system around them: which Debian package, why, and how to tell that it is there.

A need is met when its signs are there, wherever they came from: a program, a file or a module of this Python.
The package database is not asked, so that a Python or a Dovecot of one's own counts as well. Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.app import libraries

Say = Callable[[str], None]

ADMIN_DIRS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
OWN_DIR = sysconfig.get_config_var("MULTIARCH") or "."
LIBRARY_DIRS = (f"/usr/lib/{OWN_DIR}", f"/lib/{OWN_DIR}", "/usr/lib", "/usr/lib64", "/usr/local/lib")
APT_LISTS = Path("/var/lib/apt/lists")
APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
APT_QUIETLY = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")


class CannotSetUp(Exception):
    """Set-up cannot go on; the message says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Need:
    """One Debian package, why it is needed, and the signs that it is there."""

    package: str
    why: str
    signs: tuple[str, ...]


def venv_package() -> str:
    """The Debian package that lets this very Python make environments."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def _of(library: libraries.Library) -> Need:
    return Need(library.package, library.why, tuple(f"library:{name}" for name in library.names))


WINDOW = tuple(map(_of, (*libraries.WIDGETS, *libraries.X11, *libraries.ENGINE))) if sys.platform == "linux" else ()
"""What the window needs beyond the command line, which works without."""

APP = (Need(venv_package(), "makes the project's own Python environment", ("module:ensurepip", "module:venv")),)
TESTS = (
    *APP,
    *WINDOW,
    Need("xvfb", "is the display that some tests of the window are shown on", ("program:Xvfb",)),
    Need("xauth", "lets the tests' display be used", ("program:xauth",)),
    Need(
        "fonts-noto-color-emoji",
        "draws what mail is full of, in the tests' pictures",
        ("file:/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",),
    ),
    Need(
        "fonts-wqy-zenhei",
        "draws Chinese, Japanese and Korean in the tests' pictures",
        ("file:/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",),
    ),
    Need("git", "lists the project's own files for the checks", ("program:git",)),
    Need("openssl", "makes and reads the certificates of the test servers", ("program:openssl",)),
    Need(
        "dovecot-imapd",
        "is the real IMAP server that the tests talk to, on a port of their own",
        ("program:dovecot", "file:/usr/lib/dovecot/imap|/usr/libexec/dovecot/imap"),
    ),
    Need("chromium", "is the browser in which the tests sign in and give consent", ("program:chromium",)),
    Need("libatomic1", "is what the browser's driver (playwright) is linked to", ("library:libatomic.so.1",)),
    Need("gnome-keyring", "is the real keyring that the tests store secrets in", ("program:gnome-keyring-daemon",)),
    Need("dbus", "gives the tests a message bus of their own", ("program:dbus-daemon", "program:dbus-run-session")),
)

DEEP = (Need("strace", "makes the system fail at a chosen call, for the long sweeps", ("program:strace",)),)
"""What only the long sweeps need; without it their samples are left out and say so."""


class System:
    """The machine that the doors stand on: what it has, and how it is told to do things."""

    def has(self, sign: str) -> bool:
        """Tell whether a sign is there: `program:`, `module:` or `library:NAME`, or `file:PATH|PATH` (any of them)."""
        kind, _, value = sign.partition(":")
        if kind == "program":
            return self.has_program(value)
        if kind == "module":
            return importlib.util.find_spec(value) is not None
        if kind == "library":
            return self.has_library(value)
        return any(Path(one).exists() for one in value.split("|"))

    def has_program(self, name: str) -> bool:
        """Tell whether a program is there, also one that only root has on its path."""
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), *ADMIN_DIRS])
        return shutil.which(name, path=path) is not None

    def has_library(self, name: str) -> bool:
        """Tell whether a shared library is in a usual place, or wherever else the system's loader finds it."""
        return any(Path(folder, name).exists() for folder in LIBRARY_DIRS) or libraries.is_loadable(name)

    def has_package_lists(self) -> bool:
        """Tell whether apt-get was ever told which packages there are."""
        return any(APT_LISTS.glob("*_Packages*"))

    def is_root(self) -> bool:
        """Tell whether this process may install packages itself."""
        return os.geteuid() == 0

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal; its output and its complaints come back as one text."""
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def way_to_root(self) -> list[str] | None:
        """What to put before a command to run it as root: nothing, sudo without a password, or None for no way."""
        if self.is_root():
            return []
        if self.has_program("sudo") and self.run(["sudo", "-n", "true"]).returncode == 0:
            return ["sudo", "-n"]
        return None


def missing(needs: Iterable[Need], system: System) -> list[Need]:
    """The needs that are not met, in the order of the table."""
    return [need for need in needs if not all(system.has(sign) for sign in need.signs)]


def reasons(needs: Sequence[Need]) -> str:
    """One line for each missing package: its name and what it does here."""
    width = max(len(need.package) for need in needs)
    return "\n".join(f"    {need.package:<{width}}  {need.why}" for need in needs)


def command_for_a_person(needs: Sequence[Need], *, sudo: bool) -> str:
    """The command that a person can copy to install the missing packages."""
    prefix = "sudo " if sudo else ""
    packages = " ".join(need.package for need in needs)
    return f"{prefix}apt-get update && {prefix}{' '.join(APT_INSTALL)} {packages}"


def meet(needs: Iterable[Need], say: Say, system: System | None = None) -> None:
    """Install what is missing, or say exactly what a person has to install. Raises CannotSetUp if it cannot go on."""
    system = system or System()
    lacking = missing(needs, system)
    if not lacking:
        return
    if not system.has_program("apt-get"):
        _leave_it_to_the_person(lacking, say)
        return
    root = system.way_to_root()
    if root is None:
        raise CannotSetUp(_asks_for_root(lacking, sudo=system.has_program("sudo")))
    say(f"Installing the system packages that are missing (up to a few minutes):\n{reasons(lacking)}")
    _install(root, lacking, say, system)
    still = missing(lacking, system)
    if still:
        raise CannotSetUp(
            f"apt-get installed the packages, but {sys.executable} still finds no sign of:\n{reasons(still)}\n"
            "If that is not the system's own Python, start the command with that one: /usr/bin/python3 run"
        )


def wish(needs: Iterable[Need], say: Say, system: System | None = None) -> None:
    """Install what is missing where that can be done; where it cannot, say what is missing and go on without."""
    try:
        meet(needs, say, system)
    except CannotSetUp as error:
        say(f"{error}\nGoing on: the command line works without them, the window does not.")


def _asks_for_root(lacking: Sequence[Need], *, sudo: bool) -> str:
    how = "Run this, then try again:" if sudo else "Have somebody with root rights run this, then try again:"
    return (
        f"These system packages are missing, and installing them needs root rights:\n{reasons(lacking)}\n"
        f"{how}\n    {command_for_a_person(lacking, sudo=sudo)}"
    )


def _leave_it_to_the_person(lacking: Sequence[Need], say: Say) -> None:
    words = (
        "This system has no apt-get, so its packages are yours to install. Missing, by their Debian names:\n"
        f"{reasons(lacking)}"
    )
    if any(need in APP for need in lacking):
        raise CannotSetUp(words)
    say(f"{words}\nGoing on without what needs them.")


def _install(root: list[str], lacking: Sequence[Need], say: Say, system: System) -> None:
    packages = [need.package for need in lacking]
    install = [*root, *APT_QUIETLY, *APT_INSTALL[1:], *packages]
    if system.has_package_lists() and system.run(install).returncode == 0:
        return
    say("Reading the current package lists (apt-get update).")
    updated = system.run([*root, *APT_QUIETLY, "update"])
    installed = system.run(install)
    if installed.returncode == 0:
        return
    tail = "\n".join(f"    {line}" for line in (updated.stdout + installed.stdout).strip().splitlines()[-12:])
    raise CannotSetUp(
        f"apt-get could not install {' '.join(packages)}. Its last words:\n{tail}\n"
        "If it could not reach its servers, mend the network and try again; otherwise run it by hand to see more:\n"
        f"    {command_for_a_person(lacking, sudo=bool(root))}"
    )
