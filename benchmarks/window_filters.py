"""P8, in a process of its own: the page of filters over very many emails while somebody types.

python -m benchmarks.million DIR --key-file KEY --emails 100000
python -m benchmarks.window_filters DIR KEY
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest

from benchmarks.window_open import Shown, shown
from benchmarks.window_watch import Heartbeat
from desktop.ui.frame import Place
from desktop.views.settings.filters.page import FiltersPage
from desktop.views.settings.filters.rehearsing import PAUSE_MS, Answer

LIMIT_S = 600.0
TYPED = ("newsletter", "order, invoice", "delivery window", "pallet, bracket", "price list")
TYPING_MS = 60
"""Between two letters of somebody who types fast."""


def main() -> int:
    """Type filters and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("profile", type=Path)
    parser.add_argument("key_file", type=Path)
    args = parser.parse_args()
    with shown(args.profile, args.key_file, "settings") as real:
        print(json.dumps(_measured(real)))
    sys.stdout.flush()
    return 0


def _measured(real: Shown) -> dict[str, Any]:
    real.window.go(Place("settings", part="filters"))
    real.settle(LIMIT_S)
    (page,) = real.window.findChildren(FiltersPage)
    seen: dict[str, Any] = {}
    for what in ("read", "read_again"):  # the first time no kinds of mail are known, and each is looked into
        page.preview.period.choose(0)
        begun = time.perf_counter()
        with Heartbeat() as heart:
            page.preview.period.activated.emit(page.preview.period.currentIndex())
            real.wait(lambda: page.rehearsing.is_ready and not page.rehearsing.is_waiting, LIMIT_S)
            seen[f"{what}_seconds"] = time.perf_counter() - begun
            real.settle(LIMIT_S)
        seen[what] = heart.result().as_values()
    typed = _typed(real, page)
    return {**seen, **typed, "whole_collection_ms": _whole_collection()}


def _whole_collection() -> float:
    """Return how long the window stands still when all generations are looked through, once a minute at most."""
    begun = time.perf_counter()
    gc.collect()
    return 1000 * (time.perf_counter() - begun)


def _typed(real: Shown, page: FiltersPage) -> dict[str, Any]:
    answers: list[Answer] = []
    page.rehearsing.answered.connect(answers.append)
    for preset in ("Newsletters", "Automated"):
        page.rows.presets[preset].click()
    page.rows.add_new()
    editor = page.rows.editors[-1]
    editor.field.choose("subject")
    editor.field.activated.emit(editor.field.currentIndex())
    real.settle()
    after_key, judged = [], []
    with Heartbeat() as heart:
        for text in TYPED:
            editor.values.clear()
            for letter in text:
                QTest.keyClicks(editor.values, letter)
                QTest.qWait(TYPING_MS)
            begun, before = time.perf_counter(), len(answers)
            real.wait(partial(_is_answered, answers, before, page), LIMIT_S)
            after_key.append(time.perf_counter() - begun)
            judged.append(answers[-1].seconds)
            real.settle()
    return {
        "looked_at": answers[-1].report.looked_at,
        "judged_seconds": statistics.median(judged),
        "judged_worst": max(judged),
        "answer_seconds": statistics.median(after_key) - TYPING_MS / 1000,
        "pause_ms": PAUSE_MS,
        "typing": heart.result().as_values(),
    }


def _is_answered(answers: Sequence[Answer], before: int, page: FiltersPage) -> bool:
    return len(answers) > before and not page.rehearsing.is_waiting


if __name__ == "__main__":
    sys.exit(main())
