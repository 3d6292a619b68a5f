"""A mail as plain text: wrapped, quotes quieter than what is new, addresses that can be clicked."""

import re

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

LINE_CHARS = 2_000
"""A longer line is broken: the time to lay one out grows with the square of its length when it holds no blank."""
SLICE_CHARS = 64_000
"""How much of a long text is laid out at a time: a megabyte of short lines takes 0.5 s, and the window must not."""
_TOO_LONG = re.compile(rf"[^\n]{{{LINE_CHARS}}}(?=[^\n])")
_QUOTED = re.compile(r"\s{0,3}>")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"\u200b]{3,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'»"


class PlainView(QPlainTextEdit):
    """Read-only text. Tab goes on to the next widget; Enter opens the link the text cursor is in.

    Signals: ``link_clicked`` (address), ``link_hovered`` (address, empty when over none), ``left`` on Esc.
    """

    link_clicked = Signal(str)
    link_hovered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Text of the mail")
        self.document().setDocumentMargin(4)
        self.setViewportMargins(8, 8, 8, 8)
        self.viewport().setMouseTracking(True)
        self._tint = _Tint(self.document(), self.palette())
        self._hovered = ""
        self._pressed = ""
        self._rest = ""
        self._soon = QTimer(self, interval=0)
        self._soon.timeout.connect(self._show_more)

    def show_text(self, text: str) -> None:
        """Show *text*, from its beginning; the end of a very long one follows in a moment."""
        first, self._rest = _cut(_TOO_LONG.sub("\\g<0>\n", text))
        self.setPlainText(first)
        if self._rest:
            self._soon.start()
        else:
            self._soon.stop()

    def _show_more(self) -> None:
        more, self._rest = _cut(self._rest)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(more)
        if not self._rest:
            self._soon.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint.recolour(self.palette())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves, Enter opens the link at the text cursor."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (link := _link_in(self.textCursor())):
            self.link_clicked.emit(link)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the link that was pressed."""
        self._pressed = self._link_at(event.position().toPoint()) if event.button() == Qt.MouseButton.LeftButton else ""
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the link that was pressed, if that is where the button is let go and nothing was selected."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, ""
        is_same = bool(pressed) and pressed == self._link_at(event.position().toPoint())
        if is_same and not self.textCursor().hasSelection():
            self.link_clicked.emit(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over a link, and tell which it is."""
        super().mouseMoveEvent(event)
        link = self._link_at(event.position().toPoint())
        if link != self._hovered:
            self._hovered = link
            shape = Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.IBeamCursor
            self.viewport().setCursor(shape)
            self.link_hovered.emit(link)

    def _link_at(self, point: QPoint) -> str:
        return _link_in(self.cursorForPosition(point))


def _cut(text: str) -> tuple[str, str]:
    """Return a slice of whole lines, and the rest."""
    at = text.rfind("\n", 0, SLICE_CHARS) + 1 if len(text) > SLICE_CHARS else len(text)
    return text[:at], text[at:]


def _link_in(cursor: QTextCursor) -> str:
    """Return the address in the text that the cursor is in, or ``""``."""
    place = cursor.positionInBlock()
    for match in _LINK.finditer(cursor.block().text()):
        link = match[0].rstrip(_TRAILING)
        if match.start() <= place < match.start() + len(link):
            return link
    return ""


class _Tint(QSyntaxHighlighter):
    """Quotes in the colour of secondary words, links in that of links."""

    def __init__(self, document: QTextDocument, palette: QPalette) -> None:
        super().__init__(document)
        self._quote, self._link = QTextCharFormat(), QTextCharFormat()
        self._link.setFontUnderline(True)
        self._colour(palette)

    def recolour(self, palette: QPalette) -> None:
        """Use the colours of *palette*."""
        if self._colour(palette):
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Tint one line."""
        if _QUOTED.match(text):
            self.setFormat(0, len(text), self._quote)
        if "://" in text or "mailto:" in text:
            for match in _LINK.finditer(text):
                self.setFormat(match.start(), len(match[0].rstrip(_TRAILING)), self._link)

    def _colour(self, palette: QPalette) -> bool:
        quote, link = palette.color(QPalette.ColorRole.PlaceholderText), palette.color(QPalette.ColorRole.Link)
        is_new = (QColor(self._quote.foreground().color()), QColor(self._link.foreground().color())) != (quote, link)
        self._quote.setForeground(quote)
        self._link.setForeground(link)
        self._link.setFontWeight(QFont.Weight.Normal)
        return is_new
