"""Testing a mailbox as it is stored: nothing is saved, one message is sent only where somebody ticks it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.domain.probing import ProbeReport
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.sheet import Sheet
from desktop.views.connect.rows import Tick
from desktop.views.connect.steps import StepList
from desktop.views.connect.work import MailboxWork, Wish

LEAD = "Postroom signs in as for a sync and opens the folders read-only. Nothing is changed, here or there."
SEND = "Send one test message to itself and see it arrive"
NO_SENDING = "No server for sending is set, so sending cannot be tested."


class TestSheet(Sheet):
    """Every step as it is taken, with what went wrong beside it. *sends*: the test of sending is ticked already."""

    __test__ = False

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox, *, sends: bool = False) -> None:
        super().__init__(parent, f"Test {mailbox.address}", f"Test the connection of {mailbox.address}", LEAD)
        self._mailbox = mailbox
        self.send = Tick(SEND if mailbox.smtp is not None else NO_SENDING)
        self.send.box.setEnabled(mailbox.smtp is not None)
        self.send.box.setChecked(sends and mailbox.smtp is not None)
        self.steps = StepList()
        self.test = Button("Test", "zap", "primary")
        self.work = MailboxWork(frame, self)
        self._can_stop = False
        self._assemble()
        self.work.stepped.connect(self._stepped)
        self.work.tested.connect(self._tested)
        self.work.failed.connect(self._failed)
        self.test.clicked.connect(lambda _checked=False: self._begin())

    def _begin(self) -> None:
        self.say("ok", "")
        self._set_busy(on=True)
        self.steps.begin("Testing the connection")
        self.work.test(Wish(self._mailbox, None, sends=self.send.is_on))

    def _stepped(self, step: object) -> None:
        self.steps.tell(step)  # type: ignore[arg-type]  # a signal carries any object
        self.reveal(self.steps)

    def _tested(self, report: ProbeReport) -> None:
        self._set_busy(on=False)
        if report.ok:
            did_send = "It sends and receives." if self.send.is_on else "It can be read."
            self._end("ok", f"The connection works. {did_send}")
            return
        errors = " ".join(str(step.error) for step in report.failures if step.error is not None)
        self._end("warn" if report.is_good_enough else "bad", errors)

    def _failed(self, error: AppError) -> None:
        self._set_busy(on=False)
        self._end("bad", str(error))

    def _end(self, state: str, words: str) -> None:
        self.steps.end("Done" if state == "ok" else "It did not go well")
        self.say(state, words)
        self.test.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_busy(self, *, on: bool) -> None:
        self._can_stop = on
        self.test.setEnabled(not on)
        self.test.setText("Test" if on or not self.steps.lines else "Test again")
        self.send.box.setEnabled(not on and self._mailbox.smtp is not None)
        self.cancel.setText("Stop" if on else "Close")
        if on:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        """End the test; when none runs, close."""
        if not self._can_stop:
            super().reject()
            return
        self.work.stop()
        self._set_busy(on=False)
        self._end("mute", "Stopped.")

    def done(self, result: int) -> None:
        """Leave nothing running."""
        self.work.stop()
        super().done(result)

    def _assemble(self) -> None:
        self.inside.addWidget(self.send)
        self.inside.addWidget(self.steps)
        self.inside.addStretch(1)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.test)
        self.cancel.setText("Close")
        self.test.setDefault(True)
        self.test.setFocus(Qt.FocusReason.OtherFocusReason)
