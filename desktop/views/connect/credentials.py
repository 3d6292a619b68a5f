"""Signing in with a password: the password, the servers it goes to, and the question about those nobody vouches for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.mailbox import ServerSettings
from desktop.domain.probing import FoundServers
from desktop.security.secrets import Secret
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.inputs import text_field
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import Note
from desktop.views.connect.draft import CONFIRM, OTHER, PASSWORD, SMTP, MailboxDraft, ServerDraft, Spot
from desktop.views.connect.rows import FormRow, Tick
from desktop.views.connect.servers import ServersForm

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


class Credentials(QWidget):
    """The rows. ``edited`` when a person has changed anything in them."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.provider = OTHER
        self.has_servers_by_hand = False
        self._found: FoundServers | None = None
        self.password, self.servers = PasswordRow(), ServersForm()
        self.confirm_note, self.confirm = Note("warn", "", glyph=True), Tick("Yes, these servers are right")
        column = VBox(12, 0, self)
        for row in (self.password, self.confirm_note, self.confirm, self.servers):
            column.addWidget(row)
        self.password.set_hint(APP_PASSWORDS)
        self.servers.edited.connect(self._mended)
        self.password.line.textEdited.connect(lambda _text: self.edited.emit())
        self.confirm.box.clicked.connect(lambda _on: self.edited.emit())
        self._follow()

    @property
    def confirm_hosts(self) -> tuple[str, ...]:
        """The hosts that only DNS vouches for and that are filled in."""
        hosts = self._found.confirm if self._found else ()
        filled = MailboxDraft("", self.servers.imap_draft, self.servers.smtp_draft).hosts
        return tuple(host for host in hosts if host in filled)

    # --- the servers of the address ---------------------------------------------------------------------------------

    def show_looking(self, domain: str) -> None:
        """Say that the servers are looked for."""
        self.servers.say(f"Looking for the servers of {domain}…")

    def show_found(self, found: FoundServers) -> None:
        """Fill in what was found, and what the provider wants as a password."""
        self._found, self.provider = found, found.provider
        self.show_servers(found.imap, found.smtp)
        self.password.set_hint(found.help if found.provider != OTHER else APP_PASSWORDS)

    def show_servers(self, imap: ServerSettings, smtp: ServerSettings | None) -> None:
        """Fill in servers that are known."""
        self.servers.show_servers(ServerDraft.of(imap), ServerDraft.of(smtp) if smtp else None)
        self._follow()

    def show_not_found(self, words: str) -> None:
        """Say that the servers have to be filled in by hand, and show where."""
        self._found, self.provider = None, OTHER
        self.servers.unfold(open_=True)
        self.show_error(Spot("host", "imap"), words)
        self._follow()

    def forget_found(self) -> None:
        """The address is another one now: what was found for the last one does not count."""
        self._found, self.provider = None, OTHER
        self.password.set_hint(APP_PASSWORDS)
        self.servers.show_servers(ServerDraft(port="993"), None)
        self._follow()

    # --- errors -----------------------------------------------------------------------------------------------------

    def row_of(self, spot: Spot, *, unfold: bool = True) -> FormRow | None:
        """Return the row an error belongs to; None when it is of another part."""
        if spot.field == PASSWORD:
            return self.password
        if not spot.side:
            return None
        if unfold:
            self.servers.unfold(open_=True)
        return (self.servers.smtp if spot.side == SMTP else self.servers.imap).row_of(spot.field)

    def show_error(self, spot: Spot, words: str) -> QWidget | None:
        """Say what is wrong beside its field, unfolding it if need be; returns the field, None for one elsewhere."""
        if spot.field == CONFIRM:
            self.confirm.set_error(words)
            return self.confirm.box
        row = self.row_of(spot)
        if row is None:
            return None
        row.set_error(spot.field, words)
        return row.editors[spot.field]

    def error_at(self, spot: Spot) -> str:
        """Return what is said at a spot; empty when nothing is."""
        if spot.field == CONFIRM:
            return self.confirm.error
        row = self.row_of(spot, unfold=False)
        return "" if row is None else row.errors.get(spot.field, "")

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for row in self.findChildren(FormRow):
            row.clear_errors()
        self.confirm.set_error("")

    def set_read_only(self, *, on: bool) -> None:
        """Let nothing be changed while something runs; everything can still be read and copied."""
        self.password.reveal(on=False)
        for line in (self.password.line, *self.servers.imap.fields, *self.servers.smtp.fields):
            line.setReadOnly(on)
        choices = (self.servers.imap.security, self.servers.smtp.security, self.servers.sends)
        for widget in (*choices, self.confirm.box, self.password.eye):
            widget.setEnabled(not on)

    # --- following --------------------------------------------------------------------------------------------------

    def _mended(self) -> None:
        self.has_servers_by_hand = True
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        """Ask about foreign hosts when there are any."""
        hosts = self.confirm_hosts
        for widget in (self.confirm_note, self.confirm):
            widget.setVisible(bool(hosts))
        names = " and ".join(hosts)
        self.confirm_note.show_note("warn", f"{names} is outside the address's own domain; only DNS vouches for it.")
        self.confirm.box.setText(f"{names} may be given the password")
        self.confirm.box.setAccessibleName(self.confirm.box.text())
