"""One parser child as its parent sees it: started, sent to, heard from, killed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import desktop
from desktop.parsing import wire

_PIPE_BYTES = 512 << 10
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from desktop.parsing.worker import main; main()"


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What a child may take. ``message_s`` counts from the last answer; ``crash_tries`` and ``hang_tries`` are totals.

    A crash may have been another message's fault (memory it left in ruins) and a new child starts in 0.1 s, so it gets
    three tries. A hang costs ``message_s`` each time and is hardly ever chance: two.
    """

    message_s: float = 10.0
    start_s: float = 60.0
    memory_bytes: int = 512 << 20
    crash_tries: int = 3
    hang_tries: int = 2


if sys.platform == "linux":
    import fcntl


class ChildGone(Exception):
    """The child ended, was killed, or said something that is no answer."""


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a pipe hold several mails, where the system can, so that neither end waits for the other to empty it."""
    if sys.platform == "linux" and pipe is not None:
        with suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def default_command() -> list[str]:
    """Return the command that starts a child: this Python, isolated from environment, user site and current folder."""
    root = Path(desktop.__file__).resolve().parent.parent
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(root)]


class Child:
    """A running child. Used by one thread; :meth:`kill` may be called from any.

    ``deadline`` is when its current message has taken too long, on the monotonic clock, or None while it is idle.
    ``hung`` says that it was killed for that.
    """

    def __init__(self, command: Sequence[str], limits: PoolLimits) -> None:
        """Start the process; raises OSError. It is not usable before :meth:`wait_ready`."""
        self.deadline: float | None = time.monotonic() + limits.start_s
        self.hung = False
        self._message_s = limits.message_s
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own command, nothing of a mail in it
            [*command, str(limits.memory_bytes), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=Path(sys.executable).anchor or None,
            close_fds=True,
            bufsize=_PIPE_BYTES,
        )
        _widen(self._process.stdin)
        _widen(self._process.stdout)

    def wait_ready(self) -> None:
        """Wait for the child's first word. Raises ChildGone."""
        if not isinstance(self._read(), wire.Ready):
            raise ChildGone
        self.deadline = None

    def send(self, frames: Sequence[bytes]) -> None:
        """Send jobs. Never blocks for long: the child reads ahead. Never raises.

        That a child is gone shows in :meth:`receive`, after the answers that it gave before: were it told here, the
        blame would fall on a message whose answer is on its way.
        """
        stdin = self._process.stdin
        if stdin is None:
            return
        try:
            stdin.writelines(frames)
            stdin.flush()
        except (OSError, ValueError):
            self.kill()

    def receive(self, number: int) -> wire.Answer:
        """Wait for the answer to job *number*, which must be the next. Raises ChildGone."""
        answer = self._read()
        if isinstance(answer, wire.Ready) or answer.number != number:
            raise ChildGone
        return answer

    def start_clock(self) -> None:
        """The next message is being worked on from now."""
        self.deadline = time.monotonic() + self._message_s

    def stop_clock(self) -> None:
        """Nothing is being worked on."""
        self.deadline = None

    def is_running(self) -> bool:
        """Tell whether the process is there still."""
        return self._process.poll() is None

    def kill(self, *, hung: bool = False) -> None:
        """End the process now, from any thread."""
        with self._lock:
            if self._process.poll() is None:
                self.hung = self.hung or hung
                self._process.kill()

    def close(self) -> None:
        """End the process and give back what it held. Never raises."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:  # what was still buffered for it cannot be written any more
                continue

    def _read(self) -> wire.Answer | wire.Ready:
        stdout = self._process.stdout
        if stdout is None:
            raise ChildGone
        try:
            answer = wire.read_answer(stdout)
        except (wire.BadFrame, OSError, ValueError) as error:
            raise ChildGone from error
        if answer is None:
            raise ChildGone
        return answer


def _environment() -> dict[str, str]:
    """Return the little that Python needs to start on Windows, and nothing elsewhere."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
