"""The page of mailboxes: each with its state, its server, what is synced of it, and everything that can be done."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QStackedWidget, QWidget

from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Mailbox, MailboxState, OAuthProvider
from desktop.domain.signing_in import PermissionLine
from desktop.services.mailboxes import set_state
from desktop.ui.frame import BrowserSignIn, Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Chip, ElidedLabel, Label, follow_theme
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.views.settings.mailbox_facts import Fact, facts_of, state_of
from desktop.views.settings.mailbox_facts import Known as KnownMailbox
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Found, Section

EMPTY = (
    "No mailbox yet",
    "Connect one, and its mail is brought here and filed. The mailbox itself is never changed.",
    "Connect mailbox",
)
EDIT, DETAILS, RECONNECT, TEST, AUDIT, CHOOSE, REVIEW, PAUSE, DISCONNECT = (
    "edit",
    "details",
    "reconnect",
    "test",
    "audit",
    "choose",
    "review",
    "pause",
    "disconnect",
)
LABEL_WIDTH = 72


class FactLines(QWidget):
    """Lines of label and words; the labels stand in a column of their own where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[Fact, ...] = ()
        self._labels: list[tuple[Label, Label]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        follow_theme(self._dress)

    @property
    def words(self) -> str:
        """Everything the lines say."""
        return " ".join(f"{one.label}: {one.words}" for one in self._facts)

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show other lines; labels that are there already are kept."""
        if facts == self._facts:
            return
        self._facts = facts
        while len(self._labels) < len(facts):
            self._add()
        for at, (label, words) in enumerate(self._labels):
            is_there = at < len(facts)
            label.setVisible(is_there)
            words.setVisible(is_there)
            if is_there:
                label.setText(facts[at].label)
                words.setText(facts[at].words)

    def _add(self) -> None:
        label, words = Label("", "caption", "text3"), Label("", "caption", "text2", wrap=True)
        row = len(self._labels)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, row, 1)
        self._labels.append((label, words))

    def _dress(self) -> None:
        self._grid.setColumnMinimumWidth(0, scaled(LABEL_WIDTH))
        self._grid.setHorizontalSpacing(scaled(8))
        self._grid.setVerticalSpacing(scaled(4))


class MailboxRow(Found):
    """One mailbox. ``asked`` with what is to be done about it."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._mailbox: Mailbox | None = None
        self._chip = Chip("mute", "")
        self._address = ElidedLabel("", "section", mode="address")
        self._facts = FactLines()
        self._note = Note("bad", "", glyph=True)
        self.buttons = {
            EDIT: Button("Edit…", "pencil", small=True),
            DETAILS: Button("Details…", "users", small=True),
            RECONNECT: Button("Reconnect…", "plug", small=True),
            TEST: Button("Test…", "zap", small=True),
            AUDIT: Button("Audit…", "mail-search", small=True),
            CHOOSE: Button("Choose messages…", "list-checks", small=True),
            REVIEW: Button("Review…", "square-check-big", small=True),
            PAUSE: Button("Pause", "pause", small=True),
            DISCONNECT: Button("Disconnect…", "unplug", "danger", small=True),
        }
        for act, button in self.buttons.items():
            button.clicked.connect(self._asking(act))
        self._column, self._acts = VBox(8, 0, self), QWidget()
        self._flow = FlowLayout(8, self._acts)
        self._assemble()
        follow_theme(self._dress)

    def show_mailbox(self, known: KnownMailbox, now: datetime) -> None:
        """Show a mailbox as it is now."""
        mailbox, health = known.mailbox, known.health
        state, word = state_of(mailbox, health)
        self._chip.show_state(state, word)
        self._address.setText(mailbox.address)
        self._facts.show_facts(facts_of(known, now))
        self._note.show_note(state, " ".join(part for part in (health.reason, health.next_step) if part))
        self._note.setVisible(state == "bad")
        self._show_buttons(mailbox, is_bad=state == "bad")
        self.words = f"{mailbox.address} {word} {self.facts}"
        self.setAccessibleName(f"{mailbox.address}: {word}. {self.facts}")

    def _show_buttons(self, mailbox: Mailbox, *, is_bad: bool) -> None:
        is_off = mailbox.state is MailboxState.DISCONNECTED
        is_paused = mailbox.state is MailboxState.PAUSED
        self.buttons[RECONNECT].setText("Connect again…" if is_off else "Reconnect…")
        self.buttons[RECONNECT].set_kind("primary" if is_bad else "secondary")
        self.buttons[PAUSE].setText("Resume" if is_paused else "Pause")
        self.buttons[PAUSE].set_icon("play" if is_paused else "pause")
        for act in (EDIT, TEST, AUDIT, REVIEW, PAUSE, DISCONNECT):
            self.buttons[act].setVisible(not is_off)
        self.buttons[CHOOSE].setVisible(not is_off and mailbox.direction is Direction.MANUAL)
        for button in self.buttons.values():
            button.setAccessibleName(f"{button.text().removesuffix('…')} {mailbox.address}")

    @property
    def state(self) -> str:
        """The word of its state."""
        return self._chip.word

    @property
    def facts(self) -> str:
        """Whose it is, how it is signed in to, and what is synced of it."""
        return self._facts.words

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
    keywords = (
        "accounts inboxes connect reconnect disconnect pause password sign-in permission server folders imap smtp "
        "purpose owner recovery contact display name reply-to review test"
    )

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: dict[MailboxId, MailboxRow] = {}
        self._known = Known()
        self._mailboxes: dict[MailboxId, Mailbox] = {}
        self._lines: dict[OAuthProvider, tuple[PermissionLine, ...]] = {}
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
        self._known = known
        self._mailboxes = {one.id: one for one in known.mailboxes}
        if list(self.rows) != list(self._mailboxes):
            self._make_rows(known.mailboxes)
        self._show_rows()
        self._ask_permissions()
        self.empty.show_words(*EMPTY)
        self._stack.setCurrentWidget(self._rows if self.rows else self.empty)

    def _show_rows(self) -> None:
        now, known = self.frame.clock.now(), self._known
        for mailbox_id, row in self.rows.items():
            mailbox = self._mailboxes[mailbox_id]
            lines = self._lines.get(mailbox.oauth) if mailbox.oauth is not None else None
            grant, review = known.grants.get(mailbox_id), known.reviews.get(mailbox_id)
            row.show_mailbox(
                KnownMailbox(mailbox, known.health_of(mailbox), grant, review, lines, known.audited.get(mailbox.id)),
                now,
            )

    def _ask_permissions(self) -> None:
        """Ask once what a provider's permissions are called: it is read from files."""
        browser = self.frame.browser
        for provider in {one.oauth for one in self._mailboxes.values() if one.oauth is not None} - set(self._lines):
            task = partial(_permissions, browser, provider)
            self.frame.ops.work(self, task, partial(self._take_permissions, provider), failed=lambda _error: None)

    def _take_permissions(self, provider: OAuthProvider, lines: tuple[PermissionLine, ...]) -> None:
        self._lines[provider] = lines
        self._show_rows()

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
        doors_of: dict[str, Callable[[MailboxId], None]] = {
            EDIT: doors.edit_mailbox,
            DETAILS: doors.edit_details,
            RECONNECT: doors.reconnect,
            TEST: doors.test_mailbox,
            AUDIT: doors.audit,
            CHOOSE: doors.choose_messages,
            REVIEW: doors.review_settings,
            DISCONNECT: doors.disconnect,
        }
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


def _permissions(browser: BrowserSignIn, provider: OAuthProvider, _job: object) -> tuple[PermissionLine, ...]:
    """In a worker."""
    return browser.permissions(provider, sends=True)
