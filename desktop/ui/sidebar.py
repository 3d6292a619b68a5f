"""The sidebar: where I am, where I can go, and how much waits there."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import AppMark
from desktop.ui.kit.theme import theme
from desktop.ui.sidebar_drag import SpringPlaces
from desktop.ui.sidebar_places import ITEM, WIDTH, PlaceList, SidebarItem, SidebarModel
from desktop.ui.sidebar_views import ViewSection

ROOMY, NARROW = 900, 92
"""Below this width of the window, as for large text on a small screen, there are icons and counts in this width."""
__all__ = ["Sidebar", "SidebarItem"]


class Sidebar(QWidget):
    """The brand, the places, and at the bottom what is rarely needed."""

    chosen = Signal(str)
    """A place to go to."""

    def __init__(self, places: Sequence[SidebarItem], below: Sequence[SidebarItem]) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.views = ViewSection()
        models = (SidebarModel(places, self), SidebarModel(below, self))
        self._models = (models[0], self.views.model, models[1])
        self._lists = (PlaceList("Places", models[0]), self.views.list, PlaceList("More places", models[1]))
        self.springs = SpringPlaces(self._lists, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, scaled(8))
        column.setSpacing(0)
        self._mark = AppMark()
        column.addWidget(self._mark)
        column.addWidget(self._lists[0])
        column.addWidget(self.views)
        column.addStretch(1)
        column.addWidget(self._lists[2])
        for view in self._lists:
            view.selectionModel().currentChanged.connect(self._moved)
        self._is_setting = False
        self._dress()
        theme().changed.connect(self._dress)

    @property
    def main_list(self) -> QListView:
        """The list that takes the focus."""
        return self._lists[0]

    def set_here(self, place_id: str) -> None:
        """Show that this place is where we are."""
        self._is_setting = True
        for model, view in zip(self._models, self._lists, strict=True):
            row = model.row_of(place_id)
            if row >= 0:
                view.setCurrentIndex(model.index(row))
            else:
                view.setCurrentIndex(QModelIndex())
                view.clearSelection()
        self._is_setting = False

    def set_count(self, place_id: str, count: int, words: str, *, is_bad: bool = False) -> None:
        """Show how much waits at a place."""
        for model in self._models:
            model.set_count(place_id, count, words, is_bad=is_bad)

    def item(self, place_id: str) -> SidebarItem | None:
        """Return a place as it is shown, or None."""
        for model in self._models:
            if (row := model.row_of(place_id)) >= 0:
                return model.item(row)
        return None

    def _moved(self, current: QModelIndex) -> None:
        if not self._is_setting and current.isValid():
            self.chosen.emit(current.data(ITEM).id)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the width of the window."""
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the room to the screen where the window is narrow."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        is_narrow = self.isVisible() and self.window().width() < scaled(ROOMY)
        self._mark.show_name(not is_narrow)
        self.setFixedWidth(scaled(NARROW if is_narrow else WIDTH))

    def _dress(self) -> None:
        self._fit()
        palette = self.palette()
        for role in (palette.ColorRole.Window, palette.ColorRole.Base):
            palette.setColor(role, theme().color("sunken"))
        self.setPalette(palette)
        for view in self._lists:
            view.setPalette(palette)
            view.fit()
        self.update()
