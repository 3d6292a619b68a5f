"""What is known of a mail's delivery, with the way to the mail at the other end."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.ids import EmailId
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.ui.preview.letter import Delivery

SHOWN = 2
"""So many reports on one mail are told here; all of them stand in the explanation."""


class DeliveryNote(QWidget):
    """A note that says it, and a button. ``wanted`` with the email that is to be shown."""

    wanted = Signal(int)

    def __init__(self, note: Note) -> None:
        super().__init__()
        self._other: EmailId | None = None
        self.note = note
        self.go = Button("", kind="quiet", small=True)
        self.go.clicked.connect(lambda _checked=False: self._go())
        column = VBox(4, 0, self)
        column.addWidget(self.note)
        column.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeading)
        self.hide()

    def show_delivery(self, delivery: Delivery) -> None:
        """Show what is known; nothing of most mail."""
        words = delivery.said or " ".join(delivery.came_back[:SHOWN])
        self._other = delivery.other
        state = "bad" if delivery.has_failed else "warn"
        self.note.show_note(state, words)
        self.setAccessibleName(words)
        self.go.setText("Show that email" if delivery.said else "Show the report")
        self.go.setVisible(delivery.other is not None)
        self.setVisible(bool(words))

    def _go(self) -> None:
        if self._other is not None:
            self.wanted.emit(self._other)
