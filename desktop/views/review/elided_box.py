"""A check box whose words give way where there is no room, whole in its tooltip and for screen readers."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.text import elided, text_width

MARK = 28
"""The box, the gap after it, and a little."""


class ElidedBox(QCheckBox):
    """Cuts its words in the middle, so that the end of an address stays readable."""

    def __init__(self) -> None:
        super().__init__("")
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """The words in full."""
        return self._words

    def set_words(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.setAccessibleName(words)
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room for all words."""
        return QSize(text_width(self._words, font("body")) + scaled(MARK), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the least room: the box and a few letters."""
        return QSize(scaled(MARK + 40), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words to the room of now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = elided(self._words, font("body"), max(0, self.width() - scaled(MARK)), "middle")
        self.setText(shown.replace("&", "&&"))
        self.setToolTip(self._words if shown != self._words else "")
