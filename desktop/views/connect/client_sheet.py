"""The sheet in which a registered app of one's own is given: by its id and secret, or by the provider's file."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from desktop.domain.errors import AppError
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import ClientOrigin, ClientState
from desktop.security.secrets import Secret
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.inputs import text_field
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import VBox
from desktop.ui.ops import Job
from desktop.ui.sheet import Sheet
from desktop.ui.toasts import announce
from desktop.views.connect.allow_page import OpenUrl
from desktop.views.connect.providers import kind_of
from desktop.views.connect.rows import FormRow

CLIENT_ID, SECRET, FILE = "client_id", "client_secret", "file"
FIELDS = {
    CLIENT_ID: CLIENT_ID,
    "client": CLIENT_ID,
    SECRET: SECRET,
    "secret": SECRET,
    FILE: FILE,
    "client_file": FILE,
    "issuer": FILE,
}
"""The field an error belongs beside, by the name it comes with."""
LEAD = "An app registered with {who} lets Postroom ask for permission. It is made once; its id is no secret."
STEPS = {
    OAuthProvider.GOOGLE: (
        "1. Open console.cloud.google.com, make a project and switch the Gmail API on.",
        "2. Under 'Google Auth Platform' make a client of the type Desktop app.",
        "3. Download its JSON file and choose it here, or copy id and secret.",
    ),
    OAuthProvider.MICROSOFT: (
        "1. Open entra.microsoft.com, App registrations, New registration.",
        "2. As redirect add 'Mobile and desktop applications' with http://localhost/callback.",
        "3. Copy the Application (client) ID to here; such an app needs no secret.",
    ),
    OAuthProvider.CUSTOM: (
        "1. Register a native app with your provider; its redirect is http://127.0.0.1/callback.",
        "2. Write a JSON file with issuer, client_id and, if there is one, client_secret.",
        "3. Choose that file here.",
    ),
}
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "providers"
"""The pages of help, beside the package in a checkout."""
NOTHING = "Give the client id, or choose the file."


class ClientSheet(Sheet):
    """Accepted when the app is in use; ``state`` says which then."""

    def __init__(self, frame: Frame, parent: QWidget, state: ClientState, open_url: OpenUrl) -> None:
        provider = state.provider
        kind = kind_of(provider)
        title = f"Use my own {kind.app}"
        super().__init__(parent, title, title, LEAD.format(who=kind.who))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._provider, self._open_url = frame, provider, open_url
        self._job: Job | None = None
        self._path: Path | None = None
        self.state = state
        self.client_id, self.secret = text_field(), text_field()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.file, self.choose = (
            text_field(placeholder="The JSON file of the provider"),
            Button("Choose file…", "folder"),
        )
        self.file.setReadOnly(True)
        words = "Its file" if provider is OAuthProvider.CUSTOM else "Or its file"
        self.rows = {
            CLIENT_ID: FormRow("Client id", {CLIENT_ID: self.client_id}),
            SECRET: FormRow("Client secret", {SECRET: self.secret}),
            FILE: FormRow(words, {FILE: self.file}, [(self.file, 1), (self.choose, 0)]),
        }
        self.use = Button("Use this app", None, "primary")
        self._assemble()
        self._listen()

    def take_file(self, path: Path) -> None:
        """Use this file."""
        self._path = path
        self.file.setText(str(path))
        self.rows[FILE].clear_errors()

    def submit(self) -> None:
        """Have the app used; errors stand beside their fields."""
        for row in self.rows.values():
            row.clear_errors()
        self.say("bad", "")
        client_id = self.client_id.text().strip()
        if not client_id and self._path is None:
            only_file = self._provider is OAuthProvider.CUSTOM
            self._show(FILE if only_file else CLIENT_ID, "Choose the file." if only_file else NOTHING)
            return
        secret = Secret(self.secret.text()) if self.secret.text() else None
        browser, provider, path = self._frame.browser, self._provider, self._path
        self.use.setEnabled(False)
        self._job = self._frame.ops.work(
            self,
            lambda job: browser.use_client(job, provider, client_id=client_id, secret=secret, file=path),
            self._used,
            failed=self._refused,
        )

    def done(self, result: int) -> None:
        """Leave no secret behind."""
        if self._job is not None:
            self._job.cancel()
        self.secret.clear()
        super().done(result)

    def _used(self, state: ClientState) -> None:
        self._job, self.state = None, state
        announce(self, "The app is used from now on")
        self.accept()

    def _refused(self, error: AppError) -> None:
        self._job = None
        self.use.setEnabled(True)
        field = FIELDS.get(getattr(error, "field", None) or "")
        if field is None:
            self.say("bad", str(error))
            return
        self._show(field, str(error))

    def _show(self, field: str, words: str) -> None:
        self.rows[field].set_error(field, words)
        announce(self, words)
        self.rows[field].editors[field].setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "The provider's file", "", "JSON files (*.json);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.take_file(Path(path)))
        dialog.open()

    def _assemble(self) -> None:
        steps = VBox(4)
        for words in STEPS[self._provider]:
            steps.addWidget(Label(words, "body", "text2", wrap=True))
        self.inside.addLayout(steps)
        page = GUIDE / kind_of(self._provider).help
        self.guide = Button("Read it step by step", "file-text", "quiet", small=True)
        self.guide.clicked.connect(lambda _on: self._open_url(QUrl.fromLocalFile(str(page))))
        self.guide.setVisible(False)
        self.inside.addWidget(self.guide)
        self.guide.setVisible(page.is_file())
        for row in self.rows.values():
            self.inside.addWidget(row)
        if self._provider is OAuthProvider.CUSTOM:
            for row in (self.rows[CLIENT_ID], self.rows[SECRET]):
                row.hide()
        if self.state.origin is not ClientOrigin.MISSING:
            self.client_id.setPlaceholderText(self.state.client_id)
            self.rows[CLIENT_ID].set_hint(f"In use now: the app from {self.state.where or self.state.origin.value}.")
        self.inside.addStretch(1)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.use)
        self.use.setDefault(True)
        first = self.choose if self._provider is OAuthProvider.CUSTOM else self.client_id
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _listen(self) -> None:
        self.choose.clicked.connect(lambda _on: self._ask_for_file())
        self.use.clicked.connect(lambda _on: self.submit())
