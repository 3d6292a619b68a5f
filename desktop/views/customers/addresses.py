"""A customer's addresses: where each is from, taken away or moved to another customer by button or by drag."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.domain.customer_rows import CustomerAddress
from desktop.domain.ids import CustomerId
from desktop.ui import words
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Chip, Label
from desktop.ui.kit.text import advance
from desktop.ui.tables import TableView

MIME = "application/x-postroom-address"
"""The giver's id, a space and the address."""


class AddressLine(QWidget):
    """One address. It can be dragged onto another customer of the list; a button does the same."""

    removed = Signal(str)
    move_wanted = Signal(str, object)
    """The address, and the button to open beside."""

    def __init__(self, owner: CustomerId, address: CustomerAddress) -> None:
        super().__init__()
        self.owner, self.address = owner, address.address
        self._pressed: QPoint | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(scaled(4))
        text = _Whole(address.address)
        text.setToolTip(f"{address.address}, {words.counted(address.emails, 'email')}. Drag it to another customer")
        text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line.addWidget(text, 1)
        if address.learned:
            chip = Chip("tag", "learned")
            chip.setToolTip("Remembered from mail that somebody assigned; it can be removed")
            line.addWidget(chip)
        self.give = IconButton("arrow-right", f"Move {address.address} to another customer", small=True)
        self.give.clicked.connect(lambda _checked=False: self.move_wanted.emit(self.address, self.give))
        self.remove = IconButton("x", f"Remove {address.address}", small=True)
        self.remove.clicked.connect(lambda _checked=False: self.removed.emit(self.address))
        line.addWidget(self.give)
        line.addWidget(self.remove)
        self.setToolTip(text.toolTip())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        self._pressed = event.position().toPoint() if event.button() is Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin a drag once the pointer has gone far enough."""
        start = self._pressed
        if start is None:
            return
        if (event.position().toPoint() - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            drag = QDrag(self)
            drag.setMimeData(address_mime(self.owner, self.address))
            drag.setPixmap(self.grab())
            drag.setHotSpot(start)
            drag.exec(Qt.DropAction.MoveAction)


class _Whole(Label):
    """An address, whole: where there is no room its domain stands below. Those of one customer differ before it."""

    def __init__(self, address: str) -> None:
        super().__init__(address, wrap=True)

    def wrapped_text(self, width: float) -> str:
        """Break it before the domain where it does not fit."""
        address = self.text()
        return address if advance(address, self.font()) <= width else address.replace("@", "\n@")


def address_mime(owner: CustomerId, address: str) -> QMimeData:
    """Return what a drag of an address carries; its text for other programs."""
    data = QMimeData()
    data.setData(MIME, QByteArray(f"{owner} {address}".encode()))
    data.setText(address)
    return data


def dragged_address(data: QMimeData) -> tuple[CustomerId, str] | None:
    """Return whose address a drag carries, or None when it carries something else."""
    owner, _, address = bytes(data.data(MIME).data()).decode("utf-8", "replace").partition(" ")
    return (CustomerId(int(owner)), address) if owner.isdecimal() and address else None


class AddressDrop(QObject):
    """Lets addresses be dropped onto the customers of a list; says what a drop would do, or why it is refused."""

    dropped = Signal(int, int, str)
    """The giver, the taker and the address."""

    def __init__(
        self, view: TableView, customer_at: Callable[[int], tuple[CustomerId, str] | None], tell: Callable[[str], None]
    ) -> None:
        super().__init__(view)
        self._view, self._customer_at, self._tell = view, customer_at, tell
        self.lit: CustomerId | None = None
        view.viewport().setAcceptDrops(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer a drag over the list."""
        if isinstance(event, QDropEvent):  # entering and moving are drops that have not happened yet
            carried = dragged_address(event.mimeData())
            if carried is None:
                return super().eventFilter(watched, event)
            target = self._customer_at(self._view.indexAt(event.position().toPoint()).row())
            self._answer(event, carried, target)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._light(None, "")
        return super().eventFilter(watched, event)

    def _answer(
        self, event: QDropEvent, carried: tuple[CustomerId, str], target: tuple[CustomerId, str] | None
    ) -> None:
        is_moving = isinstance(event, QDragEnterEvent | QDragMoveEvent)
        giver, address = carried
        if target is None or target[0] == giver:
            self._light(None, f"{address} is theirs already" if target is not None else "Drop it on a customer")
            event.setAccepted(isinstance(event, QDragEnterEvent))
            return
        event.acceptProposedAction()
        if is_moving:
            self._light(target[0], f"Move {address} to {target[1]}")
            return
        self._light(None, "")
        self.dropped.emit(giver, target[0], address)

    def _light(self, customer_id: CustomerId | None, sentence: str) -> None:
        self.lit = customer_id
        self._tell(sentence)
        self._view.viewport().update()
