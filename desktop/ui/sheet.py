"""The looks of the larger dialogs: a head, what scrolls, a foot with its buttons, a veil over the window."""

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.reading_order import move_focus
from desktop.ui.kit.surfaces import Scrim
from desktop.ui.toasts import announce

WIDTH, TALLEST, FOOT = 720, 656, 60


class Heading(QWidget):
    """What a sheet or a page of it is about, and a sentence that leads in."""

    def __init__(self, head: str, lead: str) -> None:
        super().__init__()
        self.head, self.lead = Label("", "section", wrap=True), Label("", "body", "text2", wrap=True)
        column = VBox(0, 0, self)
        column.addWidget(self.head)
        column.addWidget(self.lead)
        self.show_words(head, lead)

    def show_words(self, head: str, lead: str) -> None:
        """Say something else."""
        self.head.setText(head)
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))


class Sheet(QDialog):
    """A dialog of 720 px. What is in it goes into ``inside``; ``buttons`` is its foot, ``outcome`` above that.

    Without *head* and *lead* what is inside has words of its own.
    """

    def __init__(self, parent: QWidget, title: str, head: str = "", lead: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.outcome = Note("bad", "", glyph=True)
        self.cancel = Button("Cancel")
        self.cancel.clicked.connect(lambda _checked=False: self.reject())
        self.inside, self.buttons = VBox(16, (24, 20, 24, 20)), HBox(8)
        self._scrim: Scrim | None = None
        self._column = VBox(0, 0, self)
        self._inner, self._scroll = QWidget(), QScrollArea()
        self.heading = Heading(head, lead)
        self._lay_out(head)

    def say(self, state: str, words: str) -> None:
        """Say above the buttons what came of it, where it is always seen; no words take it away."""
        self.outcome.show_note(state, words)
        self.outcome.setVisible(bool(words))
        if words:
            announce(self, words)
            self.fit()

    def fit(self) -> None:
        """Grow with what is said; never shrink under the hand."""
        self._lay_out_now()
        wanted = self.sizeHint()
        if self.isVisible() and wanted.height() > self.height():
            self.resize(self.width(), wanted.height())

    def put_on_top(self, widget: QWidget) -> None:
        """Have *widget* above all, where nothing scrolls."""
        self._column.insertWidget(0, widget)
        self._column.insertWidget(1, Line())

    def scroll_up(self) -> None:
        """Show what is inside from its top."""
        self._scroll.verticalScrollBar().setValue(0)

    def reveal(self, widget: QWidget) -> None:
        """Scroll so that *widget* is seen."""
        self.fit()
        self._scroll.ensureWidgetVisible(widget, 0, scaled(16))

    def _lay_out_now(self) -> None:
        """Have everything where it belongs, from the inside out; Qt would take one turn of its loop for each level."""
        for widget in (*reversed(self.findChildren(QWidget)), self):
            layout = widget.layout()
            if layout is not None:
                layout.activate()
        QCoreApplication.sendEvent(self._scroll, QEvent(QEvent.Type.LayoutRequest))  # it moves its bars only then

    def sizeHint(self) -> QSize:
        """Be as large as what is in it needs, but never larger than the screen."""
        width = scaled(WIDTH)
        foot = scaled(FOOT)
        if not self.outcome.isHidden():
            foot += self.outcome.heightForWidth(width - scaled(48)) + scaled(8)
        height = self.inside.totalHeightForWidth(width) if self.inside.hasHeightForWidth() else 0
        height = max(height, self._inner.minimumSizeHint().height())
        room = self.screen().availableSize() - QSize(scaled(32), scaled(64))
        return QSize(width, min(height + foot, scaled(TALLEST))).boundedTo(room)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab goes in reading order, also through what was made later."""
        return move_focus(self, forward=is_next)

    def setVisible(self, visible: bool) -> None:
        """Come at the wished size: by itself Qt takes no more than two thirds of the screen."""
        if visible and not self.isVisible():
            self.resize(self.sizeHint())
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        """Veil the window behind."""
        super().showEvent(event)
        parent = self.parentWidget()
        if self._scrim is None and parent is not None:
            self._scrim = Scrim(parent)
            self._scrim.show()
        QTimer.singleShot(0, self, self.fit)  # paragraphs know their height only once they are laid out

    def done(self, result: int) -> None:
        """Take the veil away and close."""
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None
        super().done(result)

    def _lay_out(self, head: str) -> None:
        self._inner.setLayout(self.inside)
        self.inside.addWidget(self.heading)
        self.heading.setVisible(bool(head))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        foot = VBox(8, (24, 12, 24, 12))
        foot.addWidget(self.outcome)
        self.outcome.hide()
        foot.addLayout(self.buttons)
        self._column.addWidget(self._scroll, 1)
        self._column.addWidget(Line())
        self._column.addLayout(foot)
