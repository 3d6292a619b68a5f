"""The suggestions that would be accepted together: each with a tick, so that one can be left out."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from desktop.domain.review_item import SUREST, ReviewItem
from desktop.ui.kit.drawing.choices import BOX, draw_check
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.paint import (
    chip_width,
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_chip,
    paint_focus_bar,
    paint_line,
    saved,
    text_width,
    trailing,
)
from desktop.ui.kit.theme import theme
from desktop.views.review.choice import name_of

Index = QModelIndex | QPersistentModelIndex
ITEM, CHECKED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.CheckStateRole
ROW, PAD, GAP = 42, 12, 12
MOST_ROWS, NAME_SHARE = 10, 0.45
State = QStyle.StateFlag


class SureModel(QAbstractListModel):
    """Emails whose first suggestion is sure enough; all are ticked at first."""

    changed = Signal()
    """Another choice."""

    def __init__(self, items: Sequence[ReviewItem], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items = tuple(items)
        self._left_out: set[int] = set()

    @property
    def chosen(self) -> tuple[ReviewItem, ...]:
        """What is ticked."""
        return tuple(item for row, item in enumerate(self._items) if row not in self._left_out)

    def toggle(self, row: int) -> None:
        """Tick a row, or not."""
        if 0 <= row < len(self._items):
            self._left_out ^= {row}
            self.dataChanged.emit(self.index(row), self.index(row))
            self.changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many emails there are."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a view, a delegate or a screen reader asks of a row."""
        if not index.isValid():
            return None
        item, is_chosen = self._items[index.row()], index.row() not in self._left_out
        best = item.best
        whom, reason = (best.customer.name, best.reason) if best is not None else ("", "")
        if role == ITEM:
            return item
        if role == CHECKED:
            return Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return item.mail.subject
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = "ticked" if is_chosen else "not ticked"
            return f"{name_of(item)}, {item.mail.subject or 'no subject'}, to {whom}. {reason} {state}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (item.mail.from_address, item.mail.subject, reason) if part)
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(scaled(240), scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRectF(option.rect)
        with saved(painter):
            if option.state & State.State_MouseOver:
                painter.fillRect(box, theme().color("hover"))
            paint_line(painter, QRectF(box.left(), box.bottom() - 1, box.width(), 1))
            if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
                paint_focus_bar(painter, box)
            side = scaled(BOX)
            at = QRectF(box.left() + scaled(PAD), box.top() + (box.height() - side) // 2, side, side)
            mark = QStyleOptionButton()
            mark.rect = mirrored_in(painter, at, box).toRect()
            is_on = index.data(CHECKED) == Qt.CheckState.Checked
            mark.state = State.State_Enabled | (State.State_On if is_on else State.State_Off)
            draw_check(mark, painter, None)
            _paint_words(painter, box, at.right() + scaled(GAP), index.data(ITEM))


def _paint_words(painter: QPainter, box: QRectF, left: float, item: ReviewItem) -> None:
    right, figure, style = box.right() - scaled(PAD), f"{SUREST} %", font("body")
    chip = chip_width("ok", figure, glyph=False)
    pill = QRectF(right - chip, box.top() + scaled(3), chip, scaled(20))
    paint_chip(painter, mirrored_in(painter, pill, box), "ok", figure, glyph=False)
    whom = item.best.customer.name if item.best is not None else ""
    width = min(float(text_width(whom, style)), (right - chip - left) * NAME_SHARE)
    name = QRectF(pill.left() - scaled(8) - width, box.top() + scaled(4), width, scaled(18))
    _put(painter, box, name, ("body", "text2", whom), at_end=True)
    first = QRectF(left, box.top() + scaled(4), max(0.0, name.left() - scaled(8) - left), scaled(18))
    _put(painter, box, first, ("strong", "text", name_of(item)))
    second = QRectF(left, box.top() + scaled(21), max(0.0, right - left), scaled(18))
    reason = item.best.reason.removesuffix(".") if item.best is not None else ""
    _put(painter, box, second, ("caption", "text2", reason))


def _put(painter: QPainter, box: QRectF, room: QRectF, words: tuple[str, str, str], *, at_end: bool = False) -> None:
    style, ink, text = words
    painter.setPen(theme().color(ink))
    side = trailing(painter) if at_end else leading(painter)
    shown = elided(text, font(style), room.width())
    draw_text(painter, mirrored_in(painter, room, box), shown, side, font(style))


class SureList(QListView):
    """The list; a click, Space or X ticks."""

    def __init__(self, model: SureModel) -> None:
        super().__init__()
        self._sure = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Suggestions to accept")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setCurrentIndex(model.index(0))
        self.clicked.connect(lambda index: model.toggle(index.row()))
        follow_theme(self._fit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and X tick; Enter is the sheet's."""
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_X}:
            self._sure.toggle(self.currentIndex().row())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks are two clicks."""
        self.mousePressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Repaint both rows: the bar is painted by hand."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self.update(index)

    def _fit(self) -> None:
        self.setFixedHeight(scaled(ROW) * min(self._sure.rowCount(), MOST_ROWS))
