"""The status bar: health, last sync, what waits - each a button that goes there - and a sentence while one drags."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import draw_glyph, draw_icon
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.paint import leading, mirrored_in, paint_focus_ring, saved
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.text import draw_text, text_width
from desktop.ui.kit.theme import theme

HEIGHT, PAD, GLYPH, GAP = 28, 8, 14, 6


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the bar. ``state`` is a health glyph (ok, warn, bad, info, mute) or empty for none."""

    text: str
    state: str = ""
    icon: str = ""


class SegmentButton(QAbstractButton):
    """A quiet button the height of the bar: a glyph, a few words, and a line where it ends."""

    def __init__(self, name: str, *, has_line: bool) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._has_line = has_line
        self._segment = Segment("")
        follow_theme(self._dress)

    def show_segment(self, segment: Segment) -> None:
        """Show new words and glyph; without words there is no button."""
        self._segment = segment
        self.setText(segment.text)
        self.setAccessibleName(segment.text)
        self.setVisible(bool(segment.text))
        self._dress()

    def sizeHint(self) -> QSize:
        """Return the room for glyph and words."""
        glyph = scaled(GLYPH + GAP) if self._segment.state or self._segment.icon else 0
        return QSize(2 * scaled(PAD) + glyph + text_width(self.text(), font("caption")), scaled(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground under the pointer, the glyph and the words."""
        with saved(QPainter(self)) as painter:
            box = QRectF(self.rect())
            if self.underMouse():
                painter.fillRect(box, theme().color("hover"))
            if self._has_line:
                edge = QRectF(box.right() - 1, box.top(), 1, box.height())
                painter.fillRect(mirrored_in(painter, edge, box), theme().color("border"))
            inside = box.adjusted(scaled(PAD), 0, -scaled(PAD), 0)
            side = scaled(GLYPH)
            place = QRectF(inside.left(), inside.center().y() - side / 2, side, side)
            if self._segment.state:
                draw_glyph(painter, mirrored_in(painter, place, inside), self._segment.state)
            elif self._segment.icon:
                draw_icon(painter, mirrored_in(painter, place, inside), self._segment.icon, theme().color("text2"))
            if self._segment.state or self._segment.icon:
                inside.setLeft(place.right() + scaled(GAP))
            painter.setPen(theme().color("text2"))
            words = mirrored_in(painter, inside, QRectF(self.rect()))
            draw_text(painter, words, self.text(), leading(painter), font("caption"))
            if self.hasFocus():
                paint_focus_ring(painter, box, scaled(4))

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()


class StatusBar(QWidget):
    """Segments at the leading side, running work and a promise at the trailing one."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Status bar")
        self.setFixedHeight(scaled(HEIGHT))
        self._segments: dict[str, SegmentButton] = {}
        self._is_telling = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(scaled(8), 0, scaled(8), 0)
        self._row.setSpacing(scaled(4))
        self._sentence = Label("", "caption", "text")
        self._sentence.hide()
        self._progress = ProgressBar()
        self._progress.setFixedWidth(scaled(80))
        self._progress.setAccessibleName("Progress of the running sync")
        self._progress.hide()
        self._leading = QHBoxLayout()
        self._leading.setSpacing(scaled(4))
        self._row.addLayout(self._leading)
        self._row.addWidget(self._progress)
        self._row.addWidget(self._sentence)
        self._row.addStretch(1)

    def add(self, name: str, run: Callable[[], object], *, trailing: bool = False) -> None:
        """Add a segment; it shows once it is given words."""
        button = SegmentButton(name, has_line=not trailing)
        button.clicked.connect(lambda _checked=False: run())
        button.setProperty("trailing", trailing)
        button.hide()
        self._segments[name] = button
        if trailing:
            self._row.addWidget(button)
        else:
            self._leading.addWidget(button)

    def show_segment(self, name: str, segment: Segment) -> None:
        """Give a segment its words; empty hides it."""
        button = self._segments[name]
        button.show_segment(segment)
        if self._is_telling and not button.property("trailing"):
            button.hide()

    def segment(self, name: str) -> SegmentButton:
        """Return a segment, for tests and the tab order."""
        return self._segments[name]

    def show_progress(self, done: int, total: int) -> None:
        """Show how far running work is; zero of zero takes the bar away."""
        self._progress.setVisible(total > 0)
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)

    def tell(self, sentence: str) -> None:
        """Show a sentence in place of the leading segments while something lasts; empty brings them back."""
        self._is_telling = bool(sentence)
        self._sentence.setText(sentence)
        self._sentence.setVisible(self._is_telling)
        for button in self._segments.values():
            if not button.property("trailing"):
                button.setVisible(not self._is_telling and bool(button.text()))
