"""Everything that is filled in about a mailbox, in the order it is read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from desktop.domain.mailbox import Direction, Frequency, Mailbox
from desktop.domain.source import RemoteFolder
from desktop.domain.special_folders import without_sent
from desktop.services.mailboxes import DEFAULT_SINCE_DAYS
from desktop.ui.frequencies import OFFERED, cost_words, frequency_words
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.words import day
from desktop.views.connect.attachments import AttachmentsRow
from desktop.views.connect.credentials import Credentials, PasswordRow
from desktop.views.connect.direction import NO_SENT, DirectionRow, SentRow
from desktop.views.connect.draft import ADDRESS, FOLDER, SENT, MailboxDraft, Problems, Spot, draft_of
from desktop.views.connect.folders import FolderRow
from desktop.views.connect.purpose import Purpose
from desktop.views.connect.rows import FormRow, Tick
from desktop.views.connect.servers import ServersForm

LONGEST_BACK_DAYS = 3650


class SinceRow(FormRow):
    """How far back the first sync reaches."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.days = QSpinBox()
        self.days.setRange(0, LONGEST_BACK_DAYS)
        self.days.setSpecialValueText("From now on")
        self.days.setSuffix(" days back")
        self.days.setValue(DEFAULT_SINCE_DAYS)
        super().__init__("Start", {"since": self.days}, [(self.days, 0)])
        self.days.valueChanged.connect(lambda _days: self._explain())
        self._explain()
        follow_theme(self._widen)

    def _explain(self) -> None:
        days = self.days.value()
        self.days.setSuffix(" day back" if days == 1 else " days back")
        if days == 0:
            self.set_hint("Only mail that arrives from now on is brought in; what is there already stays out.")
            return
        first = day(self._now - timedelta(days=days), self._now)
        advice = " 14 days are a good start." if days != DEFAULT_SINCE_DAYS else ""
        self.set_hint(f"Mail received since {first} is brought in; older mail stays out. 0 means from now on.{advice}")

    def _widen(self) -> None:
        self.days.setFixedWidth(scaled(144))


class FrequencyRow(FormRow):
    """How often the mailbox is synced by itself, with what that costs."""

    def __init__(self) -> None:
        self.choice = Choice([(frequency_words(one), one) for one in OFFERED], name="How often")
        super().__init__("How often", {"frequency": self.choice}, [(self.choice, 0)])
        self.choice.currentIndexChanged.connect(lambda _at: self._explain())
        self.choose(Frequency.EVERY_15_MINUTES)
        self._explain()

    @property
    def value(self) -> Frequency:
        """What is chosen."""
        return Frequency(str(self.choice.value))

    def choose(self, frequency: Frequency) -> None:
        """Choose another."""
        self.choice.choose(frequency)

    def _explain(self) -> None:
        self.set_hint(cost_words(self.value))


class MailboxForm(QWidget):
    """The rows about a mailbox that is known. ``edited`` when a person has changed anything."""

    edited = Signal()

    def __init__(self, purpose: Purpose, held: Mailbox, now: datetime) -> None:
        super().__init__()
        self._purpose, self._held = purpose, held
        self.sign_in, self.folders = Credentials(), FolderRow()
        self.direction, self.sent = DirectionRow(), SentRow()
        self.frequency, self.attachments = FrequencyRow(), AttachmentsRow()
        self.send = Tick("Send one test message to itself and see it arrive")
        self._assemble(now)
        self._fill()
        self._listen()

    @property
    def password(self) -> PasswordRow:
        """The row of the password."""
        return self.sign_in.password

    @property
    def servers(self) -> ServersForm:
        """The rows of the servers."""
        return self.sign_in.servers

    def draft(self) -> MailboxDraft:
        """Return what is filled in now."""
        return replace(
            draft_of(self._held),
            imap=self.servers.imap_draft,
            smtp=self.servers.smtp_draft,
            folders=self.sent.added_to(self.folders.list.chosen, self._turned_to),
            direction=self._turned_to,
            frequency=self.frequency.value,
            attachments=self.attachments.value,
            has_password=bool(self.password.line.text()),
        )

    @property
    def wants_sending(self) -> bool:
        """Whether a test message is to be sent."""
        return self.send.is_on

    @property
    def first(self) -> QWidget:
        """What gets the focus: the password, where there is one."""
        return self.password.line if self._held.oauth is None else self.direction.choice.buttons[self._turned_to]

    def show_folders(self, folders: Sequence[RemoteFolder]) -> None:
        """Offer what the server has; the folder of sent mail is left when the direction was turned from both."""
        if self._held.direction is Direction.BOTH and self._turned_to is Direction.INBOUND:
            chosen = self.folders.list.chosen
            for name in set(chosen) - set(without_sent(folders, chosen)):
                self.folders.list.tick(name, on=False)
        self.folders.show_folders(folders)
        self.sent.show_folders(folders)
        self._follow()

    def problems(self) -> Problems:
        """Return what only the server's folders tell to be missing."""
        is_missing = self.sent.is_told and self.sent.is_needed(self._turned_to, self.folders.list.chosen)
        return {Spot(SENT): NO_SENT} if is_missing else {}

    @property
    def _turned_to(self) -> Direction:
        return self.direction.choice.value

    # --- errors -----------------------------------------------------------------------------------------------------

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for row in self.findChildren(FormRow):
            row.clear_errors()

    def show_error(self, spot: Spot, words: str) -> QWidget:
        """Say what is wrong beside its field, unfolding it if need be; returns the field."""
        field = self.sign_in.show_error(spot, words)
        if field is not None:
            return field
        row = self._row_of(spot)
        row.set_error(spot.field, words)
        return row.editors[spot.field]

    def error_at(self, spot: Spot) -> str:
        """Return what is said at a spot; empty when nothing is."""
        return self.sign_in.error_at(spot) or self._row_of(spot).errors.get(spot.field, "")

    def _row_of(self, spot: Spot) -> FormRow:
        return {FOLDER: self.folders, SENT: self.sent}.get(spot.field, self.address_row)

    # --- while a test runs ------------------------------------------------------------------------------------------

    def set_read_only(self, *, on: bool) -> None:
        """Let nothing be changed while a test runs; everything can still be read and copied."""
        self.sign_in.set_read_only(on=on)
        choices = (self.direction.choice, self.sent.choice, self.frequency.choice, self.attachments.choice)
        for widget in (*choices, self.folders.list, self.folders.button, self.send.box):
            widget.setEnabled(not on)

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self, now: datetime) -> None:
        held, is_short = self._held, self._purpose is Purpose.RECONNECT
        self.address_row = FormRow("Address", {ADDRESS: Label(held.address, "strong")})
        first = f"Mail received since {day(held.synced_from, now)}; older mail stays out"
        since = FormRow("Start", {"since": Label(first, "body", "text2", wrap=True)})
        shown: list[tuple[QWidget, bool]] = [
            (self.address_row, True),
            (self.sign_in, True),
            (self.direction, not is_short),
            (self.folders, not is_short),
            (self.sent, False),
            (since, not is_short),
            (self.frequency, not is_short),
            (self.attachments, not is_short),
            (self.send, False),
        ]
        column = VBox(12, 0, self)
        for row, is_shown in shown:
            column.addWidget(row)
            row.setVisible(is_shown)
        self.password.setVisible(held.oauth is None)

    def _fill(self) -> None:
        self.sign_in.show_servers(self._held.imap, self._held.smtp)
        self.folders.list.show_chosen(self._held.folders)
        self.frequency.choose(self._held.frequency)
        self.attachments.choose(self._held.attachments)
        self.direction.choice.choose(self._held.direction)
        if self._purpose is Purpose.EDIT:
            self.password.line.setPlaceholderText("Unchanged")
            self.password.set_hint("Leave it empty to keep the password that is stored.")
        self._follow()

    def _listen(self) -> None:
        self.sign_in.edited.connect(self._follow)
        self.sign_in.edited.connect(self.edited)
        self.folders.list.changed.connect(self.edited)
        self.direction.choice.changed.connect(self._follow)
        self.direction.choice.changed.connect(self.edited)
        self.sent.choice.activated.connect(lambda _at: self.edited.emit())
        for row in (self.frequency, self.attachments):
            row.choice.activated.connect(lambda _at: self.edited.emit())
        self.send.box.clicked.connect(lambda _on: self.edited.emit())

    def _follow(self) -> None:
        """A test message can be sent where there is a server for sending; what is picked by hand has no schedule."""
        is_short = self._purpose is Purpose.RECONNECT
        self.send.setVisible(self.servers.smtp_draft is not None and not is_short)
        self.sent.setVisible(self._turned_to is Direction.BOTH and self.sent.is_told and not is_short)
        self.frequency.setVisible(self._turned_to is not Direction.MANUAL and not is_short)
