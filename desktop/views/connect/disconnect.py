"""Disconnecting a mailbox: what depends on it, what stays, what is ended, and what to do before telling the others."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.dependents import Dependents, note_to_team
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Icon, Label, Line
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.sheet import Sheet
from desktop.ui.words import local_part
from desktop.views.connect.consequences import Act, Consequence, consequences
from desktop.views.connect.work import commit

LEAD = "It is not synced any more. Nothing changes at the server, and you can connect it again at any time."


class DisconnectDialog(Sheet):
    """Asks once, because what is ended at the provider cannot be undone; then says what came of it."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        super().__init__(parent, f"Disconnect {mailbox.address}", f"Disconnect {mailbox.address}?", LEAD)
        self._frame, self._mailbox = frame, mailbox
        self._depends: Dependents | None = None
        self.lines: list[str] = []
        self.acts: dict[str, Button] = {}
        self._card = Card()
        self._column = VBox(0, (16, 4, 16, 4), self._card)
        self._loading: QWidget = LoadingRows(3, 48)
        self._column.addWidget(self._loading)
        self.disconnect_button = Button(f"Disconnect {local_part(mailbox.address)}", "unplug", "danger_filled")
        self.disconnect_button.setAccessibleName(f"Disconnect {mailbox.address}")
        self.disconnect_button.clicked.connect(lambda _checked=False: self._go())
        self.inside.addWidget(self._card)
        self.inside.addStretch(1)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.disconnect_button)
        self.cancel.setDefault(True)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        frame.ops.read(self, lambda read: read.dependents.of(mailbox.id), self._show, failed=self._not_counted)

    def _show(self, depends: Dependents) -> None:
        self._depends = depends
        self._list(consequences(self._mailbox, depends))

    def _not_counted(self, error: AppError) -> None:
        self._list(consequences(self._mailbox, Dependents(sends=self._mailbox.smtp is not None)))
        self.say("bad", f"What depends on it could not be counted. {error}")

    def _list(self, lines: Sequence[Consequence]) -> None:
        self._loading.hide()
        for at, one in enumerate(lines):
            if at:
                self._column.addWidget(Line(color="line"))
            shown = _ConsequenceLine(one)
            for act, button in shown.buttons.items():
                button.clicked.connect(partial(self._do, act))
                self.acts[act.words] = button
            self._column.addWidget(shown)
            shown.show()
            self.lines.append(f"{one.what}. {one.more}")
        self._card.setAccessibleName(" ".join(self.lines))
        self.setAccessibleDescription(" ".join(self.lines))
        self.fit()

    # --- acts -------------------------------------------------------------------------------------------------------

    def _do(self, act: Act, _checked: Any = None) -> None:
        if act.page:
            QDesktopServices.openUrl(QUrl(act.page))
        elif act.tests:
            self._test(act.tests)
        else:
            QGuiApplication.clipboard().setText(note_to_team(self._mailbox, self._depends or Dependents()))
            self._frame.doors.toast("The note is copied. Paste it where the team reads it.")

    def _test(self, address: str) -> None:
        def found(mailbox: Mailbox | None) -> None:
            if mailbox is not None:
                self._frame.doors.test_mailbox(mailbox.id)

        self._frame.ops.read(self, lambda read: read.mailboxes.by_address(address), found, slot="replacement")

    def _go(self) -> None:
        self.say("info", "Ending the sign-in at the provider" if self._mailbox.oauth is not None else "")
        self.disconnect_button.setEnabled(False)
        frame, mailbox, said = self._frame, self._mailbox, list[str]()
        frame.sync.cancel(mailbox.id)

        def task(_job: object) -> tuple[Mailbox, ChangeSet]:
            kept, change = frame.connections.disconnect(mailbox)
            said.append(change.words)
            return kept, change

        commit(frame, self, task, lambda _kept: self._gone(said[0]), self._refused)

    def _gone(self, words: str) -> None:
        """Stay, to say how it went and for what is still to be done; with nothing to do, close."""
        if not self.acts:
            self.accept()
            return
        self.disconnect_button.hide()
        self.cancel.setText("Close")
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.say("ok", f"{words}.")

    def _refused(self, error: AppError) -> None:
        if not self.isVisible():
            self._frame.ops.troubled.emit(error)
            return
        self.disconnect_button.setEnabled(True)
        self.say("bad", str(error))


class _ConsequenceLine(QWidget):
    def __init__(self, one: Consequence) -> None:
        super().__init__()
        self.setMinimumHeight(scaled(48))
        self.buttons = {act: Button(act.words, act.icon, small=True) for act in one.acts}
        line = HBox(12, (0, 4, 0, 4), self)
        line.addWidget(Icon(one.icon, "text2", px=20), 0, Qt.AlignmentFlag.AlignVCenter)
        texts = VBox(0)
        texts.addWidget(Label(one.what, "body", wrap=True))
        texts.addWidget(Label(one.more, "caption", "text3", wrap=True))
        line.addLayout(texts, 1)
        if self.buttons:
            acts = QWidget()
            flow = FlowLayout(8, acts)
            for button in self.buttons.values():
                flow.addWidget(button)
            texts.addSpacing(scaled(4))
            texts.addWidget(acts)
            texts.addSpacing(scaled(4))
