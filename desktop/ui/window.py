"""The main window: menu bar, sidebar, one screen at a time, banners, toasts and status bar."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.actions import MENUS, Act, Actions
from desktop.ui.arrival import Arrival, enter, place_among
from desktop.ui.banners import Banners
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.labels import Line
from desktop.ui.kit.reading_order import move_focus
from desktop.ui.screen import Screen
from desktop.ui.shortcuts import ShortcutSheet
from desktop.ui.sidebar import Sidebar, SidebarItem
from desktop.ui.state import UiState
from desktop.ui.statusbar import StatusBar
from desktop.ui.toasts import Toasts

if TYPE_CHECKING:
    from desktop.ui.command_palette import CommandPalette

VIEW = "view:"
"""What the id of a saved view begins with."""
SMALLEST = QSize(960, 600)
USUAL = QSize(1280, 800)


class MainWindow(QMainWindow):
    """The frame around the screens. Made empty; :meth:`add_screen` tells of each, which is made when it is wanted."""

    closing = Signal()
    """The window is about to go; what runs has to end now."""

    def __init__(self, state: UiState, places: Sequence[SidebarItem], below: Sequence[SidebarItem]) -> None:
        super().__init__()
        self.setWindowTitle("Postroom")
        self.setMinimumSize(SMALLEST)
        self._state = state
        self._is_started = False
        self._arrival = Arrival(self)
        self.actions_of_window = Actions(self)
        self._screens: dict[str, Screen] = {}
        self._makers: dict[str, Callable[[], Screen]] = {}
        self._places: dict[str, int] = {}
        self._menus: dict[str, QMenu] = {}
        self.sidebar = Sidebar(places, below)
        self.banners = Banners()
        self.stack = QStackedWidget()
        self.status = StatusBar()
        self._side_line = Line(upright=True)
        self._lay_out()
        self.toasts = Toasts(self._content)
        self.stack.currentChanged.connect(lambda _page: self.toasts.stand_on(self.stack.currentWidget()))
        self.palette_box: CommandPalette | None = None
        self._frame: Frame | None = None
        self.sidebar.chosen.connect(self._choose)
        self.sidebar.springs.why_not = self._why_no_emails
        self.sidebar.springs.rested.connect(self._choose)
        self.sidebar.springs.told.connect(self.status.tell)
        self._add_own_actions()
        self.actions_of_window.missing = self.make_all

    # --- screens ----------------------------------------------------------------------------------------------------

    def add_screen(self, screen_id: str, make: Callable[[], Screen]) -> None:
        """Add a place; its number key is its place among those added. *make* is called once, when it is wanted."""
        self._makers[screen_id] = make
        self._places[screen_id] = self.actions_of_window.keep_place()

    @property
    def is_whole(self) -> bool:
        """Whether every screen has been made, and with it every command."""
        return not self._makers

    def make_next(self) -> bool:
        """Make one of the screens that nobody has asked for yet; False when there is none."""
        if self._makers:
            self.place(next(iter(self._makers)))
        return not self.is_whole

    def make_all(self) -> None:
        """Make the screens that nobody has asked for yet: somebody wants to know every command."""
        while self.make_next():
            pass

    def set_frame(self, frame: Frame) -> None:
        """Take the frame, for the palette."""
        self._frame = frame

    @property
    def screen_now(self) -> Screen | None:
        """The screen that is shown."""
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Screen) else None

    def place(self, screen_id: str) -> Screen:
        """Return a screen by its id; raises KeyError."""
        if screen_id in self._makers:
            make = self._makers.pop(screen_id)
            with self.actions_of_window.at(self._places[screen_id]):
                screen = self._screens[screen_id] = make()
            screen.foot_turned.connect(self.toasts.settle, Qt.ConnectionType.QueuedConnection)
            self.stack.addWidget(screen)
            if self.is_whole and self._menus:
                self._fill_menus()
        return self._screens[screen_id]

    def begin_at(self, screen_id: str) -> None:
        """Have this screen in sight from the first moment, if there is one; :meth:`go` makes it the place."""
        if screen_id in self._places:
            self.stack.setCurrentWidget(self.place(screen_id))

    def go(self, place: Place) -> None:
        """Show a place; the focus goes to its first pane unless the sidebar has it."""
        if place.screen not in self._places:
            return
        screen = self.place(place.screen)
        from_sidebar = self._is_started and self.sidebar.isAncestorOf(QApplication.focusWidget() or self)
        self._is_started = True
        self.stack.setCurrentWidget(screen)
        self.sidebar.set_here(place.part if place.part.startswith(VIEW) else place.screen)
        self._state.set("place", place.screen)
        screen.open(place)
        if not from_sidebar:
            self._arrival.at(screen)

    def _choose(self, place_id: str) -> None:
        """Go where the sidebar says, once there is anywhere to be: its list chooses its first row when focus comes."""
        if self._is_started:
            self.go(Place("emails", part=place_id) if place_id.startswith(VIEW) else Place(place_id))

    def _why_no_emails(self, place_id: str) -> str:
        """Say why emails cannot be dropped at a place of the sidebar, if so."""
        item = self.sidebar.item(place_id)
        if item is None or (place_id in self._places and self.place(place_id).takes_emails):
            return ""
        return f"{item.text} takes no emails. Hold them over Customers to assign them."

    def show_alone(self, widget: QWidget) -> None:
        """Show a page without sidebar and status bar (the welcome)."""
        if self.stack.indexOf(widget) < 0:
            self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)
        self.set_chrome(visible=False)

    def set_chrome(self, *, visible: bool) -> None:
        """Show or hide sidebar and status bar."""
        for part in (self.sidebar, self._side_line, self.status):
            part.setVisible(visible)

    # --- menus ------------------------------------------------------------------------------------------------------

    def build_menus(self) -> None:
        """Make the menu bar. Its menus are filled from the registry, and anew when the last screen has been made."""
        bar = self.menuBar()
        bar.clear()
        self._menus.clear()
        for name in MENUS:
            menu = self._menus[name] = bar.addMenu(f"&{name}")
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.make_all)
        self._fill_menus()

    def _fill_menus(self) -> None:
        for name, menu in self._menus.items():
            menu.clear()
            group = None
            for act, action in self.actions_of_window.in_menu(name):
                if group not in {None, act.group}:
                    menu.addSeparator()
                group = act.group
                menu.addAction(action)

    def menu(self, name: str) -> QMenu:
        """Return a menu of the bar."""
        return self._menus[name]

    # --- keys -------------------------------------------------------------------------------------------------------

    def panes(self) -> list[QWidget]:
        """Return what F6 goes through now, in reading order."""
        found: list[QWidget] = [self.sidebar.main_list]
        if self.screen_now is not None:
            found += self.screen_now.panes()
        return [pane for pane in found if pane.isVisible() and pane.isEnabled()]

    def next_pane(self, steps: int) -> None:
        """Move the focus to another pane."""
        panes = self.panes()
        if panes:
            enter(panes[(place_among(panes, QApplication.focusWidget()) + steps) % len(panes)])

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab goes in reading order, also through what was made later."""
        return move_focus(self, forward=is_next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes what is over the work first: toast, search, selection, in that order."""
        if event.key() == Qt.Key.Key_Escape:
            if self.toasts.current is not None:
                self.toasts.close()
            elif self.screen_now is not None:
                self.screen_now.escape()
            event.accept()
            return
        super().keyPressEvent(event)

    def search(self) -> None:
        """Go to the search of this screen."""
        field = self.screen_now.search_field() if self.screen_now is not None else None
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def show_shortcuts(self) -> None:
        """Show every key there is."""
        ShortcutSheet(self.actions_of_window, self).exec()

    # --- life -------------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Be where and as large as last time; a screen that is gone does not keep the window out of sight."""
        self.resize(USUAL)
        geometry = self._state.get_bytes("geometry")
        if geometry:
            self.restoreGeometry(geometry)
        room = self.screen().availableGeometry()
        if not room.intersects(self.frameGeometry()):
            self.move(room.topLeft())
        self.resize(self.size().boundedTo(room.size()).expandedTo(self.minimumSize()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the geometry and let what runs end."""
        self._state.set_bytes("geometry", bytes(self.saveGeometry().data()))
        self.closing.emit()
        super().closeEvent(event)

    # --- making -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(Line())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self._side_line)
        self._content = QWidget()
        content = QVBoxLayout(self._content)
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addWidget(self.banners)
        content.addWidget(self.stack, 1)
        middle.addWidget(self._content, 1)
        rows.addLayout(middle, 1)
        rows.addWidget(Line())
        rows.addWidget(self.status)
        self.setCentralWidget(whole)

    def _add_own_actions(self) -> None:
        add = self.actions_of_window.add
        add(Act("go.palette", "Command &palette…", "Go", ("Ctrl+K",), "search", group=3), self._open_palette)
        add(Act("view.search", "&Search this screen", "Edit", ("/", "Ctrl+F"), "search", group=2), self.search)
        add(Act("view.next_pane", "&Next pane", "View", ("F6",), group=5), lambda: self.next_pane(1))
        add(Act("view.previous_pane", "&Previous pane", "View", ("Shift+F6",), group=5), lambda: self.next_pane(-1))
        add(Act("help.shortcuts", "&Keyboard shortcuts", "Help", ("?", "F1"), "keyboard"), self.show_shortcuts)
        add(Act("file.quit", "&Quit", "File", ("Ctrl+Q",), "power", group=9), self.close)

    def _open_palette(self) -> None:
        if self.palette_box is None and self._frame is not None:
            self.palette_box = _palette(self._frame, self)
        if self.palette_box is not None:
            self.palette_box.open()


def _palette(frame: Frame, window: MainWindow) -> "CommandPalette":
    from desktop.ui.command_palette import CommandPalette

    return CommandPalette(frame, window)
