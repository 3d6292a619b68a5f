"""The body of an email on its sheet: the mail itself, or why it cannot be shown, or how it came here."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.parsing.shown import ShownMail
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Icon, Label, follow_theme
from desktop.ui.kit.paint import mirrored_in, paint_box
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.theme import theme
from desktop.ui.mail_view import MailView
from desktop.ui.preview.explanation import Explanation
from desktop.ui.preview.trace import Part
from desktop.ui.words import counted

RADIUS = 8
SLOW_MS = 250
"""How long a body may take before bars stand in for it."""
SMALLEST_ZOOM, LARGEST_ZOOM, ZOOM_STEP = 50, 300, 10


class RemoteNote(QWidget):
    """Says that pictures on the network were not loaded, and loads them when asked."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = ElidedLabel("", "caption", "text2")
        self.show_once = Button("Show once", kind="quiet", small=True)
        self.show_once.setToolTip("Loads them this once. The sender may see that, and when, this email was opened.")
        self.show_once.clicked.connect(self.wanted)
        self._row = QHBoxLayout(self)
        self._row.addWidget(Icon("image-off", px=16))
        self._row.addWidget(self.label, 1)
        self._row.addWidget(self.show_once)
        self.hide()
        follow_theme(self._dress)

    def show_count(self, count: int) -> None:
        """Say how many there are; none hides the note."""
        self.label.setText(f"{counted(count, 'remote image')} {'is' if count == 1 else 'are'} blocked")
        self.setAccessibleName(self.label.text())
        self.setVisible(count > 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tint."""
        paint_box(QPainter(self), self.rect(), scaled(6), theme().color("mute_bg"))

    def _dress(self) -> None:
        self.setFixedHeight(scaled(32))
        self._row.setContentsMargins(scaled(12), 0, scaled(4), 0)
        self._row.setSpacing(scaled(8))


class _Corners(QWidget):
    """Lies over a mail and rounds its corners, which it cannot do itself."""

    def __init__(self, sheet: QWidget) -> None:
        super().__init__(sheet)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sheet.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the sheet, and above what is on it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest} and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
            self.raise_()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, radius = QRectF(self.rect()), scaled(RADIUS)
        outside, inside = QPainterPath(), QPainterPath()
        outside.addRect(box)
        inside.addRoundedRect(box, radius, radius)
        painter.fillPath(outside.subtracted(inside), theme().color("surface"))
        paint_box(painter, box, radius, edge=theme().color("border"))


class TroublePanel(QWidget):
    """What happened, what it means and what to do, one below the other: the pane is narrow."""

    CAPTIONS = ("What happened", "What it means", "What to do")

    def __init__(self, sentences: tuple[str, str, str], buttons: Sequence[QWidget]) -> None:
        super().__init__()
        self.setAccessibleName(" ".join(sentences))
        self._column = QVBoxLayout(self)
        for caption, sentence in zip(self.CAPTIONS, sentences, strict=True):
            self._column.addWidget(Label(caption, "caption", "text3"))
            words = Label(sentence, "body", wrap=True)
            words.setContentsMargins(0, 0, 0, scaled(8))
            self._column.addWidget(words)
        for button in buttons:
            self._column.addWidget(button)
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the red bar, as errors have them everywhere."""
        painter, box = QPainter(self), QRectF(self.rect())
        painter.fillRect(box, theme().color("window"))
        bar = QRectF(box.left(), box.top(), scaled(3), box.height())
        painter.fillRect(mirrored_in(painter, bar, box), theme().color("bad_glyph"))

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._column.setSpacing(0)
        self.update()


class MailSheet(QWidget):
    """Holds the mail and everything that stands in its place."""

    remote_blocked = Signal(int)
    shown = Signal()
    left = Signal()

    def __init__(self, *, is_demo: bool) -> None:
        super().__init__()
        self.view = MailView(is_demo=is_demo)
        self.explanation = Explanation()
        self._waiting = LoadingRows(8, 30)
        self._blank = QWidget()
        self._framed = QWidget()
        inner = QVBoxLayout(self._framed)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.view)
        self._corners = _Corners(self._framed)
        self._trouble = QWidget()
        self._trouble_column = QVBoxLayout(self._trouble)
        self._trouble_column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        for page in (self._blank, self._waiting, self._framed, self.explanation, self._trouble):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(lambda: self._show(self._waiting))
        self._body: QWidget = self._blank
        self.view.remote_blocked.connect(self.remote_blocked)
        self.view.left.connect(self.left)
        self.view.shown.connect(self.shown)
        self.setFocusProxy(self._stack)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def wait(self) -> None:
        """Show nothing yet; soon bars."""
        self.view.clear()
        self._show(self._blank)
        self._slow.start()

    def show_mail(self, mail: ShownMail, *, plain: bool) -> None:
        """Show a mail, or with *plain* its text."""
        self.view.show_mail(mail, plain=plain)
        self._show(self._framed)

    def show_text(self, text: str, note: str = "") -> None:
        """Show a text, with a sentence why it is not more."""
        self.view.show_plain(text, note)
        self._show(self._framed)

    def show_trouble(self, sentences: tuple[str, str, str], buttons: Sequence[QWidget] = ()) -> None:
        """Say what happened, what it means and what to do instead of a mail."""
        while (item := self._trouble_column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._trouble_column.addWidget(TroublePanel(sentences, buttons))
        self._trouble_column.addStretch(1)
        self.view.clear()
        self._show(self._trouble)
        self.shown.emit()

    def explain(self, parts: Sequence[Part]) -> None:
        """Show how the message came here over its body; no parts bring the body back."""
        if parts:
            self.explanation.show_parts(parts)
        self._turn_to(self.explanation if parts else self._body)

    @property
    def is_explaining(self) -> bool:
        """Whether the explanation is shown."""
        return self._stack.currentWidget() is self.explanation

    def _show(self, page: QWidget) -> None:
        self._slow.stop()
        self._body = page
        if not self.is_explaining:
            self._turn_to(page)

    def _turn_to(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self.setFocusProxy(self.view if page is self._framed else page)


def zoomed(percent: int, steps: int) -> int:
    """Return a zoom so many steps larger, in percent; no steps is back to normal."""
    if not steps:
        return 100
    return min(max(SMALLEST_ZOOM, percent + steps * ZOOM_STEP), LARGEST_ZOOM)
