"""The server's messages as a list to choose from; those that are here already cannot be chosen."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.browsing import RemoteEnvelope
from desktop.ui import words

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ENVELOPE = Role.UserRole
HERE = "here already"


class EnvelopesModel(QAbstractListModel):
    """Messages in the server's order, and which of them are chosen."""

    choice_changed = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self.rows: list[RemoteEnvelope] = []
        self._chosen: set[int] = set()

    # --- rows -------------------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[RemoteEnvelope]) -> None:
        """Show other messages; none of them is chosen."""
        self.beginResetModel()
        self.rows = list(rows)
        self._chosen.clear()
        self.endResetModel()
        self.choice_changed.emit()

    def add(self, rows: Sequence[RemoteEnvelope]) -> None:
        """Show more messages below; what was chosen stays so."""
        known = {one.ref for one in self.rows}
        new = [one for one in rows if one.ref not in known]
        if new:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(new) - 1)
            self.rows += new
            self.endInsertRows()

    # --- choosing ---------------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[int, ...]:
        """References of the messages chosen, in the order of the list."""
        return tuple(one.ref for one in self.rows if one.ref in self._chosen)

    @property
    def can_choose_more(self) -> bool:
        """Whether there is a message that could be chosen and is not."""
        return any(not one.is_here and one.ref not in self._chosen for one in self.rows)

    def is_chosen(self, row: int) -> bool:
        """Whether the message at a place is chosen."""
        return self.rows[row].ref in self._chosen

    def choose(self, rows: Iterable[int], *, on: bool) -> None:
        """Choose the messages at these places, or not any more; what is here already is left out."""
        touched = [row for row in rows if 0 <= row < len(self.rows) and not self.rows[row].is_here]
        refs = {self.rows[row].ref for row in touched}
        self._chosen = self._chosen | refs if on else self._chosen - refs
        if touched:
            self.dataChanged.emit(self.index(min(touched), 0), self.index(max(touched), 0), [Role.CheckStateRole])
        self.choice_changed.emit()

    def choose_all(self, *, on: bool) -> None:
        """Choose every message that is shown, or none."""
        self.choose(range(len(self.rows)), on=on)

    # --- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many messages are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is here already can be read and not be ticked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags if self.rows[index.row()].is_here else flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a message, its tick, or the whole row in a sentence."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        one = self.rows[index.row()]
        if role == ENVELOPE:
            return one
        if role == Role.CheckStateRole and not one.is_here:
            return Qt.CheckState.Checked if one.ref in self._chosen else Qt.CheckState.Unchecked
        if role in {Role.DisplayRole, Role.AccessibleTextRole}:
            return sentence_of(one, self.now(), is_chosen=one.ref in self._chosen)
        return words.exact(one.received_at) if role == Role.ToolTipRole else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Tick a message, as screen readers and the mouse do; returns whether that was possible."""
        if role != Role.CheckStateRole or not index.isValid() or self.rows[index.row()].is_here:
            return False
        self.choose([index.row()], on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def sender_of(one: RemoteEnvelope) -> str:
    """Return who wrote a message, by name where there is one."""
    return one.from_name or one.from_address or "Unknown sender"


def subject_of(one: RemoteEnvelope) -> str:
    """Return what a message is about."""
    return one.subject or "(no subject)"


def sentence_of(one: RemoteEnvelope, now: datetime, *, is_chosen: bool) -> str:
    """Return a message in a sentence, for a screen reader."""
    state = HERE if one.is_here else "chosen" if is_chosen else "not chosen"
    when = words.when(one.received_at, now)
    return f"{sender_of(one)}: {subject_of(one)}. {when}, {words.size(one.size_bytes)}, {state}."
