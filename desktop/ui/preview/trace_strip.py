"""The trace of an email as a strip: five steps, each a button that says its sentence."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import Label, Line, follow_theme
from desktop.ui.kit.paint import (
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_box,
    paint_glyph,
    saved,
    text_width,
)
from desktop.ui.kit.theme import theme
from desktop.ui.preview.trace import Step

GLYPH, GAP, HEIGHT, LINE = 14, 4, 24, 4


class StepButton(QAbstractButton):
    """One step: its glyph and, unless it is ``brief``, its word."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step
        self.is_brief = False
        self.setText(step.word)
        self.setToolTip(step.sentence)
        self.setAccessibleName(f"{step.word}: {step.sentence}")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the room of what is shown, high enough to be hit."""
        width = scaled(HEIGHT) if self.is_brief else self.full_width()
        return QSize(width, scaled(HEIGHT))

    def full_width(self) -> int:
        """Return the room of glyph and word."""
        return scaled(GLYPH) + scaled(GAP) + text_width(self.text(), font("caption_medium")) + 1

    def set_brief(self, *, brief: bool) -> None:
        """Show the glyph alone, or the word too."""
        if brief != self.is_brief:
            self.is_brief = brief
            self.updateGeometry()
            self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the room of the glyph."""
        return QSize(min(self.sizeHint().width(), scaled(HEIGHT)), scaled(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint glyph and word."""
        with saved(QPainter(self)) as painter:
            box, side = QRectF(self.rect()), scaled(GLYPH)
            left = box.left() + ((box.width() - side) // 2 if self.is_brief else 0)
            glyph = QRectF(left, box.top() + (box.height() - side) / 2, side, side)
            paint_glyph(painter, mirrored_in(painter, glyph, box), self.step.state)
            words = mirrored_in(painter, box.adjusted(side + scaled(GAP), 0, 0, 0), box)
            ink = "text" if self.step.state != "todo" else "text3"
            painter.setPen(theme().color("accent_text" if self.underMouse() else ink))
            if not self.is_brief:
                kind = font("caption_medium")
                draw_text(painter, words, elided(self.text(), kind, words.width() + 1), leading(painter), kind)


class TraceStrip(QWidget):
    """Shows steps in a row. Pressing one says its sentence below, pressing it again takes that away."""

    said = Signal(str)
    """The sentence that is shown now, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What happened to this email")
        self.buttons: list[StepButton] = []
        self.sentence = Label("", "caption", "text2", wrap=True)
        self.sentence.hide()
        self._column = QVBoxLayout(self)
        self._row = QHBoxLayout()
        self._column.addLayout(self._row)
        self._column.addWidget(self.sentence)
        follow_theme(self._dress)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps."""
        if [button.step for button in self.buttons] == list(steps):
            return
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        self._say("")
        for number, step in enumerate(steps):
            if number:
                self._row.addWidget(Line(color="edge"), 1)
            button = StepButton(step)
            button.clicked.connect(lambda _on=False, words=step.sentence: self._toggle(words))
            self.buttons.append(button)
            self._row.addWidget(button)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out words where there is no room for all: those of steps that went well first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        gaps = (scaled(4) * 2 + scaled(LINE)) * max(0, len(self.buttons) - 1)
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - gaps
        brief: set[StepButton] = set()
        went_well = [button for button in self.buttons[:-1] if button.step.state == "ok"]
        for button in [*went_well, *(one for one in self.buttons if one not in went_well)]:
            if sum(scaled(HEIGHT) if one in brief else one.full_width() for one in self.buttons) <= room:
                break
            brief.add(button)
        for button in self.buttons:
            button.set_brief(brief=button in brief)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame."""
        paint_box(QPainter(self), self.rect(), scaled(6), theme().color("window"), theme().color("line"))

    def _toggle(self, words: str) -> None:
        self._say("" if self.sentence.text() == words else words)

    def _say(self, words: str) -> None:
        self.sentence.setText(words)
        self.sentence.setVisible(bool(words))
        self.said.emit(words)

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(13), scaled(4), scaled(13), scaled(4))
        self._column.setSpacing(scaled(4))
        self._row.setSpacing(scaled(4))
        self.sentence.setContentsMargins(0, 0, 0, scaled(4))
        self._fit()
        self.update()
