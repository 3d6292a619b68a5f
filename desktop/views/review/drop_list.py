"""The customers as targets: a drag lights the one it is over, which then says what would happen, or why it cannot."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.domain.ids import EmailId
from desktop.ui.customer_list import LINE, CustomerDelegate, CustomerLine, CustomerListModel, NewLine
from desktop.ui.edge_scroll import EdgeScroll
from desktop.ui.mail_drag import carries_emails, dragged_ids, drop_words
from desktop.ui.words import counted

Refusal = Callable[[Sequence[EmailId]], str]
"""Is given the dragged emails; says why they cannot be filed, or nothing."""


class CustomerDropList(QListView):
    """A list of customers that emails can be dropped on; Enter and a double click file what is selected."""

    dropped = Signal(object, object)
    """A :class:`CustomerLine` and the ids of the emails that were dropped on it."""
    hovered = Signal(str)
    """What a drop would do now, in a sentence; empty when it would do nothing."""
    taken = Signal(object)
    """A :class:`CustomerLine` or :class:`NewLine` was chosen with Enter or a double click."""

    def __init__(self, model: CustomerListModel, refusal: Refusal) -> None:
        super().__init__()
        self._lines, self._refusal = model, refusal
        self.setModel(model)
        self.setItemDelegate(CustomerDelegate(self))
        self.setAccessibleName("Customers to file emails with")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self._edge = EdgeScroll(self)
        self._edge.scrolled.connect(self._light)
        self._ids: tuple[EmailId, ...] = ()
        self._place = QPoint()
        self.viewport().setAutoFillBackground(False)
        self.doubleClicked.connect(self._take)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """File with the current customer on Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._take(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def current_line(self) -> CustomerLine | NewLine | None:
        """Return the line that is chosen."""
        line = self.currentIndex().data(LINE) if self.currentIndex().isValid() else None
        return line if isinstance(line, CustomerLine | NewLine) else None

    def choose(self, row: int, step: int = 1) -> None:
        """Choose the next line from *row* on that can be chosen, looking in the direction of *step*."""
        count = self.model().rowCount()
        while 0 <= row < count and not self.model().flags(self.model().index(row, 0)):
            row += step
        if 0 <= row < count:
            self.setCurrentIndex(self.model().index(row, 0))

    # --- dragging ---------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let emails of ours in."""
        if carries_emails(event.mimeData()):
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Light the customer under the pointer, and scroll near the edges."""
        self._ids, self._place = dragged_ids(event.mimeData()), event.position().toPoint()
        self._edge.be_at(self._place)
        if self._light():
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing is lit any more."""
        super().dragLeaveEvent(event)
        self.darken()

    def dropEvent(self, event: QDropEvent) -> None:
        """File the emails with the customer they were dropped on."""
        ids = dragged_ids(event.mimeData())
        line = self._under(event.position().toPoint())
        self.darken()
        self.setState(QAbstractItemView.State.NoState)
        if line is None or not ids or self._refusal(ids):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.dropped.emit(line, ids)

    def _light(self) -> bool:
        """Light the customer under the pointer, and tell whether the emails can be dropped there."""
        line = self._under(self._place)
        why_not = self._refusal(self._ids) if line is not None else ""
        if line is None or why_not:
            self._lines.light(-1)
            self.hovered.emit(why_not)
            return False
        self._lines.light(self.indexAt(self._place).row(), f"Assign {counted(len(self._ids), 'email')}")
        self.hovered.emit(drop_words(len(self._ids), line.name))
        return True

    def darken(self) -> None:
        """Take the light away, and stand still."""
        self._edge.stop()
        self._lines.light(-1)
        self.hovered.emit("")

    def _under(self, place: QPoint) -> CustomerLine | None:
        line = self.indexAt(place).data(LINE)
        return line if isinstance(line, CustomerLine) and not line.why_not else None

    def _take(self, index: QModelIndex) -> None:
        line = index.data(LINE)
        if isinstance(line, CustomerLine | NewLine):
            self.taken.emit(line)
