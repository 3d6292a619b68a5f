"""The dialogs that more than one screen asks for. Each is loaded when it is first asked for."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.ui.frame import Frame
from desktop.ui.window import MainWindow

PROMISE = (
    "Postroom opens folders read-only (EXAMINE) and fetches with PEEK. It never flags, moves or deletes a message; the "
    "one message it can send is the connection test that you ask for. The connection itself refuses any other command."
)


class Dialogs:
    """Opens the dialogs that more than one screen asks for; a person has one of them open at a time."""

    frame: Frame

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def connect(self) -> None:
        """Connect a new mailbox."""
        from desktop.views.connect.wizard import ConnectWizard

        self._show(ConnectWizard(self.frame, self._window))

    def reconnect(self, mailbox: Mailbox) -> None:
        """Sign in to a mailbox again, in the browser or with its new password, and sync what waited."""
        if mailbox.oauth is not None:
            from desktop.views.connect.reconnect import ReconnectWizard

            self._show(ReconnectWizard(self.frame, self._window, mailbox))
            return
        from desktop.views.connect.dialog import MailboxDialog, Purpose

        self._show(MailboxDialog(self.frame, self._window, mailbox, Purpose.RECONNECT))

    def edit(self, mailbox: Mailbox) -> None:
        """Change a mailbox's settings."""
        from desktop.views.connect.dialog import MailboxDialog, Purpose

        self._show(MailboxDialog(self.frame, self._window, mailbox, Purpose.EDIT))

    def disconnect(self, mailbox: Mailbox) -> None:
        """Say what depends on a mailbox, then disconnect it."""
        from desktop.views.connect.disconnect import DisconnectDialog

        self._show(DisconnectDialog(self.frame, self._window, mailbox))

    def edit_details(self, mailbox: Mailbox) -> None:
        """Say whose a mailbox is and how it presents itself."""
        from desktop.views.connect.details_sheet import DetailsSheet

        self._show(DetailsSheet(self.frame, self._window, mailbox))

    def review_settings(self, mailbox: Mailbox) -> None:
        """Go through the checklist of a mailbox's settings."""
        from desktop.views.connect.checklist import ReviewSheet

        self._show(ReviewSheet(self.frame, self._window, mailbox))

    def test_mailbox(self, mailbox: Mailbox) -> None:
        """Test a mailbox's connection."""
        from desktop.views.connect.testing import TestSheet

        self._show(TestSheet(self.frame, self._window, mailbox))

    def choose_messages(self, mailbox_id: MailboxId | None = None) -> None:
        """Pick messages on the server and bring them in."""
        from desktop.views.picking.dialog import PickDialog

        self._show(PickDialog(self.frame, self._window, mailbox_id))

    def skipped_mail(self) -> None:
        """List what filters left out."""
        from desktop.views.skipped.dialog import SkippedDialog

        self._show(SkippedDialog(self.frame, self._window))

    def backfill(self, mailbox: Mailbox) -> None:
        """Bring in older mail of a mailbox."""
        from desktop.views.backfill.dialog import BackfillDialog

        self._show(BackfillDialog(self.frame, self._window, mailbox))

    def audit(self, mailbox: Mailbox) -> None:
        """Compare a mailbox with its server."""
        from desktop.views.audit.dialog import AuditDialog

        self._show(AuditDialog(self.frame, self._window, mailbox))

    def import_customers(self) -> None:
        """Bring customers in from a CSV file."""
        from desktop.views.customer_import.dialog import ImportDialog

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
