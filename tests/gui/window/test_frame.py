"""The frame around the screens, in the real window: every command reachable, named and explained."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.ids import MailboxId
from desktop.domain.syncing import SyncProgress
from desktop.services.customers import Details, add_customer
from desktop.settings import registry
from desktop.ui.actions import is_single_letter
from desktop.ui.kit.focus import wants_ring
from desktop.ui.kit.reading_order import stops
from desktop.ui.kit.theme import theme
from desktop.ui.shortcuts import ShortcutSheet, keys_by_place
from desktop.ui.toasts import Words
from desktop.views.dashboard.card import MailboxCardView
from desktop.views.dashboard.figures import Figure
from tests.gui.window.support import GuiThread, RealWindow
from tests.helpers.mails import NOON, FixedClock, packed, parsed, place_in

PLACES = ("dashboard", "emails", "review", "sync_log", "customers", "settings")


@pytest.fixture
def window(empty_window: RealWindow) -> RealWindow:
    """A window with a mailbox, three mails to review and a customer."""
    store = empty_window.store
    place = place_in(store)
    with store.write() as uow:
        add_customer(uow, Details("Acme Parts"), ["lena@acme.example"], FixedClock())
        uow.intake.take_in(place, [packed(number, parsed(str(number))) for number in (1, 2, 3)], [], NOON)
    empty_window.frame.ops.announce(_everything())
    empty_window.settle()
    empty_window.go("dashboard")
    return empty_window


def _everything() -> ChangeSet:
    return ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES)


def test_a_new_profile_is_welcomed(empty_window: RealWindow) -> None:
    assert type(empty_window.window.stack.currentWidget()).__name__ == "WelcomePage"
    assert not empty_window.window.sidebar.isVisible()


def test_counts_of_the_sidebar_equal_the_lists(window: RealWindow) -> None:
    item = window.window.sidebar.item("review")
    assert item is not None
    assert item.count == 3
    assert "3 to review" in window.window.status.segment("queue").text()


def test_the_status_bar_names_the_mailbox_that_is_still_synced(
    window: RealWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = window.frame.sync
    goes_on = SyncProgress(MailboxId(2), "sales@shop.example", "INBOX", 5, 10)
    monkeypatch.setattr(sync, "running", lambda: (goes_on,))
    sync.progressed.emit(SyncProgress(MailboxId(1), "support@shop.example", "INBOX", 10, 10))
    assert window.window.status.segment("sync").text() == "Syncing sales@ 50 %"


def test_every_command_is_in_a_menu_and_has_a_name(window: RealWindow) -> None:
    """The pages of the settings are places: they are listed there, and in the palette."""
    in_menus = {action for menu in window.window.menuBar().findChildren(QMenu) for action in menu.actions()}
    for act, action in window.window.actions_of_window.every():
        assert act.plain, act.id
        assert action in in_menus or act.id.startswith("settings."), f"{act.id} is in no menu"


def test_no_two_commands_of_a_place_have_the_same_key(window: RealWindow) -> None:
    actions = window.window.actions_of_window
    everywhere = [key for act, _ in actions.every() if act.place == "Everywhere" for key in act.keys]
    assert len(everywhere) == len(set(everywhere))
    for place, lines in keys_by_place(actions).items():
        keys = [key for _, found in lines for key in found]
        assert len(keys) == len(set(keys)), place


def test_single_letters_belong_to_a_widget_and_can_be_switched_off(window: RealWindow) -> None:
    letters = [
        (act, action)
        for act, action in window.window.actions_of_window.every()
        if any(is_single_letter(key) and key not in {"?", "/"} for key in act.keys)
    ]
    assert letters
    for act, action in letters:
        assert action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut, act.id
    window.frame.settings.set(registry.SINGLE_LETTERS, False)
    for act, action in letters:
        assert not any(is_single_letter(key.toString()) for key in action.shortcuts()), act.id
    window.frame.settings.set(registry.SINGLE_LETTERS, True)
    window.settle()


def test_number_keys_go_to_every_place(window: RealWindow) -> None:
    for number, place in enumerate(PLACES[:5], start=1):
        QTest.keyClick(window.window, Qt.Key(Qt.Key.Key_0.value + number), Qt.KeyboardModifier.ControlModifier)
        window.settle()
        assert window.window.screen_now is window.window.place(place)


def test_f6_goes_through_the_panes_and_back(window: RealWindow) -> None:
    for place in PLACES:
        window.go(place)
        panes = window.window.panes()
        assert len(panes) >= 2, place
        panes[0].setFocus()
        for pane in [*panes[1:], panes[0]]:
            QTest.keyClick(window.window, Qt.Key.Key_F6)
            focus = QApplication.focusWidget()
            assert focus is not None, f"{place}: {pane.accessibleName()}"
            assert focus is pane or pane.isAncestorOf(focus), f"{place}: {pane.accessibleName()}"


def test_everything_that_takes_the_focus_has_a_name(window: RealWindow) -> None:
    for place in PLACES:
        screen = window.go(place)
        for widget in [*screen.findChildren(QWidget), *window.window.status.findChildren(QWidget)]:
            if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible() or _is_inner(widget):
                continue
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            assert name, f"{place}: {type(widget).__name__} {widget.objectName()} has no name"


def _is_inner(widget: QWidget) -> bool:
    """Parts that Qt makes inside a view or a field, which answer for it."""
    parent = widget.parentWidget()
    return widget.objectName().startswith("qt_") or (isinstance(widget, QLineEdit) and parent is not None
                                                     and parent.metaObject().className() == "QComboBox")  # fmt: skip


def test_tab_visits_every_stop_once_and_comes_back(window: RealWindow) -> None:
    for place in PLACES:
        window.go(place)
        first = QApplication.focusWidget()
        seen = []
        for _ in range(200):
            window.window.focusNextPrevChild(True)
            focus = QApplication.focusWidget()
            if focus is first or focus in seen:
                break
            seen.append(focus)
        assert len(seen) >= 3, place


def test_tab_goes_as_one_reads_also_to_what_came_later(window: RealWindow) -> None:
    dashboard = window.go("dashboard")
    card, figure = dashboard.findChild(MailboxCardView), dashboard.findChild(Figure)
    first, last = window.window.sidebar.main_list, window.window.status.segment("promise")
    first.setFocus()
    passed: list[QWidget | None] = [first]
    while passed[-1] is not last and len(passed) < 60:
        QTest.keyClick(window.window, Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    places = [passed.index(one) for one in (first, card, figure, last)]
    assert places == sorted(places)
    QTest.keyClick(window.window, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is passed[-2]


def has_focus(widget: QWidget) -> bool:
    return QApplication.focusWidget() is widget


def test_a_place_that_is_still_read_gets_the_focus_when_it_is_there(window: RealWindow) -> None:
    for place in ("customers", "emails"):
        first = window.go(place).panes()[0]
        window.qtbot.waitUntil(partial(has_focus, first))
    customers = window.window.place("customers")
    window.go("customers")
    window.act("view.search")
    field = customers.search_field()
    assert field is not None
    QTest.keyClicks(field, "/acme")
    window.settle()
    assert field.text() == "acme", "the key that goes to the search begins none"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is customers.panes()[0]


def test_every_stop_shows_that_it_has_the_focus(window: RealWindow) -> None:
    """Buttons have the ring, which a test of its own watches; lists and figures paint their own sign."""
    for place in PLACES:
        window.go(place)
        for stop in list(stops(window.window)):
            if wants_ring(stop) or isinstance(stop, QLineEdit):
                continue
            stop.setFocus(Qt.FocusReason.ShortcutFocusReason)
            with_focus = stop.grab().toImage()
            stop.clearFocus()
            assert stop.grab().toImage() != with_focus, f"{place}: {type(stop).__name__} {stop.accessibleName()}"


def test_the_palette_runs_what_is_typed(window: RealWindow) -> None:
    window.act("go.palette")
    palette = window.window.palette_box
    assert palette is not None
    QTest.keyClicks(palette.field, "custom")
    window.settle()
    assert any(line.text == "Customers" for line in palette.lines())
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    window.settle()
    assert not palette.isVisible()
    assert window.window.screen_now is window.window.place("customers")


def test_the_palette_finds_customers_and_says_why_a_command_cannot_run(window: RealWindow) -> None:
    window.act("go.palette")
    palette = window.window.palette_box
    assert palette is not None
    QTest.keyClicks(palette.field, "acme")
    window.settle()
    assert any(line.kind == "Customer" and line.text == "Acme Parts" for line in palette.lines())
    palette.field.clear()
    QTest.keyClicks(palette.field, "redo")
    window.settle()
    redo = next(line for line in palette.lines() if line.text == "Redo")
    assert redo.why_not == "There is nothing to redo."
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_a_toast_leaves_the_foot_of_the_filters_free(window: RealWindow) -> None:
    window.window.toasts.show(Words("Assigned 1 email to Acme Parts", "Undo", "Ctrl+Z"))
    window.go("settings", part="appearance")
    window.go("settings", part="filters")
    toast, foot = window.window.toasts.current, window.window.place("settings").foot()
    assert toast is not None
    assert foot is not None

    def box(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(window.window, QPoint()), widget.size())

    window.qtbot.waitUntil(lambda: foot.isVisible() and not box(toast).intersects(box(foot)))


def test_the_sheet_lists_every_key(window: RealWindow) -> None:
    sheet = ShortcutSheet(window.window.actions_of_window, window.window)
    keys = {act.plain for act, action in window.window.actions_of_window.every() if action.shortcuts()}
    assert keys <= set(sheet.words())
    sheet.field.setText("palette")
    assert sheet.words() == ["Command palette"]
    sheet.deleteLater()


def test_a_decision_says_its_words_and_is_undone_by_the_toast_and_redone_by_key(window: RealWindow) -> None:
    from desktop.domain.ids import CustomerId, EmailId
    from desktop.services import review

    window.frame.ops.run(
        window.window,
        lambda uow, clock: review.assign(uow, [EmailId(1)], CustomerId(1), remember=False, clock=clock),
    )
    window.settle()
    toast = window.window.toasts.current
    assert toast is not None
    assert any("Assigned 1 email to Acme Parts" in label.text() for label in toast.findChildren(QLabel))
    undo: QAction = window.window.actions_of_window.action("edit.undo")
    assert undo.text().replace("&", "") == "Undo: assigned 1 email to Acme Parts"
    undo.trigger()
    window.settle()
    item = window.window.sidebar.item("review")
    assert item is not None
    assert item.count == 3
    window.act("edit.redo")
    window.settle()
    item = window.window.sidebar.item("review")
    assert item is not None
    assert item.count == 2


def test_themes_and_sizes_change_while_the_window_is_open(window: RealWindow) -> None:
    before = theme().tokens
    window.act("view.theme_dark")
    assert theme().tokens.is_dark
    window.act("view.larger")
    assert window.frame.settings.get(registry.TEXT_SCALE) == 110
    window.act("view.smaller")
    window.act("view.theme_light")
    assert theme().tokens == before or not theme().tokens.is_dark


def test_going_everywhere_keeps_the_gui_thread_free(window: RealWindow, gui_thread: GuiThread) -> None:
    gui_thread.is_on = True
    for place in (*PLACES, *PLACES):
        window.go(place)
    window.act("go.palette")
    palette = window.window.palette_box
    assert palette is not None
    palette.close_it()
    window.act("edit.undo")
    gui_thread.is_on = False
