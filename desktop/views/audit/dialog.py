"""The dialog of a mailbox's audit: the server is asked when it opens, and what is missing can be brought in."""

import csv
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.activity import Fix
from desktop.domain.audit import AuditReport, PastAudit
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import fix_of
from desktop.services.saving import whole_file
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.ops import Job
from desktop.ui.preview.dialogs import ask_file
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted, number
from desktop.views.audit.comparing import Comparing
from desktop.views.audit.model import TITLES, AuditModel
from desktop.views.audit.past import SHOWN, PastAudits
from desktop.views.audit.table import AuditTable
from desktop.views.audit.words import head_words, lead_words, note_words

ASKING = "Comparing with the server"
ASKING_LEAD = "Every message number of each folder against what has a verdict here. Looking changes nothing."
AGAIN = "Try again"
MENDS = {
    Fix.RECONNECT: "Reconnect…",
    Fix.SETTINGS: "Change settings…",
    Fix.FOLDERS: "Choose folders…",
}
TALL = 640
TABLE = 220


class AuditDialog(Sheet):
    """Opened for one mailbox. It can be closed at any time: a repair under way goes on, as any sync does."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        super().__init__(parent, f"Audit {mailbox.address}", ASKING, ASKING_LEAD)
        self._frame, self._mailbox = frame, mailbox
        self.report: AuditReport | None = None
        self._fix = Fix.NONE
        self.comparing = Comparing(frame, mailbox, self)
        self.model = AuditModel(frame.clock.now, self)
        self.table, self.past = AuditTable(self.model), PastAudits()
        self.progress, self.at = ProgressBar(thick=True, name="Audit"), Label("", "caption", "text2")
        self.note = Note("warn", "", glyph=True)
        self.said = EmptyState("mail-search", "", "")
        self._loading, self._stack = LoadingRows(6, 28), QStackedWidget()
        self.export, self.again = Button("Export…", "download"), Button("Audit again", "refresh-cw")
        self.repair = Button("Repair", "check-check", "primary")
        self._assemble()
        self._listen()
        self._read_past()
        self._begin()

    # --- asking -----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Ask the server, if the mailbox is one that is synced."""
        self.say("ok", "")
        self.report = None
        if self._mailbox.state is not MailboxState.ACTIVE:
            self._show_at_rest()
            return
        self._show_asking(ASKING, ASKING_LEAD)
        self.progress.setRange(0, 0)
        self.comparing.begin()
        self._show_foot()

    def _repair(self) -> None:
        report = self.report
        if report is None:
            return
        count = report.tally.holes + report.tally.waiting
        words = f"Bringing in {counted(count, 'message')}" if count else "Putting it right"
        self._show_asking(words, "In the ordinary way: each gets its verdict, and what people decided stays.")
        self.progress.setRange(0, 0)
        self.comparing.repair(report)
        self._show_foot(is_repairing=True)

    def _cancel(self) -> None:
        if self.comparing.is_repairing:
            self.comparing.stop_repair()
        else:
            self.reject()

    def _read_past(self) -> None:
        mailbox_id = self._mailbox.id
        self._frame.ops.read(self, lambda read: _past(read, mailbox_id), self._show_past, slot="past")

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_asking(self, head: str, lead: str) -> None:
        self.heading.show_words(head, lead)
        self.at.setText("")
        self.note.hide()
        for part in (self.progress, self.at):
            part.show()
        self._stack.setCurrentWidget(self._loading)

    def _show_at_rest(self) -> None:
        """Say why a mailbox that is not synced is not asked."""
        state = self._mailbox.state.value
        self._show_words("circle-pause", f"The mailbox is {state}", "It is compared only while it is synced.")
        self.heading.show_words(f"Audit {self._mailbox.address}", "")
        self._show_foot()

    def _on_progress(self, folder: str, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.at.setText(f"{folder}: {number(done)} of {number(total)}" if total else folder)

    def _show_report(self, report: AuditReport) -> None:
        if isinstance(report.error, AppError) and not report.folders:
            self._fail(report.error)
            return
        self.report = report
        self.heading.show_words(head_words(report), lead_words(report, self._frame.clock.now()))
        self._tell(*note_words(report))
        self.model.show_report(report)
        if self.model.lines:
            self.table.show_first()
            self._end_asking(self.table)
        else:
            there = number(report.on_server)
            sentence = f"The server has {there} messages, none of them since the day this mailbox is synced from."
            empty = "There is nothing to compare" if report.on_server else "The folders are empty"
            self._show_words("inbox", empty, sentence if report.on_server else "The server has no message in them.")
        self._show_foot()
        (self.repair if self.repair.isVisibleTo(self) else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)
        self._read_past()

    def _fail(self, error: AppError) -> None:
        """Say why nothing can be told; what was known before is not shown any more."""
        is_offline = error.code is ReasonCode.OFFLINE
        self.heading.show_words(f"Audit {self._mailbox.address}", "")
        self.note.hide()
        icon, mend = "wifi-off" if is_offline else "triangle-alert", MENDS.get(fix_of(error.code), "")
        buttons = (mend, AGAIN) if mend else (AGAIN, "")
        self._show_words(icon, error.what, f"{error.meaning} {error.action}".strip(), *buttons)
        self._fix = fix_of(error.code)
        self._show_foot()
        self._read_past()

    def _press(self, button: str) -> None:
        """Do what a button beside an error says: mend it in its own dialog, or ask again."""
        if button == AGAIN:
            self._begin()
            return
        doors, mailbox_id = self._frame.doors, self._mailbox.id
        self.accept()
        (doors.reconnect if self._fix is Fix.RECONNECT else doors.edit_mailbox)(mailbox_id)

    def _show_words(self, icon: str, title: str, sentence: str, primary: str = "", secondary: str = "") -> None:
        self.said.icon.show_icon(icon, "text3")
        self.said.show_words(title, sentence, primary, secondary)
        self._end_asking(self.said)

    def _end_asking(self, widget: QWidget) -> None:
        for part in (self.progress, self.at):
            part.hide()
        self._stack.setCurrentWidget(widget)
        self.fit()

    def _tell(self, state: str, words: str) -> None:
        self.note.show_note(state, words)
        self.note.setVisible(bool(words))

    def _show_past(self, past: list[PastAudit]) -> None:
        self.past.show_past(past, self._frame.clock.now())
        self.fit()

    def _show_foot(self, *, is_repairing: bool = False) -> None:
        report = self.report
        is_busy = is_repairing or self.comparing.is_asking
        can_repair = report is not None and not is_busy and report.is_to_be_mended
        self.repair.setVisible(can_repair)
        self.again.setVisible(not is_busy and self._mailbox.state is MailboxState.ACTIVE and report is not None)
        self.export.setVisible(not is_busy and bool(report is not None and self.model.lines))
        self.cancel.setText("Stop" if is_repairing else "Cancel" if is_busy else "Close")
        self.cancel.setDefault(not can_repair)
        self.repair.setDefault(can_repair)

    # --- taking it along --------------------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        name = f"audit {self._mailbox.address} {self._frame.clock.now().astimezone():%Y-%m-%d}.csv"
        ask_file(self, self._frame.state, "Export the report", name, self.export_to, kind="CSV (*.csv)")

    def export_to(self, path: Path) -> None:
        """Write the table, as it is sorted now, to a file."""
        rows = [list(TITLES), *map(self.model.cells, range(self.model.rowCount()))]
        self._frame.ops.work(
            self,
            partial(_write, rows, path),
            lambda _done: self.say("ok", f"Exported to {path.name}."),
            failed=self._lost,
        )

    def _lost(self, error: AppError) -> None:
        self.say("bad", str(error))

    # --- making -----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Be as tall in each state, so that no button moves."""
        wanted = super().sizeHint()
        room = self.screen().availableSize() - QSize(scaled(32), scaled(64))
        return QSize(wanted.width(), max(wanted.height(), scaled(TALL))).boundedTo(room)

    def _assemble(self) -> None:
        for widget in (self._loading, self.table, self.said):
            self._stack.addWidget(widget)
        self._stack.setMinimumHeight(scaled(TABLE))
        asking = VBox(4)
        for part in (self.progress, self.at):
            asking.addWidget(part)
        self.inside.addLayout(asking)
        self.inside.addWidget(self.note)
        self.inside.addWidget(self._stack, 1)
        self.inside.addWidget(self.past)
        self.buttons.addWidget(self.export)
        self.buttons.addWidget(self.again)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.repair)

    def _listen(self) -> None:
        self.cancel.clicked.disconnect()
        self.cancel.clicked.connect(lambda _on: self._cancel())
        self.repair.clicked.connect(lambda _on: self._repair())
        self.again.clicked.connect(lambda _on: self._begin())
        for button in (self.said.primary, self.said.secondary):
            button.clicked.connect(lambda _on, pressed=button: self._press(pressed.text()))
        self.export.clicked.connect(lambda _on: self._ask_file())
        self.comparing.progressed.connect(self._on_progress)
        self.comparing.compared.connect(self._show_report)
        self.comparing.failed.connect(self._fail)

    def done(self, result: int) -> None:
        """End the asking, if it goes on."""
        self.comparing.stop()
        super().done(result)


def _past(read: Any, mailbox_id: Any) -> list[PastAudit]:
    found: list[PastAudit] = read.audits.of(mailbox_id, limit=SHOWN)
    return found


def _write(rows: list[list[str]], path: Path, _job: Job) -> None:
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
