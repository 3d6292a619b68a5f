"""Try the two doors on a bare Debian, as a newcomer would: python -m tools.bare_tree FOLDER (as root, with mmdebstrap).

Makes a minimal bookworm tree (Python and CA certificates, nothing else) below FOLDER, puts a fresh clone of what is
committed into it and goes through the doors there: as a user without rights, as root, and as that user again once the
system packages are there. The tree uses this machine's package sources, proxies and certificates. It is kept as
FOLDER/bare.tar, so that the next trial starts at once.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap import ROOT

SETTINGS_OF_APT = ("Acquire::Check-Valid-Until", "Acquire::Check-Date", "Acquire::http::Proxy", "Acquire::https::Proxy")
NETWORK_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
KEPT_VARIABLES = ("PIP_", "SSL_", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy")
CHECKOUT = "/srv/postroom"
USER = "newcomer"
MOUNTS = """\
set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/tmp"
shift
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One command in the tree: who gives it, what it is, and whether it has to succeed."""

    who: str
    command: str
    succeeds: bool = True


WINDOW = "QT_QPA_PLATFORM=offscreen timeout --preserve-status --signal=TERM 40 ./run --demo --freeze-time"
"""The window on no display, told to end after a while: exit 0 when it came and went in peace."""

TRIALS = (
    Trial(USER, "./run --setup-only", succeeds=False),
    Trial("root", "./run --setup-only"),
    Trial("root", "./run --help"),
    Trial("root", "./run", succeeds=False),
    Trial("root", WINDOW),
    Trial("root", "./run --setup-only"),
    Trial("root", ".ci/run"),
    Trial(USER, "./run --setup-only"),
    Trial(USER, WINDOW),
    Trial(USER, ".ci/run"),
)


class Tree:
    """A bare Debian tree in a folder, made from a kept tar file."""

    def __init__(self, folder: Path) -> None:
        self.tar = folder / "bare.tar"
        self.root = folder / "tree"

    def make(self) -> None:
        """Lay the tree anew; the tar file is made when there is none."""
        if not self.tar.exists():
            self.tar.parent.mkdir(parents=True, exist_ok=True)
            _call(
                [
                    "mmdebstrap",
                    "--variant=minbase",
                    "--include=python3,ca-certificates",
                    *_apt(),
                    "bookworm",
                    self.tar,
                    _sources(),
                ]
            )
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        _call(["tar", "-xf", self.tar, "-C", self.root, "--exclude=./dev/*"])
        for name in (*NETWORK_FILES, *_own_certificates()):
            if Path(name).exists():
                copy = self.root / name.lstrip("/")
                copy.unlink(missing_ok=True)
                shutil.copyfile(name, copy)
        _call(["chroot", self.root, "useradd", "--create-home", USER])

    def clone(self, who: str) -> None:
        """Put a fresh clone of the committed project into the tree, owned by whoever works in it."""
        place = self.root / CHECKOUT.lstrip("/")
        shutil.rmtree(place, ignore_errors=True)
        _call(["git", "clone", "--quiet", "--no-local", ROOT, place])
        _call(["chroot", self.root, "chown", "-R", f"{who}:{who}", CHECKOUT])

    def run(self, who: str, command: str) -> tuple[int, float]:
        """Run a shell command in the clone; its exit code and how many seconds it took."""
        variables = {name: value for name, value in os.environ.items() if name.startswith(KEPT_VARIABLES)}
        inside = ["chroot", f"--userspec={who}:{who}", str(self.root), "/bin/sh", "-c", f"cd {CHECKOUT} && {command}"]
        outside = ["unshare", "--mount", "sh", "-c", MOUNTS, "sh", str(self.root), *inside]
        environment = variables | {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": self._home(who),
        }
        began = time.monotonic()
        code = subprocess.run(outside, check=False, env=environment, stdin=subprocess.DEVNULL).returncode
        return code, time.monotonic() - began

    def _home(self, who: str) -> str:
        rows = (line.split(":") for line in (self.root / "etc/passwd").read_text(encoding="utf-8").splitlines())
        return next(row[5] for row in rows if row[0] == who)

    def packages(self) -> set[str]:
        """The Debian packages installed in the tree."""
        listing = ["chroot", str(self.root), "dpkg-query", "-W", "-f", "${Package}\\n"]
        return set(subprocess.run(listing, check=True, stdout=subprocess.PIPE, text=True).stdout.split())


def _call(command: Sequence[str | Path]) -> None:
    subprocess.run(command, check=True)


def _apt() -> list[str]:
    """This machine's settings of apt that decide whether the sources can be reached."""
    dump = ["apt-config", "dump", "--no-empty", "--format", '%F "%v";%n', *SETTINGS_OF_APT]
    lines = subprocess.run(dump, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [f"--aptopt={line}" for line in lines]


def _sources() -> Path:
    modern = Path("/etc/apt/sources.list.d/debian.sources")
    return modern if modern.exists() else Path("/etc/apt/sources.list")


def _own_certificates() -> Iterator[str]:
    yield from map(str, Path("/usr/local/share/ca-certificates").glob("*.crt"))


def go_through(tree: Tree, trials: Sequence[Trial]) -> list[str]:
    """Carry out the trials one after the other; the lines of the report."""
    report, owner, before = [], "", tree.packages()
    for trial in trials:
        if trial.who != owner:
            tree.clone(trial.who)
            owner = trial.who
        print(f"\n=== {trial.who}: {trial.command}", flush=True)
        code, seconds = tree.run(trial.who, trial.command)
        after = tree.packages()
        mark = "ok    " if (code == 0) == trial.succeeds else "FAILED"
        report.append(
            f"{mark} {trial.who}: {trial.command}: exit {code} in {seconds:.1f} s, {len(after - before)} new packages"
        )
        before = after
    return report


def main() -> int:
    """Make the tree, go through the doors, print the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the tree is made; about 1 GB")
    parser.add_argument("--command", help="run only this, as root, in a fresh tree")
    chosen = parser.parse_args()
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        print("This needs root rights and mmdebstrap: apt-get install mmdebstrap")
        return 1
    tree = Tree(chosen.folder.resolve())
    tree.make()
    report = go_through(tree, [Trial("root", chosen.command)] if chosen.command else TRIALS)
    print("\n" + "\n".join(report))
    return 1 if any(line.startswith("FAILED") for line in report) else 0


if __name__ == "__main__":
    sys.exit(main())
