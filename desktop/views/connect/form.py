"""Everything that is filled in about a mailbox, in the order it is read."""

from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from desktop.domain.mailbox import Frequency, Mailbox
from desktop.domain.probing import FoundServers
from desktop.security.secrets import Secret
from desktop.services.mailboxes import DEFAULT_SINCE_DAYS
from desktop.ui.frequencies import OFFERED, cost_words, frequency_words
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, text_field
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.ui.words import day
from desktop.views.connect.draft import (
    ADDRESS,
    CONFIRM,
    CONSENT,
    FOLDER,
    OTHER,
    PASSWORD,
    SMTP,
    MailboxDraft,
    ServerDraft,
    Spot,
    draft_of,
)
from desktop.views.connect.folders import FolderRow
from desktop.views.connect.purpose import Purpose
from desktop.views.connect.rows import FormRow, Tick
from desktop.views.connect.servers import ServersForm

LONGEST_BACK_DAYS = 3650
APP_PASSWORDS = "Many providers want an app password here, made on their website, in place of the usual one."


class PasswordRow(FormRow):
    """A password, hidden unless a person wants to see it."""

    def __init__(self) -> None:
        self.line = text_field()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = IconButton("eye", "Show the password")
        super().__init__("Password", {PASSWORD: self.line}, [(self.line, 1), (self.eye, 0)])
        self.eye.clicked.connect(lambda _checked=False: self.reveal(on=not self.is_shown))

    @property
    def is_shown(self) -> bool:
        """Whether it stands there in the clear."""
        return self.line.echoMode() == QLineEdit.EchoMode.Normal

    def reveal(self, *, on: bool) -> None:
        """Show it in the clear, or not."""
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.eye.set_icon("eye-off" if on else "eye")
        self.eye.set_name("Hide the password" if on else "Show the password")

    def secret(self) -> Secret | None:
        """Return what was typed, or None for nothing."""
        typed = self.line.text()
        return Secret(typed) if typed else None


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


class MailboxForm(QWidget):
    """The rows. ``edited`` when anything was changed by a person, ``address_left`` with an address to look up."""

    edited = Signal()
    address_left = Signal(str)

    def __init__(self, purpose: Purpose, held: Mailbox | None, now: datetime) -> None:
        super().__init__()
        self._purpose, self._held = purpose, held
        self._provider = held.provider if held else OTHER
        self._found: FoundServers | None = None
        self.has_servers_by_hand = False
        self.address = text_field(placeholder="support@example.com")
        self.address.setInputMethodHints(Qt.InputMethodHint.ImhEmailCharactersOnly)
        self.password, self.servers, self.folders = PasswordRow(), ServersForm(), FolderRow()
        self.confirm_note, self.confirm = Note("warn", "", glyph=True), Tick("Yes, these servers are right")
        self.since = SinceRow(now)
        self.frequency = Choice([(frequency_words(one), one) for one in OFFERED], name="How often")
        self.send = Tick("Send one test message to itself and see it arrive")
        self.consent = Tick("This mailbox is mine, or its owner agreed")
        self._assemble(now)
        self._fill()
        self._listen()

    # --- what is filled in ------------------------------------------------------------------------------------------

    def draft(self) -> MailboxDraft:
        """Return what is filled in now."""
        return MailboxDraft(
            self._held.address if self._held else self.address.text().strip(),
            self.servers.imap_draft,
            self.servers.smtp_draft,
            self.folders.list.chosen,
            Frequency(str(self.frequency.value)),
            self.since.days.value(),
            has_password=bool(self.password.line.text()),
            has_consent=self.consent.is_on,
            is_confirmed=self.confirm.is_on,
            provider=self._provider,
        )

    @property
    def confirm_hosts(self) -> tuple[str, ...]:
        """The hosts that only DNS vouches for and that are filled in."""
        hosts = self._found.confirm if self._found else ()
        filled = MailboxDraft("", self.servers.imap_draft, self.servers.smtp_draft).hosts
        return tuple(host for host in hosts if host in filled)

    @property
    def wants_sending(self) -> bool:
        """Whether a test message is to be sent."""
        return self.send.is_on

    # --- the servers of the address ---------------------------------------------------------------------------------

    def show_looking(self, domain: str) -> None:
        """Say that the servers are looked for."""
        self.servers.say(f"Looking for the servers of {domain}…")

    def show_found(self, found: FoundServers) -> None:
        """Fill in what was found, and say how."""
        self._found, self._provider = found, found.provider
        smtp = ServerDraft.of(found.smtp) if found.smtp else None
        self.servers.show_servers(ServerDraft.of(found.imap), smtp)
        self.address_row.set_hint(found.how)
        self.password.set_hint(found.help if found.provider != OTHER else APP_PASSWORDS)
        self._follow()

    def show_not_found(self, words: str) -> None:
        """Say that the servers have to be filled in by hand, and show where."""
        self._found, self._provider = None, OTHER
        self.address_row.set_hint("")
        self.servers.unfold(open_=True)
        self.show_error(Spot("host", "imap"), words)
        self._follow()

    def forget_found(self) -> None:
        """The address is another one now: what was found for the last one does not count."""
        self._found, self._provider = None, OTHER
        self.address_row.set_hint("")
        self.servers.show_servers(ServerDraft(port="993"), None)
        self._follow()

    # --- errors -----------------------------------------------------------------------------------------------------

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for row in self.findChildren(FormRow):
            row.clear_errors()
        for tick in (self.confirm, self.consent):
            tick.set_error("")

    def show_error(self, spot: Spot, words: str) -> QWidget:
        """Say what is wrong beside its field, unfolding it if need be; returns the field."""
        if spot.field in {CONFIRM, CONSENT}:
            tick = self.confirm if spot.field == CONFIRM else self.consent
            tick.set_error(words)
            return tick.box
        row = self._row_of(spot)
        row.set_error(spot.field, words)
        return row.editors[spot.field]

    def error_at(self, spot: Spot) -> str:
        """Return what is said at a spot; empty when nothing is."""
        if spot.field in {CONFIRM, CONSENT}:
            return (self.confirm if spot.field == CONFIRM else self.consent).error
        return self._row_of(spot, unfold=False).errors.get(spot.field, "")

    def _row_of(self, spot: Spot, *, unfold: bool = True) -> FormRow:
        rows = {ADDRESS: self.address_row, PASSWORD: self.password, FOLDER: self.folders}
        if spot.field in rows:
            return rows[spot.field]
        if unfold:
            self.servers.unfold(open_=True)
        side = self.servers.smtp if spot.side == SMTP else self.servers.imap
        return side.row_of(spot.field)

    # --- while a test runs ------------------------------------------------------------------------------------------

    def set_read_only(self, *, on: bool) -> None:
        """Let nothing be changed while a test runs; everything can still be read and copied."""
        self.password.reveal(on=False)
        for line in (self.address, self.password.line, *self.servers.imap.fields, *self.servers.smtp.fields):
            line.setReadOnly(on)
        self.since.days.setReadOnly(on)
        for widget in (
            self.servers.imap.security,
            self.servers.smtp.security,
            self.servers.sends,
            self.folders.list,
            self.folders.button,
            self.frequency,
            self.send.box,
            self.confirm.box,
            self.consent.box,
            self.password.eye,
        ):
            widget.setEnabled(not on)

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self, now: datetime) -> None:
        held, is_short = self._held, self._purpose is Purpose.RECONNECT
        fixed = Label(held.address if held else "", "strong")
        self.address_row = FormRow("Address", {ADDRESS: fixed if held else self.address})
        frequency = FormRow("How often", {"frequency": self.frequency}, [(self.frequency, 0)])
        frequency.set_hint(cost_words(Frequency.EVERY_15_MINUTES))
        self.frequency.currentIndexChanged.connect(
            lambda _at: frequency.set_hint(cost_words(Frequency(str(self.frequency.value))))
        )
        since = self.since if held is None else _since_line(held, now)
        shown: list[tuple[QWidget, bool]] = [
            (self.address_row, True),
            (self.password, True),
            (self.confirm_note, False),
            (self.confirm, False),
            (self.servers, True),
            (self.folders, not is_short),
            (since, not is_short),
            (frequency, not is_short),
            (self.send, False),
            (self.consent, held is None),
        ]
        column = VBox(12, 0, self)
        for row, is_shown in shown:
            column.addWidget(row)
            row.setVisible(is_shown)

    def _fill(self) -> None:
        self.password.set_hint(APP_PASSWORDS)
        if self._held is None:
            self.folders.list.show_chosen(["INBOX"])
            self.frequency.choose(Frequency.EVERY_15_MINUTES)
        else:
            draft = draft_of(self._held)
            self.servers.show_servers(draft.imap, draft.smtp)
            self.folders.list.show_chosen(draft.folders)
            self.frequency.choose(draft.frequency)
        if self._purpose is Purpose.EDIT:
            self.password.line.setPlaceholderText("Unchanged")
            self.password.set_hint("Leave it empty to keep the password that is stored.")
        self._follow()

    def _listen(self) -> None:
        self.address.editingFinished.connect(lambda: self.address_left.emit(self.address.text().strip()))
        self.servers.edited.connect(self._mended)
        self.servers.edited.connect(self.edited)
        for line in (self.address, self.password.line):
            line.textEdited.connect(lambda _text: self.edited.emit())
        self.folders.list.changed.connect(self.edited)
        self.frequency.activated.connect(lambda _at: self.edited.emit())
        for tick in (self.send, self.confirm, self.consent):
            tick.box.clicked.connect(lambda _on: self.edited.emit())

    def _mended(self) -> None:
        self.has_servers_by_hand = True
        self._follow()

    def _follow(self) -> None:
        """Show what depends on the servers: the question about foreign hosts, and the test message."""
        hosts = self.confirm_hosts
        for widget in (self.confirm_note, self.confirm):
            widget.setVisible(bool(hosts))
        names = " and ".join(hosts)
        self.confirm_note.show_note("warn", f"{names} is outside the address's own domain; only DNS vouches for it.")
        self.confirm.box.setText(f"{names} may be given the password")
        self.confirm.box.setAccessibleName(self.confirm.box.text())
        self.send.setVisible(self.servers.smtp_draft is not None and self._purpose is not Purpose.RECONNECT)


def _since_line(held: Mailbox, now: datetime) -> FormRow:
    first = day(held.synced_from, now)
    return FormRow(
        "Start", {"since": Label(f"Mail received since {first}; older mail stays out", "body", "text2", wrap=True)}
    )
