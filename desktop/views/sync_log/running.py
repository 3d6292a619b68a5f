"""What runs now as rows above the log, syncs, backfills and downloads: how far, and Pause and Stop beside it."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.ids import BackfillId, MailboxId
from desktop.domain.syncing import Download, SyncProgress, SyncStage
from desktop.services import backfills
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Glyph, Label, Line
from desktop.ui.kit.progress import ProgressBar

ROW, BAR = 40, 160
DOING = {SyncStage.RUNNING: "Syncing", SyncStage.PAUSING: "Pausing after this batch:", SyncStage.PAUSED: "Paused:"}
HOLDS = {False: ("Pause", "pause"), True: ("Resume", "play")}
BACKFILLING = {
    BackfillState.RUNNING: "Backfill of {} for {}",
    BackfillState.WAITING: "Backfill of {} for {} waits",
    BackfillState.PAUSED: "Backfill of {} for {} is paused",
}

REST_OF_MAIL = "the rest of an email"
FINEST = 100_000
"""Into how many steps a bar is divided at most: a file may have more bytes than a bar has numbers."""

Act = Callable[[], object]


class RunningRow(QWidget):
    """Something that runs: what it is, how far, and a button that holds it and lets it go on, and one that ends it."""

    def __init__(self, name: str, hold: Act, resume: Act, stop: Act) -> None:
        super().__init__()
        self._acts = {False: hold, True: resume}
        self._is_held = False
        self.setFixedHeight(scaled(ROW))
        row = QHBoxLayout(self)
        row.setContentsMargins(scaled(16), 0, scaled(12), 0)
        row.setSpacing(scaled(12))
        self._glyph = Glyph("info")
        self.words, self.counted = ElidedLabel(""), Label("", "caption", "text3")
        self.bar = ProgressBar()
        self.bar.setFixedWidth(scaled(BAR))
        self.bar.setAccessibleName(f"Progress of {name}")
        self.hold = Button("Pause", "pause", small=True)
        self.hold.clicked.connect(lambda _checked=False: self._acts[self._is_held]())
        self.stop = Button("Stop", "x", small=True)
        self.stop.setAccessibleName(f"Stop {name}")
        self.stop.clicked.connect(lambda _checked=False: stop())
        self._name = name
        row.addWidget(self._glyph)
        row.addWidget(self.words, 1)
        for widget in (self.counted, self.bar, self.hold, self.stop):
            row.addWidget(widget)
        self._show_hold()
        widest = max(Button(text, icon, small=True).sizeHint().width() for text, icon in HOLDS.values())
        self.hold.setMinimumWidth(widest)

    def show_state(
        self,
        text: str,
        done: int,
        total: int,
        *,
        is_held: bool,
        waits: bool = False,
        count: Callable[[int], str] = words.number,
    ) -> None:
        """Show how far it is, as *count* writes it; a *total* of 0 is not known yet.

        What is held or *waits* does not move by itself.
        """
        self.words.setText(text)
        self._glyph.show_state("mute" if is_held or waits else "info")
        self.counted.setText(f"{count(done)} of {count(total)}" if total else "")
        self.bar.setRange(0, min(total, FINEST))
        self.bar.setValue(done * min(total, FINEST) // max(total, 1))
        if is_held is not self._is_held:
            self._is_held = is_held
            self._show_hold()

    def _show_hold(self) -> None:
        text, icon = HOLDS[self._is_held]
        self.hold.setText(text)
        self.hold.set_icon(icon)
        self.hold.setAccessibleName(f"{text} {self._name}")


class RunningSyncs(QWidget):
    """A row for each running sync, open backfill and mailbox whose files come, and no room when there is none."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._rows: dict[Hashable, RunningRow] = {}
        self._syncs: dict[MailboxId, SyncProgress] = {}
        self._backfills: dict[BackfillId, Backfill] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(Line())
        frame.sync.started.connect(self._started)
        frame.sync.progressed.connect(self._progressed)
        frame.sync.finished.connect(self._finished)
        frame.sync.downloading.connect(self._downloading)
        self.hide()
        for progress in frame.sync.running():
            self._progressed(progress)
        for download in frame.sync.downloads():
            self._downloading(download)

    def mailbox_ids(self) -> frozenset[MailboxId]:
        """Return the mailboxes that sync now."""
        return frozenset(self._syncs)

    def row(self, mailbox_id: MailboxId) -> RunningRow:
        """Return the row of a mailbox's sync."""
        return self._rows["sync", mailbox_id]

    def backfill_row(self, backfill_id: BackfillId) -> RunningRow:
        """Return the row of a backfill."""
        return self._rows["backfill", backfill_id]

    def download_row(self, mailbox_id: MailboxId) -> RunningRow:
        """Return the row of a mailbox's downloads."""
        return self._rows["download", mailbox_id]

    def show_backfills(self, open_ones: Sequence[Backfill]) -> None:
        """Show these backfills, and no others."""
        for gone in self._backfills.keys() - {one.id for one in open_ones}:
            del self._backfills[gone]
            self._drop(("backfill", gone))
        for one in open_ones:
            self._backfills[one.id] = one
            if ("backfill", one.id) not in self._rows:
                self._add(("backfill", one.id), self._row_of_backfill(one))
            text = BACKFILLING[one.state].format(words.counted(one.days, "day"), one.address)
            text = f"{text}: {one.reason}" if one.reason and one.state is not BackfillState.RUNNING else text
            is_held, waits = one.state is BackfillState.PAUSED, one.state is BackfillState.WAITING
            self.backfill_row(one.id).show_state(text, one.figures.done, one.total, is_held=is_held, waits=waits)

    def _row_of_backfill(self, one: Backfill) -> RunningRow:
        def order(turn: Callable[..., Any]) -> Act:
            return lambda: self._frame.ops.run(self, lambda uow, clock: turn(uow, self._backfills[one.id], clock))

        name = f"the backfill of {one.address}"
        return RunningRow(name, order(backfills.pause), order(backfills.resume), order(backfills.cancel))

    # --- syncs --------------------------------------------------------------------------------------------------------

    def _started(self, event: Any) -> None:
        self._progressed(SyncProgress(event.mailbox_id, event.address))

    def _progressed(self, progress: SyncProgress) -> None:
        mailbox_id, sync = progress.mailbox_id, self._frame.sync
        if mailbox_id not in self._syncs:
            row = RunningRow(
                f"the sync of {progress.address}",
                lambda: sync.pause(mailbox_id),
                lambda: sync.resume(mailbox_id),
                lambda: sync.cancel(mailbox_id),
            )
            self._add(("sync", mailbox_id), row)
        self._syncs[mailbox_id] = progress
        is_held = progress.stage is not SyncStage.RUNNING
        doing = DOING[progress.stage] if progress.folder or is_held else "Connecting to"
        text = f"{doing} {progress.address}{', ' + progress.folder if progress.folder else ''}"
        self.row(mailbox_id).show_state(text, progress.done, progress.total, is_held=is_held)

    def _finished(self, event: Any) -> None:
        if self._syncs.pop(event.mailbox_id, None) is not None:
            self._drop(("sync", event.mailbox_id))

    # --- files that follow their mail ---------------------------------------------------------------------------------

    def _downloading(self, told: Download) -> None:
        key, sync, mailbox_id = ("download", told.mailbox_id), self._frame.sync, told.mailbox_id
        if told.is_over:
            if key in self._rows:
                self._drop(key)
            return
        if key not in self._rows:
            row = RunningRow(
                f"the downloads of {told.address}",
                lambda: sync.hold_downloads(mailbox_id),
                lambda: sync.release_downloads(mailbox_id),
                lambda: sync.stop_downloads(mailbox_id),
            )
            self._add(key, row)
        text = f"{'Paused:' if told.is_held else 'Downloading'} {told.name or REST_OF_MAIL} for {told.address}"
        self.download_row(mailbox_id).show_state(text, told.done, told.total, is_held=told.is_held, count=words.size)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _add(self, key: Hashable, row: RunningRow) -> None:
        self._rows[key] = row
        self._column.insertWidget(self._column.count() - 1, row)
        self.setVisible(True)

    def _drop(self, key: Hashable) -> None:
        row = self._rows.pop(key)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._rows))
