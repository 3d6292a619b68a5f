"""Paints the queue: a head of 28 px per domain, two lines of 42 px per email."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.review_item import SUREST, Bucket
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    chip_width,
    count_width,
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_avatar,
    paint_chip,
    paint_count,
    paint_focus_bar,
    paint_icon,
    paint_line,
    paint_status,
    saved,
    status_width,
    text_width,
    trailing,
)
from desktop.ui.kit.theme import theme
from desktop.ui.words import age, number
from desktop.views.review.choice import name_of, waits_because
from desktop.views.review.queue import GroupRow, MailRow
from desktop.views.review.queue_model import ROW, Index, QueueModel

HEAD_HEIGHT, MAIL_HEIGHT, SIDE, AVATAR, TEXT_LEFT = 28, 42, 12, 28, 50
WHOM_WIDEST, WHOM_SHARE = 128, 0.5
"""How much of line 1 the suggested customer's name may take: in px at 100 %, and of what the chip leaves."""
State = QStyle.StateFlag


def action_words(row: GroupRow, selected: int) -> str:
    """Return what stands at a head's end: how many are selected, or what a click there does."""
    if selected:
        return f"{number(selected)} selected"
    if row.hidden:
        return f"Show {number(row.hidden)} more"
    return "Show fewer" if row.can_fold else ""


class QueueDelegate(QStyledItemDelegate):
    """Paints heads and emails; row objects come in the user role."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row; the view decides the width."""
        is_head = isinstance(index.data(ROW), GroupRow)
        return QSize(scaled(200), scaled(HEAD_HEIGHT if is_head else MAIL_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW)
        model = index.model()
        if not isinstance(model, QueueModel) or row is None:
            return
        view = option.widget
        is_current = isinstance(view, QAbstractItemView) and view.currentIndex().row() == index.row()
        box = QRectF(option.rect)
        if isinstance(row, GroupRow):
            painter.fillRect(box, theme().color("window"))
            paint_line(painter, QRectF(box.left(), box.bottom() - 1, box.width(), 1))
            _paint_head(painter, box, row, model.selected.get(row.key, 0))
        else:
            _paint_ground(painter, box, option.state, has_focus=view.hasFocus())
            _paint_mail(painter, box, row, model, is_selected=bool(option.state & State.State_Selected))
            if row.trouble is not None:
                strip = mirrored_in(painter, QRectF(box.left(), box.top(), scaled(3), box.height()), box)
                painter.fillRect(strip, theme().color("bad_glyph"))
        if is_current and (isinstance(row, GroupRow) or row.trouble is None) and view.hasFocus():
            paint_focus_bar(painter, box)


def _paint_ground(painter: QPainter, box: QRectF, state: QStyle.StateFlag, *, has_focus: bool) -> None:
    if state & State.State_Selected:
        is_active = has_focus and bool(state & State.State_Active)
        painter.fillRect(box, theme().color("sel" if is_active else "sel_inactive"))
        return
    if state & State.State_MouseOver:
        painter.fillRect(box, theme().color("hover"))
    paint_line(painter, QRectF(box.left(), box.bottom() - 1, box.width(), 1))


def _paint_head(painter: QPainter, box: QRectF, row: GroupRow, selected: int) -> None:
    side = scaled(14)
    at = QRectF(box.left() + scaled(SIDE), box.top() + (box.height() - 1 - side) / 2, side, side)
    chevron = "chevron-right" if row.is_closed else "chevron-down"
    paint_icon(painter, mirrored_in(painter, at, box), chevron, theme().color("text2"))
    words = action_words(row, selected)
    right = box.right() - scaled(SIDE)
    with saved(painter):
        if words:
            style = font("caption" if selected else "caption_medium")
            painter.setPen(theme().color("text2" if selected else "accent_text"))
            width = text_width(words, style)
            room = mirrored_in(painter, QRectF(right - width, box.top(), width, box.height() - 1), box)
            draw_text(painter, room, words, trailing(painter), style)
            right -= width + scaled(8)
        left = at.right() + scaled(8)
        count = count_width(row.count)
        name = font("caption_strong")
        shown = elided(row.title, name, max(0, right - left - count - scaled(8)), "middle")
        painter.setPen(theme().color("text"))
        width = text_width(shown, name)
        draw_text(
            painter,
            mirrored_in(painter, QRectF(left, box.top(), width, box.height() - 1), box),
            shown,
            leading(painter),
            name,
        )
        left += width + scaled(8)
        pill = QRectF(left, box.top() + (box.height() - 1 - scaled(18)) / 2, count, scaled(18))
        paint_count(painter, mirrored_in(painter, pill, box), row.count)
        left += count + scaled(8)
        if row.hint and right - left > scaled(24):
            painter.setPen(theme().color("text2"))
            hint = elided(row.hint, font("caption"), right - left)
            room = mirrored_in(painter, QRectF(left, box.top(), right - left, box.height() - 1), box)
            draw_text(painter, room, hint, leading(painter), font("caption"))


def _paint_mail(painter: QPainter, box: QRectF, row: MailRow, model: QueueModel, *, is_selected: bool) -> None:
    mail = row.item.mail
    side = scaled(AVATAR)
    avatar = QRectF(box.left() + scaled(SIDE), box.top() + (box.height() - 1 - side) / 2, side, side)
    paint_avatar(painter, mirrored_in(painter, avatar, box), name_of(row.item))
    left, right = box.left() + scaled(TEXT_LEFT), box.right() - scaled(SIDE)
    first_right = _paint_reason(painter, box, right, row)
    with saved(painter):
        faded = "disabled" if row.taken else ""
        painter.setPen(theme().color(faded or ("sel_text" if is_selected else "text")))
        _line(painter, box, (left, 4, first_right - scaled(8)), name_of(row.item), "strong")
        when = "Retry" if row.trouble else "" if row.taken else age(mail.received_at, model.now)
        style = font("caption_medium" if row.trouble else "caption")
        width = text_width(when, style)
        painter.setPen(theme().color("accent_text" if row.trouble else "text3"))
        room = mirrored_in(painter, QRectF(right - width, box.top() + scaled(21), width, scaled(18)), box)
        draw_text(painter, room, when, trailing(painter), style)
        painter.setPen(theme().color("text2"))
        words = row.trouble.what if row.trouble else row.taken or mail.subject or "No subject"
        _line(painter, box, (left, 21, right - width - scaled(8)), words, "caption")


def _line(painter: QPainter, box: QRectF, place: tuple[float, int, float], words: str, style: str) -> None:
    left, top, right = place
    room = QRectF(left, box.top() + scaled(top), max(0.0, right - left), scaled(18))
    draw_text(
        painter,
        mirrored_in(painter, room, box),
        elided(words, font(style), room.width()),
        leading(painter),
        font(style),
    )


def _paint_reason(painter: QPainter, box: QRectF, right: float, row: MailRow) -> float:
    """Paint whom the email may belong to, at the end of line 1; return where that begins."""
    if row.trouble is not None:
        return _paint_chip_at(
            painter, box, right, ("bad", "Not assigned" if row.trouble.customer else "Not ignored"), glyph=True
        )
    if row.taken:
        return _paint_chip_at(painter, box, right, ("mute", "Taken"), glyph=False)
    whom, figure = waits_because(row.item)
    if not figure:
        state = "bad" if row.item.bucket is Bucket.FAILED else "none"
        width = status_width(whom)
        room = QRectF(right - width, box.top() + scaled(4), width, scaled(18))
        paint_status(painter, mirrored_in(painter, room, box), state, whom)
        return room.left()
    best = row.item.best
    state = (
        "mute" if row.item.bucket is Bucket.SHARED else "ok" if best and row.item.percent(best) >= SUREST else "warn"
    )
    chip = ("warn", figure) if row.item.warning else (state, figure)
    chip_left = _paint_chip_at(painter, box, right, chip, glyph=bool(row.item.warning)) - scaled(8)
    style = font("body")
    share = (chip_left - box.left() - scaled(TEXT_LEFT)) * WHOM_SHARE
    width = int(min(text_width(whom, style), scaled(WHOM_WIDEST), share))
    room = QRectF(chip_left - width, box.top() + scaled(4), width, scaled(18))
    with saved(painter):
        painter.setPen(theme().color("text2"))
        draw_text(painter, mirrored_in(painter, room, box), elided(whom, style, width), trailing(painter), style)
    return room.left()


def _paint_chip_at(painter: QPainter, box: QRectF, right: float, chip: tuple[str, str], *, glyph: bool) -> float:
    state, words = chip
    width = chip_width(state, words, glyph=glyph)
    place = QRectF(QPointF(right - width, box.top() + scaled(3)), QSizeF(width, scaled(20)))
    paint_chip(painter, mirrored_in(painter, place, box), state, words, glyph=glyph)
    return place.left()


def is_on_action(row: GroupRow, selected: int, box: QRectF, x: float, *, mirrored: bool) -> bool:
    """Tell whether a click at *x* in a head meets the words at its end."""
    words = "" if selected else action_words(row, 0)
    if not words:
        return False
    width = text_width(words, font("caption_medium")) + 2 * scaled(SIDE)
    return x <= box.left() + width if mirrored else x >= box.right() - width


def is_on_retry(row: MailRow, box: QRectF, x: float, *, mirrored: bool) -> bool:
    """Tell whether a click at *x* in an email's row meets its Retry."""
    if row.trouble is None:
        return False
    width = text_width("Retry", font("caption_medium")) + 2 * scaled(SIDE)
    return x <= box.left() + width if mirrored else x >= box.right() - width
