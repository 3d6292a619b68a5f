"""The two sides of the screen: the list with its lane, and the open email beside it where there is room."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.theme import theme
from desktop.ui.preview.preview import MailPreview
from desktop.views.emails.footer import Footer
from desktop.views.emails.notes import SearchNotes
from desktop.views.emails.states import EmptyList
from desktop.views.emails.table import EmailTable

LIST, PREVIEW = 664, 408
"""How wide the sides are at first, and in which proportion they share what a window gives."""
LEAST_LIST = 320
SPLIT, OPEN = "emails.split", "emails.preview"


class EmailsBody(QSplitter):
    """Holds the sides. Where there is no room for both, the preview gives way until there is."""

    preview_toggled = Signal()

    def __init__(self, frame: Frame, empty: EmptyList) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._state = frame.state
        self._wants_preview = self._has_preview = bool(frame.state.get(OPEN, default=True))
        self.table = EmailTable(frame)
        self.preview = MailPreview(frame)
        self.footer = Footer()
        self.empty = empty
        self._stack = QStackedWidget()
        self._stack.setAutoFillBackground(True)
        for widget in (LoadingRows(14), self.table, empty):
            self._stack.addWidget(widget)
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notes = SearchNotes()
        column.addWidget(self.notes)
        column.addWidget(self._stack, 1)
        column.addWidget(self.footer)
        self.setChildrenCollapsible(False)
        for side, width in ((self._list, LIST), (self.preview, PREVIEW)):
            self.addWidget(side)
            self.setStretchFactor(self.count() - 1, width)
        self.setSizes([scaled(LIST), scaled(PREVIEW)])
        kept = frame.state.get_bytes(SPLIT)
        if kept:
            self.restoreState(kept)
        self.splitterMoved.connect(self._keep)
        follow_theme(self._dress)
        self.adapt()

    # --- the list ---------------------------------------------------------------------------------------------------

    @property
    def main(self) -> QWidget:
        """What takes the focus of the list: the table, or the button in its place."""
        return self.empty.primary if self._stack.currentWidget() is self.empty else self.table

    def show_list(self) -> None:
        """Show the table."""
        self._stack.setCurrentWidget(self.table)
        self.footer.hints.show()

    def show_empty(self) -> None:
        """Show why there is nothing in the table; the focus stays in the list if it is there."""
        had_focus = self.table.hasFocus()
        self._stack.setCurrentWidget(self.empty)
        self.footer.hints.hide()
        if had_focus:
            self.empty.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the preview ------------------------------------------------------------------------------------------------

    @property
    def has_preview(self) -> bool:
        """Whether the open email is shown."""
        return self._has_preview

    def toggle_preview(self) -> None:
        """Show or hide the open email, and keep that for the next start."""
        self._wants_preview = not self._wants_preview
        self._state.set(OPEN, self._wants_preview)
        self.adapt()
        self.preview_toggled.emit()

    def adapt(self) -> None:
        """Show what there is room for; rows have two lines where they are narrow."""
        has_room = self.width() >= scaled(LEAST_LIST) + self.preview.minimumSizeHint().width()
        self._has_preview = self._wants_preview and has_room
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.preview.isAncestorOf(focus)
        self.preview.setVisible(self._has_preview)
        if had_focus and not self._has_preview:
            self.main.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.set_two_line(self._has_preview or not has_room)

    def minimumSizeHint(self) -> QSize:
        """The list is the least."""
        return QSize(scaled(LEAST_LIST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt to the new width."""
        super().resizeEvent(event)
        before = self.has_preview
        self.adapt()
        if self.has_preview != before:
            self.preview_toggled.emit()

    def _keep(self) -> None:
        self._state.set_bytes(SPLIT, bytes(self.saveState().data()))

    def _dress(self) -> None:
        self._list.setMinimumWidth(scaled(LEAST_LIST))
        palette = self._stack.palette()
        palette.setColor(palette.ColorRole.Window, theme().color("surface"))
        self._stack.setPalette(palette)
        self.adapt()
