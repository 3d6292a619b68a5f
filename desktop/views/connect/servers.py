"""The servers of a mailbox: a sentence when they are known, the fields when they are not or something is wrong."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from desktop.domain.mailbox import Security
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, text_field
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.views.connect.draft import HOST, IMAP, PORT, PORTS, SECURITY, SMTP, USER, ServerDraft
from desktop.views.connect.rows import FormRow, on_edit

SIDES = {IMAP: "Receiving (IMAP)", SMTP: "Sending (SMTP)"}
SECURITY_WORDS = (
    ("TLS", Security.TLS),
    ("STARTTLS", Security.STARTTLS),
    ("None", Security.NONE),
)
PROTECTED = {Security.TLS: "with TLS", Security.STARTTLS: "with STARTTLS", Security.NONE: "without encryption"}


class ServerFields(QWidget):
    """Host, port, encryption and user name of one side; the port follows the encryption until it is typed."""

    edited = Signal()

    def __init__(self, side: str) -> None:
        super().__init__()
        self.side = side
        words = "receiving" if side == IMAP else "sending"
        self.host = text_field(placeholder=f"{side}.example.com")
        self.port = text_field(str(PORTS[side][Security.TLS]), name=f"Port for {words}")
        self.security = Choice(SECURITY_WORDS, name=f"Encryption for {words}")
        self.user = text_field(placeholder="The address" if side == IMAP else "As for receiving")
        line = [(self.host, 1), (Label("Port", "body", "text3"), 0), (self.port, 0), (self.security, 0)]
        self.server = FormRow(SIDES[side], {HOST: self.host, PORT: self.port, SECURITY: self.security}, line)
        self.login = FormRow("User name", {USER: self.user})
        self.host.setAccessibleName(f"Server for {words}")
        self.user.setAccessibleName(f"User name for {words}")
        column = VBox(8, 0, self)
        column.addWidget(self.server)
        column.addWidget(self.login)
        self._shown = ServerDraft()
        self.security.activated.connect(lambda _at: self._follow())
        for editor in (self.host, self.port, self.security, self.user):
            on_edit(editor, self.edited.emit)
        follow_theme(self._dress)

    @property
    def draft(self) -> ServerDraft:
        """What is filled in."""
        security = Security(str(self.security.value))
        return ServerDraft(self.host.text().strip(), self.port.text().strip(), security, self.user.text().strip())

    def show_draft(self, draft: ServerDraft) -> None:
        """Fill in a server."""
        self.host.setText(draft.host)
        self.security.choose(draft.security)
        self.port.setText(draft.port)
        self.user.setText(draft.user)
        self._shown = draft
        self.server.clear_errors()
        self.login.clear_errors()

    def row_of(self, field: str) -> FormRow:
        """Return the row that has this field."""
        return self.login if field == USER else self.server

    @property
    def fields(self) -> tuple[QLineEdit, ...]:
        """The lines to type in."""
        return (self.host, self.port, self.user)

    def _follow(self) -> None:
        usual = {str(port) for port in PORTS[self.side].values()}
        if self.port.text().strip() in usual | {""}:
            self.port.setText(str(PORTS[self.side][Security(str(self.security.value))]))
            self.server.set_error(PORT, "")

    def _dress(self) -> None:
        self.port.setFixedWidth(scaled(72))


class ServersForm(QWidget):
    """Both sides, folded into a sentence. ``edited`` when a person changes something in them."""

    edited = Signal()
    folded = Signal()
    """The fields came or went."""

    def __init__(self) -> None:
        super().__init__()
        self.imap, self.smtp = ServerFields(IMAP), ServerFields(SMTP)
        self.sends = QCheckBox("Also log in for sending, as part of the test")
        self.sends.setAccessibleName(self.sends.text())
        self.fold = Button("Change", "chevron-down", "quiet", small=True)
        self.fold.clicked.connect(lambda _checked=False: self.unfold(open_=not self.is_open))
        self._words = Label("", "body", "text2", wrap=True)
        self.summary = FormRow("Servers", {"": self.fold}, [(self._words, 1), (self.fold, 0)])
        self._inside = QWidget()
        inside = VBox(12, 0, self._inside)
        for widget in (self.imap, FormRow("", {"": self.sends}, [(self.sends, 1)]), self.smtp):
            inside.addWidget(widget)
        column = VBox(8, 0, self)
        column.addWidget(self.summary)
        column.addWidget(self._inside)
        self.sends.toggled.connect(lambda _on: self._tell())
        self.sends.clicked.connect(lambda _on: self.edited.emit())
        for side in (self.imap, self.smtp):
            side.edited.connect(self.edited)
        self.unfold(open_=False)

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown."""
        return not self._inside.isHidden()

    @property
    def imap_draft(self) -> ServerDraft:
        """The server for receiving."""
        return self.imap.draft

    @property
    def smtp_draft(self) -> ServerDraft | None:
        """The server for sending, if there is to be one."""
        return self.smtp.draft if self.sends.isChecked() else None

    def show_servers(self, imap: ServerDraft, smtp: ServerDraft | None) -> None:
        """Fill in both sides."""
        self.imap.show_draft(imap)
        self.smtp.show_draft(smtp or replace(ServerDraft(), port=str(PORTS[SMTP][Security.TLS])))
        self.sends.setChecked(smtp is not None)
        self._tell()

    def sentence(self) -> str:
        """Return the servers in a sentence."""
        return _sentence(self.imap_draft, self.smtp_draft)

    def say(self, words: str) -> None:
        """Show a sentence in place of the servers, such as that they are looked for."""
        self._words.setText(words)

    def unfold(self, *, open_: bool) -> None:
        """Show the fields, or the sentence alone."""
        self._inside.setVisible(open_)
        self.fold.setText("Hide" if open_ else "Change")
        self.fold.set_icon("chevron-up" if open_ else "chevron-down")
        self.fold.setAccessibleName("Hide the server settings" if open_ else "Change the server settings")
        self._tell()

    def _tell(self) -> None:
        self.smtp.setVisible(self.sends.isChecked())
        self.folded.emit()
        self._words.setText(self.sentence())


def _sentence(imap: ServerDraft, smtp: ServerDraft | None) -> str:
    if not imap.host:
        return "Found from the address, or filled in by hand"
    reads = f"{imap.host}, port {imap.port}, {PROTECTED[imap.security]}"
    return reads if smtp is None or not smtp.host else f"{reads}; {smtp.host} for sending"
