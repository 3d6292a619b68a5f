"""What stands in the preview while several emails are selected: how many, from whom, and what an assignment does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.rows import EmailRow
from desktop.ui import words
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Avatar, ElidedLabel, Icon, Label, Line, follow_theme
from desktop.ui.preview.verdicts import sender_of

LOOKED_AT = 1000
"""So many of the selected emails are looked at for their senders."""
SENDERS = 8


@dataclass(frozen=True, slots=True)
class Selection:
    """Several emails: how many there are, and the first of them."""

    count: int
    rows: Sequence[EmailRow]

    @property
    def is_whole(self) -> bool:
        """Whether every one of them was looked at."""
        return self.count <= len(self.rows)

    def senders(self) -> list[tuple[str, str, int]]:
        """Return (name, address, emails) of each sender, the most frequent first."""
        counts = Counter(row.from_address for row in self.rows)
        names = {row.from_address: sender_of(row) for row in reversed(self.rows)}
        return [(names[address], address, count) for address, count in counts.most_common()]

    def days(self, now: datetime) -> str:
        """Return when the emails came: ``10 today, 2 yesterday``."""
        names = Counter(words.day(row.received_at or row.stored_at, now) for row in self.rows)
        close = {name: names.pop(name, 0) for name in ("Today", "Yesterday")}
        counts = {**{name.lower(): count for name, count in close.items()}, "earlier": names.total()}
        return ", ".join(f"{words.number(count)} {name}" for name, count in counts.items() if count)


class SelectionSummary(QWidget):
    """Shows a selection."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Label("", "section")
        self.caption = Label("", "caption", "text3", wrap=True)
        self._list = QVBoxLayout()
        self._acts = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._head = QVBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.caption)
        self._column.addLayout(self._head)
        self._column.addWidget(Line())
        self._column.addLayout(self._list)
        self._column.addLayout(self._acts)
        self._column.addStretch(1)
        follow_theme(self._dress)

    def show_selection(self, selection: Selection, now: datetime) -> None:
        """Show a selection; days are named as they are called *now*."""
        senders, days = selection.senders(), selection.days(now)
        self.title.setText(f"{words.counted(selection.count, 'email')} selected")
        if selection.is_whole:
            who = words.counted(len(senders), "sender")
        else:
            who = f"The newest {words.number(len(selection.rows))} are from {words.counted(len(senders), 'sender')}"
        self.caption.setText(", ".join(part for part in (who, days) if part))
        _empty(self._list)
        for name, address, count in senders[:SENDERS]:
            self._list.addWidget(_SenderLine(name, address, count))
        if len(senders) > SENDERS:
            more = Label(
                f"and {words.counted(len(senders) - SENDERS, 'more sender', 'more senders')}", "caption", "text3"
            )
            more.setContentsMargins(scaled(8), scaled(8), 0, 0)
            self._list.addWidget(more)
        _empty(self._acts)
        self._acts.addWidget(Line(color="line"))
        title = Label("What an assignment does", "strong")
        title.setContentsMargins(0, scaled(8), 0, 0)
        self._acts.addWidget(title)
        everything = f"Files all {words.number(selection.count)} on the timeline of the customer you choose"
        for icon, sentence in (("history", everything), ("undo-2", "One undo takes everything back")):
            self._acts.addWidget(_Promise(icon, sentence))

    def _dress(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._head.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._head.setSpacing(scaled(4))
        self._list.setContentsMargins(scaled(8), scaled(8), scaled(8), scaled(12))
        self._list.setSpacing(0)
        self._acts.setContentsMargins(scaled(16), 0, scaled(16), scaled(12))
        self._acts.setSpacing(scaled(8))


class _SenderLine(QWidget):
    def __init__(self, name: str, address: str, count: int) -> None:
        super().__init__()
        self.setFixedHeight(scaled(38))
        row = QHBoxLayout(self)
        row.setContentsMargins(scaled(8), 0, scaled(8), 0)
        row.setSpacing(scaled(8))
        row.addWidget(Avatar(name, 24))
        row.addWidget(ElidedLabel(name))
        if address and address != name:
            row.addWidget(Label(words.local_part(address), "caption", "text3"))
        row.addStretch(1)
        row.addWidget(Label(words.counted(count, "email"), "caption", "text3"))
        self.setToolTip(address)


class _Promise(QWidget):
    def __init__(self, icon: str, sentence: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(8))
        row.addWidget(Icon(icon))
        row.addWidget(Label(sentence, "body", "text2", wrap=True), 1)


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
