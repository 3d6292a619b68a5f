"""Buttons: with words, with an icon only, chips that filter, and one of a few."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from desktop.ui.kit.drawing.words import without_mnemonic
from desktop.ui.kit.face import KINDS, Face
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.paint import count_text, paint_box, painter_on
from desktop.ui.kit.theme import theme


class KitButton(QPushButton):
    """What our buttons have in common: a face for the style, Enter as well as Space, a name without keys."""

    def __init__(self, text: str, face: Face, parent: QWidget | None = None) -> None:
        self.face = face
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setAccessibleName(without_mnemonic(text))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        self.setAccessibleName(without_mnemonic(text))

    def set_hint(self, hint: str) -> None:
        """Show another key, or count, after the words."""
        self.face.hint = hint
        self._changed()

    def set_icon(self, name: str) -> None:
        """Show another Lucide icon; empty for none."""
        self.face.icon = name
        self._changed()

    def set_kind(self, kind: str) -> None:
        """Be another kind of button; raises ValueError for one there is not."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of button; there are {', '.join(KINDS)}")
        self.face.kind = kind
        self._changed()

    def sizeHint(self) -> QSize:
        """Return the room for all parts; Qt's own answer is one it remembers."""
        self.ensurePolished()
        option = QStyleOptionButton()
        self.initStyleOption(option)
        return self.style().sizeFromContents(QStyle.ContentsType.CT_PushButton, option, QSize(), self)

    def minimumSizeHint(self) -> QSize:
        """A command is never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Be pressed by Enter too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def _changed(self) -> None:
        self.setIcon(self.icon())  # WORKAROUND: QPushButton keeps its size hint until its icon or text is set
        self.updateGeometry()
        self.update()


class Button(KitButton):
    """A command in words. *kind*: secondary, primary (one per view), quiet, danger, danger_filled.

    *key_hint* is the key that does the same; it is painted, and not part of the name that screen readers say.
    """

    def __init__(
        self,
        text: str,
        icon: str | None = None,
        kind: str = "secondary",
        key_hint: str = "",
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of button; there are {', '.join(KINDS)}")
        super().__init__(text, Face(kind, icon or "", key_hint, is_small=small), parent)
        self._action: QAction | None = None

    def follow(self, action: QAction, text: str = "") -> "Button":
        """Be the button of *action*: it runs it, shows its key, and cannot be pressed, and says why, when it cannot."""
        self._action = action
        self.setText(text or action.text().removesuffix("…"))
        self._take_action()
        action.changed.connect(self._take_action)
        self.clicked.connect(action.trigger)
        return self

    def _take_action(self) -> None:
        if self._action is not None:
            can = self._action.isEnabled()
            self.setEnabled(can)
            self.setToolTip("" if can else self._action.toolTip())
            self.set_hint(self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))


class IconButton(KitButton):
    """A command as an icon; *name* is what it is called, in the tooltip and by screen readers."""

    def __init__(self, icon: str, name: str, *, small: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("", Face("icon", icon, is_small=small), parent)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Be called otherwise."""
        self.setAccessibleName(name)
        self.setToolTip(name)


class FilterChip(KitButton):
    """A filter: checked or not, with a count, or with a menu that chooses."""

    def __init__(
        self, text: str, count: int | None = None, *, icon: str = "", menu: bool = False, dashed: bool = False
    ) -> None:
        super().__init__(text, Face("filter", icon, has_arrow=menu, is_dashed=dashed))
        self.setCheckable(not dashed)
        self.set_count(count)

    def nextCheckState(self) -> None:
        """A click checks a filter; where it opens a menu, what was chosen there does (``setChecked``)."""
        if not self.face.has_arrow:
            super().nextCheckState()

    def set_count(self, count: int | None) -> None:
        """Show how many there are; None shows no count."""
        self.set_hint("" if count is None else count_text(count))
        words = without_mnemonic(self.text())
        self.setAccessibleName(words if count is None else f"{words}, {count_text(count)}")


class Segments(QWidget):
    """One of a few, side by side; arrows move the choice. ``chosen`` gives the place of the new one."""

    chosen = Signal(int)
    KIND = "segment"

    def __init__(self, names: Sequence[str], *, small: bool = False, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._buttons = [KitButton(each, Face(self.KIND, is_small=small)) for each in names]
        for number, button in enumerate(self._buttons):
            button.setCheckable(True)
            self._group.addButton(button, number)
            self._row.addWidget(button)
        if self._buttons:
            self._buttons[0].setChecked(True)
        self._group.idToggled.connect(self._toggled)
        self._dress()
        theme().changed.connect(self._dress)

    @property
    def current(self) -> int:
        """The place of the chosen one."""
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Choose the one at a place."""
        self._buttons[number].setChecked(True)

    def button(self, number: int) -> KitButton:
        """Return the button at a place."""
        return self._buttons[number]

    def set_count(self, number: int, count: int | None) -> None:
        """Show a plain count after a name."""
        self._say(number, count)
        self._buttons[number].set_hint("" if count is None else count_text(count))

    def set_badge(self, number: int, count: int | None, *, is_bad: bool = False) -> None:
        """Show a count with a fill after a name; zero and None show none."""
        face = self._buttons[number].face
        face.badge, face.badge_is_bad = count or None, is_bad
        self._say(number, count)
        self._buttons[number].set_hint("")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame."""
        paint_box(painter_on(self), self.rect(), scaled(6), theme().color("sunken"), theme().color("border"))

    def _say(self, number: int, count: int | None) -> None:
        button = self._buttons[number]
        words = without_mnemonic(button.text())
        button.setAccessibleName(f"{words}, {count_text(count)}" if count else words)

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.chosen.emit(number)

    def _dress(self) -> None:
        inset = scaled(3)
        self._row.setContentsMargins(inset, inset, inset, inset)
        self.update()


class Tabs(Segments):
    """One of a few pages, underlined; the line below goes on to the end."""

    KIND = "tab"

    def __init__(self, names: Sequence[str], *, small: bool = False, name: str = "") -> None:
        super().__init__(names, small=small, name=name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row.addStretch(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line below all."""
        painter = painter_on(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().color("border"))

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(scaled(16))
        self.update()
