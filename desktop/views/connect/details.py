"""Whose a mailbox is, what it is for, and how it presents itself."""

from PySide6.QtWidgets import QWidget

from desktop.domain.addresses import normalise_address
from desktop.domain.mailbox import MailboxDetails, MailboxPurpose
from desktop.ui.kit.inputs import Choice, text_field
from desktop.ui.kit.layouts import VBox
from desktop.views.connect.draft import REPLY_TO
from desktop.views.connect.rows import FormRow

PURPOSES = (
    ("Not said", MailboxPurpose.UNSAID),
    ("Support", MailboxPurpose.SUPPORT),
    ("Sales", MailboxPurpose.SALES),
    ("Finance", MailboxPurpose.FINANCE),
    ("Personal", MailboxPurpose.PERSONAL),
    ("Other", MailboxPurpose.OTHER),
)
RECOVERY = "Whom to ask when nobody can sign in any more."
OWN = "Empty means the mailbox's own address."


class DetailsForm(QWidget):
    """The rows; those about sending are shown only where mail is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.purpose = Choice(PURPOSES, name="Purpose")
        self.owner, self.recovery = text_field(placeholder="Who looks after it"), text_field()
        self.display_name = text_field(placeholder="What customers see as the sender")
        self.reply_to = text_field()
        self.rows = {
            "purpose": FormRow("Purpose", {"purpose": self.purpose}, [(self.purpose, 0)]),
            "owner": FormRow("Owner", {"owner": self.owner}),
            "recovery": FormRow("Recovery", {"recovery": self.recovery}),
            "display_name": FormRow("Display name", {"display_name": self.display_name}),
            REPLY_TO: FormRow("Reply to", {REPLY_TO: self.reply_to}),
        }
        self.recovery.setAccessibleName("Recovery contact")
        self.rows["recovery"].set_hint(RECOVERY)
        self.rows[REPLY_TO].set_hint(OWN)
        column = VBox(12, 0, self)
        for row in self.rows.values():
            column.addWidget(row)
        self.show_sending(on=False)

    @property
    def value(self) -> MailboxDetails:
        """What is filled in."""
        reply_to = self.reply_to.text().strip()
        return MailboxDetails(
            MailboxPurpose(str(self.purpose.value)),
            self.owner.text().strip(),
            self.recovery.text().strip(),
            self.display_name.text().strip(),
            normalise_address(reply_to) if "@" in reply_to else reply_to,
        )

    def show_details(self, details: MailboxDetails) -> None:
        """Fill them in."""
        self.purpose.choose(details.purpose)
        self.owner.setText(details.owner)
        self.recovery.setText(details.recovery_contact)
        self.display_name.setText(details.display_name)
        self.reply_to.setText(details.reply_to)

    def show_sending(self, *, on: bool) -> None:
        """Show what matters for sending, or not."""
        for name in ("display_name", REPLY_TO):
            self.rows[name].setVisible(on)
