"""P5, in a process of its own: the Emails screen over very many emails, worked with as a person works."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QEventLoop,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView, QWidget

from benchmarks.memory import memory_of_this
from benchmarks.window_open import Shown, shown
from benchmarks.window_watch import Heartbeat
from desktop.domain.email_list import Chip
from desktop.views.emails import body
from desktop.views.emails.screen import EmailsScreen
from desktop.views.emails.table import EmailTable

LIMIT_MS = 30_000
SEARCHES = ("pallet", "label december", "mounting kit", "fischer", "stranger7", "warehou", "invoice 99", "zzz nothing")
CHIPS = (Chip.PENDING, Chip.ALL, Chip.ERRORS, Chip.ALL, Chip.NO_MATCH, Chip.ALL, Chip.TODAY, Chip.ALL)
SORTS = ("from", "from", "customer", "customer", "status", "status", "date", "date")
WHEEL_PX = 126
FRAME_MS = 8
TYPING_MS = 60
"""Between two letters of somebody who types fast."""
Timings = dict[str, list[float]]


class WatchedTable(EmailTable):
    """The list of the window, that tells when all rows in view have been painted."""

    on_painted: Callable[[], None] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and tell."""
        super().paintEvent(event)
        if self.on_painted is not None and self.is_full():
            self.on_painted()

    def is_full(self) -> bool:
        """Whether every row in view is here; so is an empty list."""
        first, last = self.visible_rows()
        return all(self.emails.row_at(row) is not None for row in range(first, last + 1))


class Hand(QObject):
    """Does things at the list, and times each until what it brings has been painted.

    Where nothing is listed, that is the empty list or the words in its place: the whole list, which says that there is
    nothing, may come before the empty beginning has been painted, and then the table is never painted at all.
    """

    def __init__(self, real: Shown) -> None:
        super().__init__()
        (screen,) = (one for one in real.window.findChildren(EmailsScreen))
        assert isinstance(screen.table, WatchedTable)
        self.real, self.screen, self.table = real, screen, screen.table
        self.times: Timings = {}
        self._is_begun = False
        screen._lister.began.connect(self._note)  # noqa: SLF001 - the moment another list is known
        self._painted: Callable[[], None] | None = None
        screen.sides.empty.installEventFilter(self)

    def until_painted(self, what: str, act: Callable[[], object], *, another: bool) -> None:
        """Do *act*; its time ends with the paint of all rows in view, of *another* list if it brings one."""
        loop, ended = QEventLoop(), [0.0]
        self._is_begun = not another

        def painted() -> None:
            if self._is_begun and not ended[0]:
                ended[0] = time.perf_counter()
                loop.quit()

        self.table.on_painted = self._painted = painted
        begun = time.perf_counter()
        act()
        if not ended[0]:
            QTimer.singleShot(LIMIT_MS, loop, loop.quit)
            loop.exec()
        self.table.on_painted = self._painted = None
        if not ended[0]:
            raise TimeoutError(f"{what}: nothing was painted within {LIMIT_MS / 1000:.0f} s")
        self.times.setdefault(what, []).append(ended[0] - begun)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note that the words in place of an empty list are painted."""
        if event.type() == QEvent.Type.Paint and self._painted is not None:
            QTimer.singleShot(0, self, self._painted)
        return False

    def frame(self, what: str, act: Callable[[], object]) -> None:
        """Do *act* and paint; only what the GUI thread does until then is timed."""
        begun = time.perf_counter()
        act()
        self.table.viewport().repaint()
        self.times.setdefault(what, []).append(time.perf_counter() - begun)

    def _note(self, _listing: object) -> None:
        self._is_begun = True
        self.table.viewport().update()  # an empty list, or the same rows, are painted too


def main() -> int:
    """Work through the list and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", type=Path)
    parser.add_argument("key_file", type=Path)
    args = parser.parse_args()
    setattr(body, "EmailTable", WatchedTable)  # noqa: B010 - the window then shows the watched one
    with shown(args.profile, args.key_file, "emails") as real:
        print(json.dumps(_measured(real)))
    sys.stdout.flush()
    return 0


def _measured(real: Shown) -> dict[str, Any]:
    real.wait(lambda: real.window.is_whole, 60)
    real.settle()
    hand = Hand(real)
    gc.collect()
    found: dict[str, Any] = {"rows": len(hand.table.emails.ids), "memory_first": memory_of_self()}
    for name, work in (("search", _search), ("switch", _switch), ("scroll", _scroll)):
        with Heartbeat() as heart:
            work(hand)
            real.settle()
        found[f"stalls_{name}"] = heart.result().as_values()
    found["memory_last"] = memory_of_self()
    _bare_scroll(hand)
    found["times"] = hand.times
    found["driver_ms"] = _driver_ms(real)
    return found


def memory_of_self() -> dict[str, float]:
    """Return the resident memory of this process, and of it with its children (shared pages shared out), in MB."""
    own, tree = memory_of_this()
    return {"resident": own / 1e6, "tree": tree / 1e6}


# --- what the hand does -----------------------------------------------------------------------------------------------


def _search(hand: Hand) -> None:
    field = hand.screen.top.search
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    for words in SEARCHES:
        for letter in words[:-1]:
            _type(field, letter)
            QTest.qWait(TYPING_MS)
        hand.until_painted("search", partial(_type, field, words[-1]), another=True)
        hand.real.settle()
        hand.until_painted("search cleared", field.clear, another=True)
        hand.real.settle()


def _type(field: QWidget, letter: str) -> None:
    QTest.keyClicks(field, letter)


def _switch(hand: Hand) -> None:
    for chip in CHIPS:
        hand.until_painted(f"chip {chip.value}", hand.screen.chips.chips[chip].click, another=True)
        hand.real.settle()
    for key in SORTS:
        head = partial(hand.table.horizontalHeader().sectionClicked.emit, hand.table.emails.column_of(key))
        hand.until_painted(f"sort by {key}", head, another=True)
        hand.real.settle()


def _scroll(hand: Hand) -> None:
    table, bar, chance = hand.table, hand.table.verticalScrollBar(), Random(1)
    table.setFocus(Qt.FocusReason.OtherFocusReason)
    acts: dict[str, tuple[int, Callable[[], object]]] = {
        "wheel": (150, lambda: bar.setValue(bar.value() + WHEEL_PX)),
        "page": (40, lambda: QTest.keyClick(table, Qt.Key.Key_PageDown)),
        "row": (40, lambda: QTest.keyClick(table, Qt.Key.Key_Down)),
        "end": (1, lambda: QTest.keyClick(table, Qt.Key.Key_End)),
        "home": (1, lambda: QTest.keyClick(table, Qt.Key.Key_Home)),
        "jump": (30, lambda: bar.setValue(chance.randrange(bar.maximum()))),
    }
    for what in ("wheel", "page", "row", "end", "page", "home", "jump", "end", "home"):
        times, act = acts[what]
        for _ in range(times):
            hand.frame(f"scroll frame, {what}", act)
            hand.until_painted("scroll, rows there", table.viewport().update, another=False)
            QTest.qWait(FRAME_MS)
    hand.real.settle()


# --- beside whom ------------------------------------------------------------------------------------------------------


class _Bare(QAbstractTableModel):
    """As little as a model can be: so many rows, made up as they are asked for."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        """Return how many rows there are."""
        return self._rows

    def columnCount(self, _parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return as many columns as the list shows."""
        return 5

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a word."""
        return f"{index.row()} of the rows" if role == Qt.ItemDataRole.DisplayRole else None


def _bare_scroll(hand: Hand) -> None:
    """Scroll a bare view of the same size."""
    view, model, times = QTableView(), _Bare(len(hand.table.emails.ids)), hand.times.setdefault("bare frame", [])
    view.setModel(model)
    view.verticalHeader().setDefaultSectionSize(42)
    view.resize(hand.table.size())
    view.show()
    QTest.qWait(100)  # before, a view that is not exposed yet paints nothing
    bar = view.verticalScrollBar()
    for _ in range(150):
        begun = time.perf_counter()
        bar.setValue(bar.value() + 3)
        view.viewport().repaint()
        times.append(time.perf_counter() - begun)
    view.close()


def _driver_ms(real: Shown) -> Mapping[str, Sequence[float]]:
    """Ask the driver itself for the same first pages, five times each."""
    with real.session.profile.workspace.store.read() as read:
        connection = read.email_list._run.connection.driver_connection  # noqa: SLF001 - the driver below the store
        page = "SELECT * FROM email ORDER BY received_at DESC, id DESC LIMIT 200"
        words = (
            "SELECT * FROM email WHERE id IN (SELECT rowid FROM email_fts WHERE email_fts MATCH '\"pallet\"' "
            "ORDER BY rowid DESC LIMIT 200) ORDER BY received_at DESC"
        )
        return {name: list(_timed(connection, sql)) for name, sql in (("newest", page), ("words", words))}


def _timed(connection: Any, sql: str) -> Iterator[float]:
    for _ in range(5):
        begun = time.perf_counter()
        connection.execute(sql).fetchall()
        yield 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
