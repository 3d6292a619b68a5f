"""Whose a mailbox is and how it presents itself, changed at any time: nothing of it concerns the connection."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.services.mailbox_review import set_details
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.sheet import Sheet
from desktop.ui.toasts import announce
from desktop.views.connect.details import DetailsForm
from desktop.views.connect.draft import REPLY_TO

LEAD = (
    "So that everybody knows whom to ask, and customers see the right sender. Another owner or recovery contact makes "
    "the review of its settings due."
)


class DetailsSheet(Sheet):
    """Purpose, owner, recovery contact, display name, reply address."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        super().__init__(parent, f"Details of {mailbox.address}", f"Whose is {mailbox.address}?", LEAD)
        self._frame, self._mailbox = frame, mailbox
        self.form = DetailsForm()
        self.form.reply_to.setPlaceholderText(mailbox.address)
        self.form.show_details(mailbox.details)
        self.form.show_sending(on=True)
        self.save = Button("Save", None, "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(lambda _checked=False: self._save())
        self.inside.addWidget(self.form)
        self.inside.addStretch(1)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.save)
        self.form.purpose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        self.say("bad", "")
        self.save.setEnabled(False)
        mailbox_id, wanted = self._mailbox.id, self.form.value
        self._frame.ops.run(
            self,
            lambda uow, clock: set_details(uow, mailbox_id, wanted, clock),
            then=self._saved,
            failed=self._refused,
        )

    def _saved(self, _change: ChangeSet) -> None:
        self.accept()

    def _refused(self, error: AppError) -> None:
        self.save.setEnabled(True)
        if error.code != ReasonCode.BAD_INPUT:
            self.say("bad", str(error))
            return
        self.form.rows[REPLY_TO].set_error(REPLY_TO, str(error))
        self.form.reply_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reveal(self.form.rows[REPLY_TO])
        announce(self, str(error))
