"""The list to choose from: a click or Space ticks, Shift reaches further, Ctrl+A takes all that is shown."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.views.picking.delegate import HEIGHT, EnvelopeDelegate
from desktop.views.picking.model import EnvelopesModel

Index = QModelIndex | QPersistentModelIndex
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEAST_ROWS = 5


class EnvelopeList(QListView):
    """Messages to tick. ``taken`` by Enter: those that are ticked are wanted. ``search_wanted`` by the slash."""

    taken = Signal()
    search_wanted = Signal()

    def __init__(self, model: EnvelopesModel) -> None:
        super().__init__()
        self._envelopes = model
        self._anchor = -1
        self.setModel(model)
        self.setItemDelegate(EnvelopeDelegate(model.now, self))
        self.setAccessibleName("Messages on the server")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        follow_theme(self._dress)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and X tick, Shift and an arrow tick on the way, Ctrl+A all, Enter brings in, / searches."""
        key, row = event.key(), self.currentIndex().row()
        if key in {Key.Key_Space, Key.Key_X}:
            self._toggle(row)
        elif key in {Key.Key_Return, Key.Key_Enter}:
            self.taken.emit()
        elif key == Key.Key_Slash:
            self.search_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._envelopes.choose_all(on=self._envelopes.can_choose_more)
        elif event.modifiers() & SHIFT and key in {Key.Key_Down, Key.Key_Up}:
            self._reach(row, row + (1 if key == Key.Key_Down else -1))
        elif key in {Key.Key_J, Key.Key_K}:
            self._go(row + (1 if key == Key.Key_J else -1))
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click ticks a row, with Shift all from the last one to it."""
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mouseReleaseEvent(event)
            return
        self.setCurrentIndex(index)
        if event.modifiers() & SHIFT and self._anchor >= 0:
            first, last = sorted((self._anchor, index.row()))
            self._envelopes.choose(range(first, last + 1), on=True)
        else:
            self._toggle(index.row())

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Repaint both rows: the bar is painted by hand."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self.update(index)

    def _toggle(self, row: int) -> None:
        if 0 <= row < len(self._envelopes.rows):
            self._anchor = row
            self._envelopes.choose([row], on=not self._envelopes.is_chosen(row))

    def _reach(self, row: int, to: int) -> None:
        if row >= 0:
            self._envelopes.choose([row, to], on=True)
            self._anchor = row
            self._go(to)

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._envelopes.rows):
            self.setCurrentIndex(self._envelopes.index(row, 0))

    def _dress(self) -> None:
        self.setMinimumHeight(scaled(HEIGHT) * LEAST_ROWS)
        self.doItemsLayout()
