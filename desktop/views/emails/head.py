"""What stands in the screen's head: the search, the columns and the export - as one menu where there is little room."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import follow_theme

ROOMY = 620
"""How wide a screen is, in px at 100 %, that has room for the buttons in words."""
SEARCH, LEAST_SEARCH = 232, 120


class EmailsHead(QWidget):
    """The search field and the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField("Search this view", "/")
        self.columns = Button("Columns", "columns-3")
        self.export = Button("Export", "download")
        self.more = IconButton("ellipsis", "Columns and export")
        self.more.clicked.connect(self._open_menu)
        self.menu: QMenu | None = None
        self._acts: tuple[QAction, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.search, 1)
        for button in (self.columns, self.export, self.more):
            self._row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_roomy(roomy=True)
        follow_theme(self._dress)

    def follow(self, columns: QAction, export: QAction) -> None:
        """Be the buttons of these commands."""
        self.columns.follow(columns, "Columns")
        self.export.follow(export, "Export")
        self._acts = (columns, export)

    def set_roomy(self, *, roomy: bool) -> None:
        """Show the buttons in words, or one for both."""
        self.columns.setVisible(roomy)
        self.export.setVisible(roomy)
        self.more.setVisible(not roomy)

    def minimumSizeHint(self) -> QSize:
        """The field and one button are the least."""
        return QSize(scaled(LEAST_SEARCH + 12) + self.more.sizeHint().width(), super().minimumSizeHint().height())

    @property
    def columns_anchor(self) -> QWidget:
        """The button below which the menu of the columns opens."""
        return self.columns if self.columns.isVisible() else self.more

    def _open_menu(self) -> None:
        menu = QMenu(self.more)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._acts))
        self.menu = menu
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + scaled(4))))

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(scaled(12))
        self.search.setMinimumWidth(scaled(LEAST_SEARCH))
        self.search.setMaximumWidth(scaled(SEARCH))
