"""The saved views in the sidebar: a caption and a list that can be ordered by hand and by key."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, Line, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.sidebar_places import ITEM_HEIGHT, PlaceList, SidebarItem, SidebarModel

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-postroom-view"
_KEYS = {Qt.Key.Key_F2: "rename", Qt.Key.Key_Delete: "remove"}


class ViewModel(SidebarModel):
    """The views; one can be dragged to another place, which is told and not done here."""

    moved = Signal(str, int)
    """A view by its id, and the place it is to stand at among the others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Views can be dragged, and dropped between one another."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """Views, of this window only."""
        return [MIME]

    def supportedDropActions(self) -> Qt.DropAction:
        """A view moves."""
        return Qt.DropAction.MoveAction

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the dragged view's id."""
        data = QMimeData()
        data.setData(MIME, QByteArray(self.item(indexes[0].row()).id.encode()))
        return data

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, _parent: Index) -> bool:
        """Say where the view is to stand; the list is read anew once it does."""
        view_id = bytes(data.data(MIME).data()).decode()
        here = self.row_of(view_id)
        if here >= 0:
            to = row if row >= 0 else self.rowCount()
            self.moved.emit(view_id, to - (to > here))
        return False


class ViewList(PlaceList):
    """The list; F2, Del and Alt with the arrows work on the chosen view, Ctrl+C copies it."""

    asked = Signal(str, str)
    """Something to do (rename, remove, copy, up, down) with a view by its id."""
    menu_wanted = Signal(str, QPoint)

    def __init__(self, model: ViewModel) -> None:
        super().__init__("Views", model)
        self.views = model
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)

    def fit(self) -> None:
        """Be as high as what is in it where there is room; else the list scrolls."""
        self.setMinimumHeight(scaled(ITEM_HEIGHT))
        self.setMaximumHeight(scaled(ITEM_HEIGHT) * max(1, self.model().rowCount()) + 1)

    def sizeHint(self) -> QSize:
        """All of it."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of views; everything else is the list's."""
        what = _KEYS.get(Qt.Key(event.key()), "")
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            what = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}.get(Qt.Key(event.key()), "")
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            what = "copy" if event.key() == Qt.Key.Key_C else ""
        if what and self.currentIndex().isValid():
            self.asked.emit(what, self.views.item(self.currentIndex().row()).id)
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: at the pointer, or at the chosen view for the keys that do the same."""
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()) if is_key else event.globalPos()
            self.menu_wanted.emit(self.views.item(index.row()).id, at)
        event.accept()


class ViewSection(QWidget):
    """Caption and list; there only while there are views."""

    def __init__(self) -> None:
        super().__init__()
        self.model = ViewModel(self)
        self.list = ViewList(self.model)
        self.caption = Label("Views", "caption", "text3")
        self._column = VBox(0, 0, self)
        self._column.addWidget(Line())
        self._column.addWidget(self.caption)
        self._column.addWidget(self.list)
        self.hide()
        follow_theme(self._dress)

    def show_views(self, views: Sequence[SidebarItem]) -> None:
        """Show these views; the chosen one stays chosen."""
        here = self.list.currentIndex()
        chosen = self.model.item(here.row()).id if here.isValid() else ""
        self.model.show_items(views)
        self.list.fit()
        self.setVisible(bool(views))
        row = self.model.row_of(chosen)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    def _dress(self) -> None:
        self.caption.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(4))
        self._column.setContentsMargins(0, scaled(8), 0, 0)
