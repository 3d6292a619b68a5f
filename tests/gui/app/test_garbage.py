"""Garbage with widgets in it is destroyed in the GUI thread, whoever makes more garbage meanwhile."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.garbage import Garbage

SCENE = """
import gc, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableView
from desktop.app.garbage import Garbage

app = QApplication([])
garbage = Garbage()
if "with" in sys.argv:
    garbage.take_over()
freed = []

class View(QTableView):
    def __del__(self):
        freed.append(threading.current_thread() is threading.main_thread())

def make():
    view = View()
    view.cycle = view

kept = []

def allocate():
    kept.extend([] for _ in range(200_000))

for _ in range(20):
    make()
worker = threading.Thread(target=allocate)
worker.start()
worker.join()
garbage.collect()
QTimer.singleShot(0, app.quit)
app.exec()
print(len(freed), all(freed), flush=True)
"""


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    made = Garbage()
    made.take_over()
    yield made
    made.give_back()


def test_a_widget_in_a_cycle_is_destroyed_in_the_gui_thread() -> None:
    done = subprocess.run([sys.executable, "-c", SCENE, "with"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "20 True", "")


def test_what_threads_leave_behind_is_collected_in_time(qtbot: QtBot, garbage: Garbage) -> None:
    class Node:
        count = 0

        def __init__(self) -> None:
            Node.count += 1
            self.cycle = self

        def __del__(self) -> None:
            Node.count -= 1

    def make_many() -> None:
        for _ in range(2000):
            Node()

    thread = threading.Thread(target=make_many)
    thread.start()
    thread.join()
    assert Node.count == 2000
    garbage.collect()
    assert Node.count < 2000


def test_python_collects_by_itself_again_afterwards(qtbot: QtBot) -> None:
    made = Garbage()
    made.take_over()
    assert not gc.isenabled()
    made.give_back()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_the_whole_is_looked_through_when_nothing_is_under_way(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.garbage.WHOLE_EVERY_S", 0.0)
    made, calm, seen, usual = Garbage(), list[bool](), list[int](), gc.get_threshold()
    made.take_over(lambda: bool(calm))
    gc.set_threshold(1, 1, 1)
    gc.callbacks.append(lambda phase, info: seen.append(info["generation"]) if phase == "stop" else None)
    try:
        for _ in range(3):
            gc.collect(1)
        made.collect()
        assert 2 not in seen
        calm.append(True)
        made.collect()
        assert 2 in seen
    finally:
        gc.callbacks.pop()
        gc.set_threshold(*usual)
        made.give_back()
