"""Above the list: what of a search was not understood as it may have been meant, in words."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.domain.email_search import Note as SearchNote
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.messages import Note
from desktop.ui.toasts import announce


class SearchNotes(QWidget):
    """There only while there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.note = Note("info", "")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.note)
        self.hide()
        follow_theme(self._dress)

    @property
    def text(self) -> str:
        """What is said; empty when nothing is."""
        return self.note.label.text() if not self.isHidden() else ""

    def show_notes(self, notes: Sequence[SearchNote]) -> None:
        """Say these."""
        text = " ".join(dict.fromkeys(note.words for note in notes))
        if text and text != self.note.label.text():
            announce(self, text)
        self.note.show_note("info", text)
        self.setVisible(bool(text))

    def _dress(self) -> None:
        self._row.setContentsMargins(scaled(12), scaled(8), scaled(12), scaled(8))
