"""How customers and their mail are painted: two lines, a company's initials, days as captions."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.customer_rows import CustomerRow
from desktop.domain.ids import CustomerId
from desktop.ui import words
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import count_width as width_of_count
from desktop.ui.kit.paint import (
    leading,
    mirrored_in,
    paint_avatar,
    paint_box,
    paint_count,
    paint_focus_bar,
    paint_focus_ring,
    paint_icon,
    paint_line,
    saved,
    trailing,
)
from desktop.ui.kit.text import draw_text, elided, text_width
from desktop.ui.kit.theme import theme
from desktop.ui.tables import ROW
from desktop.views.customers.timeline import Day, TimelineRow

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT, DAY_HEIGHT, EVENT_HEIGHT = 42, 28, 44


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Paint selection, hover and the bar of the current row."""
    state, room = option.state, option.rect
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(room, theme().color("sel" if option.widget.hasFocus() else "sel_inactive"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(room, theme().color("hover"))
    if state & QStyle.StateFlag.State_HasFocus:
        paint_focus_bar(painter, room)


class CustomerDelegate(QStyledItemDelegate):
    """A customer of the list."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._now = now
        self.twin_of: Callable[[CustomerId], str] = lambda _customer_id: ""
        """The name of whom a customer may be a double of, or nothing."""
        self.is_lit: Callable[[CustomerId], bool] = lambda _customer_id: False
        """Whether something that is dragged would fall on a customer."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row; one that is being read is a grey bar."""
        row: CustomerRow | None = index.data(ROW)
        with saved(painter):
            paint_ground(painter, option)
            box = QRectF(option.rect)
            paint_line(painter, QRectF(box.left(), box.bottom() - 1, box.width(), 1))
            inside = box.adjusted(scaled(12), 0, -scaled(12), 0)
            if row is not None and self.is_lit(row.id):
                painter.fillRect(option.rect, theme().color("sel"))
                paint_focus_ring(painter, box, scaled(6))
            if row is None:
                bar = QRectF(inside.left(), box.center().y() - scaled(4), inside.width() * 0.5, scaled(8))
                paint_box(painter, mirrored_in(painter, bar, box), scaled(4), theme().color("badge"))
                return
            self._paint_row(painter, inside, row)

    def _paint_row(self, painter: QPainter, inside: QRectF, row: CustomerRow) -> None:
        side = scaled(28)
        avatar = QRectF(inside.left(), inside.center().y() - side / 2, side, side)
        paint_avatar(painter, mirrored_in(painter, avatar, inside), row.name, is_company=True)
        age = words.age(row.last_contact_at, self._now())
        age_width = text_width(age, font("caption"))
        left = avatar.right() + scaled(10)
        width = inside.right() - age_width - scaled(8) - left
        name = QRectF(left, inside.top() + scaled(4), width, scaled(18))
        spare = scaled(40) if row.waiting else 0
        note = QRectF(left, inside.top() + scaled(21), inside.right() - left - spare, scaled(18))
        when = QRectF(inside.right() - age_width, name.top(), age_width, scaled(18))
        painter.setPen(theme().color("text"))
        shown = elided(row.name, font("strong"), width)
        draw_text(painter, mirrored_in(painter, name, inside), shown, leading(painter), font("strong"))
        painter.setPen(theme().color("text3"))
        draw_text(painter, mirrored_in(painter, when, inside), age, trailing(painter), font("caption"))
        twin = self.twin_of(row.id)
        text = row.domain or words.counted(row.addresses, "address", "addresses")
        if twin:
            text = f"Possible duplicate of {twin}"
        draw_text(
            painter,
            mirrored_in(painter, note, inside),
            elided(text, font("caption"), note.width()),
            leading(painter),
            font("caption"),
        )
        if row.waiting:
            count = width_of_count(row.waiting)
            badge = QRectF(inside.right() - count, inside.top() + scaled(21), count, scaled(18))
            paint_count(painter, mirrored_in(painter, badge, inside), row.waiting)


class TimelineDelegate(QStyledItemDelegate):
    """A day's caption, or one email: when, an arrow, who and what."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Days are lower than emails."""
        height = DAY_HEIGHT if isinstance(index.data(ROW), Day) else EVENT_HEIGHT
        return QSize(scaled(200), scaled(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row: TimelineRow = index.data(ROW)
        box = QRectF(option.rect)
        inside = box.adjusted(scaled(16), 0, -scaled(16), 0)
        with saved(painter):
            if isinstance(row, Day):
                if option.state & QStyle.StateFlag.State_HasFocus:
                    paint_focus_bar(painter, box)
                painter.setPen(theme().color("text"))
                draw_text(painter, inside, row.text, leading(painter), font("caption_strong"))
                return
            paint_ground(painter, option)
            self._paint_email(painter, inside, row)

    @staticmethod
    def _paint_email(painter: QPainter, inside: QRectF, row: "TimelineRow") -> None:
        if isinstance(row, Day):
            return
        time_width = scaled(40)
        side = scaled(24)
        time = QRectF(inside.left(), inside.top(), time_width, inside.height())
        disc = QRectF(time.right() + scaled(8), inside.center().y() - side / 2, side, side)
        painter.setPen(theme().color("text3"))
        draw_text(painter, mirrored_in(painter, time, inside), row.time, leading(painter), font("body"))
        place = mirrored_in(painter, disc, inside)
        paint_box(painter, place, side / 2, theme().color("warn_bg" if row.waits else "info_bg"))
        arrow = place.adjusted(scaled(5), scaled(5), -scaled(5), -scaled(5))
        name = "inbox" if row.waits else "arrow-down-left" if row.is_inbound else "arrow-up-right"
        paint_icon(painter, arrow, name, theme().color("warn" if row.waits else "accent_text"))
        left = disc.right() + scaled(12)
        width = inside.right() - left
        first = QRectF(left, inside.top() + scaled(5), width, scaled(18))
        second = QRectF(left, inside.top() + scaled(22), width, scaled(18))
        painter.setPen(theme().color("text"))
        shown = elided(row.title, font("medium"), width)
        draw_text(painter, mirrored_in(painter, first, inside), shown, leading(painter), font("medium"))
        painter.setPen(theme().color("text2"))
        shown = elided(row.subject, font("caption"), width)
        draw_text(painter, mirrored_in(painter, second, inside), shown, leading(painter), font("caption"))
