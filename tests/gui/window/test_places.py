"""Where a person left the window is where they find it; and every small model behind it is sound."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.app.places import PLACES
from desktop.domain.activity import Fix, Level, Task
from desktop.domain.changes import Changed, ChangeSet
from desktop.ui.kit.theme import theme
from desktop.ui.sidebar_places import WIDTH, SidebarModel
from desktop.ui.state import FILE_NAME, UiState, load_state
from desktop.views.dashboard.lists import RowsModel
from tests.gui.window.support import real_window
from tests.helpers.mails import place_in


def test_size_and_place_are_kept_over_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    with real_window(qtbot, tmp_path) as real:
        place_in(real.store)
        real.frame.ops.announce(ChangeSet(Changed.MAILBOXES))
        real.settle()
        real.go("customers")
        real.window.resize(1111, 777)
    with real_window(qtbot, tmp_path) as again:
        assert again.window.screen_now is again.window.place("customers")


def test_geometry_is_restored_and_never_out_of_sight(qtbot: QtBot, tmp_path: Path) -> None:
    with real_window(qtbot, tmp_path) as real:
        real.window.resize(960, 650)
        real.window.move(5, 7)
        kept = bytes(real.window.saveGeometry().data())
        real.frame.state.set_bytes("geometry", kept)
        real.window.resize(960, 720)
        real.window.restore()
        assert real.window.size() == QSize(960, 650)
        real.window.move(90_000, 90_000)
        real.frame.state.set_bytes("geometry", bytes(real.window.saveGeometry().data()))
        real.window.restore()
        assert real.window.screen().availableGeometry().intersects(real.window.frameGeometry())


def test_a_file_of_places_that_is_damaged_is_as_good_as_none(tmp_path: Path) -> None:
    state = UiState()
    state.set("place", "emails")
    state.save(tmp_path)
    assert load_state(tmp_path).get("place") == "emails"
    (tmp_path / FILE_NAME).write_text("{", encoding="utf-8")
    assert load_state(tmp_path).get("place") is None
    (tmp_path / FILE_NAME).write_text('{"schema": 999, "place": "emails"}', encoding="utf-8")
    assert load_state(tmp_path).get("place") is None
    assert load_state(tmp_path / "nowhere").get("place") is None


def test_the_sidebar_and_the_short_lists_are_sound(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    places = SidebarModel(PLACES)
    check(places)
    changed: list[int] = []
    places.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    places.set_count("review", 47, "47 emails wait")
    assert changed == [places.row_of("review")]
    rows: RowsModel[Task] = RowsModel(lambda task: task.what)
    rows.show([Task("a", Level.FAILED, "Reconnect", "It was refused.", Fix.RECONNECT)])
    check(rows)
    removed: list[tuple[int, int]] = []
    rows.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    rows.show([])
    rows.show([])
    assert removed == [(0, 0)]


def test_no_command_of_a_head_is_cut_when_the_text_is_set_twice_as_large(qtbot: QtBot, tmp_path: Path) -> None:
    with real_window(qtbot, tmp_path) as real:
        place_in(real.store)
        real.frame.ops.announce(ChangeSet(Changed.MAILBOXES))
        real.window.resize(1280, 800)
        real.settle()
        theme().set_text_scale(200)
        try:
            for screen in ("dashboard", "sync_log", "customers", "review"):
                real.go(screen)
                head = real.window.place(screen).head_row
                qtbot.waitUntil(partial(_are_whole, head))
            assert real.window.sidebar.width() < head.width() / 4
        finally:
            theme().set_text_scale(100)
        qtbot.waitUntil(lambda: real.window.sidebar.width() == WIDTH)


def _are_whole(head: QWidget) -> bool:
    """Whether all of every button is seen, in the room it asks for."""
    buttons = [one for one in head.findChildren(QAbstractButton) if one.isVisible()]
    sizes = [(one, one.visibleRegion().boundingRect().size()) for one in buttons]
    return bool(sizes) and all(
        seen == one.size() and seen.width() >= one.minimumSizeHint().width() for one, seen in sizes
    )
