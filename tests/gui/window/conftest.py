"""The real window for a test: on an empty profile, or synced from a loopback server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.store.reading.reader import Reader
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.gui.window.support import GuiThread, RealWindow, hook, real_window


@pytest.fixture
def empty_window(qtbot: QtBot, tmp_path: Path) -> Iterator[RealWindow]:
    """The window of a profile that was just made."""
    with real_window(qtbot, tmp_path) as real:
        yield real


@pytest.fixture
def gui_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[GuiThread]:
    """Fail a test in which the GUI thread touches a file, a socket or the store while `is_on`."""
    watch = hook()
    watch.sins.clear()
    read, write = Store.read, Store.write

    def watched_read(store: Store) -> AbstractContextManager[Reader]:
        watch.store_used("read")
        return read(store)

    def watched_write(store: Store) -> AbstractContextManager[UnitOfWork]:
        watch.store_used("write")
        return write(store)

    monkeypatch.setattr(Store, "read", watched_read)
    monkeypatch.setattr(Store, "write", watched_write)
    yield watch
    watch.is_on = False
    assert watch.sins == []
