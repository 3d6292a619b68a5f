"""``python -m benchmarks --triage``: the fifty emails of a morning, seventy keys, on the real screen and a real store.

App time is what the hand waits for: from a key to the moment when what it asked for is painted and the next key can be
pressed. The store commits meanwhile, as it does for a person.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

KEY_MS, ALL_S = 50, 2.0
WAIT_S = 20.0
Say = Callable[[str], None]


def measure(rounds: int, directory: Path | None, say: Say) -> list[Figure]:
    """Clear the queue and take it back, several times; return the figures of the slowest and of all keys."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    taken: dict[str, list[float]] = {}
    sums: list[float] = []
    busy: list[float] = []
    for at in range(rounds):
        with tempfile.TemporaryDirectory(prefix="triage-", dir=directory) as folder:
            one, busy_s = _clear(Path(folder))
        busy.append(busy_s)
        sums.append(sum(ms for name, values in one.items() if name != "undo" for ms in values) / 1000)
        for name, values in one.items():
            taken.setdefault(name, []).extend(values)
        keys = sum(len(values) for name, values in one.items() if name != "undo")
        say(f"  round {at + 1}: {sums[-1]:.2f} s, {busy_s:.2f} s of processor time, for {keys} keys")
    figures = [
        Figure("Triage, 70 keys, app time", statistics.median(sums), tuple(sums), ALL_S, "s"),
        Figure("Triage, 70 keys, processor time of the GUI thread", statistics.median(busy), tuple(busy), ALL_S, "s"),
    ]
    for name, values in sorted(taken.items()):
        p95 = statistics.quantiles(values, n=20, method="inclusive")[18]
        figures.append(Figure(f"Triage, {name}, p95", p95, tuple(values), 100 if name == "new" else KEY_MS, "ms"))
    return figures


def _clear(folder: Path) -> tuple[dict[str, list[float]], float]:
    """Press the keys; return the milliseconds of each, by what it was, and the processor time of all in seconds."""
    from tests.gui.review.triage import cases

    table = _Table(folder)
    try:
        by_subject = {case.letter.subject: case for case in cases()}
        while not table.screen.desk.is_clear:
            case = by_subject[table.current()]
            before = len(table.screen.shelf.waiting)
            _decide(table, case, before)
        decisions = len(table.screen.filing.sitting.filed)
        for left in range(decisions - 1, -1, -1):
            table.press("undo", "Z", ctrl=True, until=partial(table.is_down_to, left))
        table.settle()
        return table.taken, table.busy_s
    finally:
        table.close()


def _decide(table: "_Table", case: Any, before: int) -> None:
    from desktop.ui.customer_form import CustomerForm

    def is_gone() -> bool:
        return len(table.screen.shelf.waiting) < before and not table.has_form()

    if case.way == "domain":
        table.press("domain", "D", until=lambda: len(table.screen.choice().items) > 1)
        table.press("accept", "Enter", until=is_gone)
    elif case.way == "find":
        field = table.screen.desk.customers.field
        table.press("find", "A", until=field.hasFocus)
        for at, key in enumerate(case.letters, 1):
            typed = case.letters[:at]
            table.press("letter", key, until=partial(table.has_found, typed))
        table.press("accept", "Enter", until=is_gone)
    elif case.way == "new":
        table.press("new", "N", until=table.has_form)
        form = next(one for one in table.window.findChildren(CustomerForm) if one.isVisible())
        table.press("accept new", "Enter", until=lambda: is_gone() and not form.isVisible())
    else:
        table.press(
            "ignore" if case.way == "ignore" else "accept", "I" if case.way == "ignore" else "Enter", until=is_gone
        )


class _Table:
    """The screen in a window, on a store with the fifty emails."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication, QMainWindow

        from desktop.services.undo import undo
        from desktop.ui.actions import Act
        from desktop.ui.kit.theme import theme
        from desktop.ui.ops import Ops
        from desktop.views.review.screen import ReviewScreen
        from tests.gui.frames import make_frame
        from tests.gui.review.queue_data import add_history, add_letters, add_people
        from tests.gui.review.triage import cases
        from tests.helpers.mails import FixedClock, new_store

        self.app = QApplication.instance() or QApplication([])
        theme().apply(self.app)  # type: ignore[arg-type]
        clock = FixedClock()
        self.store = new_store(folder)
        add_history(self.store, clock, add_people(self.store, clock))
        add_letters(self.store, [case.letter for case in cases()])
        self.ops, self.window = Ops(self.store, clock), QMainWindow()
        frame, *_ = make_frame(self.ops, clock, self.window)
        self.screen = ReviewScreen(frame)
        frame.actions.add(Act("edit.undo", "&Undo", "Edit", ("Ctrl+Z",)), lambda: self.ops.run(self.window, undo))
        self.window.setCentralWidget(self.screen)
        self.window.resize(1072, 740)
        self.window.show()
        self.window.activateWindow()
        self.taken: dict[str, list[float]] = {}
        self.busy_s = 0.0
        self._tick = QTimer(interval=100)  # something comes also where nothing is to be waited for
        self._tick.start()
        self.settle()
        self.screen.view.setFocus()

    def current(self) -> str:
        """Return the subject of the current email."""
        item = self.screen.choice().items[0]
        return item.mail.subject

    def is_down_to(self, decisions: int) -> bool:
        """Tell whether so many decisions are left."""
        return len(self.screen.filing.sitting.filed) == decisions

    def has_found(self, typed: str) -> bool:
        """Tell whether customers are listed for these letters."""
        finding = self.screen.desk.customers._finding  # noqa: SLF001 - what the letters found is nowhere else
        return finding is not None and finding.text == typed

    def has_form(self) -> bool:
        """Tell whether the form for a new customer is there."""
        from desktop.ui.customer_form import CustomerForm

        return any(one.isVisible() for one in self.window.findChildren(CustomerForm))

    def press(self, name: str, key: str, *, until: Callable[[], bool], ctrl: bool = False) -> None:
        """Press a key where the focus is, and note how long it took until what it asked for was painted."""
        from PySide6.QtCore import QEventLoop, Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        focus = QApplication.focusWidget() or self.screen.view
        modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        code = Qt.Key.Key_Return if key == "Enter" else Qt.Key(ord(key.upper()))
        begun, begun_busy = time.perf_counter(), time.thread_time()
        QTest.keyClick(focus, code, modifier)
        while not until():
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)  # as the program waits: at rest
            if time.perf_counter() - begun > WAIT_S:
                raise RuntimeError(f"{name}: nothing came of {key}")
        self.screen.view.viewport().repaint()
        self.taken.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        self.busy_s += 0 if name == "undo" else time.thread_time() - begun_busy
        self.settle()

    def settle(self) -> None:
        """Let everything be read that follows: nobody waits for that."""
        quiet = 0
        while quiet < 5:
            self.app.processEvents()
            quiet = quiet + 1 if self.ops.is_idle() and not self.screen._soon.isActive() else 0  # noqa: SLF001
            time.sleep(0.002)

    def close(self) -> None:
        """End everything."""
        self.ops.close()
        self.window.close()
        with suppress(RuntimeError):
            self.window.deleteLater()
        self.app.processEvents()
        self.store.close()
