"""The status bar: health, last sync, what waits - each a button that goes there - and a sentence while one drags."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import glyph_icon, icon
from desktop.ui.kit.labels import Label, Line
from desktop.ui.kit.progress import ProgressBar

HEIGHT = 28


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the bar. ``state`` is a health glyph (ok, warn, bad, info, mute) or empty for none."""

    text: str
    state: str = ""
    icon: str = ""


class SegmentButton(QToolButton):
    """A quiet button the height of the bar."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(scaled(14), scaled(14)))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)

    def show_segment(self, segment: Segment) -> None:
        """Show new words and glyph."""
        self.setFont(font("caption"))
        self.setText(segment.text)
        self.setAccessibleName(segment.text)
        if segment.state:
            self.setIcon(glyph_icon(segment.state))
        elif segment.icon:
            self.setIcon(icon(segment.icon))
        self.setVisible(bool(segment.text))


class StatusBar(QWidget):
    """Segments at the leading side, running work and a promise at the trailing one."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Status bar")
        self.setFixedHeight(scaled(HEIGHT))
        self._segments: dict[str, SegmentButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(scaled(8), 0, scaled(8), 0)
        self._row.setSpacing(scaled(4))
        self._sentence = Label("", "caption", "text")
        self._sentence.hide()
        self._row.addWidget(self._sentence)
        self._progress = ProgressBar()
        self._progress.setFixedWidth(scaled(80))
        self._progress.setAccessibleName("Progress of the running sync")
        self._progress.hide()
        self._row.addStretch(1)
        self._row.addWidget(self._progress)

    def add(self, name: str, run: Callable[[], object], *, trailing: bool = False) -> None:
        """Add a segment; it shows once it is given words."""
        button = SegmentButton(name)
        button.clicked.connect(lambda _checked=False: run())
        button.hide()
        self._segments[name] = button
        if trailing:
            self._row.addWidget(button)
        else:
            at = self._row.count() - 2 - sum(1 for other in self._segments.values() if other.property("trailing"))
            self._row.insertWidget(max(1, at), button)
            line = Line(upright=True)
            self._row.insertWidget(max(1, at) + 1, line)
        button.setProperty("trailing", trailing)

    def show_segment(self, name: str, segment: Segment) -> None:
        """Give a segment its words; empty hides it."""
        self._segments[name].show_segment(segment)

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
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        for button in self._segments.values():
            if not button.property("trailing"):
                button.setVisible(not sentence and bool(button.text()))
