"""Lines of label and words on a card, and what went wrong above them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.errors import AppError
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.surfaces import Card
from desktop.views.connect.outcome import Fact


class FactCard(Card):
    """The lines, anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: Sequence[Fact] = ()
        self._inside: QWidget | None = None
        self._column = VBox(0, (16, 12, 16, 12), self)
        follow_theme(self._dress)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other lines."""
        self._facts = facts
        if self._inside is not None:
            self._column.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        for row, fact in enumerate(facts):
            label, words = Label(fact.label, "body", "text3"), Label(fact.words, "strong", wrap=True)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            texts = VBox(0)
            texts.addWidget(words)
            if fact.more:
                texts.addWidget(Label(fact.more, "caption", "text3", wrap=True))
            self._grid.addLayout(texts, row, 1)
        self._grid.setColumnStretch(1, 1)
        self._column.addWidget(self._inside)
        self._inside.show()
        self.setAccessibleName(". ".join(self.said()))
        self._dress()

    def said(self) -> list[str]:
        """What the lines say."""
        return [f"{fact.label}: {fact.words}{f' ({fact.more})' if fact.more else ''}" for fact in self._facts]

    def _dress(self) -> None:
        if self._inside is not None:
            self._grid.setContentsMargins(0, 0, 0, 0)
            self._grid.setColumnMinimumWidth(0, scaled(112))
            self._grid.setHorizontalSpacing(scaled(12))
            self._grid.setVerticalSpacing(scaled(8))


class TroubleNotes(QWidget):
    """What went wrong, each with the folder it is about."""

    def __init__(self) -> None:
        super().__init__()
        self._column = VBox(8, 0, self)
        self._notes: list[Note] = []
        self.hide()

    def show_errors(self, errors: Sequence[tuple[str, AppError]]) -> None:
        """Show these and no others."""
        for old in self._notes:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._notes = [Note("bad", f"{name}: {error}" if name else str(error), glyph=True) for name, error in errors]
        for note in self._notes:
            self._column.addWidget(note)
            note.show()
        self.setVisible(bool(errors))

    def said(self) -> list[str]:
        """What they say."""
        return [note.label.text() for note in self._notes]
