"""The saved views of the sidebar: shown as they are, and what is done with one by key and menu."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.ids import ViewId
from desktop.domain.saved_view import SavedView, shared_text
from desktop.services.saved_views import move_view, paste_view, remove_view, rename_view
from desktop.ui.actions import Act
from desktop.ui.frame import Frame
from desktop.ui.name_box import NameBox
from desktop.ui.sidebar import SidebarItem
from desktop.ui.window import VIEW, MainWindow

PASTE = Act("views.paste", "Paste a &view", "View", (), "bookmark", group=4, words="Paste a view copied as text")
_WORDS = (
    ("&Rename…\tF2", "rename"),
    ("Move &up\tAlt+Up", "up"),
    ("Move &down\tAlt+Down", "down"),
    ("&Copy as text\tCtrl+C", "copy"),
    ("Re&move\tDel", "remove"),
)


class SavedViews(QObject):
    """Keeps the sidebar's views true."""

    def __init__(self, window: MainWindow, frame: Frame) -> None:
        super().__init__(window)
        self._window, self._frame = window, frame
        self._views: Sequence[SavedView] = ()
        self.box: NameBox | None = None
        self.menu: QMenu | None = None
        section = window.sidebar.views
        section.list.asked.connect(self._act)
        section.list.menu_wanted.connect(self._show_menu)
        section.model.moved.connect(self._move)
        frame.ops.changed.connect(self._hear)
        frame.actions.add(PASTE, self.paste)
        self.read()

    def read(self) -> None:
        """Read the views."""
        self._frame.ops.read(self, lambda read: read.saved_views.every(), self._show, slot="views")

    def paste(self) -> None:
        """Keep the view that is on the clipboard as text."""
        text = QApplication.clipboard().text()
        self._frame.ops.run(self, lambda uow, clock: paste_view(uow, text, clock)[1])

    def _hear(self, change: ChangeSet) -> None:
        if change.changed & Changed.VIEWS:
            self.read()

    def _show(self, views: Sequence[SavedView]) -> None:
        self._views = views
        self._window.sidebar.views.show_views(
            [SidebarItem(f"{VIEW}{view.id}", view.name, "bookmark") for view in views]
        )

    def _show_menu(self, item_id: str, at: QPoint) -> None:
        self.menu = QMenu(self._window.sidebar)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, what in _WORDS:
            self.menu.addAction(text).triggered.connect(partial(self._act, what, item_id))
        self.menu.popup(at)

    def _act(self, what: str, item_id: str, _on: bool = False) -> None:
        at = next((at for at, view in enumerate(self._views) if f"{VIEW}{view.id}" == item_id), -1)
        if at < 0:
            return
        view, run = self._views[at], self._frame.ops.run
        if what == "rename":
            self._rename(view, item_id)
        elif what == "remove":
            run(self, lambda uow, clock: remove_view(uow, view.id, clock))
        elif what == "copy":
            QApplication.clipboard().setText(shared_text(view))
            self._frame.doors.toast(f"Copied the view {view.name}")
        else:
            self._move(item_id, at + (1 if what == "down" else -1))

    def _move(self, item_id: str, place: int) -> None:
        view_id = ViewId(int(item_id.removeprefix(VIEW)))
        if 0 <= place < len(self._views):
            self._frame.ops.run(self, lambda uow, clock: move_view(uow, view_id, place, clock), quiet=True)

    def _rename(self, view: SavedView, item_id: str) -> None:
        section = self._window.sidebar.views
        if self.box is None:
            self.box = NameBox(self._window)
        box = self.box

        def take(name: str) -> None:
            self._frame.ops.run(
                self,
                lambda uow, clock: rename_view(uow, view.id, name, clock),
                then=lambda _change: box.close_it(),
                failed=box.refuse,
            )

        section.list.setCurrentIndex(section.model.index(section.model.row_of(item_id)))
        box.open(section.list, view.name, take)
