"""A note that keeps to one line where room is dear, and shows all it says when asked."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import ElidedLabel
from desktop.ui.kit.messages import Note
from desktop.ui.kit.text import text_width

MORE, LESS = "More", "Less"


class FoldingNote(Note):
    """A note on one line; what does not fit ends in an ellipsis, and a button unfolds it and folds it again."""

    def __init__(self, state: str, text: str, *, glyph: bool = False) -> None:
        super().__init__(state, text, glyph=glyph)
        self._is_open = False
        self.line = ElidedLabel(text, "caption")
        self.more = Button(MORE, kind="quiet", small=True)
        self.more.clicked.connect(lambda _checked=False: self._turn(unfold=not self._is_open))
        self._row.insertWidget(1, self.line, 1)
        self._row.addWidget(self.more)
        self._fold()

    @property
    def is_cut(self) -> bool:
        """Whether its words are longer than its line."""
        taken = 2 * scaled(12) + (self._glyph.width() + scaled(8) if self._glyph.isVisibleTo(self) else 0)
        return text_width(self.label.text(), font("caption")) > self.width() - taken

    def show_note(self, state: str, text: str) -> None:
        """Say something else, folded again if it is another thing."""
        if text != self.label.text():
            self._is_open = False
        self.line.setText(text)
        super().show_note(state, text)
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the rest where there is one."""
        super().resizeEvent(event)
        self._fold()

    def _turn(self, *, unfold: bool) -> None:
        self._is_open = unfold
        self._fold()

    def _fold(self) -> None:
        is_cut = self.is_cut
        is_open = self._is_open and is_cut
        self.line.setVisible(not is_open)
        self.label.setVisible(is_open)
        self.more.setVisible(is_cut)
        side = Qt.AlignmentFlag.AlignTop if is_open else Qt.AlignmentFlag.AlignVCenter
        self._row.setAlignment(self._glyph, side)
        self._row.setAlignment(self.more, side)
        self.more.setText(LESS if is_open else MORE)
        self.more.setAccessibleName(f"{self.more.text()}: {self.label.text()}")

    def _dress(self) -> None:
        super()._dress()
        side = scaled(12) if self.state else 0
        self._row.setContentsMargins(side, scaled(4), scaled(4), scaled(4))
