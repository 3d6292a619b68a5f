"""Type-ahead for a customer, wherever mail is assigned: two letters are usually enough, Enter takes, Esc goes back."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from desktop.domain.ids import CustomerId, EmailId
from desktop.ui.customer_finding import Finding, find_customers
from desktop.ui.customer_list import (
    LINE,
    ROW_HEIGHT,
    Caption,
    CustomerDelegate,
    CustomerLine,
    CustomerListModel,
    NewLine,
)
from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import Label, Line
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import KeyLane
from desktop.ui.kit.paint import paint_box
from desktop.ui.kit.theme import theme
from desktop.ui.toasts import announce

WIDTH, ROWS_SHOWN = 400, 7
NEW_KEY = "Ctrl+N"


class CustomerPicker(QFrame):
    """A child of the window that floats beside what it was opened from; a click elsewhere closes it."""

    chosen = Signal(int)
    """The id of the customer that was taken."""
    new_wanted = Signal(str)
    """A customer of this name is to be made."""
    closed = Signal()
    """The picker is gone, whatever was taken."""

    def __init__(self, frame: Frame, window: QWidget) -> None:
        super().__init__(window)
        self._frame, self._window = frame, window
        self._emails: tuple[EmailId, ...] = ()
        self._new_name = ""
        self._near: frozenset[CustomerId] = frozenset()
        self._before: QWidget | None = None
        self.setAccessibleName("Find a customer")
        self.head = Label("", "caption", "text3")
        self.field = SearchField("Name, address or domain")
        self._model = CustomerListModel(self)
        self.list = QListView()
        self._lay_out()
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self.hide()

    def open(
        self, anchor: QWidget, *, emails: Sequence[EmailId] = (), act: str = "Assign to", new_name: str = ""
    ) -> None:
        """Show the picker below *anchor* and take the focus.

        Customers suggested for *emails* come first; *act* says what taking one will do; *new_name* is what a new
        customer would be called when nothing is typed.
        """
        self._before = self.window().focusWidget()
        self._emails, self._new_name, self._near = tuple(emails), new_name, frozenset()
        self.head.setText(act)
        with QSignalBlocker(self.field):
            self.field.clear()
        self._model.show([Caption("Looking…")])
        self._place(anchor)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._search("")
        announce(self, f"Find a customer. {act}")

    def close_it(self) -> None:
        """Hide, and give the focus back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    @property
    def model(self) -> CustomerListModel:
        """What is listed."""
        return self._model

    # --- finding ----------------------------------------------------------------------------------------------------

    def _search(self, typed: str) -> None:
        emails, near = self._emails, self._near
        self._frame.ops.read(self, lambda read: find_customers(read, typed, emails, near), self._found, slot="find")

    def _found(self, finding: Finding) -> None:
        if not finding.text:
            self._near = frozenset(line.id for line in finding.suggested)
        self._model.show(finding.lines(self._new_name, new_key=NEW_KEY))
        self.list.scrollToTop()
        self._choose(0, 1)

    # --- keys -------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the field has the focus; losing the focus or another size closes."""
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if event.type() == QEvent.Type.ShortcutOverride and _is_new(event):
                event.accept()
                return True
        if self.isVisible():
            if watched is self.field and event.type() == QEvent.Type.FocusOut:
                self.hide()
                self.closed.emit()
            elif watched is self._window and event.type() == QEvent.Type.Resize:
                self.close_it()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS_SHOWN, Qt.Key.Key_PageUp: -ROWS_SHOWN}
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif _is_new(event):
            self._take(NewLine(self.field.text().strip() or self._new_name))
        elif Qt.Key(key) in steps:
            step = steps[Qt.Key(key)]
            last = self._model.rowCount() - 1
            self._choose(max(0, min(last, self.list.currentIndex().row() + step)), 1 if step > 0 else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.list.currentIndex().data(LINE))
        else:
            return False
        return True

    def _choose(self, row: int, step: int) -> None:
        """Choose the next line from *row* on that can be chosen."""
        while 0 <= row < self._model.rowCount() and isinstance(self._model.lines[row], Caption):
            row += step
        if 0 <= row < self._model.rowCount():
            index = self._model.index(row)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)
            announce(self, index.data(Qt.ItemDataRole.AccessibleTextRole))

    def _clicked(self, index: QModelIndex) -> None:
        self._take(index.data(LINE))

    def _take(self, line: object) -> None:
        if isinstance(line, CustomerLine):
            self.close_it()
            self.chosen.emit(line.id)
        elif isinstance(line, NewLine):
            self.close_it()
            self.new_wanted.emit(line.name)

    # --- looks ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.list.setAccessibleName("Customers found")
        self.list.setModel(self._model)
        self.list.setItemDelegate(CustomerDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.viewport().setAutoFillBackground(False)
        self.list.clicked.connect(self._clicked)
        column = VBox(0, 0, self)
        column.setContentsMargins(1, 1, 1, 1)
        head = VBox(8, (12, 12, 12, 8))
        head.addWidget(self.head)
        head.addWidget(self.field)
        column.addLayout(head)
        column.addWidget(Line(color="line"))
        inner = VBox(0, (4, 4))
        inner.addWidget(self.list, 1)
        column.addLayout(inner, 1)
        column.addWidget(KeyLane([("Enter", "Take"), ("Up", "Down", "Move"), ("Esc", "Back")], line=True))

    def _place(self, anchor: QWidget) -> None:
        window = self._window
        wanted = QSize(scaled(WIDTH), scaled(110) + ROWS_SHOWN * scaled(ROW_HEIGHT))
        size = wanted.boundedTo(window.size() - QSize(scaled(16), scaled(16)))
        place = anchor.mapTo(window, QPoint(0, anchor.height() + scaled(4)))
        if anchor.isRightToLeft():
            place.setX(place.x() + anchor.width() - size.width())
        left = max(scaled(8), min(place.x(), window.width() - size.width() - scaled(8)))
        top = max(scaled(8), min(place.y(), window.height() - size.height() - scaled(8)))
        self.setGeometry(left, top, size.width(), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A raised surface with an edge."""
        fill, edge = theme().color("raised"), theme().color("control")
        paint_box(QPainter(self), self.rect(), scaled(8), fill, edge)


def _is_new(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_N and event.modifiers() == Qt.KeyboardModifier.ControlModifier
