"""What changes one setting, made from its declaration: a switch, segments, a choice, a number with its unit."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.settings.setting import AnySetting
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button, Segments
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, Switch, text_field
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import HBox
from desktop.views.settings.rows import Row

ICONS = {"light": "sun", "dark": "moon", "system": "monitor"}
PERCENTS = (100, 110, 125, 150, 175, 200, 250, 300)
UNIT_WIDTH, TEXT_WIDTH = 72, 280
SIZES = {"MB": 1024 * 1024, "KB": 1024}


class SettingRow(Row):
    """A row for a setting. What is changed applies at once; a value that is not allowed is said and not taken."""

    def __init__(self, frame: Frame, setting: AnySetting, control: QWidget, more: str = "") -> None:
        super().__init__(setting.words, more or setting.description, control, keywords=setting.key)
        self.setting = setting
        self._frame = frame
        frame.settings.changed.connect(self._hear)

    @property
    def value(self) -> object:
        """The value of now."""
        return self._frame.settings.get(self.setting)

    def change(self, value: object) -> None:
        """Use another value from now on."""
        try:
            self._frame.settings.set(self.setting, value)
        except ValueError:
            self.set_error(f"It can be {self.setting.bounds_words or self.setting.type_words}.")
            return
        self.set_error("")

    def show_value(self) -> None:
        """Show the value of now."""
        raise NotImplementedError

    def _hear(self, setting: AnySetting) -> None:
        if setting.key == self.setting.key:
            self.show_value()


class SwitchRow(SettingRow):
    """Yes or no."""

    def __init__(self, frame: Frame, setting: AnySetting) -> None:
        self.switch = Switch(name=setting.words)
        super().__init__(frame, setting, self.switch)
        self.show_value()
        self.switch.toggled.connect(self.change)

    def show_value(self) -> None:
        """Show the value of now."""
        self.switch.setChecked(bool(self.value))


class SegmentsRow(SettingRow):
    """One of a few words."""

    def __init__(self, frame: Frame, setting: AnySetting) -> None:
        self._choices = setting.choices
        self.segments = Segments([str(one).capitalize() for one in self._choices], name=setting.words)
        for at, one in enumerate(self._choices):
            if str(one) in ICONS:
                self.segments.button(at).set_icon(ICONS[str(one)])
        super().__init__(frame, setting, self.segments)
        self.show_value()
        self.segments.chosen.connect(lambda at: self.change(self._choices[at]))

    def show_value(self) -> None:
        """Show the value of now."""
        self.segments.choose(self._choices.index(self.value))


class PercentRow(SettingRow):
    """One of the usual sizes."""

    def __init__(self, frame: Frame, setting: AnySetting) -> None:
        least, most = setting.minimum or 0, setting.maximum or 1000
        self.choice = Choice([(f"{one} %", one) for one in PERCENTS if least <= one <= most], name=setting.words)
        super().__init__(frame, setting, self.choice)
        self.show_value()
        self.choice.activated.connect(lambda _at: self.change(self.choice.value))

    def show_value(self) -> None:
        """Show the value of now, also one that is not usual."""
        if self.choice.findData(self.value) < 0:
            self.choice.addItem(f"{self.value} %", self.value)
        self.choice.choose(self.value)


class NumberRow(SettingRow):
    """A number with its unit, its bounds in words, and a way back to the default."""

    def __init__(self, frame: Frame, setting: AnySetting) -> None:
        unit, self._factor = _unit_of(setting)
        self._unit = Label(unit, "body", "text2")
        self.line = text_field(name=setting.words, small=True)
        self.line.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        self.reset = Button("Reset", kind="quiet", small=True)
        self.reset.setAccessibleName(f"Reset: {setting.words}")
        super().__init__(frame, setting, _beside(self.line, self._unit, self.reset), _explained(setting))
        self.show_value()
        self.line.editingFinished.connect(self._take)
        self.line.textEdited.connect(lambda _text: self.set_error(""))
        self.reset.clicked.connect(lambda _checked=False: self._back())
        follow_theme(self._widen)

    def show_value(self) -> None:
        """Show the value of now, and whether there is a way back from it."""
        value = self.value
        assert isinstance(value, int | float)  # noqa: S101 - only numbers get this row
        shown = value / self._factor
        self.line.setText(str(int(shown)) if float(shown).is_integer() else f"{shown:g}")
        self.reset.setEnabled(value != self.setting.default)
        self.reset.setToolTip(f"Back to {self.setting.value_words(self.setting.default)}")
        self.set_error("")

    def set_error(self, words: str) -> None:
        """Outline the number too."""
        super().set_error(words)
        self.line.setProperty("error", bool(words))
        self.line.setAccessibleDescription(words or self.more)
        self.line.update()

    def _take(self) -> None:
        try:
            number = float(self.line.text().strip().replace(",", ".")) * self._factor
            value = round(number) if isinstance(self.setting.default, int) and self._factor > 1 else number
            right = self.setting.checked(int(value) if float(value).is_integer() else value)
        except (ValueError, OverflowError):
            self.set_error(f"It can be {_bounds(self.setting)}. {self._now_words()}")
            return
        self.change(right)
        self.show_value()

    def _now_words(self) -> str:
        return f"It stays at {self.setting.value_words(self.value)}."

    def _back(self) -> None:
        self._frame.settings.reset(self.setting)
        self.show_value()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _widen(self) -> None:
        self.line.setFixedWidth(scaled(88))
        self._unit.setFixedWidth(max(scaled(UNIT_WIDTH), self._unit.sizeHint().width()))


class TextRow(SettingRow):
    """A line of text; taken when the field is left or Enter is pressed."""

    def __init__(self, frame: Frame, setting: AnySetting) -> None:
        self.line = text_field(name=setting.words, small=True)
        super().__init__(frame, setting, self.line)
        self.show_value()
        self.line.editingFinished.connect(self._take)
        self.line.textEdited.connect(lambda _text: self.set_error(""))
        follow_theme(self._widen)

    def show_value(self) -> None:
        """Show the value of now."""
        self.line.setText(str(self.value))
        self.line.setCursorPosition(0)

    def _take(self) -> None:
        typed = self.line.text().strip()
        if typed != self.value:
            self.change(typed)

    def _widen(self) -> None:
        self.line.setMinimumWidth(scaled(TEXT_WIDTH))


def row_for(frame: Frame, setting: AnySetting) -> SettingRow:
    """Return the row a setting is changed in, whatever its type."""
    make: Callable[..., SettingRow]
    if isinstance(setting.default, bool):
        make = SwitchRow
    elif setting.choices:
        make = SegmentsRow
    elif setting.unit == "%":
        make = PercentRow
    elif isinstance(setting.default, str):
        make = TextRow
    else:
        make = NumberRow
    return partial(make, frame)(setting)


def _unit_of(setting: AnySetting) -> tuple[str, int]:
    if setting.unit == "bytes":
        for name, size in SIZES.items():
            if setting.default >= size:
                return name, size
    return setting.unit, 1


def _explained(setting: AnySetting) -> str:
    return f"{setting.description} From {_bounds(setting)}." if setting.bounds_words else setting.description


def _bounds(setting: AnySetting) -> str:
    """Return what is allowed, in words that stay together on a line."""
    bounds = setting.bounds_words
    if setting.unit and setting.unit != "bytes":
        bounds = f"{bounds} {setting.unit}"
    return bounds.replace(" ", "\u00a0")


def _beside(line: QWidget, unit: Label, reset: QWidget) -> QWidget:
    box = QWidget()
    row = HBox(8, 0, box)
    for widget in (line, unit, reset):
        row.addWidget(widget)
    return box
