"""Emails on their way with the mouse: what a drag carries, the card that hangs on the pointer, and who may read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QRectF, Qt
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.domain.ids import EmailId
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    count_text,
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_avatar,
    paint_box,
    paint_count,
    saved,
    text_width,
)
from desktop.ui.kit.theme import theme
from desktop.ui.words import counted

MIME = "application/x-postroom-email-ids"
"""Ids as decimal text between commas."""

WIDTH, HEIGHT, STEP, CLEAR = 248, 44, 4, 32
"""One card, how far the next peeks out behind it, and the room above that keeps the target readable (px at 100 %)."""
BADGE = 20
OPACITY = 0.9
MOST_SUBJECTS = 1000


@dataclass(frozen=True, slots=True)
class DraggedMail:
    """What the top card shows, and how many emails it stands for."""

    sender: str
    subject: str
    count: int


def mail_mime(ids: Sequence[EmailId], subjects: Sequence[str]) -> QMimeData:
    """Return what a drag of emails carries: their ids for us, their subjects as text for other programs."""
    data = QMimeData()
    data.setData(MIME, QByteArray(",".join(str(one) for one in ids).encode("ascii")))
    data.setText("\n".join(subjects[:MOST_SUBJECTS]))
    return data


def carries_emails(data: QMimeData) -> bool:
    """Tell whether a drag carries emails of ours."""
    return data.hasFormat(MIME)


def dragged_ids(data: QMimeData) -> tuple[EmailId, ...]:
    """Return the ids a drag carries; none when it carries something else or what it says is no list of ids."""
    text = bytes(data.data(MIME).data()).decode("ascii", "replace")
    parts = [part for part in text.split(",") if part]
    return tuple(EmailId(int(part)) for part in parts) if all(part.isdecimal() for part in parts) else ()


def drop_words(count: int, customer: str) -> str:
    """Return what letting go over a customer would do, as the status bar says it."""
    return f"Drop to assign {counted(count, 'email')} to {customer}. Esc cancels."


def mail_drag(source: QWidget, data: QMimeData, mail: DraggedMail, *, targets_left: bool = False) -> QDrag:
    """Return the drag, ready for ``exec``. The card hangs to the inner side, away from where the targets are."""
    drag = QDrag(source)
    drag.setMimeData(data)
    card = card_pixmap(mail, source.devicePixelRatioF(), mirrored=targets_left)
    drag.setPixmap(card)
    width = round(card.width() / card.devicePixelRatio())
    drag.setHotSpot(QPoint(0 if targets_left else width - 1, 0))
    return drag


def card_pixmap(mail: DraggedMail, ratio: float, *, mirrored: bool = False) -> QPixmap:
    """Return the card: the first email, two edges behind it when there are more, and their count; at *ratio*."""
    width = scaled(WIDTH) + 2 * scaled(STEP)
    height = scaled(CLEAR) + scaled(HEIGHT) + 2 * scaled(STEP)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    if mirrored:
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    painter.setOpacity(OPACITY)
    whole = QRectF(0, 0, width, height)
    for step in (2, 1, 0) if mail.count > 1 else (0,):
        left = scaled(STEP) * step
        card = QRectF(left, scaled(CLEAR) + left, scaled(WIDTH), scaled(HEIGHT))
        paint_box(painter, mirrored_in(painter, card, whole), scaled(8), theme().color("raised"), theme().color("edge"))
    _paint_mail(painter, QRectF(0, scaled(CLEAR), scaled(WIDTH), scaled(HEIGHT)), whole, mail)
    if mail.count > 1:
        _paint_badge(painter, whole, mail.count)
    painter.end()
    return pixmap


def _paint_mail(painter: QPainter, card: QRectF, whole: QRectF, mail: DraggedMail) -> None:
    side = scaled(28)
    avatar = QRectF(card.left() + scaled(12), card.top() + (card.height() - side) / 2, side, side)
    paint_avatar(painter, mirrored_in(painter, avatar, whole), mail.sender)
    left = avatar.right() + scaled(10)
    width = card.right() - scaled(12) - left
    lines = (("strong", "text", mail.sender, 5), ("caption", "text2", mail.subject, 22))
    with saved(painter):
        for style, ink, words, top in lines:
            painter.setPen(theme().color(ink))
            line = mirrored_in(painter, QRectF(left, card.top() + scaled(top), width, scaled(18)), whole)
            draw_text(painter, line, elided(words, font(style), width), leading(painter), font(style))


def _paint_badge(painter: QPainter, whole: QRectF, count: int) -> None:
    painter.setOpacity(1)
    wide = max(scaled(28), text_width(count_text(count), font("caption_strong")) + scaled(16))
    badge = QRectF(whole.right() - wide, scaled(CLEAR) - scaled(BADGE) / 2, wide, scaled(BADGE))
    paint_count(painter, mirrored_in(painter, badge, whole), count, is_accent=True)
