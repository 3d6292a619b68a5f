"""A customer's mail by days, newest first: read in pages as one scrolls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.ids import EmailId
from desktop.domain.rows import EmailRow
from desktop.ui import words
from desktop.ui.tables import ROW

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Day:
    """The caption above a day's mail."""

    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One email in the timeline; ``waits`` is mail that somebody has still to look at."""

    email_id: EmailId
    time: str
    title: str
    subject: str
    is_inbound: bool
    waits: bool
    sentence: str


TimelineRow = Day | Event


class TimelineModel(QAbstractListModel):
    """Days and emails."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._emails: list[EmailRow] = []
        self._rows: list[TimelineRow] = []

    @property
    def emails(self) -> Sequence[EmailRow]:
        """The emails listed."""
        return self._emails

    def show(self, emails: Sequence[EmailRow]) -> None:
        """Show these emails, newest first."""
        if list(emails) == self._emails:
            return
        self.beginResetModel()
        self._emails = list(emails)
        self._rows = _by_days(self._emails, self._now())
        self.endResetModel()

    def append(self, older: Sequence[EmailRow]) -> None:
        """Add older emails at the end."""
        rows = _by_days([*self._emails, *older], self._now())
        if len(rows) > len(self._rows):
            self.beginInsertRows(QModelIndex(), len(self._rows), len(rows) - 1)
            self._emails += older
            self._rows = rows
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are, captions too."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A day cannot be chosen."""
        if index.isValid() and isinstance(self._rows[index.row()], Day):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row, or its sentence."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return row.text if isinstance(row, Day) else row.sentence
        return None


def _by_days(emails: Sequence[EmailRow], now: datetime) -> list[TimelineRow]:
    rows: list[TimelineRow] = []
    before = ""
    for email in emails:
        if email.id is None:
            continue
        at = email.received_at
        day = words.day(at, now) if at is not None else "Without a date"
        if day != before:
            rows.append(Day(day))
            before = day
        rows.append(_event(email, email.id, day))
    return rows


def _event(email: EmailRow, email_id: EmailId, day: str) -> Event:
    is_inbound = email.direction != "outbound"
    who = email.from_name or email.from_address or "Unknown sender"
    title = (
        f"{who} to {words.local_part(email.mailbox)}"
        if is_inbound
        else f"{words.local_part(email.mailbox)} to {email.to}"
    )
    time = words.clock_time(email.received_at) if email.received_at is not None else ""
    subject = email.subject or "(no subject)"
    waits = email.needs_review
    sentence = f"{day} {time}, {title}: {subject}{'. Waits for review' if waits else ''}"
    return Event(email_id, time, title, subject, is_inbound, waits, sentence)
