"""What one fills in: search fields, switches, choices, and a field with its label, hint and error."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QLineEdit, QWidget

from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.drawing.choices import SWITCH
from desktop.ui.kit.drawing.fields import ERROR, SMALL
from desktop.ui.kit.drawing.words import without_mnemonic
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import draw_icon
from desktop.ui.kit.labels import Glyph, Label, follow_theme
from desktop.ui.kit.paint import KEYCAP_HEIGHT, keycap_width, mirrored_in, paint_keycap, painter_on
from desktop.ui.kit.theme import theme


def text_field(text: str = "", *, placeholder: str = "", name: str = "", small: bool = False) -> QLineEdit:
    """Return a line to type in; *name* is what screen readers call it when no :class:`Field` labels it."""
    field = QLineEdit(text)
    field.setPlaceholderText(placeholder)
    field.setAccessibleName(name or placeholder)
    field.setProperty(SMALL, small)
    return field


class LeadingField(QLineEdit):
    """A line for a text that may be longer than it: while nobody types in it, it shows how the text begins."""

    def __init__(self, text: str = "", *, name: str, small: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty(SMALL, small)
        self.setText(text)

    def setText(self, text: str | None) -> None:
        """Become another text, seen from its beginning."""
        super().setText(text or "")
        if not self.hasFocus():
            self.home(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Go back to the beginning; a menu of the field only borrows the focus."""
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.home(False)


class SearchField(QLineEdit):
    """A line to search with: a glass, the key that comes here, a button that empties it (so does Esc)."""

    def __init__(self, placeholder: str = "Search", key: str = "", *, small: bool = False) -> None:
        super().__init__()
        self._key = key
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setProperty(SMALL, small)
        self._clear = IconButton("x", "Clear the search", small=True, parent=self)
        self._clear.face.icon_px = 14
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.textChanged.connect(self._changed)
        follow_theme(self._dress)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the field first; what else Esc does comes after. The key that comes here begins no search."""
        if self._key and event.text() == self._key and not self.text():
            event.accept()
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the end."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Turn around with the direction of reading."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Add the glass and the key."""
        super().paintEvent(event)
        painter = painter_on(self)
        box = QRectF(self.rect())
        side = scaled(16)
        glass = QRectF(box.left() + scaled(11), box.top() + (box.height() - side) // 2, side, side)
        draw_icon(painter, mirrored_in(painter, glass, box), "search", theme().color(self._ink()))
        if self._key and not self.text() and not self.hasFocus():
            width, height = keycap_width(self._key), scaled(KEYCAP_HEIGHT)
            top = box.top() + (box.height() - height) // 2
            cap = QRectF(box.right() - scaled(11) - width, top, width, height)
            paint_keycap(painter, mirrored_in(painter, cap, box), self._key)

    def _ink(self) -> str:
        return "text3" if self.isEnabled() else "disabled"

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    def _place(self) -> None:
        size = scaled(24)
        inset = (self.height() - size) // 2
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._clear.setGeometry(inset if mirrored else self.width() - size - inset, inset, size, size)

    def _dress(self) -> None:
        before = scaled(24)
        after = max(scaled(20), keycap_width(self._key) + scaled(8) if self._key else 0)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setTextMargins(after if mirrored else before, 0, before if mirrored else after, 0)
        self._place()
        self.updateGeometry()


class Switch(QCheckBox):
    """A check box that is drawn as a switch: it takes effect at once."""

    def __init__(self, text: str = "", *, name: str = "") -> None:
        super().__init__(text)
        self.setProperty(SWITCH, True)
        self.setAccessibleName(name or text)


class Choice(QComboBox):
    """One of several, in a list that opens. ``value`` is the data of the chosen one."""

    def __init__(self, options: Sequence[tuple[str, object]] = (), *, name: str = "", small: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty(SMALL, small)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for words, value in options:
            self.addItem(words, value)

    @property
    def value(self) -> object:
        """The data of the chosen option."""
        return self.currentData()

    def choose(self, value: object) -> None:
        """Choose the option with this data, if there is one."""
        at = self.findData(value)
        if at >= 0:
            self.setCurrentIndex(at)


NO_LIMIT = 16_777_215
"""Qt's word for a width without limit."""


class Field(QWidget):
    """A label, what is filled in, a hint, and when it is wrong a glyph and words about it, outlined in red.

    *label_at* is "above" or "left"; *note_at* is "below" or "beside": where hint and error stand.
    """

    LABEL_WIDTH = 64

    def __init__(
        self,
        label: str,
        editor: QWidget,
        hint: str = "",
        *,
        label_at: str = "above",
        note_at: str = "below",
        label_width: int = LABEL_WIDTH,
    ) -> None:
        super().__init__()
        self.editor = editor
        self._label_width = label_width if label_at == "left" else 0
        self._hint = hint
        label = without_mnemonic(label)
        self._label = Label(label, "caption", "text3")
        self._label.setBuddy(editor)
        self._glyph = Glyph("bad", px=14)
        self._note = Label("", "caption", "text3", wrap=note_at == "below")
        editor.setAccessibleName(label)
        self._outer = QBoxLayout(_direction(label_at == "left"), self)
        self._inner = QBoxLayout(_direction(note_at == "beside"))
        self._note_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._assemble()
        follow_theme(self._dress)
        self.clear_error()

    @property
    def error(self) -> str:
        """What is wrong; empty when nothing is."""
        return self._note.text() if self._glyph.isVisibleTo(self) else ""

    def set_error(self, text: str) -> None:
        """Outline the editor in red and say beside it what is wrong."""
        self._mark(wrong=True)
        self._note.set_color("bad")
        self._note.setText(text)
        self._glyph.show()
        self._note.show()
        self.editor.setAccessibleDescription(text)

    def clear_error(self) -> None:
        """Nothing is wrong any more; the hint is back."""
        self._mark(wrong=False)
        self._note.set_color("text3")
        self._note.setText(self._hint)
        self._glyph.hide()
        self._note.setVisible(bool(self._hint))
        self.editor.setAccessibleDescription(self._hint)

    def set_hint(self, hint: str) -> None:
        """Show another hint."""
        was = self.error
        self._hint = hint
        if not was:
            self.clear_error()

    def _mark(self, *, wrong: bool) -> None:
        if bool(self.editor.property(ERROR)) != wrong:
            self.editor.setProperty(ERROR, wrong)
            self.editor.update()

    def _assemble(self) -> None:
        for box in (self._outer, self._inner, self._note_row):
            box.setContentsMargins(0, 0, 0, 0)
        self._note_row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignVCenter)
        self._note_row.addWidget(self._note, 1)
        self._inner.addWidget(self.editor)
        self._inner.addLayout(self._note_row)
        if self.editor.maximumWidth() < NO_LIMIT:
            self._inner.addStretch(1)
        self._outer.addWidget(self._label)
        self._outer.addLayout(self._inner, 1)

    def _dress(self) -> None:
        self._outer.setSpacing(scaled(12 if self._label_width else 4))
        self._inner.setSpacing(scaled(12 if self._inner.direction() == QBoxLayout.Direction.LeftToRight else 4))
        self._note_row.setSpacing(scaled(4))
        if self._label_width:
            self._label.setFixedWidth(max(scaled(self._label_width), self._label.sizeHint().width()))


def _direction(is_row: bool) -> QBoxLayout.Direction:
    return QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom
