"""The cards one chooses a provider by: one of them, by click or by arrows."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from desktop.domain.mailbox import OAuthProvider
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import Label, Mark, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.paint import draw_text, paint_box, painter_on, saved
from desktop.ui.kit.surfaces import Card
from desktop.ui.kit.theme import theme
from desktop.views.connect.providers import CUSTOM, GOOGLE, MICROSOFT, OTHER, Kind

RING = 2


class Letter(Mark):
    """A letter on a tinted tile."""

    def __init__(self, letter: str, tint: int, px: int = 32) -> None:
        super().__init__("")
        self._letter, self._tint, self._px = letter, tint, px
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tile and letter."""
        painter = painter_on(self)
        ground, ink = theme().tokens.avatars[self._tint]
        paint_box(painter, self.rect(), scaled(6), QColor(ground))
        with saved(painter):
            painter.setPen(QColor(ink))
            draw_text(painter, self.rect(), self._letter, Qt.AlignmentFlag.AlignHCenter, font("section"))

    def _dress(self) -> None:
        self.setFixedSize(scaled(self._px), scaled(self._px))


class ProviderCard(Card):
    """One kind; the whole card is clicked. The button in it has the focus and the keys."""

    def __init__(self, kind: Kind, *, is_row: bool = False) -> None:
        super().__init__()
        self.kind = kind
        self.button = QRadioButton()
        self.button.setAccessibleName(kind.title)
        self.button.setAccessibleDescription(kind.lead)
        self.button.toggled.connect(lambda _on: self.update())
        self.button.installEventFilter(self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._lay_out(is_row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose this kind."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.button.click()
        super().mouseReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as all words are at this width: a page that scrolls would cut them."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show where the focus is on the whole card."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, tinted and ringed when it is chosen."""
        painter = painter_on(self)
        if not self.button.isChecked():
            _paint_ground(painter, self, "surface", "border", 1)
            return
        _paint_ground(painter, self, "info_bg", "focus", RING)

    def _lay_out(self, is_row: bool) -> None:
        title = Label(self.kind.title, "strong")
        lead = Label(self.kind.lead, "caption", "text3", wrap=True)
        letter = Letter(self.kind.letter, self.kind.tint, 24 if is_row else 32)
        if is_row:
            line = HBox(12, (16, 8, 16, 8), self)
            line.addWidget(letter)
            line.addWidget(title)
            line.addWidget(lead, 1)
            line.addWidget(self.button)
            return
        column = VBox(8, 16, self)
        top = HBox(8)
        top.addWidget(letter)
        top.addStretch(1)
        top.addWidget(self.button)
        column.addLayout(top)
        column.addWidget(title)
        column.addWidget(lead)
        column.addStretch(1)


def _paint_ground(painter: QPainter, card: Card, fill: str, edge: str, width: int) -> None:
    paint_box(painter, card.rect(), scaled(8), theme().color(fill), theme().color(edge), width=scaled(width))


class ProviderChoice(QWidget):
    """The cards. ``chosen`` with the kind when a person chooses, not when the address did."""

    chosen = Signal(object)
    shown = Signal(object)
    """The kind that is chosen now, whoever did."""

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.cards = [ProviderCard(kind) for kind in (GOOGLE, MICROSOFT, OTHER)]
        self.cards.append(ProviderCard(CUSTOM, is_row=True))
        column, row = VBox(8, 0, self), HBox(12)
        for card in self.cards[:-1]:
            row.addWidget(card, 1)
        column.addLayout(row)
        column.addWidget(self.cards[-1])
        for card in self.cards:
            self._group.addButton(card.button)
            card.button.clicked.connect(self._telling(card.kind))
            card.button.toggled.connect(self._showing(card.kind))
        self.cards[0].button.setChecked(True)

    @property
    def kind(self) -> Kind:
        """The kind that is chosen."""
        return next(card.kind for card in self.cards if card.button.isChecked())

    def choose(self, oauth: OAuthProvider | None) -> None:
        """Choose the kind of a provider; without one, a mailbox with a password."""
        self.card(oauth).button.setChecked(True)

    def card(self, oauth: OAuthProvider | None) -> ProviderCard:
        """Return the card of a provider."""
        return next(card for card in self.cards if card.kind.oauth is oauth)

    def _telling(self, kind: Kind) -> Callable[[bool], None]:
        return lambda _on: self.chosen.emit(kind)

    def _showing(self, kind: Kind) -> Callable[[bool], None]:
        return lambda on: self.shown.emit(kind) if on else None
