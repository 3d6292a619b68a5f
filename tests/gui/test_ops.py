"""The lanes: answers arrive in the GUI thread, in order, only where they are still wanted."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.store.attachment_files import AttachmentFiles
from desktop.ui.ops import Command, Job, Ops
from tools.pytest_house import ExpectedLogs


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 21, 10, 46, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class Lines(list[str]):
    """What is read; a question that takes long can be interrupted."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        super().__init__(lines)
        self.interrupted = threading.Event()

    def interrupt(self) -> None:
        self.interrupted.set()


class Shelf:
    """A store that counts who is inside."""

    files = AttachmentFiles(Path())

    def __init__(self) -> None:
        self.written: list[str] = []

    @contextmanager
    def read(self) -> Iterator[Lines]:
        yield Lines(self.written)

    @contextmanager
    def walk(self) -> Iterator[Lines]:
        yield Lines([*self.written, "walked"])

    @contextmanager
    def write(self) -> Iterator[list[str]]:
        yield self.written


@pytest.fixture
def ops(qtbot: QtBot) -> Iterator[Ops]:
    made = Ops(Shelf(), Clock())
    yield made
    made.close()


def write(word: str) -> Command:
    def command(shelf: list[str], _clock: object) -> ChangeSet:
        shelf.append(word)
        return ChangeSet(Changed.EMAILS, f"Wrote {word}")

    return command


def test_an_answer_arrives_in_the_gui_thread(ops: Ops, qtbot: QtBot) -> None:
    answers: list[tuple[int, QThread]] = []
    asked_in: list[int] = []

    def query(shelf: list[str]) -> int:
        asked_in.append(threading.get_ident())
        return len(shelf)

    ops.read(ops, query, lambda found: answers.append((found, QThread.currentThread())))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(0, ops.thread())]
    assert asked_in != [threading.get_ident()]


def test_commands_are_carried_out_in_the_order_they_were_asked_for(ops: Ops, qtbot: QtBot) -> None:
    said: list[str] = []
    ops.said.connect(lambda change: said.append(change.words))
    for number in range(20):
        ops.run(ops, write(str(number)))
    qtbot.waitUntil(lambda: len(said) == 20)
    assert said == [f"Wrote {number}" for number in range(20)]


def test_of_two_questions_in_one_slot_only_the_newer_is_answered(ops: Ops, qtbot: QtBot) -> None:
    gate, answers = threading.Event(), list[str]()

    def slow(_shelf: object) -> str:
        gate.wait(60)
        return "old"

    ops.read(ops, slow, answers.append, slot="list")
    ops.read(ops, lambda _shelf: "new", answers.append, slot="list")
    gate.set()
    qtbot.waitUntil(ops.is_idle)
    assert answers == ["new"]


def test_what_reads_a_whole_list_has_a_door_of_its_own(ops: Ops, qtbot: QtBot) -> None:
    answers = list[list[str]]()
    ops.read(ops, list, answers.append, whole=True)
    qtbot.waitUntil(ops.is_idle)
    ops.read(ops, list, answers.append)
    qtbot.waitUntil(ops.is_idle)
    assert answers == [["walked"], []]


def test_a_newer_question_ends_the_older_one_in_the_middle(ops: Ops, qtbot: QtBot) -> None:
    begun, answers = threading.Event(), list[str]()

    def slow(lines: Lines) -> str:
        begun.set()
        assert lines.interrupted.wait(20)
        raise InterruptedError  # as a statement does; nobody is told, and it is no mistake of ours

    ops.read(ops, slow, answers.append, slot="list")
    assert begun.wait(20)
    ops.read(ops, lambda _lines: "new", answers.append, slot="list")
    qtbot.waitUntil(ops.is_idle)
    assert answers == ["new"]


def test_nobody_is_answered_who_is_gone(ops: Ops, qtbot: QtBot) -> None:
    asker, answers = QObject(), list[int]()
    gate = threading.Event()

    def query(shelf: list[str]) -> int:
        gate.wait(60)
        return len(shelf)

    ops.read(asker, query, answers.append)
    asker.deleteLater()
    qtbot.waitUntil(lambda: not isValid(asker))
    gate.set()
    qtbot.waitUntil(ops.is_idle)
    assert answers == []


def test_a_refusal_reaches_who_asked_or_everybody(ops: Ops, qtbot: QtBot) -> None:
    def refuse(_shelf: object, _clock: object) -> ChangeSet:
        raise CommandRefused(ReasonCode.NOT_FOUND, "There is no customer 5.")

    mine: list[AppError] = []
    everybodys: list[AppError] = []
    ops.troubled.connect(everybodys.append)
    ops.run(ops, refuse, failed=mine.append)
    ops.run(ops, refuse)
    qtbot.waitUntil(ops.is_idle)
    assert [error.code for error in mine] == [ReasonCode.NOT_FOUND]
    assert [error.what for error in everybodys] == ["There is no customer 5."]


def test_a_mistake_of_ours_becomes_a_sentence(ops: Ops, qtbot: QtBot, expected_logs: ExpectedLogs) -> None:
    told: list[AppError] = []

    def broken(_shelf: object) -> None:
        raise ZeroDivisionError

    expected_logs("desktop.ui.ops", "unexpected error")
    ops.read(ops, broken, lambda _none: None, failed=told.append)
    qtbot.waitUntil(ops.is_idle)
    assert told[0].code is ReasonCode.INTERNAL_ERROR


def test_background_work_ends_when_it_is_cancelled(ops: Ops, qtbot: QtBot) -> None:
    ended, begun = threading.Event(), threading.Event()

    def work(job: Job) -> str:
        with job.ended_by(ended.set):
            begun.set()
            ended.wait(10)
        return "late"

    answers: list[str] = []
    job = ops.work(ops, work, answers.append)
    assert begun.wait(20)
    job.cancel()
    qtbot.waitUntil(ops.is_idle)
    assert (ended.is_set(), answers) == (True, [])


def test_closing_finishes_the_commands_asked_for(qtbot: QtBot) -> None:
    shelf = Shelf()
    ops = Ops(shelf, Clock())
    for number in range(5):
        ops.run(ops, write(str(number)))
    ops.close()
    assert shelf.written == ["0", "1", "2", "3", "4"]
