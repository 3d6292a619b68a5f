"""The last audits of a mailbox, each in a line."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.domain.audit import PastAudit
from desktop.ui.kit.labels import ElidedLabel, Glyph, Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.views.audit.words import past_state, past_words

SHOWN = 4


class PastAudits(QWidget):
    """The latest of them, the newest first; nothing at all where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[Glyph, ElidedLabel]] = []
        column = VBox(4, 0, self)
        column.addWidget(Label("Last audits", "strong"))
        for _ in range(SHOWN):
            glyph, words, row = Glyph("ok", px=14), ElidedLabel("", "caption", "text2"), HBox(8)
            row.addWidget(glyph)
            row.addWidget(words, 1)
            column.addLayout(row)
            self.lines.append((glyph, words))
        self.hide()

    def show_past(self, past: Sequence[PastAudit], now: datetime) -> None:
        """Show other ones."""
        for at, (glyph, words) in enumerate(self.lines):
            is_there = at < len(past)
            glyph.setVisible(is_there)
            words.setVisible(is_there)
            if is_there:
                glyph.show_state(past_state(past[at]))
                words.setText(past_words(past[at], now))
        self.setVisible(bool(past))

    @property
    def words(self) -> list[str]:
        """What the lines say."""
        return [words.text() for _, words in self.lines if not words.isHidden()]
