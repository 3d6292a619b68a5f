"""Small parts of the wizard's pages: a tile with an icon, and one stage of what goes on."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import draw_icon
from desktop.ui.kit.labels import Glyph, Label, Mark, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.paint import paint_box, painter_on
from desktop.ui.kit.theme import theme

TILE, ICON, LINE = 44, 24, 48
SAID = {"ok": "Done", "info": "In progress", "todo": "To come", "warn": "Warning", "bad": "Failed"}


class Tile(Mark):
    """An icon on a tint: of information, or of what went wrong."""

    def __init__(self, icon: str) -> None:
        super().__init__("")
        self._icon, self._tint = icon, "info"
        follow_theme(self._dress)

    def show_icon(self, icon: str, tint: str = "info") -> None:
        """Show another icon."""
        self._icon, self._tint = icon, tint
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tint and icon."""
        painter = painter_on(self)
        paint_box(painter, self.rect(), scaled(8), theme().color(f"{self._tint}_bg"))
        inset = (self.width() - scaled(ICON)) / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        draw_icon(painter, box, self._icon, theme().color(self._tint))

    def _dress(self) -> None:
        self.setFixedSize(scaled(TILE), scaled(TILE))


class StageLine(QWidget):
    """One stage: a glyph, what it is, and below it more."""

    def __init__(self) -> None:
        super().__init__()
        self._glyph = Glyph("todo", SAID["todo"])
        self._words, self._more = Label("", "body", wrap=True), Label("", "caption", "text3", wrap=True)
        line = HBox(12, (0, 4, 0, 4), self)
        glyph = VBox(0, (0, 4, 0, 0))
        glyph.addWidget(self._glyph)
        line.addLayout(glyph)
        line.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        texts = VBox(0)
        texts.addWidget(self._words)
        texts.addWidget(self._more)
        line.addLayout(texts, 1)
        line.setAlignment(texts, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        follow_theme(self._dress)

    def show_stage(self, state: str, words: str, more: str) -> None:
        """Show how the stage stands, what it is and more about it."""
        self._words.setText(words)
        self.say(more)
        self.be(state)

    def be(self, state: str) -> None:
        """Stand otherwise: ``todo``, ``info`` while it goes on, ``ok``, ``warn``."""
        self._glyph.show_state(state, SAID[state])
        self._words.set_style("strong" if state == "info" else "body")
        self._words.set_color("text3" if state == "todo" else "text")
        self._tell()

    def say(self, more: str) -> None:
        """Say something else below."""
        self._more.setText(more)
        self._tell()

    def said(self) -> str:
        """What the line says, for tests and screen readers."""
        return f"{self._words.text()}: {self._glyph.accessibleName()}. {self._more.text()}"

    def _tell(self) -> None:
        self.setAccessibleName(self.said())

    def _dress(self) -> None:
        self.setMinimumHeight(scaled(LINE))
