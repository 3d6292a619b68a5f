"""Layouts on the scale of spaces: rows and columns without margins, and chips that flow into the next line."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QLayoutItem, QVBoxLayout, QWidget

from desktop.ui.kit.fonts import scaled

SPACES = (0, 4, 8, 12, 16, 24, 32)
Margins = int | tuple[int, int] | tuple[int, int, int, int]


class HBox(QHBoxLayout):
    """A row; *spacing* and *margins* in px at 100 %, on the scale of spaces."""

    def __init__(self, spacing: int = 8, margins: Margins = 0, parent: QWidget | None = None) -> None:
        super().__init__()
        _space(self, spacing, margins)
        if parent is not None:
            parent.setLayout(self)


class VBox(QVBoxLayout):
    """A column; *spacing* and *margins* in px at 100 %, on the scale of spaces."""

    def __init__(self, spacing: int = 8, margins: Margins = 0, parent: QWidget | None = None) -> None:
        super().__init__()
        _space(self, spacing, margins)
        if parent is not None:
            parent.setLayout(self)


def margins_of(margins: Margins) -> QMargins:
    """Return margins in px of now: one for all, (upright, sideways), or (left, top, right, bottom)."""
    if isinstance(margins, int):
        sides: tuple[int, int, int, int] = (margins, margins, margins, margins)
    elif len(margins) == 2:
        sides = (margins[1], margins[0], margins[1], margins[0])
    else:
        sides = margins
    return QMargins(*(scaled(side) for side in sides))


def _space(box: QBoxLayout, spacing: int, margins: Margins) -> None:
    if spacing not in SPACES:
        raise ValueError(f"a space of {spacing} is not on the scale; there are {SPACES}")
    box.setSpacing(scaled(spacing))
    box.setContentsMargins(margins_of(margins))


class FlowLayout(QLayout):
    """Items side by side, at the leading side, that go on in the next line where there is no room."""

    def __init__(self, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(scaled(spacing))
        if parent is not None:
            parent.setLayout(self)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more room than needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow is high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high the lines are at a width."""
        return self._flow(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._flow(rect, place=True)

    def sizeHint(self) -> QSize:
        """Return the room of one line."""
        visible = [item.sizeHint() for item in self._visible()]
        width = sum(size.width() for size in visible) + self.spacing() * max(0, len(visible) - 1)
        return self._with_margins(QSize(width, max((size.height() for size in visible), default=0)))

    def minimumSize(self) -> QSize:
        """Return the room of the largest item."""
        size = QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        return self._with_margins(size)

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _flow(self, rect: QRect, *, place: bool) -> int:
        margins = self.contentsMargins()
        inside = rect.marginsRemoved(margins)
        widget = self.parentWidget()
        mirrored = widget is not None and widget.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x, y, line = inside.left(), inside.top(), 0
        for item in self._visible():
            size = item.sizeHint()
            if x > inside.left() and x + size.width() > inside.right() + 1:
                x, y, line = inside.left(), y + line + self.spacing(), 0
            if place:
                left = inside.left() + inside.right() + 1 - x - size.width() if mirrored else x
                item.setGeometry(QRect(QPoint(left, y), size))
            x += size.width() + self.spacing()
            line = max(line, size.height())
        return y + line - rect.top() + margins.bottom()
