"""A place to drop emails on: there while a drag lasts, lit when it is over it, refused with the reason."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a zone is for: its icon and words, what it is called, and what a drop does, to follow "Drop to "."""

    icon: str
    text: str
    name: str
    act: str


NEW = Purpose("user-plus", "New customer", "Drop here for a new customer", "make a new customer from {}")
IGNORE = Purpose("ban", "Ignore sender", "Drop here to ignore the sender", "ignore the sender of {}, listed first")


class Zone(QWidget):
    """Takes emails for one purpose."""

    dropped = Signal(object)
    """The ids of the emails."""
    hovered = Signal(str)
    """What a drop would do now, or why it can do nothing."""

    def __init__(self, purpose: Purpose, refusal: Refusal) -> None:
        super().__init__()
        self._purpose, self._refusal = purpose, refusal
        self._note, self._why_not = "", ""
        self.is_lit = False
        self.setAcceptDrops(True)
        self.setAccessibleName(purpose.name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_note(self, note: str, why_not: str = "") -> None:
        """Say what it would be about, or why nothing can be dropped here."""
        self._note, self._why_not, self.is_lit = note, why_not, False
        self.setAccessibleDescription(why_not or note)
        self.update()

    @property
    def note(self) -> str:
        """What stands on the second line."""
        return self._why_not or self._note

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
            self._why_not or f"Drop to {self._purpose.act.format(counted(len(ids), 'email'))}. Esc cancels."
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
        self.is_lit = False
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
        paint_icon(painter, mirrored_in(painter, glyph, box), self._purpose.icon, colors.color(name_ink))
        left = glyph.right() + scaled(12)
        width = max(0.0, box.right() - scaled(12) - left)
        with saved(painter):
            lines = (("medium", name_ink, self._purpose.text, 10), ("caption", "text3", self.note, 28))
            for style, ink, words, top in lines:
                painter.setPen(colors.color(ink))
                room = mirrored_in(painter, QRectF(left, box.top() + scaled(top), width, scaled(18)), box)
                draw_text(painter, room, elided(words, font(style), width), leading(painter), font(style))
