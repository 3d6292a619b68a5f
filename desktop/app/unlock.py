"""Asks for the way into a profile that the keyring does not open: a passphrase or a key file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.security.secrets import Secret
from desktop.ui.kit.buttons import Button, Segments
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Field, text_field
from desktop.ui.kit.labels import Label, follow_theme

SHORTEST = 8
PASSPHRASE, KEY_FILE = 0, 1
NEW = (
    "Postroom encrypts everything it keeps. The key is usually held by the desktop's keyring; here you choose another "
    "way. Without it nobody can open the profile, not even we."
)
HELD = "Nothing was changed. Open the profile another way, or unlock the keyring and try again."


@dataclass(frozen=True, slots=True)
class Way:
    """The way in that a person gave: one of the two."""

    passphrase: Secret | None = None
    key_file: Path | None = None


class UnlockForm(QWidget):
    """The form. With *is_new* the passphrase or key file is made for a profile that has no database yet."""

    given = Signal(object)
    """A :class:`Way`, checked as far as it can be without opening anything."""

    def __init__(self, *, is_new: bool, key_file: str = "") -> None:
        super().__init__()
        self._is_new = is_new
        self.kind = Segments(("Passphrase", "Key file"), name="How to open the profile")
        self.passphrase, self.again, self.path = _secret_line(), _secret_line(), text_field(key_file)
        hint = f"At least {SHORTEST} characters; four words of your own are easy to keep in mind." if is_new else ""
        self.passphrase_field = Field("Passphrase", self.passphrase, hint)
        self.again_field = Field("The same once more", self.again)
        words = "A new key is written there, unless there is one already. Keep a copy in a safe place."
        self.path_field = Field("Key file", self.path, words if is_new else "Made by 'postroom key new', mode 0600.")
        self.choose = Button("&Choose…", small=True)
        self.choose.clicked.connect(self._choose)
        self.open_button = Button("&Make the profile" if is_new else "&Open", kind="primary")
        self.open_button.clicked.connect(self.submit)
        self._pages = QStackedWidget()
        self._lay_out()
        self.kind.chosen.connect(self._on_kind)
        for line in (self.passphrase, self.again, self.path):
            line.returnPressed.connect(self.submit)
            line.textEdited.connect(self.clear_errors)
        self.kind.choose(KEY_FILE if key_file else PASSPHRASE)
        follow_theme(self._dress)

    def begin(self) -> None:
        """Put the focus where typing begins."""
        (self.path if self.kind.current == KEY_FILE else self.passphrase).setFocus()

    def submit(self) -> None:
        """Hand the way in over, or say beside the field what is wrong with it."""
        self.clear_errors()
        if self.kind.current == KEY_FILE:
            self._submit_path(self.path.text().strip())
        elif not self.passphrase.text():
            self.passphrase_field.set_error("Enter the passphrase.")
        elif self._is_new and len(self.passphrase.text()) < SHORTEST:
            self.passphrase_field.set_error(f"It is too short: {SHORTEST} characters at least.")
        elif self._is_new and self.passphrase.text() != self.again.text():
            self.again_field.set_error("The two are not the same.")
        else:
            self.given.emit(Way(passphrase=Secret(self.passphrase.text())))

    def show_error(self, error: AppError) -> None:
        """Say beside the field why the profile did not open this way."""
        field = self.path_field if self.kind.current == KEY_FILE else self.passphrase_field
        field.set_error(str(error))
        self.passphrase.selectAll()
        self.begin()

    def clear_errors(self) -> None:
        """Nothing is said to be wrong any more."""
        for field in (self.passphrase_field, self.again_field, self.path_field):
            field.clear_error()

    def _submit_path(self, text: str) -> None:
        path = Path(text).expanduser()
        if not text or not path.is_absolute():
            self.path_field.set_error("Give the whole path of the key file.")
        else:
            self.given.emit(Way(key_file=path))

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Key file")
        if self._is_new:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is ever written over a key
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_kind(self, kind: int) -> None:
        self._pages.setCurrentIndex(kind)
        self.begin()

    def _lay_out(self) -> None:
        words: Sequence[QWidget] = (self.passphrase_field, self.again_field)
        self.again_field.setVisible(self._is_new)
        for widgets in (words, (self.path_field, self.choose)):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
            self._pages.addWidget(page)
        self._column = QVBoxLayout(self)
        self._column.addWidget(Label(NEW if self._is_new else HELD, "body", "text2", wrap=True))
        self._column.addWidget(self.kind)
        self._column.addWidget(self._pages, 1)
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addStretch(1)
        self._column.addLayout(row)

    def _dress(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(12))


def _secret_line() -> QLineEdit:
    line = text_field()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line
