"""Pages of which one is shown. Only that one takes room: Qt's own stack is as high as its highest page."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.ui.kit.layouts import VBox


class Stack(QWidget):
    """Pages, the first of which is shown."""

    def __init__(self, pages: Sequence[QWidget]) -> None:
        super().__init__()
        self._pages, self._at = list(pages), 0
        column = VBox(0, 0, self)
        for page in pages:
            column.addWidget(page)
        self.turn_to(0)

    @property
    def at(self) -> int:
        """Which page is shown."""
        return self._at

    def turn_to(self, at: int) -> None:
        """Show another page."""
        self._at = at
        for number, page in enumerate(self._pages):
            page.setVisible(number == at)
