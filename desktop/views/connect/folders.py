"""The folders of a mailbox: ticked in a list; the list comes from the server after a test."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView

from desktop.domain.source import RemoteFolder
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.drawing.menus import ITEM
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.views.connect.draft import FOLDER
from desktop.views.connect.rows import FormRow

USES = {
    "all": "all mail",
    "archive": "archive",
    "drafts": "drafts",
    "flagged": "flagged",
    "important": "important",
    "junk": "spam",
    "sent": "sent mail",
    "trash": "deleted mail",
}
"""The special uses of RFC 6154, in words."""
INBOX = "INBOX"
MOST_ROWS = 6
UNKNOWN = "INBOX is the usual one. The others are listed after a test, or by the button."
GONE = "not on the server"
NAME = Qt.ItemDataRole.UserRole


class FolderList(QListView):
    """Folders to tick; a click anywhere on a row ticks it, and so does Space."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setAccessibleName("Folders")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._before = Qt.CheckState.Unchecked
        self.pressed.connect(self._remember)
        self.clicked.connect(self._toggle)
        self._model.itemChanged.connect(lambda _item: self.changed.emit())
        follow_theme(self._dress)

    @property
    def names(self) -> tuple[str, ...]:
        """Every folder listed."""
        return tuple(item.data(NAME) for item in self._items())

    @property
    def chosen(self) -> tuple[str, ...]:
        """The folders that are ticked."""
        return tuple(item.data(NAME) for item in self._items() if item.checkState() == Qt.CheckState.Checked)

    def words(self) -> list[str]:
        """What the rows say, in order."""
        return [item.text() for item in self._items()]

    def show_chosen(self, chosen: Sequence[str]) -> None:
        """List what is chosen, before anything is known of the server."""
        self._fill([(name, "") for name in chosen], chosen)

    def show_folders(self, folders: Sequence[RemoteFolder]) -> None:
        """List the server's folders; what was ticked stays so, also when the server has it no more."""
        chosen = self.chosen
        there = [(one.name, _use_of(one)) for one in folders if one.selectable]
        there.sort(key=lambda pair: (pair[0].upper() != INBOX, pair[0].casefold()))
        names = {name for name, _ in there}
        self._fill([*there, *((name, GONE) for name in chosen if name not in names)], chosen)

    def tick(self, name: str, *, on: bool) -> None:
        """Tick a folder or not."""
        for item in self._items():
            if item.data(NAME) == name:
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _items(self) -> list[QStandardItem]:
        return [self._model.item(row) for row in range(self._model.rowCount())]

    def _fill(self, rows: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        self._model.clear()
        for name, use in rows:
            item = QStandardItem(f"{name} ({use})" if use else name)
            item.setData(name, NAME)
            item.setEditable(False)
            item.setCheckable(True)
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
            self._model.appendRow(item)
        self.setCurrentIndex(self._model.index(0, 0))
        self._dress()

    def _remember(self, index: QModelIndex) -> None:
        self._before = self._model.itemFromIndex(index).checkState()

    def _toggle(self, index: QModelIndex) -> None:
        item = self._model.itemFromIndex(index)
        if item.checkState() == self._before:  # the click was beside the box
            is_on = self._before == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)

    def _dress(self) -> None:
        rows = max(1, min(MOST_ROWS, self._model.rowCount()))
        self.setFixedHeight(rows * scaled(ITEM) + 2 * self.frameWidth())


def _use_of(folder: RemoteFolder) -> str:
    """Return what a folder is for, where its name does not say it."""
    use = USES.get(folder.special_use, "")
    return "" if use.split(" ", maxsplit=1)[0] in folder.name.casefold() else use


class FolderRow(FormRow):
    """The list with its button; ``asked`` when the server's folders are wanted."""

    asked = Signal()

    def __init__(self) -> None:
        self.list = FolderList()
        self.button = Button("List them", "folder", "quiet", small=True)
        self.button.setAccessibleName("List the server's folders")
        super().__init__("Folders", {FOLDER: self.list}, [(self.list, 1), (self.button, 0)])
        self.align_top(self.button)
        self.button.clicked.connect(lambda _checked=False: self.asked.emit())
        self.list.changed.connect(lambda: self.set_error(FOLDER, ""))
        self.set_hint(UNKNOWN)

    def show_folders(self, folders: Sequence[RemoteFolder]) -> None:
        """List what the server has."""
        self.list.show_folders(folders)
        self.set_hint("")
