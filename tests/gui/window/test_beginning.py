"""What is there when the window comes, and that the rest is there as soon as somebody wants it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.opening import open_new_profile
from desktop.app.session import Session
from desktop.app.window import build_window
from desktop.ui.actions import MENUS
from desktop.ui.frame import Place
from desktop.ui.window import MainWindow
from desktop.workspace.opening import Given
from tests.gui.window.support import RealWindow
from tests.helpers.mails import place_in

LATER = (
    *("alembic", "apscheduler", "email.policy", "imapclient", "rapidfuzz", "smtplib", "PySide6.QtWebEngineCore"),
    *("desktop.app.connections", "desktop.diagnosis", "desktop.matching.decide", "desktop.providers.connect"),
    *("desktop.providers.imap", "desktop.providers.oauth", "desktop.store.migrations", "desktop.store.writing"),
    *(
        "desktop.sync.schedule",
        "desktop.ui.command_palette",
        "desktop.ui.customer_form",
        "desktop.ui.customer_picker",
        "desktop.app.unlock",
    ),
    *("desktop.views.audit", "desktop.views.backfill", "desktop.views.connect", "desktop.views.customer_import"),
    *("desktop.views.customers", "desktop.views.dashboard", "desktop.views.picking", "desktop.views.review"),
    *("desktop.views.settings", "desktop.views.skipped", "desktop.views.sync_log", "desktop.views.welcome"),
)
"""What is not needed for the first rows, and is not waited for: packages and modules."""
STARTED = """
import builtins, json, sys
from desktop.__main__ import main
from desktop.app import main as way_in

open_window = way_in.open_window

def tell(launch):
    print(json.dumps([builtins.__import__.__name__, *sorted(sys.modules)]), flush=True)
    launch.ended.emit()

def watched(start):
    from desktop.app.imports import leave_sources_unread
    leave_sources_unread()
    from desktop.app.launch import Launch
    begin = Launch.begin
    Launch.begin = lambda self: (self.began.connect(lambda: tell(self)), begin(self))
    return open_window(start)

way_in.open_window = watched
sys.exit(main())
"""


@contextmanager
def fresh_window(folder: Path, place: str) -> Iterator[tuple[Session, MainWindow]]:
    """A window on a profile with a mailbox that was last at *place*, as it is built; it is not shown."""
    session = Session(open_new_profile(Given(folder / "profile", folder / "key")))
    store = session.profile.workspace.store
    with store.read() as read:
        is_new = not read.mailboxes.every()
    if is_new:
        place_in(store)
    session.profile.state.set("place", place)
    window = build_window(session.parts())
    try:
        yield session, window
    finally:
        window.close()
        assert session.close()
        window.deleteLater()


def in_menus(window: MainWindow) -> dict[str, list[str]]:
    """What each menu of the bar lists, as a person who opens it sees it."""
    found = {}
    for menu in map(window.menu, MENUS):
        menu.aboutToShow.emit()
        found[menu.title()] = [action.objectName() for action in menu.actions()]
    return found


def test_the_place_of_last_time_is_there_at_once_and_all_else_comes_by_itself_or_is_asked_for(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """Menus have every command, in the same order wherever the window began, and however its screens came to be."""
    with fresh_window(tmp_path, "review") as (session, window):
        assert window.screen_now is not None
        assert window.screen_now.id == "review"
        assert not window.is_whole
        window.show()
        qtbot.waitUntil(lambda: window.is_whole and session.ops.is_idle(), timeout=20_000)
        assert window.screen_now is window.place("review")
        by_themselves = in_menus(window)
        listed = {name for names in by_themselves.values() for name in names}
        assert {act.id for act, _ in window.actions_of_window.every() if act.menu} == listed - {""}
    with fresh_window(tmp_path, "settings") as (_session, window):
        assert not window.is_whole
        assert in_menus(window) == by_themselves
        assert window.is_whole


def test_screens_that_nobody_has_seen_are_there_for_who_asks(qtbot: QtBot, tmp_path: Path) -> None:
    with fresh_window(tmp_path, "emails") as (session, window):
        window.show()
        window.go(Place("customers"))
        assert window.screen_now is not None
        assert window.screen_now.id == "customers"
        assert not window.is_whole
        window.actions_of_window.action("go.palette").trigger()
        assert window.palette_box is not None
        QTest.keyClicks(window.palette_box.field, "accept the suggestion")
        assert any(line.text == "Accept the suggestion" for line in window.palette_box.lines())
        QTest.keyClick(window.palette_box, Qt.Key.Key_Escape)
        qtbot.waitUntil(session.ops.is_idle, timeout=20_000)


def test_syncs_asked_for_before_they_have_begun_are_not_lost(empty_window: RealWindow, qtbot: QtBot) -> None:
    place_in(empty_window.store)
    sync = empty_window.session.sync
    with qtbot.waitSignal(sync.started, timeout=20_000):
        sync.sync_now()
        empty_window.session.start()
    sync.cancel()


def test_the_first_rows_wait_for_nothing_that_they_do_not_need(tmp_path: Path) -> None:
    """The program itself, at the moment its window is shown: what is loaded by then was waited for."""
    profile = open_new_profile(Given(tmp_path / "profile", tmp_path / "key"))
    with profile.stack:
        place_in(profile.workspace.store)
        profile.state.set("place", "emails")
        profile.state.save(tmp_path / "profile")
    words = [sys.executable, "-c", STARTED, "--profile", str(tmp_path / "profile"), "--key-file", str(tmp_path / "key")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=True)
    importing, *loaded = json.loads(done.stdout.splitlines()[-1])
    assert importing != "__feature_import__", "PySide reads the source of every module that is loaded"
    assert "desktop.views.emails.screen" in loaded
    assert [name for name in loaded if name in LATER or name.startswith(tuple(f"{one}." for one in LATER))] == []
