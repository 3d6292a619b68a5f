"""The page of mailboxes: each with its state, its server, what is synced of it, and everything that can be done."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from desktop.domain.errors import AppError
from desktop.domain.health import Health, HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState, Security
from desktop.services.mailboxes import set_state
from desktop.ui.frame import Frame
from desktop.ui.frequencies import frequency_words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Chip, ElidedLabel, Label, follow_theme
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.words import day
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Found, Section

PROTECTED = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "not encrypted"}
EMPTY = (
    "No mailbox yet",
    "Connect one, and its mail is brought here and filed. The mailbox itself is never changed.",
    "Connect mailbox",
)
EDIT, RECONNECT, PAUSE, DISCONNECT = "edit", "reconnect", "pause", "disconnect"


class MailboxRow(Found):
    """One mailbox. ``asked`` with what is to be done about it."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._mailbox: Mailbox | None = None
        self._chip = Chip("mute", "")
        self._address = ElidedLabel("", "section", mode="address")
        self._facts = Label("", "caption", "text2", wrap=True)
        self._note = Note("bad", "", glyph=True)
        self.buttons = {
            EDIT: Button("Edit…", "pencil", small=True),
            RECONNECT: Button("Reconnect…", "plug", small=True),
            PAUSE: Button("Pause", "pause", small=True),
            DISCONNECT: Button("Disconnect…", "unplug", "danger", small=True),
        }
        for act, button in self.buttons.items():
            button.clicked.connect(self._asking(act))
        self._column, self._acts = VBox(8, 0, self), QWidget()
        self._flow = FlowLayout(8, self._acts)
        self._assemble()
        follow_theme(self._dress)

    def show_mailbox(self, mailbox: Mailbox, health: Health, since: str) -> None:
        """Show a mailbox as it is now; *since* is the day its mail reaches back to."""
        self._mailbox = mailbox
        state, word = state_of(mailbox, health)
        self._chip.show_state(state, word)
        self._address.setText(mailbox.address)
        facts = facts_of(mailbox, since)
        self._facts.setText(facts)
        self._note.show_note(state, " ".join(part for part in (health.reason, health.next_step) if part))
        self._note.setVisible(state == "bad")
        is_off = mailbox.state is MailboxState.DISCONNECTED
        is_paused = mailbox.state is MailboxState.PAUSED
        self.buttons[RECONNECT].setText("Connect again…" if is_off else "Reconnect…")
        self.buttons[RECONNECT].set_kind("primary" if state == "bad" else "secondary")
        self.buttons[PAUSE].setText("Resume" if is_paused else "Pause")
        self.buttons[PAUSE].set_icon("play" if is_paused else "pause")
        for act in (EDIT, PAUSE, DISCONNECT):
            self.buttons[act].setVisible(not is_off)
        for button in self.buttons.values():
            button.setAccessibleName(f"{button.text().removesuffix('…')} {mailbox.address}")
        self.words = f"{mailbox.address} {word} {facts}"
        self.setAccessibleName(f"{mailbox.address}: {word}. {facts}")

    @property
    def state(self) -> str:
        """The word of its state."""
        return self._chip.word

    @property
    def facts(self) -> str:
        """Server, folders and frequency in a line."""
        return self._facts.text()

    @property
    def note(self) -> str:
        """Why it is disconnected; empty when it is not."""
        return "" if self._note.isHidden() else self._note.label.text()

    def menu(self) -> QMenu:
        """Return what can be done, as a menu."""
        menu = QMenu(self)
        for act, button in self.buttons.items():
            if not button.isHidden():
                menu.addAction(button.text(), self._asking(act))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the same by the second button and the Menu key."""
        self.menu().popup(event.globalPos() if not event.globalPos().isNull() else self.mapToGlobal(QPoint(0, 0)))

    def _asking(self, act: str) -> Callable[[], None]:
        return lambda *_: self.asked.emit(act)

    def _assemble(self) -> None:
        head = HBox(8)
        head.addWidget(self._address, 1)
        head.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(head)
        self._column.addWidget(self._facts)
        self._column.addWidget(self._note)
        for button in self.buttons.values():
            self._flow.addWidget(button)
        self._column.addWidget(self._acts)

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._column.setSpacing(scaled(8))


class MailboxesPage(Page):
    """Connected accounts."""

    id = "mailboxes"
    title = "Mailboxes"
    icon = "mail"
    keywords = "accounts inboxes connect reconnect disconnect pause password server folders imap smtp"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: dict[MailboxId, MailboxRow] = {}
        self._mailboxes: dict[MailboxId, Mailbox] = {}
        self.connect_button = Button("Connect mailbox", "plus")
        self.connect_button.clicked.connect(lambda _checked=False: frame.doors.connect())
        self.head.addWidget(self.connect_button)
        self._stack = QStackedWidget()
        self._rows = QWidget()
        self._list = VBox(0, 0, self._rows)
        self.empty = EmptyState("inbox", *EMPTY)
        self.empty.primary.clicked.connect(lambda _checked=False: frame.doors.connect())
        for widget in (LoadingRows(3, 96), self._rows, self.empty):
            self._stack.addWidget(widget)
        self.content.addWidget(self._stack)

    def show_known(self, known: Known) -> None:
        """Show the mailboxes; those that are still there keep their row and its focus."""
        self._mailboxes = {one.id: one for one in known.mailboxes}
        if list(self.rows) != list(self._mailboxes):
            self._make_rows(known.mailboxes)
        now = self.frame.clock.now()
        for mailbox_id, row in self.rows.items():
            mailbox = self._mailboxes[mailbox_id]
            row.show_mailbox(mailbox, known.health_of(mailbox), day(mailbox.synced_from, now))
        self.empty.show_words(*EMPTY)
        self._stack.setCurrentWidget(self._rows if self.rows else self.empty)

    def show_failure(self, error: AppError) -> None:
        """Say that the mailboxes could not be read."""
        if not self.rows:
            self.empty.show_words("The mailboxes cannot be read", str(error))
            self._stack.setCurrentWidget(self.empty)

    def _make_rows(self, mailboxes: Sequence[Mailbox]) -> None:
        self.remove_sections()
        self.rows = {}
        for mailbox in mailboxes:
            row = MailboxRow()
            row.asked.connect(partial(self._do, mailbox.id))
            self.rows[mailbox.id] = row
        section = Section("", list(self.rows.values()))
        self.sections.append(section)
        self._list.addWidget(section)

    def _do(self, mailbox_id: MailboxId, act: str) -> None:
        doors = self.frame.doors
        doors_of = {EDIT: doors.edit_mailbox, RECONNECT: doors.reconnect, DISCONNECT: doors.disconnect}
        if act in doors_of:
            doors_of[act](mailbox_id)
            return
        is_paused = self._mailboxes[mailbox_id].state is MailboxState.PAUSED
        wanted = MailboxState.ACTIVE if is_paused else MailboxState.PAUSED
        self.frame.ops.run(
            self,
            lambda uow, clock: set_state(uow, mailbox_id, wanted, clock),
            then=lambda _change: self.frame.sync.mailboxes_changed(),
        )


def state_of(mailbox: Mailbox, health: Health) -> tuple[str, str]:
    """Return glyph and word of a mailbox's state; how fresh it is stands on the dashboard."""
    if mailbox.state is MailboxState.PAUSED:
        return "mute", "Paused"
    if mailbox.state is MailboxState.DISCONNECTED or health.state is HealthState.DISCONNECTED:
        return "bad", "Disconnected"
    return "ok", "Connected"


def facts_of(mailbox: Mailbox, since: str) -> str:
    """Return server, folders, frequency and start in sentences."""
    imap = mailbox.imap
    where = f"{imap.host}, port {imap.port}, {PROTECTED[imap.security]}"
    folders = ("Folders " if len(mailbox.folders) > 1 else "Folder ") + ", ".join(mailbox.folders)
    return f"{where}. {folders}. {frequency_words(mailbox.frequency)}. Mail since {since}."
