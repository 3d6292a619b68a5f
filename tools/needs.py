"""What the doors need from the system around them: which Debian package, why, and how to tell that it is there.

A need is met when its signs are there, wherever they came from: a program, a file or a module of this Python.
The package database is not asked, so that a Python or a Dovecot of one's own counts as well. Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]

ADMIN_DIRS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
APT_LISTS = Path("/var/lib/apt/lists")
APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")


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


APP = (Need(venv_package(), "makes the project's own Python environment", ("module:ensurepip", "module:venv")),)
TESTS = (
    *APP,
    Need("git", "lists the project's own files for the checks", ("program:git",)),
    Need("openssl", "makes and reads the certificates of the test servers", ("program:openssl",)),
    Need(
        "dovecot-imapd",
        "is the real IMAP server that the tests talk to, on a port of their own",
        ("program:dovecot", "file:/usr/lib/dovecot/imap|/usr/libexec/dovecot/imap"),
    ),
    Need("gnome-keyring", "is the real keyring that the tests store secrets in", ("program:gnome-keyring-daemon",)),
    Need("dbus", "gives the tests a message bus of their own", ("program:dbus-daemon", "program:dbus-run-session")),
)


def is_there(sign: str) -> bool:
    """Tell whether one sign is there: `program:NAME`, `module:NAME` or `file:PATH|PATH` (any of them)."""
    kind, _, value = sign.partition(":")
    if kind == "program":
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), *ADMIN_DIRS])
        return shutil.which(value, path=path) is not None
    if kind == "module":
        return importlib.util.find_spec(value) is not None
    return any(Path(one).exists() for one in value.split("|"))


def missing(needs: Iterable[Need], there: Callable[[str], bool] = is_there) -> list[Need]:
    """The needs that are not met, in the order of the table."""
    return [need for need in needs if not all(there(sign) for sign in need.signs)]


def reasons(needs: Sequence[Need]) -> str:
    """One line for each missing package: its name and what it does here."""
    width = max(len(need.package) for need in needs)
    return "\n".join(f"    {need.package:<{width}}  {need.why}" for need in needs)


def command_for_a_person(needs: Sequence[Need], *, sudo: bool) -> str:
    """The command that a person can copy to install the missing packages."""
    prefix = "sudo " if sudo else ""
    packages = " ".join(need.package for need in needs)
    return f"{prefix}apt-get update && {prefix}{' '.join(APT_INSTALL)} {packages}"


def way_to_root() -> list[str] | None:
    """What to put before a command so that it runs as root: nothing, sudo without a password, or None for no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _runs(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def meet(needs: Iterable[Need], say: Say) -> None:
    """Install what is missing, or say exactly what a person has to install. Raises CannotSetUp when it cannot go on."""
    lacking = missing(needs)
    if not lacking:
        return
    if shutil.which("apt-get") is None:
        _leave_it_to_the_person(lacking, say)
        return
    root = way_to_root()
    if root is None:
        sudo = shutil.which("sudo") is not None
        how = "Run this, then try again:" if sudo else "Have somebody with root rights run this, then try again:"
        raise CannotSetUp(
            f"These system packages are missing, and installing them needs root rights:\n{reasons(lacking)}\n"
            f"{how}\n    {command_for_a_person(lacking, sudo=sudo)}"
        )
    say(f"Installing the system packages that are missing (up to a few minutes):\n{reasons(lacking)}")
    _install(root, lacking, say)
    still = missing(lacking)
    if still:
        raise CannotSetUp(
            f"apt-get installed the packages, but {sys.executable} still finds no sign of:\n{reasons(still)}\n"
            "If that is not the system's own Python, start the command with that one: /usr/bin/python3 run"
        )


def _leave_it_to_the_person(lacking: Sequence[Need], say: Say) -> None:
    words = (
        "This system has no apt-get, so its packages are yours to install. Missing, by their Debian names:\n"
        f"{reasons(lacking)}"
    )
    if any(need in APP for need in lacking):
        raise CannotSetUp(words)
    say(f"{words}\nGoing on without; tests that need them are skipped.")


def _install(root: list[str], lacking: Sequence[Need], say: Say) -> None:
    packages = [need.package for need in lacking]
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", APT_INSTALL[0], "-q", "-o", "DPkg::Lock::Timeout=300"]
    install = [*command, *APT_INSTALL[1:], *packages]
    if any(APT_LISTS.glob("*_Packages*")) and _runs(install):
        return
    say("Reading the current package lists (apt-get update).")
    updated = _output([*command, "update"])
    installed = _output(install)
    if installed.returncode == 0:
        return
    tail = "\n".join(f"    {line}" for line in (updated.stdout + installed.stdout).strip().splitlines()[-12:])
    raise CannotSetUp(
        f"apt-get could not install {' '.join(packages)}. Its last words:\n{tail}\n"
        "If it could not reach its servers, mend the network and try again; otherwise run it by hand to see more:\n"
        f"    {command_for_a_person(lacking, sudo=bool(root))}"
    )


def _runs(command: Sequence[str]) -> bool:
    return _output(command).returncode == 0


def _output(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
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
