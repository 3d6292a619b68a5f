"""What Postroom says: banners for what lasts, notes beside a cause, toasts for events, the lane of keys."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.kit.buttons import Button, IconButton, KitButton
from desktop.ui.kit.face import Face
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import ElidedLabel, Glyph, Icon, Label, follow_theme
from desktop.ui.kit.paint import (
    KEYCAP_HEIGHT,
    draw_text,
    keycap_width,
    leading,
    mirrored_in,
    paint_box,
    paint_keycap,
    paint_line,
    painter_on,
    saved,
    text_width,
)
from desktop.ui.kit.theme import theme

BANNER_ICONS = {"info": "info"}


class Banner(QWidget):
    """A state that lasts: glyph, sentence, one button. ``acted`` when the button, ``closed`` when the x is pressed.

    *strong* are words before the sentence that weigh more; *icon* stands in for the glyph of the state.
    """

    acted = Signal()
    closed = Signal()

    def __init__(
        self, state: str, text: str, button: str = "", *, can_close: bool = False, strong: str = "", icon: str = ""
    ) -> None:
        super().__init__()
        self.state = state
        self.setAccessibleName(f"{strong} {text}".strip())
        icon = icon or BANNER_ICONS.get(state, "")
        self._row = QHBoxLayout(self)
        tint = "text2" if state == "mute" else state
        self._row.addWidget(Icon(icon, tint) if icon else Glyph(state))
        self._words = QHBoxLayout()
        if strong:
            self._words.addWidget(Label(strong, "strong"))
        self.label = Label(text, "body", wrap=True)
        self._words.addWidget(self.label, 1)
        self._row.addLayout(self._words, 1)
        self.button: Button | None = None
        if button:
            self.button = Button(button, kind="secondary" if state == "bad" else "quiet", small=True)
            self.button.clicked.connect(self.acted)
            self._row.addWidget(self.button)
        if can_close:
            close = IconButton("x", "Close this message", small=True)
            close.clicked.connect(self.closed)
            self._row.addWidget(close)
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tint of the state."""
        painter_on(self).fillRect(self.rect(), theme().color(f"{self.state}_bg"))

    def _dress(self) -> None:
        self.setMinimumHeight(scaled(40))
        self._row.setContentsMargins(scaled(16), scaled(4), scaled(8), scaled(4))
        self._row.setSpacing(scaled(8))
        self._words.setSpacing(scaled(4))
        self.update()


class Note(QWidget):
    """A few words on a tint, beside what they are about: bad, warn, info, ok or mute; on none and quiet for ``""``."""

    def __init__(self, state: str, text: str, *, glyph: bool = False) -> None:
        super().__init__()
        self.state = state
        self._glyph = Glyph(state or "mute", px=14)
        if not glyph:
            self._glyph.hide()  # never shown before it has a parent: that would be a window of its own
        self.label = Label(text, "caption", wrap=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.label, 1)
        self.setAccessibleName(text)
        follow_theme(self._dress)

    def show_note(self, state: str, text: str) -> None:
        """Say something else."""
        self.state = state
        self._glyph.show_state(state or "mute")
        self.label.setText(text)
        self.setAccessibleName(text)
        self._dress()
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tint."""
        if self.state:
            paint_box(painter_on(self), self.rect(), scaled(6), theme().color(f"{self.state}_bg"))

    def _dress(self) -> None:
        side = scaled(12) if self.state else 0
        self._row.setContentsMargins(side, scaled(8), side, scaled(8))
        self.label.set_color("text" if self.state else "text2")
        self._row.setSpacing(scaled(8))
        self.update()


class Toast(QWidget):
    """An event in one line with one button (*key* does the same). It looks; when it comes and goes others decide.

    ``acted`` when the button, ``closed`` when the x is pressed. *small* fits into a lane of keys.
    """

    acted = Signal()
    closed = Signal()

    def __init__(
        self,
        text: str,
        button: str = "",
        key: str = "",
        *,
        is_bad: bool = False,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_small = small
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.addWidget(Icon("x", "toast_bad") if is_bad else Icon("check", "toast_text"))
        self.label = ElidedLabel(text, "body", "toast_text")
        self._row.addWidget(self.label)
        ends = QHBoxLayout()
        ends.setSpacing(0)
        self.button: KitButton | None = None
        if button:
            self.button = KitButton(button, Face("toast", hint=key, is_small=small))
            self.button.clicked.connect(self.acted)
            ends.addWidget(self.button)
        self.close_button = KitButton("", Face("toast", "x", is_small=small, icon_px=14))
        self.close_button.setAccessibleName("Close this message")
        self.close_button.clicked.connect(self.closed)
        ends.addWidget(self.close_button)
        self._row.addLayout(ends)
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground."""
        radius = scaled(6 if self._is_small else 8)
        paint_box(painter_on(self), self.rect(), radius, theme().color("toast"), theme().color("toast_line"))

    def _dress(self) -> None:
        self.setFixedHeight(scaled(28 if self._is_small else 36))
        self._row.setContentsMargins(scaled(13), 0, scaled(5), 0)
        self._row.setSpacing(scaled(12))
        self.update()


class KeyLane(QWidget):
    """The keys that work here: each hint is one or more keys and a word, ``("J", "K", "Move")``.

    Hints that have no room are left out whole, the last ones first.
    """

    def __init__(self, hints: Sequence[tuple[str, ...]] = (), *, line: bool = True) -> None:
        super().__init__()
        self._has_line = line
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._hints: tuple[tuple[str, ...], ...] = ()
        self.show_hints(hints)
        follow_theme(self._dress)

    def show_hints(self, hints: Sequence[tuple[str, ...]]) -> None:
        """Show other keys."""
        if self._hints == tuple(hints):
            return
        self._hints = tuple(hints)
        said = "; ".join(f"{' or '.join(hint[:-1])}: {hint[-1]}" for hint in self._hints)
        self.setAccessibleName(f"Keys. {said}" if said else "Keys")
        self.update()

    def shown(self) -> tuple[tuple[str, ...], ...]:
        """Return the hints that have room now."""
        room, found = self.width() - scaled(16), []
        left = scaled(16)
        for hint in self._hints:
            left += _hint_width(hint)
            if left > room:
                break
            found.append(hint)
            left += scaled(16)
        return tuple(found)

    def sizeHint(self) -> QSize:
        """Return the room of all hints."""
        width = sum(_hint_width(hint) + scaled(16) for hint in self._hints) + scaled(16)
        return QSize(width, scaled(36))

    def minimumSizeHint(self) -> QSize:
        """The lane gives way."""
        return QSize(scaled(40), scaled(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint caps and words."""
        painter = painter_on(self)
        box = QRectF(self.rect())
        painter.fillRect(box, theme().color("window"))
        if self._has_line:
            paint_line(painter, QRectF(box.left(), box.top(), box.width(), 1), "border")
        left = float(scaled(16))
        with saved(painter):
            for hint in self.shown():
                _paint_hint(painter, box, left, hint)
                left += _hint_width(hint) + scaled(16)

    def _dress(self) -> None:
        self.setFixedHeight(scaled(36))
        self.update()


def _hint_width(hint: tuple[str, ...]) -> int:
    keys = sum(keycap_width(key) + scaled(4) for key in hint[:-1])
    return keys + text_width(hint[-1], font("caption"))


def _paint_hint(painter: QPainter, box: QRectF, left: float, hint: tuple[str, ...]) -> None:
    height = scaled(KEYCAP_HEIGHT)
    for key in hint[:-1]:
        cap = QRectF(left, box.top() + (box.height() - height) // 2, keycap_width(key), height)
        paint_keycap(painter, mirrored_in(painter, cap, box), key)
        left += keycap_width(key) + scaled(4)
    width = text_width(hint[-1], font("caption"))
    painter.setPen(theme().color("text2"))
    room = mirrored_in(painter, QRectF(left, box.top(), width, box.height()), box)
    draw_text(painter, room, hint[-1], leading(painter), font("caption"))
