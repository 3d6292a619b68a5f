"""Drives the command line as a script does: arguments in; exit code, one JSON document and words out.

`run` starts the console script, Python and all. `quick` and `begin` have a process that loaded the program once fork
for each command: from there on it is the same program in a process of its own, with its own pid, signals and exit
code, in a tenth of the time. Every command's output is looked at for what must never be in it.
"""

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.e2e.forker import Forker

SENTENCES = re.compile(r"[.?)]$|: (?:postroom|chmod|chown) [^:]+$")
"""How an error ends: as a sentence, or with a command to copy."""

LIMIT_S = 60.0
"""How long any command may take before the test gives it up."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command came to."""

    command: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        try:
            return json.loads(self.stdout)
        except ValueError:
            raise AssertionError(f"stdout is no JSON document\n{self}") from None

    def __str__(self) -> str:
        return f"postroom {' '.join(self.command)}\nexit {self.code}\n{self.stdout}\n{self.stderr}"


class Postroom:
    """The program with one profile, one key file and, if given, one more authority to trust."""

    forker: Forker | None = None
    """What `quick` and `begin` fork from; the fixture of the same name sets it for the whole run."""

    def __init__(self, profile: Path, key_file: Path | None = None, ca_file: Path | None = None) -> None:
        self.profile = profile
        self.key_file = key_file
        self.ca_file = ca_file
        self.home = profile.parent / f"{profile.name}-home"
        self.output = profile.parent / f"{profile.name}-output"
        for folder in (self.home, self.output, self.temporary):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.more_environment: dict[str, str] = {}
        self._count = 0

    @property
    def temporary(self) -> Path:
        """The TMPDIR of every command."""
        return self.home / "tmp"

    @property
    def environment(self) -> dict[str, str]:
        """A clean environment: no keyring, no desktop, nothing of whoever runs the tests."""
        base = {"PATH": os.defpath, "HOME": str(self.home), "TMPDIR": str(self.temporary), "LANG": "C.UTF-8"}
        return base | {"PYTHONFAULTHANDLER": "1"} | self.more_environment

    @property
    def key(self) -> str:
        """The database key, to look behind the program's back."""
        assert self.key_file is not None
        return self.key_file.read_text().strip()

    def words(self, args: Sequence[str]) -> list[str]:
        """The arguments as given, then those that every command of this profile gets."""
        given = [*args, "--profile", str(self.profile)]
        given += ["--key-file", str(self.key_file)] if self.key_file else []
        return given + (["--ca-file", str(self.ca_file)] if self.ca_file else [])

    # --- the console script -----------------------------------------------------------------------------------------

    def run(self, *args: str, stdin: str = "", prefix: Sequence[str] = ()) -> Result:
        """Run the console script to its end; `prefix` is a program that starts it, such as `unshare`."""
        return self.run_exactly(*self.words(args), stdin=stdin, prefix=prefix)

    def run_exactly(self, *args: str, stdin: str = "", prefix: Sequence[str] = ()) -> Result:
        """Run the console script with these arguments and no others."""
        done = subprocess.run(
            [*prefix, *console_script(), *args],
            check=False,
            input=stdin.encode(),
            capture_output=True,
            env=self.environment,
            timeout=LIMIT_S,
        )
        return looked_at(Result(args, done.returncode, done.stdout.decode(), done.stderr.decode()))

    def start(self, *args: str) -> "Running":
        """Start the console script and leave it running; use it in a `with` block."""
        return Running([*console_script(), *self.words(args)], self.environment)

    # --- the same, forked -------------------------------------------------------------------------------------------

    def begin(self, *args: str, stdin: str = "") -> "Forked":
        """Start a command and leave it running."""
        return self.begin_exactly(*self.words(args), stdin=stdin)

    def begin_exactly(self, *args: str, stdin: str = "") -> "Forked":
        """Start a command with these arguments and no others."""
        assert self.forker is not None, "take the fixture `forker`"
        self._count += 1
        files = [self.output / f"{self._count}.{name}" for name in ("in", "out", "err")]
        for file in files:
            file.touch(mode=0o600)
        files[0].write_text(stdin)
        return Forked(self.forker, args, self.environment, files)

    def quick(self, *args: str, stdin: str = "") -> Result:
        """Run a command to its end."""
        return self.begin(*args, stdin=stdin).result()

    def ask(self, *args: str, stdin: str = "", code: int = 0) -> Any:
        """Run a command that must end with `code`; returns its JSON document."""
        result = self.quick(*args, "--json", stdin=stdin)
        assert result.code == code, str(result)
        return result.json

    def refused(self, *args: str, stdin: str = "") -> str:
        """Run a command that must fail as the contract says; returns the error's code."""
        return refusal(self.quick(*args, "--json", stdin=stdin))["code"]


def new_postroom(folder: Path, ca_file: Path | None = None, *, name: str = "profile") -> Postroom:
    """A profile that does not exist yet, with a key file of its own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_file = folder / f"{name}.key"
    key_file.touch(mode=0o600)
    key_file.write_text(secrets.token_hex(32) + "\n")
    return Postroom(folder / name, key_file, ca_file)


def console_script() -> list[str]:
    """The installed `postroom` of the environment the tests run in."""
    return [str(Path(sys.executable).with_name("postroom"))]


def looked_at(result: Result) -> Result:
    """Fail when the output holds what no output may hold."""
    assert "Traceback" not in result.stderr + result.stdout, str(result)
    assert "INTERNAL_ERROR" not in result.stdout, str(result)
    return result


def refusal(result: Result) -> dict[str, str]:
    """The error of a command that failed as the contract says: exit 1, a JSON error, the sentence on stderr."""
    assert result.code == 1, str(result)
    error: dict[str, str] = result.json["error"]
    assert error["code"] == error["code"].upper(), str(result)
    assert SENTENCES.search(error["message"]), str(result)
    assert error["message"] in " ".join(result.stderr.split()) + result.stderr, str(result)
    return error


# --- a command that runs ----------------------------------------------------------------------------------------------


class Running:
    """A console script that runs in the background. Leaving the `with` block ends it, whatever it does."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._command = tuple(command)
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self._said = threading.Condition()
        self._texts = {"stdout": "", "stderr": ""}
        self._readers = [
            threading.Thread(target=self._read, args=(name, stream), daemon=True)
            for name, stream in (("stdout", self._process.stdout), ("stderr", self._process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str, stream: IO[bytes]) -> None:
        for line in stream:
            with self._said:
                self._texts[name] += line.decode()
                self._said.notify_all()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def wait_for(self, words: str, limit_s: float = 20.0) -> None:
        """Wait until stderr holds `words`."""
        with self._said:
            came = self._said.wait_for(lambda: words in self._texts["stderr"], limit_s)
        assert came, f"{words!r} was not said: {self._texts}"

    def send(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def result(self, limit_s: float = LIMIT_S) -> Result:
        """Wait for the end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(limit_s)
        hangs = self._process.poll() is None
        if hangs:
            self.send(signal.SIGABRT)  # says on stderr what each thread was at
        code = self._process.wait(10)
        for reader in self._readers:
            reader.join(10)
        assert not hangs, f"it did not end within {limit_s:g} s: {self._texts['stderr']}"
        return looked_at(Result(self._command, code, self._texts["stdout"], self._texts["stderr"]))

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(10)
        for reader in self._readers:
            reader.join(10)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


class Forked:
    """A command in a process forked from one that has loaded the program already."""

    def __init__(self, forker: Forker, args: tuple[str, ...], environment: dict[str, str], files: list[Path]) -> None:
        self._forker = forker
        self._args = args
        self._files = files
        self.pid = forker.fork(args, environment, files)

    def ended_within(self, seconds: float) -> bool:
        """Wait up to so long for the end; tells whether it came."""
        return self._forker.wait(self.pid, max(0.0, seconds)) is not None

    def send(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def kill(self) -> bool:
        """SIGKILL, and wait until it is dead; False when it had ended by itself."""
        with contextlib.suppress(ProcessLookupError):
            self.send(signal.SIGKILL)
        assert self.ended_within(20)
        return self._forker.wait(self.pid, 0) == -signal.SIGKILL

    def result(self, limit_s: float = LIMIT_S) -> Result:
        """Wait for the end."""
        if not self.ended_within(limit_s):
            self.send(signal.SIGABRT)  # says on stderr what each thread was at
            assert self.ended_within(10) or self.kill()
            raise AssertionError(f"it did not end within {limit_s:g} s: {self._result()}")
        return looked_at(self._result())

    def said(self) -> str:
        """What is on stderr so far."""
        return self._files[2].read_text()

    def _result(self) -> Result:
        code = self._forker.wait(self.pid, 0)
        assert code is not None
        _, out, err = (file.read_bytes().decode() for file in self._files)
        for file in self._files:
            file.unlink()
        return Result(self._args, code, out, err)


def wait_until(condition: Any, words: str, limit_s: float = 20.0) -> None:
    """Wait until `condition()` holds; fail with `words` when it does not in time."""
    deadline, pause = time.monotonic() + limit_s, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, words
        pause.wait(0.01)
