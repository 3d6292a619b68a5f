"""How long the GUI thread does not come round, what it did meanwhile, and where in the program it was then."""

import faulthandler
import gc
import os
import re
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from PySide6.QtCore import QObject, Qt, QTimer

EVERY_MS = 2
"""A timer this quick shows every stall that a person could feel, and leaves the processor to what is measured."""
STUCK_S = 0.05
LOOKS_EVERY_S = 0.01
CAUSES = 8
DEPTH = 4
ROOT = f"{Path(__file__).parent.parent}/"


@dataclass(frozen=True, slots=True)
class Stalls:
    """How late the event loop came round, in ms, at the 99th percentile and at worst.

    ``ours`` are the same without the time in which the thread was ready and other threads or programs had the
    processors. The thread may also wait for another one of ours that holds the interpreter and has no processor:
    ``worked`` counts of a stall no more than the processor time that all threads of the program took in it, which is
    what a machine with free cores would have shown, waits for a disk left out. ``causes`` are places where it was stuck
    for more than 50 ms, the most frequent first.
    """

    beats: int
    seconds: float
    p99_ms: float
    longest_ms: float
    over_16: int
    over_50: int
    ours_p99_ms: float
    ours_longest_ms: float
    worked_p99_ms: float
    worked_longest_ms: float
    processor_share: float
    longest_collection_ms: float
    causes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For whoever watches."""
        return (
            f"longest {self.longest_ms:.0f} ms, p99 {self.p99_ms:.1f} ms, {self.over_16} over 16 ms and {self.over_50} "
            f"over 50 ms in {self.seconds:.1f} s; without waiting for a processor: longest {self.ours_longest_ms:.0f} "
            f"ms, p99 {self.ours_p99_ms:.1f} ms; of that ours: longest {self.worked_longest_ms:.0f} ms, p99 "
            f"{self.worked_p99_ms:.1f} ms; the thread worked {100 * self.processor_share:.0f} % of the time, "
            f"collecting garbage took up to {self.longest_collection_ms:.0f} ms"
        )

    def as_values(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


class ThreadClock:
    """What Linux has given one thread so far: seconds of processor time, and seconds it was ready and had none."""

    def __init__(self) -> None:
        self._file = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)

    def read(self) -> tuple[float, float]:
        """Return (ran, waited)."""
        ran, waited, _ = os.pread(self._file, 64, 0).split()
        return int(ran) / 1e9, int(waited) / 1e9

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


class Heartbeat(QObject):
    """Beats in the GUI thread; each beat that comes late was a stall. Use it in a ``with`` block."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = ThreadClock()
        self._thread = threading.get_ident()
        self._late: list[float] = []
        self._ours: list[float] = []
        self._worked: list[float] = []
        self._causes: Counter[str] = Counter()
        self._timer = QTimer(self, interval=EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._over = threading.Event()
        self._collecting, self._longest_collection = 0.0, 0.0
        self._looker = threading.Thread(target=self._look, name="stalls", daemon=True)

    def __enter__(self) -> Self:
        self._begun = self.last = time.perf_counter()
        self._ran_at_first, self._waited = self._clock.read()
        self._spent = time.process_time()
        gc.callbacks.append(self._collected)
        self._timer.start()
        self._looker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        gc.callbacks.remove(self._collected)
        self._over.set()
        self._looker.join()
        self._seconds = time.perf_counter() - self._begun
        self._ran = self._clock.read()[0] - self._ran_at_first
        self._clock.close()

    def result(self) -> Stalls:
        """Return what was seen, once the block is over."""
        late, ours, worked = sorted(self._late), sorted(self._ours), sorted(self._worked)
        return Stalls(
            beats=len(late),
            seconds=self._seconds,
            p99_ms=1000 * percentile(late, 99),
            longest_ms=1000 * max(late, default=0),
            over_16=sum(one > 0.016 for one in late),
            over_50=sum(one > STUCK_S for one in late),
            ours_p99_ms=1000 * percentile(ours, 99),
            ours_longest_ms=1000 * max(ours, default=0),
            worked_p99_ms=1000 * percentile(worked, 99),
            worked_longest_ms=1000 * max(worked, default=0),
            processor_share=self._ran / self._seconds,
            longest_collection_ms=1000 * self._longest_collection,
            causes=tuple(f"{count} x {where}" for where, count in self._causes.most_common(CAUSES)),
        )

    def _beat(self) -> None:
        now, (_, waited), spent = time.perf_counter(), self._clock.read(), time.process_time()
        late = max(0.0, now - self.last - EVERY_MS / 1000)
        self._late.append(late)
        self._ours.append(max(0.0, late - (waited - self._waited)))
        self._worked.append(min(self._ours[-1], spent - self._spent))
        self.last, self._waited, self._spent = now, waited, spent

    def _collected(self, phase: str, _info: object) -> None:
        """Time the collector: while it is at it, in whichever thread, no other Python runs."""
        now = time.perf_counter()
        if phase == "start":
            self._collecting = now
        else:
            self._longest_collection = max(self._longest_collection, now - self._collecting)

    def _look(self) -> None:
        places = Places()
        while not self._over.wait(LOOKS_EVERY_S):
            if time.perf_counter() - self.last > STUCK_S:
                self._causes[places.of(self._thread)] += 1


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many percent are not above; 0 of nothing."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


class Places:
    """Tells where a thread is. A frame that Python hands out keeps its painters alive, in the wrong thread at that;
    the fault handler only reads them.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it goes with this object

    def of(self, thread: int) -> str:
        """Return the program's innermost places of a thread, the innermost first."""
        self._file.seek(0)
        faulthandler.dump_traceback(self._file, all_threads=True)
        length = os.lseek(self._file.fileno(), 0, os.SEEK_CUR)
        text = os.pread(self._file.fileno(), length, 0).decode()
        mine = next((part for part in text.split("\n\n") if f"0x{thread:016x}" in part), "")
        places = [f"{file.removeprefix(ROOT)}:{line} {name}" for file, line, name in _PLACE.findall(mine)]
        return " < ".join(places[:DEPTH]) or "nowhere"


_PLACE = re.compile(rf'File "({re.escape(ROOT)}(?:desktop|benchmarks)/[^"]+)", line (\d+) in (\S+)')
