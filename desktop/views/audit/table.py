"""The table of a report: sorted by its headings or its menu, copied with the usual key."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QMenu

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.theme import theme
from desktop.ui.tables import TableView
from desktop.views.audit.model import DAY, FOLDER, NEW, ON_SERVER, TITLES, WAITING, AuditModel

ROW = 28
WIDTHS = {DAY: 96, ON_SERVER: 92}
NARROW = 76
FOLDER_WIDTH = 110
SELDOM = (WAITING, NEW)
"""Columns that are shown only where they have something."""


class AuditTable(TableView):
    """Shows *model*."""

    def __init__(self, model: AuditModel) -> None:
        super().__init__("Messages by folder and day", scaled(ROW))
        self._lines = model
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self.setModel(model)
        header = self.horizontalHeader()
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # in large text not all of it fits
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.sectionClicked.connect(self._turn)
        theme().changed.connect(self._dress)
        self._dress()

    def show_first(self) -> None:
        """Begin at the top, in the report's own order; nothing is chosen, so that what is amiss is seen as such."""
        self._sorted = None
        for column in SELDOM:
            self.setColumnHidden(column, not self._lines.has_any(column))
        self._stretch()
        self.horizontalHeader().setSortIndicatorShown(False)
        self.clearSelection()
        self.scrollToTop()

    def sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by *column*, and show that in its heading."""
        self._sorted = (column, order)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(column, order)
        self._lines.sort(column, order)

    def as_text(self) -> str:
        """Return the selected rows, or all when there is at most one, with their titles and tabs between cells."""
        rows = list(self.selected_rows())
        chosen = rows if len(rows) > 1 else range(self._lines.rowCount())
        return "\n".join("\t".join(cells) for cells in (list(TITLES), *map(self._lines.cells, chosen)))

    def copy(self) -> None:
        """Put that on the clipboard."""
        QApplication.clipboard().setText(self.as_text())

    def menu(self) -> QMenu:
        """Return what the table can do."""
        menu = QMenu(self)
        menu.setAccessibleName("The table")
        menu.addAction("&Copy", self.copy)
        menu.addSeparator()
        for column, title in enumerate(TITLES):
            menu.addAction(f"Sort by {title.lower()}", partial(self._turn, column))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the menu, by the second button, the Menu key and Shift+F10."""
        self.menu().popup(self.menu_place(event))

    def _turn(self, column: int) -> None:
        """Sort by *column*; a second time the other way round. Counts begin with the most."""
        first = Qt.SortOrder.AscendingOrder if column == FOLDER else Qt.SortOrder.DescendingOrder
        is_again = self._sorted == (column, first)
        other = Qt.SortOrder.DescendingOrder if first == Qt.SortOrder.AscendingOrder else Qt.SortOrder.AscendingOrder
        self.sort_by(column, other if is_again else first)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the folders' names what room there is."""
        super().resizeEvent(event)
        self._stretch()

    def _stretch(self) -> None:
        shown = (column for column in range(len(TITLES)) if column != FOLDER and not self.isColumnHidden(column))
        room = self.viewport().width() - sum(map(self.columnWidth, shown))
        self.setColumnWidth(FOLDER, max(room, scaled(FOLDER_WIDTH)))

    def _dress(self) -> None:
        for column in range(len(TITLES)):
            if column != FOLDER:
                self.setColumnWidth(column, scaled(WIDTHS.get(column, NARROW)))
        self.verticalHeader().setDefaultSectionSize(scaled(ROW))
        self._stretch()
