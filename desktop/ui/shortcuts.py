"""The shortcut sheet (?): every key there is, by the place it works in, made from the actions themselves."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.actions import EVERYWHERE, Actions
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import KeyCap, Label


def keys_by_place(actions: Actions) -> dict[str, list[tuple[str, list[str]]]]:
    """Return for each place what its keys do: (words, keys)."""
    places: dict[str, list[tuple[str, list[str]]]] = {EVERYWHERE: []}
    for act, action in actions.every():
        keys = [one.toString(QKeySequence.SequenceFormat.NativeText) for one in action.shortcuts()]
        if keys:
            places.setdefault(act.place, []).append((act.plain, keys))
    return places


class ShortcutSheet(QDialog):
    """All keys in two columns, narrowed by what is typed."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(scaled(760), scaled(560))
        self._actions = actions
        self.field = SearchField("Find a key or a command")
        self.field.textChanged.connect(self._fill)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setAccessibleName("Keyboard shortcuts")
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(24), scaled(16), scaled(24), scaled(16))
        column.setSpacing(scaled(12))
        column.addWidget(Label("Keyboard shortcuts", "title"))
        column.addWidget(self.field)
        column.addWidget(self._area, 1)
        self._fill("")

    def words(self) -> list[str]:
        """What the sheet lists now, for tests."""
        return [label.text() for label in self._area.findChildren(Label) if label.objectName() == "words"]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc and with the key that opened it."""
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_F1}:
            self.close()
            return
        super().keyPressEvent(event)

    def _fill(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, scaled(12), 0)
        columns.setSpacing(scaled(32))
        halves = (QVBoxLayout(), QVBoxLayout())
        heights = [0, 0]
        for place, lines in keys_by_place(self._actions).items():
            fitting = [line for line in lines if _fits(wanted, place, line)]
            if not fitting:
                continue
            half = 0 if heights[0] <= heights[1] else 1
            heights[half] += len(fitting) + 2
            halves[half].addWidget(_group(place, fitting))
        for half_column in halves:
            half_column.setSpacing(scaled(16))
            half_column.addStretch(1)
            columns.addLayout(half_column, 1)
        self._area.setWidget(page)


def _fits(wanted: str, place: str, line: tuple[str, Sequence[str]]) -> bool:
    words, keys = line
    return all(part in f"{place} {words} {' '.join(keys)}".casefold() for part in wanted.split())


def _group(place: str, lines: Sequence[tuple[str, Sequence[str]]]) -> QWidget:
    group = QWidget()
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(scaled(12))
    grid.setVerticalSpacing(scaled(8))
    grid.setColumnStretch(0, 1)
    grid.addWidget(Label(place, "section"), 0, 0, 1, 2)
    for row, (words, keys) in enumerate(lines, start=1):
        label = Label(words, "body")
        label.setObjectName("words")
        grid.addWidget(label, row, 0)
        caps = QHBoxLayout()
        caps.setSpacing(scaled(4))
        caps.addStretch(1)
        for key in keys:
            caps.addWidget(KeyCap(key))
        grid.addLayout(caps, row, 1)
    return group
