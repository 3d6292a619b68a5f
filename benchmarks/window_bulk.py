"""P5, in a process of its own: everything that matches is selected and changed, over very many emails.

python -m benchmarks.million DIR --key-file KEY --emails 250000
python -m benchmarks.window_bulk DIR KEY

The profile is as it was afterwards: each command is undone. Processor time, for machines are shared.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.memory import memory_of_this
from benchmarks.window_open import Shown, shown
from benchmarks.window_watch import Heartbeat, percentile
from desktop.domain.ids import EmailId
from desktop.services.review import assign
from desktop.services.tags import add_tag
from desktop.views.emails.screen import EmailsScreen

LIMIT_S = 3_600.0
TIMES = 20


def main() -> int:
    """Select and change everything, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("profile", type=Path)
    parser.add_argument("key_file", type=Path)
    parser.add_argument("--only-select", action="store_true", help="change nothing")
    parser.add_argument("--at-most", type=int, default=0, metavar="N", help="change only so many (all)")
    args = parser.parse_args()
    with shown(args.profile, args.key_file, "emails") as real:
        (screen,) = (one for one in real.window.findChildren(EmailsScreen))
        real.session.sync.load()  # as a worker does after the first rows
        real.wait(lambda: real.window.is_whole, 60)
        found = _selecting(real, screen)
        if not args.only_select:
            found |= _changing(real, screen, args.at_most)
        found["memory_mb"] = memory_of_this()[0] / 1e6
        print(json.dumps(found))
    sys.stdout.flush()
    return 0


def _selecting(real: Shown, screen: EmailsScreen) -> dict[str, Any]:
    """Time each step until the GUI thread has painted what it brings; what a worker reads for it comes later."""
    table, seen = screen.table, dict[str, list[float]]()
    table.setFocus(Qt.FocusReason.OtherFocusReason)
    keys: dict[str, Callable[[], object]] = {
        "select page (Ctrl+A)": partial(QTest.keySequence, table, "Ctrl+A"),
        "select all that match (Ctrl+A again)": partial(QTest.keySequence, table, "Ctrl+A"),
        "what is chosen, for a command": lambda: len(screen.commands.chosen().emails),
        "tags (L)": partial(QTest.keySequence, table, "L"),
        "let go (Esc)": partial(_let_go, screen),
    }
    gc.collect()
    with Heartbeat() as heart:
        for _ in range(TIMES):
            table.go_to(0)
            real.settle()
            for what, act in keys.items():
                spent, begun = time.thread_time(), time.perf_counter()
                act()
                QApplication.processEvents()  # what has changed is painted in there
                seen.setdefault(f"{what}, wall", []).append(1000 * (time.perf_counter() - begun))
                seen.setdefault(f"{what}, GUI thread", []).append(1000 * (time.thread_time() - spent))
                if "all" in what:
                    assert table.selected_count() == len(table.emails.ids)
    rows = len(table.emails.ids)
    told = {name: {"median": statistics.median(each), "p95": percentile(each, 95)} for name, each in seen.items()}
    return {"rows": rows, "select_ms": told, "stalls_selecting": heart.result().as_values()}


def _let_go(screen: EmailsScreen) -> None:
    if screen.commands.tags is not None:
        screen.commands.tags.close_it()
    screen.table.setFocus(Qt.FocusReason.OtherFocusReason)
    screen.escape()


def _changing(real: Shown, screen: EmailsScreen, at_most: int) -> dict[str, Any]:
    commands, found = screen.commands, dict[str, Any]()
    emails = cast("Sequence[EmailId]", screen.table.emails.ids[: at_most or None])
    with real.session.profile.workspace.store.read() as read:
        customer = read.customers.find(limit=1)[0].id
    work: dict[str, Callable[[Any, Any, Any], Any]] = {
        "tag": lambda uow, clock, step: add_tag(uow, emails, "bulk", clock, step=step),
        "assign": lambda uow, clock, step: assign(uow, emails, customer, remember=False, clock=clock, step=step),
    }
    for what, change in work.items():
        for name, act in (
            (what, partial(commands.changing.run, emails, what, change)),
            (f"undo of {what}", screen.frame.actions.action("edit.undo").trigger),
        ):
            spent, begun = time.process_time(), time.perf_counter()
            with Heartbeat() as heart:
                act()
                real.settle(LIMIT_S)
            found[name] = {
                "emails": len(emails),
                "wall_s": time.perf_counter() - begun,
                "processor_s": time.process_time() - spent,
                **heart.result().as_values(),
            }
    return {"changes": found}


if __name__ == "__main__":
    sys.exit(main())
