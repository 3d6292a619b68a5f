"""Has the system fail: the n-th call of a kind made by any thread of a command is refused, or the command dies in it.

`strace` does it, from outside, to a process that forks the program: one `strace` serves several commands, because it
counts the calls of each process by itself.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.e2e.forker import Forker
from tests.e2e.postroom import Postroom

CALLS = ("pwrite64", "fsync", "ftruncate", "rename", "unlink")
"""Nearly everything by which the program changes what is on a disk, but for the text it writes."""

FAILURES = ("signal=KILL", "error=EIO", "error=ENOSPC")


def missing_reason() -> str | None:
    """A sentence when this machine cannot do it, else None."""
    if shutil.which("strace") is None:
        return "strace is not installed here: apt install strace (./test --deep does it)"
    return None


@dataclass(frozen=True, slots=True)
class Failure:
    """What fails, how, and which of each thread's calls."""

    call: str
    how: str
    nth: int

    @property
    def words(self) -> list[str]:
        """The words that start a program that meets it."""
        inject = f"inject={self.call}:{self.how}:when={self.nth}"
        faster = [] if self.how.startswith("signal") else ["--seccomp-bpf"]  # with it, strace 6.1 sends no signals
        return ["strace", "-f", *faster, "-qqq", "-o", "/dev/null", "-e", f"trace={self.call}", "-e", inject]


@contextmanager
def failing(failure: Failure) -> Iterator[Forker]:
    """A forking process whose commands meet this failure."""
    with Forker(failure.words) as forker:
        yield forker


def met(forker: Forker, postroom: Postroom) -> Postroom:
    """The same profile, for commands that meet the failure."""
    hurt = Postroom(postroom.profile, postroom.key_file, postroom.ca_file)
    hurt.forker = forker
    return hurt
