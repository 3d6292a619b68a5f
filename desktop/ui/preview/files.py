"""The files of an email: a card for each, with what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.rows import AttachmentRow
from desktop.ui import words
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.layouts import FlowLayout
from desktop.ui.kit.paint import (
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_box,
    paint_icon,
    saved,
    text_width,
)
from desktop.ui.kit.theme import theme
from desktop.ui.preview.saving import may_open

HEIGHT, PAD, ICON, GAP = 36, 12, 16, 8
LEAST_NAME, WIDEST_NAME = 80, 200
LINES_SHOWN = 2
WHY_NOT_OPEN = "Only pictures, PDF and plain text are opened from here. Save the file to open it with its own program."


class FileCard(QAbstractButton):
    """One file: pressing it opens its menu."""

    save_wanted = Signal(object)
    """The :class:`AttachmentRow` is to be saved."""
    open_wanted = Signal(object)
    """The :class:`AttachmentRow` is to be shown by another program."""

    def __init__(self, file: AttachmentRow) -> None:
        super().__init__()
        self.file = file
        self._size = words.size(file.size_bytes)
        self.menu: QMenu | None = None
        self.setText(file.name)
        self.setAccessibleName(f"{file.name}, {self._size}")
        self.setProperty("focus_ring", 8)
        self.setToolTip(f"{file.name}\n{file.content_type}, {self._size}")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.show_menu)
        theme().changed.connect(self.updateGeometry)

    def show_menu(self) -> None:
        """Offer what can be done with the file."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        opening = menu.addAction("&Open…", lambda: self.open_wanted.emit(self.file))
        opening.setEnabled(may_open(self.file.name))
        opening.setToolTip("" if opening.isEnabled() else WHY_NOT_OPEN)
        menu.addAction("&Save as…", lambda: self.save_wanted.emit(self.file))
        self.menu = menu
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + scaled(4))))

    def sizeHint(self) -> QSize:
        """Return the room of icon, name and size."""
        name = min(text_width(self.file.name, font("body")), scaled(WIDEST_NAME))
        rest = scaled(ICON) + 2 * scaled(GAP) + text_width(self._size, font("caption")) + 2 * scaled(PAD) + 2
        return QSize(name + rest + 1, scaled(HEIGHT))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of a card is the same wherever it is asked for."""
        self.show_menu()
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        with saved(QPainter(self)) as painter:
            box = QRectF(self.rect())
            fill = "hover" if self.underMouse() or self.isDown() else "surface"
            paint_box(painter, box, scaled(8), theme().color(fill), theme().color("border"))
            inside = box.adjusted(scaled(PAD) + 1, 0, -scaled(PAD) - 1, 0)
            side = scaled(ICON)
            icon = QRectF(inside.left(), inside.top() + (inside.height() - side) / 2, side, side)
            paint_icon(painter, mirrored_in(painter, icon, box), "paperclip", theme().color("text2"))
            size = text_width(self._size, font("caption"))
            if inside.width() - side - size < scaled(LEAST_NAME):
                size = -scaled(GAP)  # what is left is for the name
            name = inside.adjusted(side + scaled(GAP), 0, -size - scaled(GAP), 0)
            shown = elided(self.file.name, font("body"), name.width() + 1, "middle")
            painter.setPen(theme().color("text"))
            draw_text(painter, mirrored_in(painter, name, box), shown, leading(painter), font("body"))
            if size > 0:
                last = QRectF(inside.right() - size, inside.top(), size, inside.height())
                painter.setPen(theme().color("text3"))
                draw_text(painter, mirrored_in(painter, last, box), self._size, leading(painter), font("caption"))


class FilesRow(QScrollArea):
    """The cards, in as many lines as they need; beyond two lines one scrolls."""

    save_wanted = Signal(object)
    open_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Attachments")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self._inner = QWidget()
        self._inner.setAutoFillBackground(False)
        outer = QVBoxLayout(self._inner)
        outer.setContentsMargins(4, 4, 4, 4)  # the ring of a focused card lies outside it
        self._flow = FlowLayout(8)
        outer.addLayout(self._flow)
        outer.addStretch(1)
        self.setWidget(self._inner)
        self.cards: list[FileCard] = []
        follow_theme(self.updateGeometry)

    def show_files(self, files: Sequence[AttachmentRow]) -> None:
        """Show these files; none hides the row. Cards that are there already stay, and keep the keyboard."""
        if self.cards and [card.file for card in self.cards] == list(files):
            return
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = [FileCard(file) for file in files]
        for card in self.cards:
            card.save_wanted.connect(self.save_wanted)
            card.open_wanted.connect(self.open_wanted)
            card.setMaximumWidth(max(scaled(80), self.viewport().width() - 8))
            self._flow.addWidget(card)
        self.setVisible(bool(files))
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let no card be wider than the row."""
        super().resizeEvent(event)
        for card in self.cards:
            card.setMaximumWidth(max(scaled(80), self.viewport().width() - 8))

    def sizeHint(self) -> QSize:
        """Return the room of the lines that are shown at once."""
        return QSize(scaled(200), self._height(self.width()))

    def minimumSizeHint(self) -> QSize:
        """One line is the least."""
        return QSize(scaled(120), scaled(HEIGHT) + 8)

    def hasHeightForWidth(self) -> bool:
        """Narrow is high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high the row is at a width."""
        return self._height(width)

    def _height(self, width: int) -> int:
        lines = self._flow.heightForWidth(max(1, width - 8)) + 8
        most = LINES_SHOWN * scaled(HEIGHT) + (LINES_SHOWN - 1) * scaled(8) + 8
        return min(max(lines, scaled(HEIGHT) + 8), most)
