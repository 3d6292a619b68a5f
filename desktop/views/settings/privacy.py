"""The page of privacy: where the data is, how it is locked, who is contacted, and what is done at the server."""

from collections.abc import Iterable

from PySide6.QtGui import QGuiApplication

from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Row, Section

KEYS = {
    "keyring": "In this desktop's keyring; your session opens it.",
    "file": "In the key file that Postroom was started with. Keep a copy of it somewhere else.",
    "passphrase": "In the profile's folder, sealed with your passphrase.",
}
PASSWORDS = {
    "keyring": "In this desktop's keyring, one item for each mailbox.",
    "file": "In the database, sealed once more with AES-256-GCM.",
    "passphrase": "In the database, sealed once more with AES-256-GCM.",
}
AT_THE_SERVER = (
    ("It opens folders read-only", "With EXAMINE, never with SELECT; the connection refuses any other command."),
    ("It fetches without a trace", "With PEEK: nothing becomes read, flagged, moved or deleted."),
    ("It sends one kind of message", "The connection test, to the mailbox itself, and only when you tick it."),
)
NOBODY_ELSE = (
    (
        "Finding servers",
        "When an address is filled in, your name service is asked for its mail servers, and the usual names are tried.",
    ),
    ("Pictures in a mail", "Only when you ask for them, for this mail, this once. Links open after a question."),
    ("Nobody else", "No statistics, no reports, no look for updates. Nothing you read or file leaves this computer."),
)


class PrivacyPage(Page):
    """What is kept where, and who hears of it."""

    id = "privacy"
    title = "Privacy and data"
    icon = "lock"
    keywords = "encryption key password folder profile hosts servers contacted tracking telemetry security"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.copy = Button("Copy", "copy", small=True)
        self.copy.setAccessibleName("Copy the folder's path")
        self.copy.clicked.connect(lambda _checked=False: self._copy())
        self.add_section(Section("On this computer", self._here()))
        self.add_section(Section("At your mail server", [Row(*words) for words in AT_THE_SERVER]))
        self._hosts: list[tuple[str, str]] = []
        self.show_known(Known())

    def show_known(self, known: Known) -> None:
        """Show which hosts are contacted for which mailbox."""
        hosts = list(hosts_of(known.mailboxes))
        if hosts == self._hosts and len(self.sections) > 2:
            return
        self._hosts = hosts
        self.remove_sections(keep=2)
        rows = [Row(address, words) for address, words in hosts]
        hint = (
            "Of its own accord Postroom contacts these hosts, and no others."
            if hosts
            else "Nobody, as long as no mailbox is connected."
        )
        self.add_section(Section("Who is contacted", [*rows, *(Row(*words) for words in NOBODY_ELSE)], hint))

    def _here(self) -> list[Row]:
        profile = self.frame.profile
        return [
            Row("Profile", profile.folder or "A folder of your own", self.copy if profile.folder else None),
            Row(
                "Database",
                "Mail, customers, decisions and the sync log, encrypted with SQLCipher: AES-256, checked page by page. "
                "Whoever copies the file reads nothing.",
            ),
            Row("Its key", KEYS.get(profile.key, "Where you chose, never beside the database in the clear.")),
            Row("Passwords of mailboxes", PASSWORDS.get(profile.key, "Sealed; never in a file in the clear.")),
            Row("Settings and logs", "Not encrypted, because no mail, no customer and no password is in them."),
        ]

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.frame.profile.folder)
        self.frame.doors.toast("The path of the profile is copied.")


def hosts_of(mailboxes: Iterable[Mailbox]) -> Iterable[tuple[str, str]]:
    """Yield each connected mailbox with the hosts it speaks to, in a sentence."""
    for mailbox in mailboxes:
        if mailbox.state is MailboxState.DISCONNECTED:
            continue
        words = f"{mailbox.imap.host}:{mailbox.imap.port} to read"
        if mailbox.smtp is not None:
            words += f", {mailbox.smtp.host}:{mailbox.smtp.port} for the connection test"
        yield mailbox.address, words
