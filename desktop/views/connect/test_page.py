"""The last page: what will be connected, the test of it as it goes on, the first sync, and what to do next."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.mailbox import Direction, Mailbox, MailboxState
from desktop.domain.probing import ARRIVE, Step
from desktop.domain.syncing import SyncFinished, SyncProgress
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.toasts import announce
from desktop.ui.words import number
from desktop.views.connect.facts import FactCard, TroubleNotes
from desktop.views.connect.outcome import Fact, errors_of, facts_of_first_sync
from desktop.views.connect.page import Foot, Page
from desktop.views.connect.rows import Tick
from desktop.views.connect.steps import StepList
from desktop.views.connect.watching import SyncWatch

SYNC, SEEN = "first_sync", "seen"
LOOK_AGAIN_MS = 5000
LEAD = "First the connection is tested; it is saved only when that goes well. Then the first sync starts by itself."


class TestPage(Page):
    """Tests, saves, syncs. What is carried out is asked of the wizard."""

    __test__ = False
    left = Signal()
    """A person goes elsewhere, to do what comes next."""
    skipped = Signal()
    """The test message is not to be waited for before saving."""

    def __init__(self, frame: Frame) -> None:
        super().__init__("Save and test the connection", LEAD)
        self._frame = frame
        self._mailbox: Mailbox | None = None
        self._since: datetime | None = None
        self._sends = self._was_asked = False
        self.is_running = self.is_over = False
        self.summary, self.steps, self.trouble = FactCard(), StepList(), TroubleNotes()
        self.send = Tick("Send one test message to itself and see it arrive")
        self.skip = Button("Skip waiting", None, "quiet", small=True)
        self.came, self.next = FactCard(), NextSteps()
        self.watch = SyncWatch(frame, self)
        self._look_again = QTimer(self, singleShot=True, interval=LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self._sync_again)
        self._assemble()
        self.watch.progressed.connect(self._progressed)
        self.watch.finished.connect(self._synced)
        self.skip.clicked.connect(lambda _on: self.skip_waiting())
        self.next.button.clicked.connect(lambda _on: self._go_to_next())

    # --- before -----------------------------------------------------------------------------------------------------

    def show_mailbox(self, facts: Sequence[Fact], *, can_send: bool, sends: bool) -> None:
        """Say what is going to be connected; with *sends* a test message is sent unless a person says no."""
        if sends and not self._was_asked:
            self._was_asked = True
            self.send.box.setChecked(True)
        self.heading.show_words("Save and test the connection", LEAD)
        self.summary.show_facts(facts)
        self.summary.show()
        self.steps.hide()
        self.send.setVisible(can_send)
        for part in (self.came, self.next, self.skip):
            part.hide()
        self.trouble.show_errors(())

    def foot(self) -> Foot:
        """Say what the button does now."""
        if self._mailbox is not None:
            return Foot("Done", back=False, cancel=False)
        if self.is_running:
            return Foot(
                "Save and test connection",
                can=False,
                why_not="The connection is being tested",
                back=False,
            )
        return Foot("Save and test connection")

    def set_busy(self, *, on: bool) -> None:
        """While something runs only the waiting for the test message can be ended."""
        self.send.box.setEnabled(not on)

    # --- while it goes on -------------------------------------------------------------------------------------------

    def begin(self, title: str) -> None:
        """A test has begun."""
        self.is_running = True
        self.steps.begin(title)
        announce(self, title)
        self.turned.emit()

    def tell(self, step: Step) -> None:
        """Show a step of the test."""
        self.steps.tell(step)
        self.skip.setVisible(step.name == ARRIVE and not step.is_over)

    def end(self, title: str) -> None:
        """The test is over, and nothing was saved."""
        self.is_running = False
        self.steps.end(title)
        self.skip.hide()
        self.turned.emit()

    def skip_waiting(self) -> None:
        """Wait no longer for the test message."""
        self.skip.hide()
        if self._mailbox is None:
            self.skipped.emit()
        else:
            self._finish()

    def tell_skipped(self) -> None:
        """Say that the test message is not waited for."""
        self.steps.stop_last()

    @property
    def is_saved(self) -> bool:
        """Whether the mailbox is saved: there is no way back any more."""
        return self._mailbox is not None

    def begin_sync(self, mailbox: Mailbox, *, sends: bool) -> None:
        """The mailbox is saved: follow its first sync."""
        self._mailbox, self._sends, self._since = mailbox, sends, self._frame.clock.now()
        self.is_running = False
        for part in (self.skip, self.summary, self.send):
            part.hide()
        self.heading.show_words(f"{mailbox.address} is saved", "Its first sync brings in what is there already.")
        if mailbox.state is not MailboxState.ACTIVE:
            self._finish()
            return
        self.watch.begin(mailbox.address)
        self.steps.say("Bringing in what is there")
        self.steps.tell(Step(SYNC, "imap", "First sync"))
        announce(self, self.name)
        self.turned.emit()

    def stop(self) -> None:
        """Follow nothing any more; the sync itself goes on."""
        self._look_again.stop()
        self.watch.stop()

    # --- the first sync ---------------------------------------------------------------------------------------------

    def _progressed(self, progress: SyncProgress) -> None:
        if progress.folder and not self._look_again.isActive():
            count = f"{number(progress.done)} of {number(progress.total)} messages in {progress.folder}"
            if self.steps.lines and self.steps.lines[-1].step.name == SYNC:
                self.steps.tell(Step(SYNC, "imap", f"First sync: {count}"))

    def _synced(self, finished: SyncFinished) -> None:
        receipt = finished.receipt
        if self.steps.lines[-1].step.name == SYNC:
            self.steps.tell(Step(SYNC, "imap", "First sync", receipt.seconds))
        self.trouble.show_errors(errors_of(receipt))
        self.came.show_facts(facts_of_first_sync(receipt))
        self.came.show()
        if not self._sends or receipt.error is not None:
            self._finish()
            return
        mailbox, since = self._mailbox, self._since
        if mailbox is not None and since is not None:
            self._frame.ops.read(self, lambda read: read.arrivals.own_message(mailbox.id, since), self._looked)

    def _looked(self, folder: str | None) -> None:
        mailbox = self._mailbox
        if mailbox is None or self.is_over:
            return
        if folder is not None:
            self.steps.tell(Step(SEEN, "smtp", f"Your test email came in by the sync, in {folder}", self._passed()))
            self._finish()
            return
        if self.steps.lines[-1].step.name != SEEN:
            self.steps.tell(Step(SEEN, "smtp", f"Waiting for your test email to {mailbox.address}"))
            announce(self, "Waiting for your test email")
        self.skip.show()
        self.look.emit(self.skip)
        self._look_again.start()

    def _sync_again(self) -> None:
        if self._mailbox is not None and not self.is_over:
            self.watch.begin(self._mailbox.address)
            self._frame.sync.sync_now(self._mailbox.id)

    def _finish(self) -> None:
        self.stop()
        self.is_over = True
        self.skip.hide()
        address = self._mailbox.address if self._mailbox is not None else ""
        went_well = not self.trouble.said()
        head = f"{address} is connected" if went_well else f"{address} is saved, but its first sync did not go through"
        self.heading.show_words(head, "" if went_well else "It is tried again by itself where that can help.")
        self.steps.end("What was tested")
        if self._mailbox is not None:
            self.next.show_for(self._mailbox)
        self.next.show()
        announce(self, self.name)
        self.turned.emit()
        self.look.emit(self.heading)

    def _passed(self) -> float:
        return 0.0 if self._since is None else (self._frame.clock.now() - self._since).total_seconds()

    def _go_to_next(self) -> None:
        mailbox = self._mailbox
        self.left.emit()
        if mailbox is not None and mailbox.direction is Direction.MANUAL:
            self._frame.doors.choose_messages(mailbox.id)
        else:
            self._frame.doors.go(Place("review"))

    def _assemble(self) -> None:
        skip = HBox(0)
        skip.addWidget(self.skip)
        skip.addStretch(1)
        parts: list[QWidget] = [self.summary, self.send, self.trouble, self.came, self.next, self.steps]
        for part in parts:
            self.column.addWidget(part)
        self.column.addLayout(skip)
        for later in (self.trouble, self.came, self.next, self.skip):
            later.hide()
        self.column.addStretch(1)


class NextSteps(QWidget):
    """What to do once a mailbox is connected."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("", "body", "text2", wrap=True)
        self.button = Button("", None, "quiet", small=True)
        column = VBox(4, 0, self)
        column.addWidget(Label("What to do next", "strong"))
        column.addWidget(self.words)
        line = HBox(0)
        line.addWidget(self.button)
        line.addStretch(1)
        column.addLayout(line)

    def show_for(self, mailbox: Mailbox) -> None:
        """Say it for this mailbox."""
        is_manual = mailbox.direction is Direction.MANUAL
        self.words.setText(_PICK if is_manual else _TRY.format(address=mailbox.address))
        self.button.setText("Choose messages" if is_manual else "Open Needs Review")
        self.button.set_icon("list-checks" if is_manual else "inbox")


_TRY = (
    "1. Send one safe test email to {address} from another account and see it come in.\n"
    "2. Review the matches: see that emails are filed with the right customers."
)
_PICK = "Nothing comes in by itself. Look through the server's messages and pick those that belong to a customer."
