"""The page of frequencies: how often each mailbox is synced, what that means, and what it costs."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QRadioButton

from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.services.mailboxes import find_mailbox, set_frequency
from desktop.ui.frame import Frame
from desktop.ui.frequencies import OFFERED, cost_words, frequency_words
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Glyph, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.states import EmptyState
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Found, Section


class FrequencyRows(Found):
    """The choices for one mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()
        self.group = QButtonGroup(self)
        self.buttons: dict[Frequency, QRadioButton] = {}
        self._glyph, self._error = Glyph("bad", px=14), Label("", "caption", "bad", wrap=True)
        self._column = VBox(4, 0, self)
        for one in OFFERED:
            button = QRadioButton(frequency_words(one))
            button.setAccessibleName(f"{frequency_words(one)}: {cost_words(one)}")
            cost = Label(cost_words(one), "caption", "text3", wrap=True)
            line = HBox(16)
            line.addWidget(button)
            line.addWidget(cost, 1)
            self._column.addLayout(line)
            self.group.addButton(button)
            self.buttons[one] = button
        wrong = HBox(4)
        wrong.addWidget(self._glyph)
        wrong.addWidget(self._error, 1)
        self._column.addLayout(wrong)
        self.words = " ".join([mailbox.address, *(button.accessibleName() for button in self.buttons.values())])
        self.set_error("")
        follow_theme(self._dress)

    def show_frequency(self, frequency: Frequency) -> None:
        """Show what holds now."""
        if frequency in self.buttons:
            self.buttons[frequency].setChecked(True)

    @property
    def error(self) -> str:
        """Why the last choice was not taken; empty when it was."""
        return self._error.text()

    def set_error(self, words: str) -> None:
        """Say why the last choice was not taken."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self._glyph.setVisible(bool(words))

    def _dress(self) -> None:
        widest = max(button.sizeHint().width() for button in self.buttons.values())
        for button in self.buttons.values():
            button.setFixedWidth(widest)
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._column.setSpacing(scaled(4))


class FrequencyPage(Page):
    """How often."""

    id = "frequency"
    title = "Frequency"
    icon = "clock"
    hint = "Sync now is always there; it needs no frequency"
    keywords = "schedule how often interval minutes hour manual polling"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: dict[MailboxId, FrequencyRows] = {}
        self._known: dict[MailboxId, Mailbox] = {}
        self.empty = EmptyState("clock", "No mailbox is connected", "A mailbox that is connected has its choice here.")
        self.empty.hide()
        self.content.addWidget(self.empty)

    def show_known(self, known: Known) -> None:
        """Show each connected mailbox with its choices."""
        connected = [one for one in known.mailboxes if one.state is not MailboxState.DISCONNECTED]
        self._known = {one.id: one for one in connected}
        if list(self.rows) != list(self._known):
            self._make_rows(connected)
        for mailbox in connected:
            self.rows[mailbox.id].show_frequency(mailbox.frequency)
        self.empty.setVisible(not connected)

    def show_mailbox(self, mailbox_id: MailboxId) -> None:
        """Go to the choices of one mailbox."""
        row = self.rows.get(mailbox_id)
        checked = row.group.checkedButton() if row is not None else None
        if checked is not None:
            checked.setFocus()
            self.reveal(checked)

    def _make_rows(self, mailboxes: Sequence[Mailbox]) -> None:
        self.remove_sections()
        self.rows = {}
        for mailbox in mailboxes:
            row = FrequencyRows(mailbox)
            for frequency, button in row.buttons.items():
                button.clicked.connect(partial(self._choose, mailbox.id, frequency))
            self.rows[mailbox.id] = row
            paused = "It is paused: nothing is checked until you resume it."
            hint = paused if mailbox.state is MailboxState.PAUSED else ""
            self.add_section(Section(mailbox.address, [row], hint))

    def _choose(self, mailbox_id: MailboxId, frequency: Frequency, _checked: bool = True) -> None:
        held, row = self._known[mailbox_id], self.rows[mailbox_id]
        row.set_error("")
        if held.frequency is frequency:
            return

        def refused(error: AppError) -> None:
            row.show_frequency(self._known[mailbox_id].frequency)
            row.set_error(str(error))

        self.frame.ops.run(
            self,
            lambda uow, clock: set_frequency(uow, find_mailbox(uow, held.address), frequency, clock),
            then=lambda _change: self.frame.sync.mailboxes_changed(),
            failed=refused,
        )
