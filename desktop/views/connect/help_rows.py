"""What to do when the provider's page says no, or does not come back: three rows, each with its way out."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import SignInAsk
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.toasts import announce
from desktop.views.connect.providers import admin_sentence

CASE = 176


class HelpRow(QWidget):
    """A case, what it means in a few words, and a button; ``more`` unfolds below."""

    def __init__(self, button: str) -> None:
        super().__init__()
        self.case, self.words = Label("", "body", wrap=True), Label("", "body", "text3", wrap=True)
        self.button = Button(button, None, "quiet", small=True)
        self.more = Note("info", "")
        self.more.hide()
        line, column = HBox(12), VBox(0, 0, self)
        line.addWidget(self.case)
        line.addWidget(self.words, 1)
        line.addWidget(self.button)
        column.addLayout(line)
        column.addWidget(self.more)
        follow_theme(self._dress)

    def show_words(self, case: str, words: str, more: str) -> None:
        """Say what it is about."""
        self.case.setText(case)
        self.words.setText(words)
        self.more.show_note("info", more)
        self.more.hide()
        self.button.setAccessibleName(f"{self.button.text()}: {case}")

    def unfold(self) -> None:
        """Show more, or no more."""
        self.more.setVisible(self.more.isHidden())
        if not self.more.isHidden():
            announce(self, self.more.label.text())

    def _dress(self) -> None:
        self.case.setFixedWidth(scaled(CASE))


class HelpRows(QWidget):
    """The three rows."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("", "strong")
        self.admin, self.account, self.port = HelpRow("Copy sentence"), HelpRow("Why"), HelpRow("Other way")
        self._sentence = ""
        column = VBox(0, 0, self)
        column.addWidget(self._title)
        for row in (self.admin, self.account, self.port):
            column.addWidget(row)
        self.admin.button.clicked.connect(lambda _on: self.copy_sentence())
        self.account.button.clicked.connect(lambda _on: self.account.unfold())
        self.port.button.clicked.connect(lambda _on: self.port.unfold())
        self.setContentsMargins(0, 0, 0, 0)
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop)

    def show_for(self, who: str, ask: SignInAsk, client_id: str) -> None:
        """Say it for this provider and mailbox."""
        self._sentence = admin_sentence(ask.provider, ask.address, client_id)
        self._title.setText(f"If {who} says no")
        name = "" if ask.provider is OAuthProvider.CUSTOM else f"{who} "
        self.admin.show_words("“Admin approval needed”", f"Send this sentence to your {name}admin", self._sentence)
        if ask.is_shared:
            words, why = f"Whoever may open {ask.address} can sign in", _SHARED.format(address=ask.address)
        else:
            only = ask.pinned.address if ask.pinned is not None else ask.address
            words, why = f"Postroom accepts only {only} here", _WHY.format(address=only)
        self.account.show_words("Wrong account signed in", words, why)
        self.show_port(0)

    def show_port(self, port: int) -> None:
        """Name the local port the answer comes to."""
        place = f"127.0.0.1:{port}" if port else "of the answer"
        self.port.show_words(
            "Page does not come back", f"A firewall may block the local port {place}", _OTHER_WAY.format(place=place)
        )

    def copy_sentence(self) -> None:
        """Put the sentence on the clipboard, and show it."""
        QGuiApplication.clipboard().setText(self._sentence)
        announce(self, "The sentence was copied")
        self.admin.words.setText("Copied. It reads:")
        self.admin.more.show()


_WHY = (
    "A sign-in with another account would connect somebody else's mail. On the provider's page choose 'Use another"
    " account', or sign out there first, and sign in as {address}."
)
_SHARED = (
    "You said that {address} is shared or an alias. Sign in with your own account; the server says whether it may"
    " open that mailbox."
)
_OTHER_WAY = (
    "The page has to be opened on this computer, because its answer comes to {place}. Choose Copy link and paste it"
    " into another browser here. If that hangs too, allow Postroom to listen on that address in your firewall or"
    " security software; nothing outside this computer can reach it."
)
