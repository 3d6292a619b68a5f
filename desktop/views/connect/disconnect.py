"""Disconnecting a mailbox: what depends on it, what stays, and a button that names both act and object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Icon, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted, local_part, number
from desktop.views.connect.work import commit

LEAD = "It is not synced any more. Nothing changes at the server, and you can connect it again at any time."


@dataclass(frozen=True, slots=True)
class Depends:
    """What hangs on a mailbox."""

    emails: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that stays or goes."""

    icon: str
    what: str
    more: str


def consequences(depends: Depends) -> tuple[Consequence, ...]:
    """Return what disconnecting means, as a person reads it."""
    found = []
    if depends.emails:
        stay = f"{counted(depends.emails, 'email')} {'stays' if depends.emails == 1 else 'stay'} here"
        found.append(Consequence("mail", stay, "With their customers; they can be searched and read as before."))
    if depends.waiting:
        many = f"{number(depends.waiting)} of them {'waits' if depends.waiting == 1 else 'wait'} in Needs Review"
        found.append(Consequence("inbox", many, "They stay there until somebody files them."))
    found.append(Consequence("key-round", "Its password is forgotten", "Connecting again asks for it."))
    return (
        *found,
        Consequence(
            "refresh-cw-off",
            "New mail waits at the provider",
            "Connected again, the sync goes on where it ended; history stays, nothing comes twice.",
        ),
    )


class DisconnectDialog(Sheet):
    """Asks once, because a forgotten password cannot be undone."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        super().__init__(parent, f"Disconnect {mailbox.address}", f"Disconnect {mailbox.address}?", LEAD)
        self._frame, self._mailbox = frame, mailbox
        self.lines: list[str] = []
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
        frame.ops.read(self, self._ask, self._show, failed=self._not_counted)

    def _ask(self, read: Any) -> Depends:
        waiting = EmailFilter(mailbox_id=self._mailbox.id, needs_review=True)
        figures = read.mailboxes.figures(self._mailbox.id)
        return Depends(figures.synced, len(read.email_list.ids(waiting)))

    def _show(self, depends: Depends) -> None:
        self._list(consequences(depends))

    def _not_counted(self, error: AppError) -> None:
        self._list(consequences(Depends(0, 0)))
        self.say("bad", f"What came from it could not be counted. {error}")

    def _list(self, lines: Sequence[Consequence]) -> None:
        self._loading.hide()
        for at, one in enumerate(lines):
            if at:
                self._column.addWidget(Line(color="line"))
            shown = _ConsequenceLine(one)
            self._column.addWidget(shown)
            shown.show()
            self.lines.append(f"{one.what}. {one.more}")
        self._card.setAccessibleName(" ".join(self.lines))
        self.setAccessibleDescription(" ".join(self.lines))
        self.fit()

    def _go(self) -> None:
        self.say("bad", "")
        self.disconnect_button.setEnabled(False)
        frame, mailbox = self._frame, self._mailbox
        frame.sync.cancel(mailbox.id)
        commit(
            frame, self, lambda _job: frame.connections.disconnect(mailbox), lambda _kept: self.accept(), self._refused
        )

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
        line = HBox(12, (0, 4, 0, 4), self)
        line.addWidget(Icon(one.icon, "text2", px=20), 0, Qt.AlignmentFlag.AlignVCenter)
        texts = VBox(0)
        texts.addWidget(Label(one.what, "body", wrap=True))
        texts.addWidget(Label(one.more, "caption", "text3", wrap=True))
        line.addLayout(texts, 1)
