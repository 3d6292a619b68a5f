"""A process that has loaded the program once and forks for each command: the same program without its start-up time.

Run as a module it is that process: orders come in on stdin and answers go out on stdout, one JSON object a line. It
has one thread and opens nothing, so that what it forks starts as clean as a fresh interpreter.
"""

import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, Self


class Forker:
    """The forking process, as the tests see it. Any thread may use it; leaving the `with` block ends it.

    `prefix` is a program that starts it, such as `strace`, and so has a hand in every command.
    """

    def __init__(self, prefix: Sequence[str] = ()) -> None:
        self._changed = threading.Condition()
        self._started: list[int] = []
        self._codes: dict[int, int] = {}
        self._process = subprocess.Popen(
            [*prefix, sys.executable, "-X", "faulthandler", "-m", "tests.e2e.forker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        self._reader = threading.Thread(target=self._read, name="forker", daemon=True)
        self._reader.start()

    def fork(self, args: Sequence[str], environment: dict[str, str], files: Sequence[Path]) -> int:
        """Start a command with these files as stdin, stdout and stderr; returns its process number."""
        order = {"args": list(args), "environment": environment, "files": [str(file) for file in files]}
        stdin = self._process.stdin
        assert stdin is not None
        with self._changed:
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.flush()
            assert self._changed.wait_for(lambda: self._started, 30), "the forking process does not answer"
            return self._started.pop()

    def wait(self, pid: int, limit_s: float) -> int | None:
        """Wait for a command's end; returns its exit code (negative: the signal), or None when it still runs."""
        with self._changed:
            self._changed.wait_for(lambda: pid in self._codes, limit_s)
            return self._codes.get(pid)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answer = json.loads(line)
            with self._changed:
                if "code" in answer:
                    self._codes[answer["pid"]] = answer["code"]
                else:
                    self._codes.pop(answer["pid"], None)  # of one that had this number before: numbers come round
                    self._started.append(answer["pid"])
                self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._reader.join(30)
        self._process.stdout.close()


# --- the forking process itself ---------------------------------------------------------------------------------------


def serve() -> None:
    """Take orders until stdin ends."""
    for module in ("desktop.sync.schedule", "desktop.sync.reparse", "alembic.command", "desktop.providers.autodetect"):
        importlib.import_module(module)  # here, so that it is there in every fork
    importlib.import_module("desktop.cli.main").build_parser()

    selector, orders = selectors.DefaultSelector(), b""
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(woken)
    selector.register(0, selectors.EVENT_READ)
    selector.register(waking, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fd == waking:
                os.read(waking, 4096)
                _report_ended()
                continue
            received = os.read(0, 1 << 20)
            if not received:
                return
            orders += received
            *whole, orders = orders.split(b"\n")
            for line in whole:
                _say(pid=_start(json.loads(line), selector))


def _start(order: dict[str, Any], selector: selectors.BaseSelector) -> int:
    pid = os.fork()
    if pid == 0:
        selector.close()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        be_the_program(order)
    return pid


def _report_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _say(pid=pid, code=os.waitstatus_to_exitcode(status))


def _say(**answer: int) -> None:
    os.write(1, json.dumps(answer).encode() + b"\n")


def be_the_program(order: dict[str, Any]) -> NoReturn:
    """Run one command and end as the interpreter does: flushed, with its exit code."""
    code = 70
    try:
        for number, (name, flags) in enumerate(
            zip(order["files"], (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)
        ):
            descriptor = os.open(name, flags)
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.closerange(3, 64)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
        )
        os.environ.clear()
        os.environ.update(order["environment"])
        from desktop.cli.main import main

        code = main(order["args"])
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
