"""Builds the main window on an open profile: frame, screens, dialogs, commands. Read top to bottom."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox

from desktop.app.browser import WorkspaceBrowser
from desktop.app.connections import WorkspaceConnections
from desktop.app.parts import Parts
from desktop.app.places import BELOW, PLACES
from desktop.app.shell import Shell
from desktop.app.views import SavedViews
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.ui.actions import Act
from desktop.ui.frame import Doors, Frame, Place, ProfileFacts
from desktop.ui.toasts import Words
from desktop.ui.window import MainWindow
from desktop.views.audit.dialog import AuditDialog
from desktop.views.backfill.dialog import BackfillDialog
from desktop.views.connect.checklist import ReviewSheet
from desktop.views.connect.details_sheet import DetailsSheet
from desktop.views.connect.dialog import MailboxDialog, Purpose
from desktop.views.connect.disconnect import DisconnectDialog
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.testing import TestSheet
from desktop.views.connect.wizard import ConnectWizard
from desktop.views.customer_import.dialog import ImportDialog
from desktop.views.customers.screen import CustomersScreen
from desktop.views.dashboard.screen import DashboardScreen
from desktop.views.emails.screen import EmailsScreen
from desktop.views.picking.dialog import PickDialog
from desktop.views.review.screen import ReviewScreen
from desktop.views.settings.screen import SettingsScreen
from desktop.views.skipped.dialog import SkippedDialog
from desktop.views.sync_log.screen import SyncLogScreen
from desktop.views.welcome.page import WelcomePage

SCREENS = (DashboardScreen, EmailsScreen, ReviewScreen, SyncLogScreen, CustomersScreen, SettingsScreen)
PROMISE = (
    "Postroom opens folders read-only (EXAMINE) and fetches with PEEK. It never flags, moves or deletes a message; the "
    "one message it can send is the connection test that you ask for. The connection itself refuses any other command."
)


def build_window(parts: Parts) -> MainWindow:
    """Build the window on *parts*; the caller shows it. It lives by itself until it is closed."""
    window = MainWindow(parts.state, PLACES, BELOW)
    dialogs = Dialogs(window)
    frame = Frame(
        ops=parts.ops,
        actions=window.actions_of_window,
        state=parts.state,
        clock=parts.workspace.clock,
        sync=parts.sync,
        doors=Doors(
            go=window.go,
            connect=dialogs.connect,
            reconnect=partial(dialogs.with_mailbox, dialogs.reconnect),
            edit_mailbox=partial(dialogs.with_mailbox, dialogs.edit),
            disconnect=partial(dialogs.with_mailbox, dialogs.disconnect),
            import_customers=dialogs.import_customers,
            edit_details=partial(dialogs.with_mailbox, dialogs.edit_details),
            review_settings=partial(dialogs.with_mailbox, dialogs.review_settings),
            test_mailbox=partial(dialogs.with_mailbox, dialogs.test_mailbox),
            choose_messages=dialogs.choose_messages,
            skipped_mail=dialogs.skipped_mail,
            backfill=partial(dialogs.with_mailbox, dialogs.backfill),
            audit=partial(dialogs.with_mailbox, dialogs.audit),
            toast=lambda text: window.toasts.show(Words(text)),
            tell=window.status.tell,
        ),
        settings=parts.preferences,
        connections=WorkspaceConnections(parts.workspace),
        browser=WorkspaceBrowser(parts.workspace),
        mails=parts.mails,
        picking=parts.picking,
        backfills=parts.backfills,
        audits=parts.audits,
        is_demo=parts.is_demo,
        profile=ProfileFacts(str(parts.workspace.profile), parts.workspace.unlocked.profile.key.value),
    )
    dialogs.frame = frame
    for screen in SCREENS:
        window.add_screen(screen(frame))
    _add_actions(window, dialogs, frame)
    SavedViews(window, frame)
    window.set_frame(frame)
    Shell(window, frame, parts, WelcomePage(frame, parts.open_demo))
    window.build_menus()
    window.restore()
    return window


class Dialogs:
    """Opens the dialogs that more than one screen asks for; a person has one of them open at a time."""

    frame: Frame

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def connect(self) -> None:
        """Connect a new mailbox."""
        self._show(ConnectWizard(self.frame, self._window))

    def reconnect(self, mailbox: Mailbox) -> None:
        """Sign in to a mailbox again, in the browser or with its new password, and sync what waited."""
        if mailbox.oauth is not None:
            self._show(ReconnectWizard(self.frame, self._window, mailbox))
            return
        self._show(MailboxDialog(self.frame, self._window, mailbox, Purpose.RECONNECT))

    def edit(self, mailbox: Mailbox) -> None:
        """Change a mailbox's settings."""
        self._show(MailboxDialog(self.frame, self._window, mailbox, Purpose.EDIT))

    def disconnect(self, mailbox: Mailbox) -> None:
        """Say what depends on a mailbox, then disconnect it."""
        self._show(DisconnectDialog(self.frame, self._window, mailbox))

    def edit_details(self, mailbox: Mailbox) -> None:
        """Say whose a mailbox is and how it presents itself."""
        self._show(DetailsSheet(self.frame, self._window, mailbox))

    def review_settings(self, mailbox: Mailbox) -> None:
        """Go through the checklist of a mailbox's settings."""
        self._show(ReviewSheet(self.frame, self._window, mailbox))

    def test_mailbox(self, mailbox: Mailbox) -> None:
        """Test a mailbox's connection."""
        self._show(TestSheet(self.frame, self._window, mailbox))

    def choose_messages(self, mailbox_id: MailboxId | None = None) -> None:
        """Pick messages on the server and bring them in."""
        self._show(PickDialog(self.frame, self._window, mailbox_id))

    def skipped_mail(self) -> None:
        """List what filters left out."""
        self._show(SkippedDialog(self.frame, self._window))

    def backfill(self, mailbox: Mailbox) -> None:
        """Bring in older mail of a mailbox."""
        self._show(BackfillDialog(self.frame, self._window, mailbox))

    def audit(self, mailbox: Mailbox) -> None:
        """Compare a mailbox with its server."""
        self._show(AuditDialog(self.frame, self._window, mailbox))

    def import_customers(self) -> None:
        """Bring customers in from a CSV file."""
        self._show(ImportDialog(self.frame, self._window))

    def promise(self) -> None:
        """Say what Postroom may do at the server."""
        box = QMessageBox(QMessageBox.Icon.Information, "Mailboxes are never changed", PROMISE, parent=self._window)
        box.open()

    def with_mailbox(self, then: Callable[[Mailbox], None], mailbox_id: MailboxId) -> None:
        """Read a mailbox and go on with it; one that is gone meanwhile opens nothing."""

        def found(mailboxes: list[Mailbox]) -> None:
            for mailbox in mailboxes:
                if mailbox.id == mailbox_id:
                    then(mailbox)

        self.frame.ops.read(self._window, lambda read: list(read.mailboxes.every()), found, slot="dialog")

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _add_actions(window: MainWindow, dialogs: Dialogs, frame: Frame) -> None:
    add, go = window.actions_of_window.add, window.go
    for number, item in enumerate(PLACES, start=1):
        add(Act(f"go.{item.id}", f"&{number} {item.text}", "Go", (f"Ctrl+{number}",), item.icon, words=item.text),
            partial(go, Place(item.id)))  # fmt: skip
    add(Act("go.settings", "&Settings", "Go", ("Ctrl+,",), "settings", group=1), partial(go, Place("settings")))
    add(Act("file.connect", "&Connect a mailbox…", "File", ("Ctrl+Shift+N",), "plus"), dialogs.connect)
    add(Act("file.import", "&Import customers…", "File", ("Ctrl+Shift+I",), "upload"), dialogs.import_customers)
    add(
        Act("mailbox.choose", "Choose &messages…", "Mailbox", ("Ctrl+Shift+M",), "list-checks"), dialogs.choose_messages
    )
    add(Act("mailbox.skipped", "S&kipped mail…", "Mailbox", ("Ctrl+Shift+K",), "ban"), dialogs.skipped_mail)
    add(Act("mailbox.sync_all", "Sync &all now", "Mailbox", ("F5",), "refresh-cw"), partial(frame.sync.sync_now, None))
    add(Act("help.promise", "&What Postroom may do at the server", "Help", (), "shield-check"), dialogs.promise)
