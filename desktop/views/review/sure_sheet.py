"""Shift+Enter: first the list of what would be accepted; Enter accepts what is ticked, as one command with one undo."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.review_item import SUREST, ReviewItem
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted
from desktop.views.review.choice import Choice
from desktop.views.review.sure_list import SureList, SureModel

LEAD = (
    "Each sender writes from the customer's own address in another way of writing: with a tag, other dots, another "
    "name of the mail service, or another host of the same domain. Nothing is filed until you accept."
)


class SureSheet(Sheet):
    """Shows the suggestions, and says which are wanted."""

    wanted = Signal(object)
    """A :class:`Choice`: the emails that are ticked."""

    def __init__(self, parent: QWidget, items: Sequence[ReviewItem]) -> None:
        super().__init__(parent, "Accept suggestions", f"Accept {SUREST} % and above", LEAD)
        self.model = SureModel(items, self)
        self.list = SureList(self.model)
        self.accept_all = Button("", "check", "primary", "Enter")
        self.accept_all.clicked.connect(lambda _checked=False: self._accept())
        self.inside.addWidget(self.list)
        self.inside.addWidget(Label("Space leaves one out. One undo takes everything back.", "caption", "text3"))
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.accept_all)
        self.model.changed.connect(self._name)
        self._name()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept on Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the list."""
        super().showEvent(event)
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _name(self) -> None:
        count = len(self.model.chosen)
        self.accept_all.setText(f"Accept {counted(count, 'suggestion')}")
        self.accept_all.setEnabled(bool(count))

    def _accept(self) -> None:
        if self.model.chosen:
            self.wanted.emit(Choice(self.model.chosen))
            self.accept()
