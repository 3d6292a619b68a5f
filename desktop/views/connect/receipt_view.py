"""The sync after a reconnection, as it goes on, and its receipt: the gap, what came of it, and what went wrong."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.recovery import Recovery
from desktop.domain.syncing import SyncFinished, SyncProgress
from desktop.services.recovery import recovery_of
from desktop.ui.frame import Frame
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.sheet import Heading
from desktop.ui.toasts import announce
from desktop.ui.words import number
from desktop.views.connect.facts import FactCard, TroubleNotes
from desktop.views.connect.marks import Tile
from desktop.views.connect.outcome import Fact, errors_of, facts_of_recovery
from desktop.views.connect.watching import SyncWatch

PAUSED = "It is paused: nothing is synced until it is resumed. What waits at the provider comes in then."


class ReceiptView(QWidget):
    """Shown once a mailbox is reconnected. ``over`` when there is no more to wait for."""

    over = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._mailbox: Mailbox | None = None
        self._last_sync: datetime | None = None
        self._since = frame.clock.now()
        self.watch = SyncWatch(frame, self)
        self.heading, self._tile = Heading("", ""), Tile("refresh-cw")
        self.bar, self.progress = ProgressBar(thick=True, name="The sync is running"), Label("", "caption", "text3")
        self.facts, self.trouble = FactCard(), TroubleNotes()
        self._assemble()
        self.watch.progressed.connect(self._progressed)
        self.watch.finished.connect(self._done)

    def remember(self, last_sync: datetime | None) -> None:
        """Note when the mailbox was synced last, before it is reconnected."""
        self._last_sync = last_sync

    def begin(self, mailbox: Mailbox) -> None:
        """The mailbox is reconnected: follow the sync that comes now."""
        self._mailbox, self._since = mailbox, self._frame.clock.now()
        self.facts.hide()
        self.trouble.show_errors(())
        if mailbox.state is not MailboxState.ACTIVE:
            self._say("ok", "circle-check", f"{mailbox.address} is reconnected", PAUSED)
            self._end()
            return
        self.watch.begin(mailbox.address)
        lead = "Everything that came since the last sync is brought in now."
        self._say("info", "refresh-cw", f"{mailbox.address} is reconnected", lead)
        self.bar.setRange(0, 0)
        self.bar.show()

    def stop(self) -> None:
        """Follow it no more; the sync itself goes on."""
        self.watch.stop()

    def _progressed(self, progress: SyncProgress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        words = f"{number(progress.done)} of {number(progress.total)} messages in {progress.folder}"
        self.progress.setText(words if progress.folder else "Looking at the folders")
        self.progress.show()

    def _done(self, finished: SyncFinished) -> None:
        self.watch.stop()
        receipt, last, since = finished.receipt, self._last_sync, self._since
        self._frame.ops.read(
            self,
            lambda read: recovery_of(read, finished.mailbox_id, receipt, last_sync=last, since=since),
            lambda recovery: self.show_receipt(finished, recovery),
        )

    def show_receipt(self, finished: SyncFinished, recovery: Recovery) -> None:
        """Show what the sync came to, as it is."""
        errors = errors_of(finished.receipt)
        self.facts.show_facts(facts_of_recovery(recovery, finished.receipt, self._frame.clock.now()))
        self.facts.show()
        self.trouble.show_errors(errors)
        if errors:
            words = (
                "What could be read is here; the rest comes with a later sync, or once what is said below is mended."
            )
            self._say("warn", "triangle-alert", "It is reconnected, but the sync did not go through", words)
        else:
            self._say("ok", "circle-check", f"{finished.address} is reconnected", f"{recovery.words}.")
        self._end()

    def _end(self) -> None:
        self.bar.hide()
        self.progress.hide()
        self.over.emit()

    def _say(self, tint: str, icon: str, head: str, lead: str) -> None:
        self._tile.show_icon(icon, tint)
        self.heading.show_words(head, lead)
        announce(self, f"{head}. {lead}")

    def said(self) -> list[str]:
        """What it says, for tests."""
        return [self.heading.head.text(), self.heading.lead.text(), *self.trouble.said(), *self._facts_said()]

    def _facts_said(self) -> list[str]:
        return [] if self.facts.isHidden() else self.facts.said()

    def _assemble(self) -> None:
        head = HBox(16)
        head.addWidget(self._tile)
        head.addWidget(self.heading, 1, Qt.AlignmentFlag.AlignTop)
        column = VBox(16, 0, self)
        column.addLayout(head)
        bar = VBox(4)
        bar.addWidget(self.bar)
        bar.addWidget(self.progress)
        column.addLayout(bar)
        for part in (self.trouble, self.facts):
            column.addWidget(part)
        column.addStretch(1)
        self.bar.hide()
        self.progress.hide()
        self.facts.show_facts([Fact("", "")])
        self.facts.hide()
