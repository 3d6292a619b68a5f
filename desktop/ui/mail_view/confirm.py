"""The question before a link is opened: where it leads in truth, what is odd about it, all of its address."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextOption
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.mail_view.links import Kind, Link

_TITLES = {Kind.WEB: "Open link", Kind.MAIL: "Write mail", Kind.NONE: "Link not opened"}
_LINES = 4


def ask_to_open(link: Link, parent: QWidget) -> "OpenLinkDialog":
    """Ask whether to open *link*; returns the dialog, which is open and deletes itself when it is answered."""
    dialog = OpenLinkDialog(link, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class OpenLinkDialog(QDialog):
    """Opens the link in the desktop's browser or mail program when the person says so. Nothing in it is rich text."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.setWindowTitle(_TITLES[link.kind])
        column = QVBoxLayout(self)
        self.question = _sentence(_question(link))
        font = self.question.font()
        font.setBold(True)
        self.question.setFont(font)
        column.addWidget(self.question)
        self.doubts = [_sentence(doubt) for doubt in link.doubts]
        for doubt in self.doubts:
            column.addWidget(doubt)
        if link.address:
            column.addWidget(self._address_field())
        self.trouble = _sentence("")
        self.trouble.hide()
        column.addWidget(self.trouble)
        column.addWidget(self._buttons())
        default = self.open_button if self.open_button is not None and not link.doubts else self.cancel_button
        default.setDefault(True)
        default.setFocus()
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)

    def _address_field(self) -> QPlainTextEdit:
        field = QPlainTextEdit(self._link.address)
        field.setReadOnly(True)
        field.setTabChangesFocus(True)
        field.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        field.setAccessibleName("Full address")
        field.setFixedHeight(field.fontMetrics().lineSpacing() * _LINES + 2 * field.frameWidth() + 8)
        return field

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.cancel_button = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button.clicked.connect(self.reject)
        self.open_button: QPushButton | None = None
        if self._link.address:
            copy = box.addButton("Copy address", QDialogButtonBox.ButtonRole.ActionRole)
            copy.clicked.connect(self._copy)
            self.open_button = box.addButton(_verb(self._link), QDialogButtonBox.ButtonRole.AcceptRole)
            self.open_button.clicked.connect(self._open)
        return box

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._link.address)

    def _open(self) -> None:
        url = QUrl(self._link.address, QUrl.ParsingMode.StrictMode)
        is_as_shown = self._link.kind is Kind.MAIL or url.host(QUrl.ComponentFormattingOption.FullyEncoded) in {
            self._link.host,
            self._link.host.strip("[]"),
        }
        if url.isValid() and is_as_shown and QDesktopServices.openUrl(url):
            self.accept()
            return
        self.trouble.setText("The desktop could not open it. Copy the address and open it yourself.")
        self.trouble.show()


def _question(link: Link) -> str:
    if link.kind is Kind.WEB:
        return f"Open {link.place} in the browser?"
    if link.kind is Kind.MAIL:
        return f"Write a mail to {link.place}?"
    return "Postroom does not open this link."


def _verb(link: Link) -> str:
    return "Open in browser" if link.kind is Kind.WEB else "Write mail"


def _sentence(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
