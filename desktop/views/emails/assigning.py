"""Filing what is chosen with a customer: one that is found by a few letters, or a new one from the mail itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import EmailRow
from desktop.services.bulk import Step
from desktop.ui.frame import Frame
from desktop.ui.words import counted
from desktop.views.emails.changing import Changing

if TYPE_CHECKING:  # loaded by the first assignment
    from desktop.ui.customer_draft import CustomerDraft
    from desktop.ui.customer_form import CustomerForm
    from desktop.ui.customer_picker import CustomerPicker

LOOKED_AT = 200
"""So many of the chosen emails are looked at for suggestions."""


class Assigning(QObject):
    """Asks for a customer and files with it, as one command with one undo."""

    def __init__(self, frame: Frame, screen: QWidget, changing: Changing) -> None:
        super().__init__(screen)
        self._frame, self._screen, self._changing = frame, screen, changing
        self._emails: Sequence[EmailId] = ()
        self._rows: Sequence[EmailRow] = ()
        self.picker: CustomerPicker | None = None
        self.form: CustomerForm | None = None

    def ask(self, emails: Sequence[EmailId], rows: Sequence[EmailRow], anchor: QWidget) -> None:
        """Open the picker below *anchor* for *emails*; *rows* are those of them that are known."""
        self._emails, self._rows = emails, rows
        if self.picker is None:
            from desktop.ui.customer_picker import CustomerPicker

            self.picker = CustomerPicker(self._frame, self._screen.window())
            self.picker.chosen.connect(self._take)
            self.picker.new_wanted.connect(self._ask_for_new)
        act = f"Assign {counted(len(emails), 'email')} to"
        self.picker.open(anchor, emails=self._emails[:LOOKED_AT], act=act, new_name=self._draft().name)

    def _take(self, customer_id: int) -> None:
        emails, customer = self._emails, CustomerId(customer_id)
        self._changing.run(
            emails,
            "Assigning",
            lambda uow, clock, step: _assigned(uow, emails, customer, clock, step),
        )

    def _draft(self) -> "CustomerDraft":
        from desktop.ui.customer_draft import draft_from_mail

        came_in = (row for row in self._rows if row.direction != "outbound")  # the sender of the others is ourselves
        return draft_from_mail([(row.from_name, row.from_address) for row in came_in])

    def _ask_for_new(self, name: str) -> None:
        from desktop.ui.customer_draft import CustomerDraft
        from desktop.ui.customer_form import CustomerForm

        draft = self._draft()
        made = CustomerDraft(name or draft.name, draft.addresses, draft.company)
        form = CustomerForm(
            "New customer", f"Add and assign {counted(len(self._emails), 'email')}", made, self._screen.window()
        )
        form.wanted.connect(lambda wish, emails=self._emails: self._make(emails, wish, form))
        self.form = form
        form.open()

    def _make(self, emails: Sequence[EmailId], wish: "CustomerDraft", form: "CustomerForm") -> None:
        def command(uow: Any, clock: Clock, step: Step) -> ChangeSet:
            from desktop.services.review import assign_to_new

            _, change = assign_to_new(
                uow, emails, wish.details, addresses=wish.emails, remember=False, clock=clock, step=step
            )
            return change

        self._changing.run(emails, "Assigning", command, then=lambda _change: form.accept(), failed=form.refuse)


def _assigned(uow: Any, emails: Sequence[EmailId], customer: CustomerId, clock: Clock, step: Step) -> ChangeSet:
    from desktop.services.review import assign

    return assign(uow, emails, customer, remember=False, clock=clock, step=step)
