"""What is measured, beside whom: P1, P2, P7 and P9. Every comparison runs side by side, in an order that changes."""

import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.machine import Meter, Run
from benchmarks.peers import Mbsync, Notmuch, RawBytes, missing
from benchmarks.product import Postroom, receipt
from benchmarks.server import Account

MEGABYTE = 1_000_000


class Client(Protocol):
    """Somebody who can sync the account."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    def prepare(self) -> None:
        """Get ready; not timed."""

    def run(self) -> Run:
        """Do it once, timed."""


@dataclass(slots=True)
class Timings:
    """The runs of several clients, round by round."""

    title: str
    runs: dict[str, list[Run]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, run: Run) -> None:
        """Note a run."""
        self.runs.setdefault(name, []).append(run)

    def median(self, name: str) -> float:
        """Seconds."""
        return statistics.median(run.seconds for run in self.runs[name])

    def ratio(self, name: str, others: Sequence[str]) -> list[float]:
        """Return, round by round, how many times the others' time together it took."""
        times = zip(self.runs[name], *(self.runs[other] for other in others), strict=True)
        return [mine.seconds / sum(run.seconds for run in theirs) for mine, *theirs in times]


@dataclass(frozen=True, slots=True)
class Figure:
    """One goal and how it was met: the median of the rounds, and all of them."""

    name: str
    value: float
    rounds: tuple[float, ...]
    goal: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal


def figure(name: str, rounds: Sequence[float], goal: float, unit: str = "") -> Figure:
    """Return a figure from what each round gave."""
    return Figure(name, statistics.median(rounds), tuple(rounds), goal, unit)


@dataclass(slots=True)
class Bench:
    """One account, one place for files, one meter; and what came out so far."""

    account: Account
    folder: Path
    meter: Meter
    rounds: int
    say: Callable[[str], None]
    timings: list[Timings] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    """What else was seen, for the JSON alone."""

    def side_by_side(self, title: str, clients: Sequence[Client], rounds: int) -> Timings:
        """Run every client once per round; each round begins with another one."""
        timings = Timings(title)
        for number in range(rounds):
            first = number % len(clients)
            for client in (*clients[first:], *clients[:first]):
                client.prepare()
                run = client.run()
                timings.add(client.name, run)
                self.say(f"  {client.name}: {run.words}")
        self.timings.append(timings)
        return timings


def first_sync(bench: Bench, product: Postroom) -> None:
    """P1: everything, against the bare bytes, a download and an index over the download."""
    account, meter = bench.account, bench.meter
    raw = RawBytes(account, meter)
    clients: list[Client] = [raw, product]
    if not missing("mbsync"):
        download = Mbsync(account, bench.folder / "mbsync", meter)
        unsafe = Mbsync(account, bench.folder / "mbsync-unsafe", meter, fsync=False)
        clients += [download, unsafe]
        if not missing("notmuch"):
            clients.append(_Indexed(download, Notmuch(download.mail, bench.folder / "notmuch", meter)))
    raw.run()  # warms the server's files and indexes
    timings = bench.side_by_side(f"P1 first sync of {account.messages:,} mails", clients, bench.rounds)
    last = receipt(timings.runs[product.name][-1])
    timings.notes.append(
        f"{account.size_bytes / MEGABYTE:,.0f} MB; the last sync stored {last['stored']:,}, "
        f"{last['review']:,} of them to review, {last['duplicates']} duplicates, {last['parked']} unreadable"
    )
    goals = (
        ("mbsync", ["mbsync"], 0.5),
        ("(mbsync + notmuch)", ["mbsync", "notmuch new"], 0.15),
        ("raw", [raw.name], 6),
    )
    for name, others, goal in goals:
        if all(other in timings.runs for other in others):
            bench.figures.append(figure(f"P1 / {name}", timings.ratio(product.name, others), goal))


class _Indexed:
    """notmuch, with a fresh download made for it if there is none."""

    def __init__(self, download: Mbsync, index: Notmuch) -> None:
        self.name = index.name
        self._download = download
        self._index = index

    def prepare(self) -> None:
        """See that there is something to index."""
        if not (self._download.mail / "INBOX").exists():
            self._download.prepare()
            self._download.run()
        self._index.prepare()

    def run(self) -> Run:
        """Index once."""
        return self._index.run()


def nothing_new(bench: Bench, product: Postroom, rounds: int) -> Timings:
    """P2: once more with nothing new. *product* has synced this account before."""
    clients: list[Client] = [_Again(product), _Start(product)]
    if not missing("mbsync"):
        folder = bench.folder / "mbsync"
        again = Mbsync(bench.account, folder, bench.meter, fresh=False)
        if not (again.mail / "INBOX").exists():
            again.prepare()
            again.run()
        clients.append(again)
    timings = bench.side_by_side(f"P2 nothing new among {bench.account.messages:,}", clients, rounds)
    passes = [float(receipt(run)["seconds"]) for run in timings.runs[product.name]]
    timings.notes.append(f"the pass itself, without starting the program: median {statistics.median(passes):.3f} s")
    if "mbsync" in timings.runs:
        name = f"P2 / mbsync, {bench.account.messages:,}"
        bench.figures.append(figure(name, timings.ratio(product.name, ["mbsync"]), 1.0))
        pure = [mine / its.seconds for mine, its in zip(passes, timings.runs["mbsync"], strict=True)]
        bench.figures.append(figure(f"{name}, without starting the program", pure, 1.0))
    return timings


@dataclass(slots=True)
class _Again:
    """A sync of a profile as it is."""

    product: Postroom
    name: str = Postroom.name

    def prepare(self) -> None:
        """Everything is there."""

    def run(self) -> Run:
        """Sync once."""
        return self.product.run()


@dataclass(slots=True)
class _Start:
    """The program started, the profile unlocked and opened, and nothing else done."""

    product: Postroom
    name: str = "postroom start-up"

    def prepare(self) -> None:
        """Everything is there."""

    def run(self) -> Run:
        """Ask for the list of mailboxes."""
        return self.product.command("mailboxes", "list", "--json")


def larger_folder(bench: Bench, small: Timings, large: Timings, product: Postroom) -> None:
    """P2 again: what ten times the folder costs."""
    ratio = large.median(product.name) / small.median(product.name)
    bench.figures.append(Figure("P2 large folder / small folder", ratio, (ratio,), 1.1))


def disk(bench: Bench, product: Postroom) -> None:
    """P7: what the mails of a finished sync take, the customers not counted."""
    left, settled = product.disk()
    before, size = product.disk_before(), bench.account.size_bytes
    bench.figures.append(Figure("P7 disk / raw bytes", (settled - before) / size, ((settled - before) / size,), 1.0))
    bench.figures.append(
        Figure(
            "P7 disk as the sync left it, with its log / raw bytes",
            (left - before) / size,
            ((left - before) / size,),
            1.0,
        )
    )


def memory(bench: Bench, product: Postroom, add_large_mail: Callable[[], int], rounds: int) -> None:
    """P9: the peak of the whole process tree, and what one very large mail in the mailbox adds."""
    peaks: dict[str, list[float]] = {}
    for what in ("P9 peak memory", "with a large mail"):
        if peaks:
            size = add_large_mail()
            bench.say(f"  delivered a mail of {size / MEGABYTE:.0f} MB")
        found = []
        for _ in range(rounds):
            product.prepare()
            peak = product.watched()
            bench.say(
                f"  {what}: {peak.shared_out / MEGABYTE:.0f} MB (PSS; RSS {peak.resident / MEGABYTE:.0f}) in "
                f"{peak.processes} processes, {peak.parent / MEGABYTE:.0f} MB of it the program itself"
            )
            found.append(peak.shared_out / MEGABYTE)
        peaks[what] = found
    bench.figures.append(figure("P9 peak memory", peaks["P9 peak memory"], 400, "MB"))
    added = statistics.median(peaks["with a large mail"]) - statistics.median(peaks["P9 peak memory"])
    bench.figures.append(Figure("P9 added by the large mail", added, (added,), 32, "MB"))


def clear(folder: Path) -> None:
    """Remove what a client has made."""
    shutil.rmtree(folder, ignore_errors=True)
