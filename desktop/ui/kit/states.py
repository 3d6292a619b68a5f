"""What stands in a list that has nothing to show: why it is empty, that it is being read, or what went wrong."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Icon, Label, follow_theme
from desktop.ui.kit.layouts import FlowLayout
from desktop.ui.kit.paint import mirrored_in, paint_box, paint_line, painter_on
from desktop.ui.kit.theme import theme

CENTRE = Qt.AlignmentFlag.AlignHCenter
WIDEST = 320
BAR_WIDTHS = (0.62, 0.44, 0.71, 0.53)


class EmptyState(QWidget):
    """Why there is nothing here, and one thing to do about it: buttons are in ``primary`` and ``secondary``."""

    def __init__(self, icon: str, title: str, sentence: str, primary: str = "", secondary: str = "") -> None:
        super().__init__()
        self.icon = Icon(icon, "text3", px=24)
        self.title = Label(title, "section", wrap=True)
        self.sentence = Label(sentence, "body", "text2", wrap=True)
        self.primary = Button(primary, small=True)
        self.secondary = Button(secondary, kind="quiet", small=True)
        if not icon:
            self.icon.hide()
        for label in (self.title, self.sentence):
            label.setAlignment(CENTRE | Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._buttons = QHBoxLayout()
        self._assemble()
        self._show_buttons()
        follow_theme(self._dress)

    def show_words(self, title: str, sentence: str, primary: str = "", secondary: str = "") -> None:
        """Say something else."""
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.primary.setText(primary)
        self.secondary.setText(secondary)
        self._show_buttons()
        self._dress()

    def _assemble(self) -> None:
        self._column.addStretch(1)
        self._column.addWidget(self.icon, 0, CENTRE)
        self._column.addWidget(self.title, 0, CENTRE)
        self._column.addWidget(self.sentence, 0, CENTRE)
        self._column.addLayout(self._buttons)
        self._column.addStretch(1)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.primary)
        self._buttons.addWidget(self.secondary)
        self._buttons.addStretch(1)

    def _show_buttons(self) -> None:
        for button in (self.primary, self.secondary):
            button.setVisible(bool(button.text()))
        words = f"{self.title.text()}. {self.sentence.text()}"
        self.setAccessibleName(words)

    def _dress(self) -> None:
        margin = scaled(16)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(scaled(8))
        self._buttons.setContentsMargins(0, scaled(8), 0, 0)
        self._buttons.setSpacing(scaled(8))
        for label in (self.title, self.sentence):
            label.setMaximumWidth(scaled(WIDEST))


class LoadingRows(QWidget):
    """Rows of grey bars where rows will be: the structure at once, nothing that turns."""

    def __init__(self, rows: int = 6, row_px: int = 42, *, avatar: bool = False) -> None:
        super().__init__()
        self._rows, self._row_px, self._avatar = rows, row_px, avatar
        self.setAccessibleName("Loading")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the room of all rows."""
        return QSize(scaled(240), scaled(self._row_px) * self._rows)

    def minimumSizeHint(self) -> QSize:
        """One row is enough to say it."""
        return QSize(scaled(80), scaled(self._row_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars."""
        painter = painter_on(self)
        height = scaled(self._row_px)
        for row in range(min(self._rows, self.height() // max(1, height))):
            box = QRectF(0, row * height, self.width(), height)
            paint_line(painter, QRectF(box.left(), box.bottom() - 1, box.width(), 1))
            self._paint_row(painter, box, row)

    def _paint_row(self, painter: QPainter, box: QRectF, row: int) -> None:
        fill, bar = theme().color("badge"), scaled(8)
        left = box.left() + scaled(12)
        if self._avatar:
            side = scaled(28)
            round_ = QRectF(left, box.top() + (box.height() - side) / 2, side, side)
            paint_box(painter, mirrored_in(painter, round_, box), side / 2, fill)
            left += side + scaled(10)
        room = max(0.0, box.right() - scaled(12) - left)
        two = self._row_px >= scaled(38) / max(1, scaled(1))
        tops = (box.top() + scaled(10), box.top() + scaled(25)) if two else (box.top() + (box.height() - bar) // 2,)
        for number, top in enumerate(tops):
            share = BAR_WIDTHS[(row + 2 * number) % len(BAR_WIDTHS)]
            line = QRectF(left, top, min(room, scaled(320)) * share, bar)
            paint_box(painter, mirrored_in(painter, line, box), bar / 2, fill)


class ErrorPanel(QWidget):
    """What happened, what it means, what to do, and the buttons that do it; the server's own words are a caption.

    *buttons* are made by the caller and added in order; the first should be the one that helps.
    """

    def __init__(
        self, happened: str, means: str, todo: str, buttons: Sequence[QWidget] = (), *, server_words: str = ""
    ) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._parts: list[Label] = []
        for row, (caption, words) in enumerate(
            (("What happened", happened), ("What it means", means), ("What to do", todo))
        ):
            name, text = Label(caption, "body", "text3"), Label(words, "body", wrap=True)
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, row, 1)
            self._parts += [name, text]
        self._acts = FlowLayout(8)
        said = [Label(f"Server said: {server_words}", "caption", "text3")] if server_words else []
        self._in_line = (*buttons, *said)
        for one in self._in_line:
            self._acts.addWidget(one)
        line = QHBoxLayout()
        line.addLayout(self._acts, 1)
        line.addStretch(0)  # the line takes all the width, which the flow does not ask for
        if self._in_line:
            self._grid.addLayout(line, 3, 1)
        self._grid.setColumnStretch(1, 1)
        self.setAccessibleName(f"{happened} {means} {todo}")
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the red bar that ties the panel to its row."""
        painter = painter_on(self)
        box = QRectF(self.rect())
        painter.fillRect(box, theme().color("window"))
        bar = QRectF(box.left(), box.top(), scaled(3), box.height())
        painter.fillRect(mirrored_in(painter, bar, box), theme().color("bad_glyph"))

    def _dress(self) -> None:
        self._grid.setContentsMargins(scaled(36), scaled(16), scaled(16), scaled(16))
        self._grid.setHorizontalSpacing(scaled(16))
        self._grid.setVerticalSpacing(scaled(8))
        self._grid.setColumnMinimumWidth(0, scaled(120))
        self._acts.setSpacing(scaled(8))
        self._acts.setContentsMargins(0, scaled(4), 0, 0)
        for one in self._in_line:
            if isinstance(one, Label):
                one.setMinimumHeight(scaled(32))  # on the line of the buttons beside it
        for words in self._parts[1::2]:
            words.setMaximumWidth(scaled(600))
        self.update()
