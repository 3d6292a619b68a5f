"""Customers in a list: two lines and a company's initials, under captions; the one a drag is over names the act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.ids import CustomerId
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    draw_text,
    elided,
    keys_width,
    leading,
    mirrored_in,
    paint_avatar,
    paint_box,
    paint_focus_ring,
    paint_icon,
    paint_keys,
    saved,
)
from desktop.ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole

ROW_HEIGHT, CAPTION_HEIGHT, PAD, AVATAR = 42, 28, 8, 28


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer. ``note`` is the second line; ``why_not`` says why nothing can be put there now."""

    id: CustomerId
    name: str
    note: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """The head of the lines below it, or words that stand in place of them."""

    text: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """The way to a customer that is not there yet; ``name`` is what it would be called."""

    name: str
    key: str = ""

    @property
    def text(self) -> str:
        """What the line says."""
        return f"New customer “{self.name}”" if self.name else "New customer"


Line = CustomerLine | Caption | NewLine


class CustomerListModel(QAbstractListModel):
    """The lines of one list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self.act = ""
        """What a line says while a drag is over it: ``Assign 12 emails``."""
        self.lit = -1
        """The line a drag is over, or -1."""

    @property
    def lines(self) -> Sequence[Line]:
        """What is listed."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; where only words changed, everything stays in its place."""
        new = list(lines)
        if [type(line) for line in new] == [type(line) for line in self._lines]:
            self._lines = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self._lines = new
        self.lit = -1
        self.endResetModel()

    def light(self, row: int, act: str = "") -> None:
        """Show *row* as what a drag would be dropped on, with what would happen; -1 for none."""
        before, self.lit, self.act = self.lit, row, act
        for changed in {before, row} - {-1}:
            if changed < len(self._lines):
                self.dataChanged.emit(self.index(changed), self.index(changed))

    def row_of(self, customer_id: CustomerId) -> int:
        """Return the first line of a customer, or -1."""
        places = (
            at for at, line in enumerate(self._lines) if isinstance(line, CustomerLine) and line.id == customer_id
        )
        return next(places, -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a view, a delegate or a screen reader asks of a line."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == LINE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name if isinstance(line, CustomerLine) else line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(line)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, CustomerLine):
            return line.why_not or f"{line.name}\n{line.note}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Captions cannot be chosen; customers take what is dropped."""
        if not index.isValid() or isinstance(self._lines[index.row()], Caption):
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDropEnabled

    def _sentence(self, line: Line) -> str:
        if isinstance(line, CustomerLine):
            return ", ".join(part for part in (line.name, line.note, line.why_not) if part)
        return line.text


class CustomerDelegate(QStyledItemDelegate):
    """Paints a line; the current one on the selection's tint, the one a drag is over with a ring and the act."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Captions are lower."""
        is_caption = isinstance(index.data(LINE), Caption)
        return QSize(scaled(120), scaled(CAPTION_HEIGHT if is_caption else ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        line: Line = index.data(LINE)
        box = QRectF(option.rect)
        if isinstance(line, Caption):
            inside = box.adjusted(scaled(PAD), scaled(6), -scaled(PAD), 0)
            with saved(painter):
                painter.setPen(theme().color("text3"))
                words = elided(line.text, font("caption"), inside.width())
                draw_text(painter, inside, words, leading(painter), font("caption"))
            return
        model = index.model()
        is_lit = isinstance(model, CustomerListModel) and model.lit == index.row()
        self._paint_ground(painter, option, box, is_lit=is_lit)
        if isinstance(line, NewLine):
            _paint_new(painter, box, line)
        else:
            act = model.act if is_lit and isinstance(model, CustomerListModel) else ""
            _paint_customer(painter, box, line, act)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, *, is_lit: bool) -> None:
        state = option.state
        radius = scaled(6)
        if is_lit:
            paint_box(painter, box, radius, theme().color("sel"))
            paint_focus_ring(painter, box, radius)
        elif state & QStyle.StateFlag.State_Selected:
            paint_box(painter, box, radius, theme().color("sel"))
        elif state & QStyle.StateFlag.State_MouseOver:
            paint_box(painter, box, radius, theme().color("hover"))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            paint_focus_ring(painter, box, radius)


def _paint_customer(painter: QPainter, box: QRectF, line: CustomerLine, act: str) -> None:
    side = scaled(AVATAR)
    avatar = QRectF(box.left() + scaled(PAD), box.top() + (box.height() - side) / 2, side, side)
    left = avatar.right() + scaled(10)
    width = box.right() - scaled(PAD) - left
    first = mirrored_in(painter, QRectF(left, box.top() + scaled(4), width, scaled(18)), box)
    second = mirrored_in(painter, QRectF(left, box.top() + scaled(21), width, scaled(18)), box)
    with saved(painter):
        if line.why_not:
            painter.setOpacity(0.5)
        paint_avatar(painter, mirrored_in(painter, avatar, box), line.name, is_company=True)
        painter.setOpacity(1)
        style = font("strong" if act else "medium")
        painter.setPen(theme().color("disabled" if line.why_not else "text"))
        draw_text(painter, first, elided(line.name, style, width), leading(painter), style)
        small = font("caption_medium" if act else "caption")
        painter.setPen(theme().color("accent_text" if act else "text3"))
        words = act or line.why_not or line.note
        mode = "address" if words == line.note else "right"
        draw_text(painter, second, elided(words, small, width, mode), leading(painter), small)


def _paint_new(painter: QPainter, box: QRectF, line: NewLine) -> None:
    side = scaled(16)
    glyph = QRectF(box.left() + scaled(PAD) + scaled(6), box.top() + (box.height() - side) / 2, side, side)
    paint_icon(painter, mirrored_in(painter, glyph, box), "user-plus", theme().color("text2"))
    left = box.left() + scaled(PAD) + scaled(AVATAR) + scaled(10)
    keys = keys_width(line.key) + scaled(10) if line.key else 0
    width = box.right() - scaled(PAD) - keys - left
    with saved(painter):
        painter.setPen(theme().color("text"))
        room = mirrored_in(painter, QRectF(left, box.top(), width, box.height()), box)
        draw_text(painter, room, elided(line.text, font("medium"), width), leading(painter), font("medium"))
    if line.key:
        paint_keys(painter, box.adjusted(scaled(PAD), 0, -scaled(PAD), 0), line.key)
