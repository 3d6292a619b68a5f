"""What the machine did while something ran: time, processor time of who ran, and how busy it was with other things."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``cpu_s`` is of the command with its children; ``elsewhere`` is how many cores did something else."""

    seconds: float
    cpu_s: float
    elsewhere: float
    output: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        """For whoever watches. What else went on during a short run is not known: that clock is too coarse."""
        others = f", {self.elsewhere:.1f} cores busy with other things" if self.seconds > 0.5 else ""
        return f"{self.seconds:.2f} s{others}"


class CommandFailed(Exception):
    """A command that had to work did not; the text has its last words."""


class Meter:
    """Times what happens in a ``with`` block and compares the whole machine's work with that of who was measured.

    *server* is any process of the mail server: all of its session is counted as part of what is measured.
    """

    def __init__(self, server: int) -> None:
        self._session = os.getsid(server)

    @contextmanager
    def running(self) -> Iterator["Reading"]:
        """Measure the block; the caller adds the processor time of what it measures."""
        reading = Reading()
        busy, serving, begun = _busy_s(), _session_s(self._session), time.perf_counter()
        yield reading
        reading.seconds = time.perf_counter() - begun
        served = _session_s(self._session) - serving
        reading.elsewhere = max(0.0, _busy_s() - busy - served - reading.cpu_s) / reading.seconds

    def command(self, command: Sequence[str], *, environment: Mapping[str, str], stdin: str = "") -> Run:
        """Run a command to its end; raises CommandFailed unless it ends with 0."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as entered:
            entered.write(stdin.encode())
            entered.seek(0)
            with self.running() as reading:
                process = subprocess.Popen(command, stdin=entered, stdout=out, stderr=said, env=dict(environment))
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                reading.cpu_s = usage.ru_utime + usage.ru_stime
            output, words = _text_of(out), _text_of(said)
        if process.returncode:
            raise CommandFailed(
                f"{' '.join(command)} ended with {process.returncode}:\n{output[-1000:]}\n{words[-1000:]}"
            )
        return reading.run(output)


@dataclass(slots=True)
class Reading:
    """What a Meter reads."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    elsewhere: float = 0.0

    def run(self, output: str = "") -> Run:
        """Return it as a value."""
        return Run(self.seconds, self.cpu_s, self.elsewhere, output)


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def load() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def describe() -> str:
    """Return the machine in a few words."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        os.uname().machine,
    )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    release = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    name = next((line.split('"')[1] for line in release.splitlines() if line.startswith("PRETTY_NAME")), "Linux")
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {name}"


def _busy_s() -> float:
    """Seconds all cores together have worked since the machine started."""
    user, nice, system, _idle, _wait, interrupts, soft = map(int, Path("/proc/stat").read_text().split(None, 8)[1:8])
    return (user + nice + system + interrupts + soft) / TICKS


def _session_s(session: int) -> float:
    """Seconds the living processes of a session have worked, with the ended ones they have waited for."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS
