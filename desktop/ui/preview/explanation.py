"""Everything that is known of how a message came to be where it is, as text to read, select and copy."""

from collections.abc import Sequence

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser

from desktop.ui.kit.fonts import font, line_height, scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.theme import theme
from desktop.ui.preview.trace import Part


class Explanation(QTextBrowser):
    """Shows parts of an explanation. What they say is written as plain text: nothing in it is markup."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("How this email came here")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self._parts: Sequence[Part] = ()
        follow_theme(self._write)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these parts."""
        if tuple(parts) != tuple(self._parts):
            self._parts = tuple(parts)
            self._write()

    def _write(self) -> None:
        self.clear()
        self.document().setDocumentMargin(scaled(4))
        cursor = QTextCursor(self.document())
        for number, part in enumerate(self._parts):
            self._line(cursor, part.title, "strong", "text", above=16 if number else 0)
            for label, what in part.lines:
                self._line(cursor, label, "caption", "text3", above=8)
                self._line(cursor, what, "body", "text")
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _line(self, cursor: QTextCursor, text: str, style: str, ink: str, *, above: int = 0) -> None:
        block = QTextBlockFormat()
        block.setTopMargin(scaled(above))
        block.setLineHeight(line_height(style), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        letters = QTextCharFormat()
        letters.setFont(font(style))
        letters.setForeground(theme().color(ink))
        if self.document().isEmpty():
            cursor.setBlockFormat(block)
            cursor.setCharFormat(letters)
        else:
            cursor.insertBlock(block, letters)
        cursor.insertText(text, letters)
