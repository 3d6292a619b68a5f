"""The page of privacy: where the data is, how it is locked, who is contacted, and what is done at the server."""

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication

from desktop.domain.errors import AppError
from desktop.domain.hosts import ON_REQUEST, ContactedHost
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.words import counted
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Row, Section

KEYS = {
    "keyring": "In this desktop's keyring; your session opens it.",
    "file": "In the key file that Postroom was started with. Keep a copy of it somewhere else.",
    "passphrase": "In the profile's folder, sealed with your passphrase.",
}
PASSWORDS = {
    "keyring": "In this desktop's keyring, one item for each mailbox; what is too large for it is sealed in the "
    "database with a key from the keyring.",
    "file": "In the database, sealed once more with AES-256-GCM.",
    "passphrase": "In the database, sealed once more with AES-256-GCM.",
}
AT_THE_SERVER = (
    ("It opens folders read-only", "With EXAMINE, never with SELECT; the connection refuses any other command."),
    ("It fetches without a trace", "With PEEK: nothing becomes read, flagged, moved or deleted."),
    ("It sends one kind of message", "The connection test, to the mailbox itself, and only when you tick it."),
)
NOTHING_ELSE = (
    "Nobody else",
    "No statistics, no reports, no look for updates. Nothing you read or file leaves this computer.",
)
TITLE = "Hosts Postroom speaks to"
LISTED = "Worked out from the mailboxes that are connected. No other host is contacted."
EMPTY = "None, as long as no mailbox is connected."


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
        self.copy_hosts = Button("Copy the list", "copy", small=True)
        self.add_section(Section("On this computer", self._here()))
        self.add_section(Section("At your mail server", [Row(*words) for words in AT_THE_SERVER]))
        self._hosts: tuple[ContactedHost, ...] | None = None
        self._show_hosts(())

    @property
    def hosts(self) -> tuple[ContactedHost, ...]:
        """The hosts that are listed."""
        return self._hosts or ()

    def show_known(self, known: Known) -> None:
        """Ask which hosts are contacted for these mailboxes."""
        frame = self.frame
        frame.ops.work(
            self, lambda _job: frame.connections.hosts(), self._show_hosts, failed=self._cannot_say, slot="hosts"
        )

    def _show_hosts(self, hosts: tuple[ContactedHost, ...]) -> None:
        if hosts == self._hosts:
            return
        self._hosts = hosts
        self.remove_sections(keep=2)
        self.add_section(Section(TITLE, [*self._host_rows(hosts), Row(*NOTHING_ELSE)], LISTED if hosts else EMPTY))
        self.filled.emit()

    def _host_rows(self, hosts: Sequence[ContactedHost]) -> list[Row]:
        rows = [Row(one.host, one.why, _port(one), keywords=f"port {one.port}") for one in (*hosts, *ON_REQUEST)]
        if not hosts:
            return rows
        self.copy_hosts = Button("Copy the list", "copy", small=True)
        self.copy_hosts.clicked.connect(lambda _checked=False: self._copy_hosts())
        count = counted(len(hosts), "host")
        return [
            Row(f"{count} of its own accord", "As firewalls want them: name, port, purpose.", self.copy_hosts),
            *rows,
        ]

    def _cannot_say(self, error: AppError) -> None:
        self._hosts = None
        self.remove_sections(keep=2)
        self.add_section(Section(TITLE, [Row("The list cannot be made now", str(error))]))

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
            Row("Passwords and sign-ins of mailboxes", PASSWORDS.get(profile.key, "Sealed; never in a file in clear.")),
            Row("Settings and logs", "Not encrypted, because no mail, no customer and no password is in them."),
        ]

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.frame.profile.folder)
        self.frame.doors.toast("The path of the profile is copied.")

    def _copy_hosts(self) -> None:
        lines = (f"{one.host}\t{one.port}\t{one.why}" for one in self.hosts)
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.frame.doors.toast(f"Copied {counted(len(self.hosts), 'host')}.")


def _port(host: ContactedHost) -> Label:
    return Label(f"Port {host.port}", "body", "text2")
