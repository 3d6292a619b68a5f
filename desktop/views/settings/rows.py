"""Rows of settings: what it is and what it does on the leading side, what changes it on the other; cards of rows."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.ui.kit.drawing.fields import ERROR
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Glyph, Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.surfaces import Card

NARROW = 440
"""Below this width a row's control stands under its words."""


def fits(typed: str, words: str) -> bool:
    """Tell whether every word that was typed is somewhere in *words*."""
    known = words.casefold()
    return all(part in known for part in typed.casefold().split())


class Found(QWidget):
    """Something that a search of the settings finds or not, by its ``words``."""

    words = ""

    def narrow(self, typed: str) -> bool:
        """Be shown only where it fits what was typed; returns whether it does."""
        is_found = fits(typed, self.words)
        self.setVisible(is_found)
        return is_found


class Row(Found):
    """One setting or fact. *control* may be wrong: its error stands below."""

    def __init__(
        self, title: str, more: str = "", control: QWidget | None = None, *, keywords: str = "", is_low: bool = False
    ) -> None:
        super().__init__()
        self._is_low = is_low
        self.words = f"{title} {more} {keywords}"
        self.control = control
        self._title, self._more = Label(title, "body", wrap=True), Label(more, "caption", "text3", wrap=True)
        self._glyph, self._error = Glyph("bad", px=14), Label("", "caption", "bad", wrap=True)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._texts, self._column, self._wrong = VBox(0), VBox(4, 0, self), HBox(4)
        self._assemble()
        follow_theme(self._dress)
        self.show_more(more)
        self.set_error("")

    @property
    def more(self) -> str:
        """The words below the title."""
        return self._more.text()

    @property
    def error(self) -> str:
        """What is wrong; empty when nothing is."""
        return self._error.text()

    def show_more(self, more: str) -> None:
        """Say something else below the title."""
        self._more.setText(more)
        self._more.setVisible(bool(more))

    def set_error(self, words: str) -> None:
        """Say what is wrong; no words: nothing is."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self._glyph.setVisible(bool(words))
        if self.control is not None:
            self.control.setProperty(ERROR, bool(words))
            self.control.setAccessibleDescription(words or self._more.text())
            self.control.update()

    def minimumSizeHint(self) -> QSize:
        """A row is as narrow as its control, because its words may stand above it."""
        height = super().minimumSizeHint().height()
        control = self.control.minimumSizeHint().width() if self.control is not None else 0
        return QSize(max(scaled(160), control + scaled(32)), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the control under the words where there is no room beside them."""
        super().resizeEvent(event)
        is_narrow = self.width() < scaled(NARROW)
        wanted = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)

    def _assemble(self) -> None:
        self._texts.addWidget(self._title)
        self._texts.addWidget(self._more)
        self._line.addLayout(self._texts, 1)
        if self.control is not None:
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
            self._line.addWidget(self.control, 0, side)
        self._wrong.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        self._wrong.addWidget(self._error, 1)
        self._column.addLayout(self._line)
        self._column.addLayout(self._wrong)

    def _dress(self) -> None:
        self._line.setSpacing(scaled(16 if self._line.direction() == QBoxLayout.Direction.LeftToRight else 8))
        above = scaled(4 if self._is_low else 8)
        self._column.setContentsMargins(scaled(16), above, scaled(16), above)
        self._column.setSpacing(scaled(4))
        self.setMinimumHeight(scaled(30 if self._is_low else 48))


class Section(QWidget):
    """A caption and a card of rows with lines between them; rows that are not found are not there."""

    def __init__(self, title: str, rows: Sequence[Found], hint: str = "") -> None:
        super().__init__()
        self.rows = list(rows)
        self._words = f"{title} {hint}"
        self._lines: list[Line] = []
        self._column = VBox(8, 0, self)
        if title:
            self._column.addWidget(Label(title, "section", wrap=True))
        if hint:
            self._column.addWidget(Label(hint, "body", "text2", wrap=True))
        card = Card()
        inside = VBox(0, 0, card)
        for row in self.rows:
            line = Line(color="line")
            self._lines.append(line)
            inside.addWidget(line)
            inside.addWidget(row)
        self._column.addWidget(card)
        self._show_fitting("")

    def narrow(self, typed: str) -> bool:
        """Show the rows that fit what was typed, all of them if the caption does; returns whether any does."""
        is_found = self._show_fitting("" if fits(typed, self._words) else typed)
        self.setVisible(is_found)
        return is_found

    def _show_fitting(self, wanted: str) -> bool:
        is_first = True
        for row, line in zip(self.rows, self._lines, strict=True):
            is_found = row.narrow(wanted)
            line.setVisible(is_found and not is_first)
            is_first = is_first and not is_found
        return not is_first
