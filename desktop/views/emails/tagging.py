"""Tags for what is chosen: a field to name one, and those there are with a mark where the chosen have them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidgetItem, QWidget

from desktop.domain.ids import EmailId
from desktop.domain.rows import TagRow
from desktop.ui.floating import ROW, Floating, FloatingList
from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import Label, Line
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import KeyLane
from desktop.ui.toasts import announce
from desktop.ui.words import counted, number

WIDTH, ROWS = 320, 8
LOOKED_AT = 2_000
"""So many of the chosen emails are looked at for the tags they have."""
_NAME = Qt.ItemDataRole.UserRole
_Check = Qt.CheckState
KNOWN = {_Check.Checked: "all have it", _Check.PartiallyChecked: "some have it", _Check.Unchecked: "none has it"}


class TagPicker(Floating):
    """Enter gives the tag, or takes it where all have it; a name that is not there yet makes a tag."""

    wanted = Signal(str, bool)
    """A tag by name, and whether the emails are to have it."""

    def __init__(self, frame: Frame, window: QWidget) -> None:
        super().__init__(window, "Tags")
        self._frame = frame
        self._emails: Sequence[EmailId] = ()
        self._every: Sequence[TagRow] = ()
        self._have: dict[str, int] = {}
        self.head = Label("", "caption", "text3")
        self.field = SearchField("Name of a tag")
        self.list = FloatingList("Tags there are")
        self.list.itemClicked.connect(self._take)
        self.field.textChanged.connect(lambda _text: self._show())
        self.heed(self.field)
        head = VBox(8, (12, 12, 12, 8))
        head.addWidget(self.head)
        head.addWidget(self.field)
        column = VBox(0, (1, 1, 1, 1), self)
        column.addLayout(head)
        column.addWidget(Line(color="line"))
        column.addWidget(self.list, 1)
        column.addWidget(KeyLane([("Enter", "Give or take"), ("Esc", "Back")], line=True))

    def open(self, emails: Sequence[EmailId], anchor: QWidget) -> None:
        """Ask for tags of *emails* below *anchor*."""
        self._emails = emails
        self.remember_focus()
        self._every, self._have = (), {}
        self.head.setText(f"Tags of {counted(len(emails), 'email')}")
        self.field.clear()
        self._show()
        self.place(anchor, QSize(scaled(WIDTH), scaled(120) + ROWS * scaled(ROW)))
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        announce(self, self.head.text())
        looked_at = self._emails[:LOOKED_AT]
        self._frame.ops.read(self, lambda read: (read.tags.every(), read.tags.of(looked_at)), self._know, slot="tags")

    def take_key(self, event: QKeyEvent) -> bool:
        """Arrows choose, Enter gives or takes, Esc goes back."""
        key = event.key()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.list.currentItem() is not None:
                self._take(self.list.currentItem())
        else:
            return False
        return True

    def _know(self, found: tuple[Sequence[TagRow], Sequence[TagRow]]) -> None:
        self._every, have = found
        self._have = {row.name: row.emails for row in have}
        self._show()

    def _show(self) -> None:
        typed = " ".join(self.field.text().split())
        names = [row.name for row in self._every if typed.casefold() in row.name.casefold()]
        names.sort(key=lambda name: (name.casefold() != typed.casefold(), -self._have.get(name, 0)))
        lines = [self._line(name) for name in names]
        if typed and all(typed.casefold() != name.casefold() for name in names):
            lines.append(_plain_line(f"New tag “{typed}”", typed))
        elif not lines:
            lines.append(_plain_line("No tag yet: type a name", ""))
        self.list.show_lines(lines)
        if typed:
            self.list.setCurrentRow(0)

    def _line(self, name: str) -> QListWidgetItem:
        looked_at, have = min(len(self._emails), LOOKED_AT), self._have.get(name, 0)
        state = _Check.Checked if have >= looked_at else _Check.PartiallyChecked if have else _Check.Unchecked
        line = _plain_line(name, name)
        line.setCheckState(state)
        line.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {KNOWN[state]}")
        every = next((row.emails for row in self._every if row.name == name), 0)
        line.setToolTip(f"{number(every)} emails in all have it")
        return line

    def _take(self, line: QListWidgetItem) -> None:
        name = str(line.data(_NAME))
        if name:
            has = line.data(Qt.ItemDataRole.CheckStateRole) is not None and self._have.get(name, 0) >= min(
                len(self._emails), LOOKED_AT
            )
            self.close_it()
            self.wanted.emit(name, not has)


def _plain_line(text: str, name: str) -> QListWidgetItem:
    line = QListWidgetItem(text)
    line.setData(_NAME, name)
    line.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    return line
