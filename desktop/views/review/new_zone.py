"""The place for emails of somebody new: there while a drag lasts, lit when it is over it."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_box,
    paint_focus_ring,
    paint_icon,
    saved,
)
from desktop.ui.kit.theme import theme
from desktop.ui.mail_drag import carries_emails, dragged_ids
from desktop.ui.words import counted
from desktop.views.review.drop_list import Refusal

HEIGHT = 56


class NewZone(QWidget):
    """Takes emails for a customer that is not there yet."""

    dropped = Signal(object)
    """The ids of the emails."""
    hovered = Signal(str)
    """What a drop would do now, or why it can do nothing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self._refusal = refusal
        self._note, self._why_not = "", ""
        self.is_lit = False
        self.setAcceptDrops(True)
        self.setAccessibleName("Drop here for a new customer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_note(self, note: str) -> None:
        """Say whom the customer would be made from."""
        self._note, self._why_not, self.is_lit = note, "", False
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of two lines."""
        return QSize(scaled(120), scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The zone is never lower."""
        return self.sizeHint()

    # --- dragging ---------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let emails of ours in, and say why when they cannot be taken."""
        if not carries_emails(event.mimeData()):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Light up."""
        ids = dragged_ids(event.mimeData())
        self._why_not = self._refusal(ids)
        self.is_lit = not self._why_not
        self.hovered.emit(
            self._why_not or f"Drop to make a new customer from {counted(len(ids), 'email')}. Esc cancels."
        )
        self.update()
        if self._why_not:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Be as before."""
        self._darken()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the emails on."""
        ids = dragged_ids(event.mimeData())
        self._darken()
        if not ids or self._refusal(ids):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.dropped.emit(ids)

    def _darken(self) -> None:
        self.is_lit, self._why_not = False, ""
        self.hovered.emit("")
        self.update()

    # --- looks ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a dashed box with an icon and two lines."""
        painter, box = QPainter(self), QRectF(self.rect())
        colors = theme()
        fill = "" if self._why_not else "sel" if self.is_lit else "surface"
        if self.is_lit:
            paint_box(painter, box, scaled(8), colors.color(fill))
            paint_focus_ring(painter, box, scaled(8))
        else:
            paint_box(
                painter, box, scaled(8), colors.color(fill) if fill else None, colors.color("control"), dashed=True
            )
        side = scaled(20)
        glyph = QRectF(box.left() + scaled(12), box.center().y() - side / 2, side, side)
        name_ink = "disabled" if self._why_not else "text"
        paint_icon(painter, mirrored_in(painter, glyph, box), "user-plus", colors.color(name_ink))
        left = glyph.right() + scaled(12)
        width = max(0.0, box.right() - scaled(12) - left)
        with saved(painter):
            lines = (("medium", name_ink, "New customer", 10), ("caption", "text3", self._why_not or self._note, 28))
            for style, ink, words, top in lines:
                painter.setPen(colors.color(ink))
                room = mirrored_in(painter, QRectF(left, box.top() + scaled(top), width, scaled(18)), box)
                draw_text(painter, room, elided(words, font(style), width), leading(painter), font(style))
