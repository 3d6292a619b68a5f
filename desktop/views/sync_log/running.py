"""Running syncs as rows above the log: how far, and Pause and Stop beside it."""

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.ids import MailboxId
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Glyph, Label, Line
from desktop.ui.kit.progress import ProgressBar

ROW = 40


class RunningRow(QWidget):
    """One running sync."""

    def __init__(self, frame: Frame, mailbox_id: MailboxId, address: str) -> None:
        super().__init__()
        self._frame, self._mailbox_id, self._address = frame, mailbox_id, address
        self._is_held = False
        self.setFixedHeight(scaled(ROW))
        row = QHBoxLayout(self)
        row.setContentsMargins(scaled(16), 0, scaled(12), 0)
        row.setSpacing(scaled(12))
        self._words, self._counted = ElidedLabel(""), Label("", "caption", "text3")
        self._bar = ProgressBar()
        self._bar.setFixedWidth(scaled(200))
        self._bar.setAccessibleName(f"Progress of {address}")
        self._hold = Button("Pause", "pause", small=True)
        self._hold.clicked.connect(lambda _checked=False: self._toggle())
        stop = Button("Stop", "x", small=True)
        stop.setAccessibleName(f"Stop the sync of {address}")
        stop.clicked.connect(lambda _checked=False: frame.sync.cancel(mailbox_id))
        row.addWidget(Glyph("info"))
        row.addWidget(self._words, 1)
        row.addWidget(self._counted)
        row.addWidget(self._bar)
        row.addWidget(self._hold)
        row.addWidget(stop)
        self.show_progress("", 0, 0)

    def show_progress(self, folder: str, done: int, total: int) -> None:
        """Show how far it is."""
        doing = "Paused" if self._is_held else "Syncing" if folder else "Connecting to"
        self._words.setText(f"{doing} {self._address}{', ' + folder if folder else ''}")
        self._counted.setText(f"{words.number(done)} of {words.number(total)}" if total else "")
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _toggle(self) -> None:
        self._is_held = not self._is_held
        if self._is_held:
            self._frame.sync.pause(self._mailbox_id)
        else:
            self._frame.sync.resume(self._mailbox_id)
        self._hold.setText("Resume" if self._is_held else "Pause")
        self._hold.set_icon("play" if self._is_held else "pause")
        self._words.setText(("Paused " if self._is_held else "Syncing ") + self._address)


class RunningSyncs(QWidget):
    """A row for each running sync, and no room when none runs."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._rows: dict[MailboxId, RunningRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(Line())
        frame.sync.started.connect(self._started)
        frame.sync.progressed.connect(self._progressed)
        frame.sync.finished.connect(self._finished)
        self.hide()

    def mailbox_ids(self) -> frozenset[MailboxId]:
        """Return the mailboxes that sync now."""
        return frozenset(self._rows)

    def row(self, mailbox_id: MailboxId) -> RunningRow:
        """Return a mailbox's row."""
        return self._rows[mailbox_id]

    def _started(self, event: Any) -> None:
        if event.mailbox_id not in self._rows:
            row = RunningRow(self._frame, event.mailbox_id, event.address)
            self._rows[event.mailbox_id] = row
            self._column.insertWidget(self._column.count() - 1, row)
        self.setVisible(bool(self._rows))

    def _progressed(self, event: Any) -> None:
        self._started(event)
        self._rows[event.mailbox_id].show_progress(event.folder, event.done, event.total)

    def _finished(self, event: Any) -> None:
        row = self._rows.pop(event.mailbox_id, None)
        if row is not None:
            row.hide()
            row.deleteLater()
        self.setVisible(bool(self._rows))
