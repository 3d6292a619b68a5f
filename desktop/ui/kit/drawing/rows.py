"""Rows of Qt's own lists and tables, frames and lines between panes."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QPlainTextEdit,
    QStyle,
    QStyleOption,
    QStyleOptionViewItem,
    QTextEdit,
    QWidget,
)

from desktop.ui.kit.drawing.fields import draw_field
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.paint import paint_box, paint_focus_bar
from desktop.ui.kit.theme import theme

State = QStyle.StateFlag
POPUP = "QComboBoxPrivateContainer"


def draw_item_ground(option: QStyleOptionViewItem, painter: QPainter) -> None:
    """Fill a cell: selected, selected in a window behind, under the pointer, or as its model says."""
    if option.state & State.State_Selected:
        painter.fillRect(option.rect, theme().color("sel" if option.state & State.State_Active else "sel_inactive"))
        return
    if option.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
        painter.fillRect(option.rect, option.backgroundBrush)
    if option.state & State.State_MouseOver and option.state & State.State_Enabled:
        painter.fillRect(option.rect, theme().color("hover"))


def draw_focus_of_item(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw the bar of the current row at the leading edge; other things have a ring."""
    if not isinstance(widget, QAbstractItemView) or widget.window().inherits(POPUP):
        return
    if option.rect.left() <= scaled(12):
        paint_focus_bar(painter, QRectF(0, option.rect.top(), widget.viewport().width(), option.rect.height()))


def draw_frame(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw the edge of a pane; text that one writes has the outline of a field."""
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        draw_field(option, painter, widget)
        return
    edge = "edge" if widget is not None and widget.inherits(POPUP) else "border"
    paint_box(painter, option.rect, 0, edge=theme().color(edge))


def draw_splitter(option: QStyleOption, painter: QPainter) -> None:
    """Fill the line between two panes."""
    painter.fillRect(option.rect, theme().color("border"))


def draw_header_rest(option: QStyleOption, painter: QPainter) -> None:
    """Fill the header where there are no columns."""
    box = QRectF(option.rect)
    painter.fillRect(box, theme().color("surface"))
    painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme().color("border"))
