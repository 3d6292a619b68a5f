"""The dialog that changes a mailbox or takes its new password: tested first, errors beside fields, nothing lost."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError, SourceError
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.probing import ProbeReport, Step
from desktop.domain.source import RemoteFolder
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.messages import Note
from desktop.ui.sheet import Sheet
from desktop.ui.toasts import announce
from desktop.views.connect.draft import Needs, Problems, needs_test, problems_of, sorted_out, spot_of
from desktop.views.connect.form import MailboxForm
from desktop.views.connect.purpose import Purpose, purpose_for, words_of
from desktop.views.connect.receipt_view import ReceiptView
from desktop.views.connect.scope import ask_for_scope, concerns_scope
from desktop.views.connect.steps import StepList
from desktop.views.connect.work import MailboxWork, Wish

__all__ = ["MailboxDialog", "Purpose"]

NOTHING_SAVED = "Nothing was saved. What you filled in is still here."


class MailboxDialog(Sheet):
    """Asks about a mailbox, tests it, and stores it when the test went well; a reconnection ends with its receipt."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox, purpose: Purpose) -> None:
        self.purpose = purpose_for(purpose, mailbox)
        words = words_of(self.purpose, mailbox)
        super().__init__(parent, words.title, words.head, words.lead)
        self._frame, self._held = frame, mailbox
        self._wish: Wish | None = None
        self._can_stop = False
        self._is_saved = False
        self.form = MailboxForm(self.purpose, mailbox, frame.clock.now())
        self.happened = Note("bad", "", glyph=True)
        self.happened.hide()
        self.steps = StepList()
        self.test = Button("Test only", None, "quiet")
        self.save = Button(words.button, None, "primary")
        self.work = MailboxWork(frame, self)
        self.receipt = ReceiptView(frame)
        self.done_button = Button("Done", None, "primary")
        self._assemble()
        self._listen()
        self._name_button()
        self._read()

    # --- asking -----------------------------------------------------------------------------------------------------

    def submit(self, *, saves: bool) -> None:
        """Test what is filled in, and store it when that went well and *saves*; what is missing is said first."""
        self._forget_errors()
        wish = self._wished(saves=saves)
        if wish is None:
            return
        if saves and not self._has_to_be_tested(wish):
            self._store(wish)
            return
        self._begin("Testing the connection")
        self.work.test(wish)

    def _list_folders(self) -> None:
        self._forget_errors()
        wish = self._wished(saves=False)
        if wish is not None:
            self._begin("Asking the server for its folders")
            self.work.list_folders(wish)

    def _wished(self, *, saves: bool) -> Wish | None:
        """Return what is filled in as a mailbox, or None after saying what is missing."""
        draft = self.form.draft()
        wrong = problems_of(draft, self._needs()) | self.form.problems()
        if wrong:
            self._show_wrong(wrong)
            return None
        sends = self.form.wants_sending and not self._frame.is_demo
        self._wish = Wish(draft.changed_mailbox(self._held), self.form.password.secret(), saves=saves, sends=sends)
        return self._wish

    def _needs(self) -> Needs:
        return Needs(password=self.purpose is not Purpose.EDIT, own_servers_only=self._frame.is_demo)

    def _has_to_be_tested(self, wish: Wish) -> bool:
        if self.purpose is not Purpose.EDIT or wish.password is not None:
            return True
        return wish.sends or needs_test(self._held, wish.mailbox)

    def _store(self, wish: Wish, note: str = "") -> None:
        if wish.mailbox == self._held and wish.password is None:
            self.accept()
        elif self.purpose is Purpose.EDIT and concerns_scope(self._held, wish.mailbox):
            ask_for_scope(
                self._frame, self, (self._held, wish.mailbox), partial(self._save, wish, note), self.save.setFocus
            )
        else:
            self._save(wish, note)

    def _save(self, wish: Wish, note: str) -> None:
        self._set_busy(on=True, can_stop=False)
        self.work.save(wish, is_new=self._held.state is MailboxState.DISCONNECTED, note=note)

    # --- answers ----------------------------------------------------------------------------------------------------

    def _tested(self, report: ProbeReport) -> None:
        self._set_busy(on=False)
        if report.folders:
            self.form.show_folders(report.folders)
        if not report.is_good_enough:
            wrong, rest = sorted_out(report.failures)
            self._end("bad", "The test failed", f"{rest} {NOTHING_SAVED}".strip())
            self._show_wrong(wrong)
            return
        late = " ".join(step.error.what for step in report.failures if step.error is not None)
        if self._wish is not None and self._wish.saves:
            self._end("ok", "The connection works", late)
            if (wish := self._wished(saves=True)) is not None:  # the folder of sent mail is known only now
                self._store(wish, late)
            return
        self._end("ok", "The connection works", f"{late} Nothing is saved yet.".strip())
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _listed(self, folders: Sequence[RemoteFolder]) -> None:
        self._set_busy(on=False)
        self.form.show_folders(folders)
        self._end("ok", "The server's folders are listed", "Nothing is saved yet.")
        self.form.folders.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reveal(self.form.folders)

    def _failed(self, error: AppError) -> None:
        if not self.isVisible():
            self._frame.ops.troubled.emit(error)
            return
        self._set_busy(on=False)
        spot = spot_of(error.field, "") if isinstance(error, SourceError) else None
        self._end("bad", "It did not work", NOTHING_SAVED if spot else f"{error} {NOTHING_SAVED}")
        if spot is not None:
            self._show_wrong({spot: str(error)})

    def _saved(self, mailbox: Mailbox) -> None:
        if self.purpose is not Purpose.RECONNECT:
            self.accept()
            return
        self._set_busy(on=False)
        self._is_saved = True
        self.say("ok", "")
        for widget in (self.heading, self.happened, self.form, self.steps, self.test, self.save, self.cancel):
            widget.hide()
        self.form.password.line.clear()
        self.receipt.show()
        self.done_button.show()
        self.done_button.setDefault(True)
        self.done_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.receipt.begin(mailbox)
        self.fit()

    # --- showing ----------------------------------------------------------------------------------------------------

    def _begin(self, title: str) -> None:
        self._set_busy(on=True)
        self.steps.begin(title)
        announce(self, title)
        self.reveal(self.steps)

    def _end(self, state: str, title: str, note: str = "") -> None:
        self.steps.end(title)
        self.say(state, f"{title}. {note}".strip())

    def _stepped(self, step: Step) -> None:
        self.steps.tell(step)
        self.reveal(self.steps)

    def _show_wrong(self, wrong: Problems) -> None:
        fields = [self.form.show_error(spot, words) for spot, words in wrong.items()]
        if not fields:
            return
        announce(self, next(iter(wrong.values())))
        fields[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.reveal(fields[0].parentWidget() or fields[0])

    def _forget_errors(self) -> None:
        self.form.clear_errors()
        self.say("bad", "")

    def _set_busy(self, *, on: bool, can_stop: bool = True) -> None:
        """While something runs nothing can be changed, and Cancel ends it."""
        self._can_stop = on and can_stop
        self.form.set_read_only(on=on)
        self.cancel.setText("Stop" if self._can_stop else "Cancel")
        self.cancel.setAccessibleName("Stop the test" if self._can_stop else "Cancel")
        if on:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        for button in (self.save, self.test):
            button.setEnabled(not on)
            button.setToolTip("The connection is being tested" if on else "")

    def _name_button(self) -> None:
        """The main button says what it will do."""
        if self.purpose is not Purpose.EDIT:
            return
        draft = self.form.draft()
        is_tested = draft.has_password or self.form.wants_sending
        if not problems_of(draft, Needs(password=False)):
            is_tested = is_tested or needs_test(self._held, draft.changed_mailbox(self._held))
        self.save.setText("Test and save" if is_tested else "Save")

    def _show_health(self, health: Health) -> None:
        self.receipt.remember(health.last_sync)
        is_calm = health.state in {HealthState.HEALTHY, HealthState.PAUSED}
        words = "The connection works at the moment." if is_calm else f"What happened: {health.reason}"
        self.happened.show_note("info" if is_calm else "bad", words)
        self.happened.show()
        self.fit()

    # --- leaving ----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """End what runs; when nothing does, close."""
        if self._is_saved:
            self.accept()
            return
        if not self._can_stop:
            super().reject()
            return
        self.work.stop()
        self._set_busy(on=False)
        self._end("mute", "Stopped", NOTHING_SAVED)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs and close: the window's own button is not asked to be pressed twice."""
        self._can_stop = False
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Leave nothing running and no password behind."""
        self.work.stop()
        self.receipt.stop()
        self.form.password.line.clear()
        super().done(result)

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        for widget in (self.happened, self.form, self.steps, self.receipt):
            self.inside.addWidget(widget)
        self.receipt.hide()
        self.inside.addStretch(1)
        self.buttons.addWidget(self.test)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.save)
        self.buttons.addWidget(self.done_button)
        self.done_button.hide()
        self.save.setDefault(True)
        self.form.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _listen(self) -> None:
        self.form.edited.connect(self._name_button)
        self.form.servers.folded.connect(self.fit)
        self.form.folders.asked.connect(self._list_folders)
        self.save.clicked.connect(lambda _checked=False: self.submit(saves=True))
        self.test.clicked.connect(lambda _checked=False: self.submit(saves=False))
        self.done_button.clicked.connect(lambda _checked=False: self.accept())
        self.work.stepped.connect(self._stepped)
        self.work.tested.connect(self._tested)
        self.work.listed.connect(self._listed)
        self.work.failed.connect(self._failed)
        self.work.saved.connect(self._saved)

    def _read(self) -> None:
        if self.purpose is Purpose.RECONNECT:
            self._frame.ops.read(self, lambda read: read.mailboxes.health(self._held.id), self._show_health)
