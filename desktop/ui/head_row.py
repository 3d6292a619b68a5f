"""The head of a screen: its title, what stands beside it, and its tools; what has no room goes on in a row below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Label, follow_theme

HEAD, MORE, MARGIN, GAP = 52, 44, 16, 12
"""The height of the first row, that of each further one, the margin at the sides, and the gap between two parts."""
LEAST_FIELD, LEAST_WORDS = 96, 48


class HeadRow(QWidget):
    """Title and a few words, then what is put beside them, then the tools at the far end. No command is ever cut."""

    def __init__(self, title: str, tools: QHBoxLayout) -> None:
        super().__init__()
        self.title, self.words = Label(title, "title"), ElidedLabel("", "body", "text2")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._names, self._tools, self._beside = QWidget(), QWidget(), list[QWidget]()
        self._tools.setLayout(tools)
        names = QHBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.addWidget(self.title)
        names.addWidget(self.words, 1)
        self._inner, self._column = names, QVBoxLayout(self)
        self._rows: list[QHBoxLayout] = []
        self._shown: list[list[QWidget]] = []
        follow_theme(self._dress)

    def put_beside(self, widget: QWidget) -> None:
        """Put a widget beside the title."""
        self._beside.append(widget)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Be as narrow as may be: a narrow row breaks."""
        return QSize(scaled(LEAST_FIELD), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the row where there is no room for all."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Look again when a part asks for other room."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        rows: list[list[QWidget]] = [[]]
        room = left = self.width() - 2 * scaled(MARGIN)
        for part in (self._names, *self._beside, self._tools):
            wide = self._least(part) + scaled(GAP)
            if rows[-1] and wide > left:
                rows.append([])
                left = room
            rows[-1].append(part)
            left -= wide
        if rows != self._shown:
            self._arrange(rows)

    def _arrange(self, rows: list[list[QWidget]]) -> None:
        self._shown = rows
        for row in self._rows:
            while row.takeAt(0) is not None:
                pass
            self._column.removeItem(row)
            row.deleteLater()
        self._rows = [self._make_row(parts) for parts in rows]
        for row in self._rows:
            self._column.addLayout(row, 1)
        self.setFixedHeight(scaled(HEAD) + (len(rows) - 1) * scaled(MORE))

    def _make_row(self, parts: Sequence[QWidget]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(scaled(GAP))
        for part in parts:
            if part is self._tools:
                row.addStretch(1)
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        if self._tools not in parts:
            row.addStretch(1)
        return row

    def _least(self, part: QWidget) -> int:
        if part is self._names:
            words = min(self.words.sizeHint().width(), scaled(LEAST_WORDS)) if self.words.text() else 0
            return self.title.sizeHint().width() + (scaled(GAP) + words if words else 0)
        layout = part.layout() if part is self._tools else None
        if layout is None:
            return part.minimumSizeHint().width()
        items = [layout.itemAt(at) for at in range(layout.count())]
        widgets = [one for item in items if item is not None and (one := item.widget()) is not None]
        shown = [_least_of(one) for one in widgets if one.isVisibleTo(part)]
        return sum(shown) + scaled(GAP) * max(0, len(shown) - 1)

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(MARGIN), 0, scaled(MARGIN), 0)
        self._column.setSpacing(0)
        self._inner.setSpacing(scaled(GAP))
        self._shown = []
        self._fit()


def _least_of(widget: QWidget) -> int:
    if isinstance(widget, QLineEdit):
        return max(widget.minimumWidth(), scaled(LEAST_FIELD))
    return max(widget.minimumWidth(), widget.minimumSizeHint().width())
