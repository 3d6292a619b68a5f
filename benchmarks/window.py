"""P4 and P5: the real window, offscreen, each measurement in a process of its own."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import million
from benchmarks.figures import Bench, Figure, figure
from benchmarks.product import Postroom
from desktop.domain.mailbox import MailboxState
from desktop.security.keyfile import new_key_file, read_key_file
from desktop.security.profile import KeyKind, Profile, save_profile
from desktop.store.opening import database_path, open_store
from desktop.ui.state import load_state

SCREENS = ("emails", "review", "dashboard")
COLD_STARTS = 5
ARRIVALS = 100
LIMIT_S = 1800
BYTECODE = Path(tempfile.gettempdir()) / f"postroom-benchmarks-{os.getuid()}"
"""Where compiled modules are kept: an installed program has them, a fresh clone does not."""

Say = Callable[[str], None]


@dataclass(slots=True)
class WindowFigures:
    """What came out: figures beside their goals, and everything that was seen."""

    figures: list[Figure] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


def stalls(bench: Bench, product: Postroom) -> WindowFigures:
    """P4: a first sync with the window open, at each of three screens."""
    found = WindowFigures()
    for screen in SCREENS:
        product.prepare()
        seen = _child("window_stalls", product.profile, product.key_file, screen)
        found.details[f"P4 {screen}"] = seen
        bench.say(
            f"  {screen}: {seen['stored']:,} mails in {seen['sync_seconds']:.1f} s; longest {seen['longest_ms']:.0f} "
            f"ms, p99 {seen['p99_ms']:.1f} ms; waiting for a processor left out: {seen['ours_longest_ms']:.0f} and "
            f"{seen['ours_p99_ms']:.1f} ms; {seen['over_50']} of {seen['beats']:,} beats late by over 50 ms"
        )
        for cause in seen["causes"][:3]:
            bench.say(f"    {cause}")
        found.figures += [
            Figure(f"P4 longest stall, {screen}", seen["longest_ms"], (seen["longest_ms"],), 50, "ms"),
            Figure(f"P4 p99, {screen}", seen["p99_ms"], (seen["p99_ms"],), 16, "ms"),
            Figure(f"P4 longest, no wait for a core, {screen}", seen["ours_longest_ms"], (), 50, "ms"),
            Figure(f"P4 p99, no wait for a core, {screen}", seen["ours_p99_ms"], (), 16, "ms"),
        ]
    return found


def very_many(store: Path, emails: int, customers: int, seed: int, say: Say) -> WindowFigures:
    """P5: the Emails screen over so many emails; the profile in *store* is made if there is none."""
    profile, key_file = _profile(store, emails, customers, seed, say)
    found = WindowFigures()
    _warm(profile)
    _cold_start(profile, key_file)  # compiles the modules, as installing does
    pairs = [_cold_start(profile, key_file) for _ in range(COLD_STARTS)]
    starts, work = [wall for wall, _ in pairs], [processor for _, processor in pairs]
    found.details["P5 cold starts"], found.details["P5 cold starts, processor time"] = starts, work
    say(f"  start to painted rows: {', '.join(f'{wall:.2f} s (processor {own:.2f})' for wall, own in pairs)}")
    _warm(profile)
    seen = _child("window_million", profile, key_file)
    found.details["P5"] = seen
    times: Mapping[str, Sequence[float]] = seen["times"]
    for what, values in times.items():
        ms = [1000 * one for one in values]
        say(f"  {what}: median {statistics.median(ms):.1f} ms, worst {max(ms):.1f} ms of {len(ms)}")
    say(f"  the driver alone: {seen['driver_ms']}; memory {seen['memory_first']}, {seen['memory_last']}")
    switches = [1000 * one for what, values in times.items() if what.startswith(("chip", "sort")) for one in values]
    frames = [1000 * one for what, values in times.items() if what.startswith("scroll frame") for one in values]
    search = [1000 * one for one in times["search"]]
    p95 = statistics.quantiles(frames, n=20, method="inclusive")[18]
    bare = statistics.quantiles([1000 * one for one in times["bare frame"]], n=20, method="inclusive")[18]
    found.figures += [
        figure("P5 cold start to painted rows", starts, 1, "s"),
        figure("P5 processor time until then", work, 1, "s"),
        figure("P5 search, last key to rows", search, 50, "ms"),
        figure("P5 filter or sort switch", switches, 150, "ms"),
        Figure("P5 scroll frame, p95", p95, (p95,), 16, "ms"),
        Figure("P5 scroll frame / a bare table's", p95 / bare, (p95 / bare,), float("inf")),
        Figure("P5 memory, list shown", seen["memory_first"]["resident"], (), 250, "MB"),
        Figure("P5 memory, after all that", seen["memory_last"]["resident"], (), 250, "MB"),
    ]
    return found


def _profile(store: Path, emails: int, customers: int, seed: int, say: Say) -> tuple[Path, Path]:
    profile, key_file = store / "million", store / "key"
    if not profile.exists():
        say(f"  making {emails:,} emails, which takes some minutes")
        store.mkdir(parents=True, exist_ok=True)
        new_key_file(key_file)
        save_profile(profile, Profile(f"{seed:032x}", KeyKind.FILE, created=True))
        key = read_key_file(key_file).reveal_hex()
        million.fill(profile, key, emails=emails, customers=customers, seed=seed, now=datetime.now(UTC))
    _let_mailboxes_rest(profile, key_file)
    return profile, key_file


def _let_mailboxes_rest(profile: Path, key_file: Path) -> None:
    """There is no server behind them; and the window begins at the Emails screen."""
    store = open_store(profile, read_key_file(key_file).reveal_hex(), writing=True)
    try:
        with store.write() as uow:
            for mailbox in uow.read.mailboxes.every():
                uow.mailboxes.set_state(mailbox.id, MailboxState.PAUSED)
    finally:
        store.close()
    state = load_state(profile)
    state.set("place", "emails")
    state.save(profile)


def _warm(profile: Path) -> None:
    """Have the system read the database: what is measured is the program, not the disk, which varies tenfold."""
    with database_path(profile).open("rb") as file:
        while file.read(1 << 24):
            pass


def _cold_start(profile: Path, key_file: Path) -> tuple[float, float]:
    """Return the seconds from before the process was made until the rows were painted, and its processor time."""
    words = _run("window_cold", str(profile), str(key_file), repr(time.monotonic())).split()
    return float(words[3]), float(words[4])


def _child(module: str, *args: object) -> dict[str, Any]:
    answer = json.loads(_run(module, *map(str, args)))
    assert isinstance(answer, dict)
    return answer


def _run(module: str, *args: str) -> str:
    """Run one of the modules beside this one, offscreen, and return the last line it printed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every module would be compiled at each start
    words = [sys.executable, "-m", f"benchmarks.{module}", *args]
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"{module} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout.splitlines()[-1]


def arrivals(bench: Bench, product: Postroom, count: int) -> dict[str, Any]:
    """P3: mails that arrive one by one, with the window open and untouched, until their rows are painted.

    On the server of the tests, which tells at once; and on Dovecot, which waits half a second before it tells anybody:
    there the time is also counted from when it told another client.
    """
    seen: dict[str, Any] = {}
    for server, words in (("prompt", "a server that tells at once"), ("dovecot", "Dovecot")):
        product.prepare()
        told = seen[f"P3 {server}"] = _child("window_realtime", product.profile, product.key_file, server, count)
        painted, late = told["painted_ms"], told["told_ms"]
        since_told = [one - other for one, other in zip(painted, late, strict=True)]
        bench.say(f"  {words}: told after a median of {statistics.median(late):.0f} ms")
        for what, values in (("arrival", painted), ("told", since_told)):
            p50, p95 = statistics.median(values), statistics.quantiles(values, n=20, method="inclusive")[18]
            goal = 150 if (server, what) != ("dovecot", "arrival") else float("inf")
            bench.say(f"    {what} to painted row: median {p50:.0f} ms, p95 {p95:.0f} ms, worst {max(values):.0f} ms")
            bench.figures.append(
                Figure(f"P3 {what} to painted row, {words}, p95", p95, (p50, p95, max(values)), goal, "ms")
            )
    return seen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the window is measured with."""
    parser.add_argument("--window", action="store_true", help="P4 and P5, the window, in place of the other figures")
    parser.add_argument(
        "--realtime",
        type=int,
        nargs="?",
        const=ARRIVALS,
        default=0,
        metavar="N",
        help=f"P3 alone, N mails ({ARRIVALS})",
    )
    parser.add_argument("--emails", type=int, default=1_000_000, metavar="N", help="stored emails of P5 (1000000)")
    parser.add_argument(
        "--store", type=Path, metavar="DIR", help="where the profile of P5 is, or is made and kept (made anew)"
    )


def measure(bench: Bench, product: Postroom, args: argparse.Namespace) -> dict[str, Any]:
    """Measure all of it; figures go to *bench*, what was seen is returned."""
    first = stalls(bench, product)
    store = args.store or bench.folder / "store"
    second = very_many(store, args.emails, args.customers, args.seed, bench.say)
    if args.store is None:
        shutil.rmtree(store, ignore_errors=True)
    bench.figures += [*first.figures, *second.figures]
    return {**first.details, **second.details}
