"""Below the search: what may stand where the cursor is - operators, and the values they take - chosen by key."""

import re
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidgetItem, QWidget

from desktop.domain.email_search import OPERATORS
from desktop.domain.reasons import ReasonCode
from desktop.ui.floating import ROW, Floating, FloatingList
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.layouts import VBox

WIDTH, MOST = 360, 8
_LAST = re.compile(r'(?:^|\s)-?([A-Za-z]+:"[^"]*|[^\s"]*)$')
_INSERT = Qt.ItemDataRole.UserRole
Values = Callable[[], Sequence[str]]


class SearchHints(Floating):
    """Shows itself while there is something to offer. Down and Up choose, Enter or Tab takes, Esc hides."""

    def __init__(self, field: SearchField, values: Mapping[str, Values], window: QWidget) -> None:
        super().__init__(window, "Words that narrow a search")
        self._field, self._values = field, values
        self.list = FloatingList("Words that narrow a search")
        self.list.itemClicked.connect(self._take)
        column = VBox(0, (4, 4, 4, 4), self)
        column.addWidget(self.list)
        field.textEdited.connect(lambda _text: self._offer())
        self.heed(field)

    def take_key(self, event: QKeyEvent) -> bool:
        """Keys of the field go to the list."""
        key, chosen = event.key(), self.list.currentItem()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab} and chosen is not None:
            self._take(chosen)
        else:
            return False
        return True

    def _begun(self) -> str:
        """Return the word before the cursor, without a leading minus."""
        found = _LAST.search(self._field.text()[: self._field.cursorPosition()])
        return found[1] if found else ""

    def _offer(self) -> None:
        begun = self._begun()
        key, colon, value = begun.partition(":")
        lines = self._of_values(key.casefold(), value) if colon else _of_operators(begun.casefold())
        if not lines or not self._field.hasFocus():
            self.hide()
            return
        self.list.show_lines(lines)
        self.place(self._field, QSize(scaled(WIDTH), scaled(ROW) * len(lines) + scaled(10)))

    def _of_values(self, key: str, value: str) -> list[QListWidgetItem]:
        known = next((operator.values for operator in OPERATORS if operator.key == key), ())
        every = [*known, *(self._values[key]() if key in self._values else ())]
        if key == "code":
            every = [code.value for code in ReasonCode]
        typed = value.strip('"').casefold()
        fitting = [one for one in dict.fromkeys(every) if typed in one.casefold() and one.casefold() != typed]
        return [_line(one, f'{key}:"{one}"' if " " in one else f"{key}:{one}") for one in fitting[:MOST]]

    def _take(self, line: QListWidgetItem) -> None:
        field, begun, inserted = self._field, self._begun(), str(line.data(_INSERT))
        before, after = field.text()[: field.cursorPosition()], field.text()[field.cursorPosition() :]
        stands = before[: len(before) - len(begun)] + inserted
        if not inserted.endswith(":"):
            stands += "" if after.startswith(" ") else " "
        field.setText(stands + after)
        field.setCursorPosition(len(stands))
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self._offer()


def _of_operators(begun: str) -> list[QListWidgetItem]:
    fitting = [one for one in OPERATORS if len(begun) > 1 and one.key.startswith(begun)]
    return [_line(f"{one.key}:   {one.asks}", f"{one.key}:") for one in fitting]


def _line(text: str, inserted: str) -> QListWidgetItem:
    line = QListWidgetItem(text)
    line.setData(_INSERT, inserted)
    return line
