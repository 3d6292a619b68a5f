"""What nobody caught is told as a sentence without the error's own words, and still reaches the log."""

import sys
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.uncaught import Uncaught
from desktop.domain.errors import AppError


@pytest.fixture
def uncaught(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Uncaught, list[str], list[AppError]]]:
    logged: list[str] = []
    told: list[AppError] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: logged.append(kind.__name__))
    monkeypatch.setattr(threading, "excepthook", lambda args: logged.append(args.exc_type.__name__))
    made = Uncaught()
    made.met.connect(told.append)
    made.listen()
    yield made, logged, told
    made.leave()


def test_an_error_in_a_slot(uncaught: tuple[Uncaught, list[str], list[AppError]]) -> None:
    _, logged, told = uncaught
    sys.excepthook(KeyError, KeyError("the subject of a mail"), None)
    assert logged == ["KeyError"]
    assert "KeyError" in str(told[0])
    assert "subject" not in str(told[0])


def test_an_error_in_a_thread_is_told_in_the_gui_thread(
    qtbot: QtBot, uncaught: tuple[Uncaught, list[str], list[AppError]]
) -> None:
    _, logged, told = uncaught

    def fail() -> None:
        raise ValueError("secret")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert logged == ["ValueError"]


def test_ctrl_c_is_nothing_to_report(uncaught: tuple[Uncaught, list[str], list[AppError]]) -> None:
    _, logged, told = uncaught
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert (logged, told) == (["KeyboardInterrupt"], [])


def test_the_hooks_are_put_back(uncaught: tuple[Uncaught, list[str], list[AppError]]) -> None:
    made, logged, told = uncaught
    made.leave()
    sys.excepthook(KeyError, KeyError("x"), None)
    assert (logged, told) == (["KeyError"], [])
