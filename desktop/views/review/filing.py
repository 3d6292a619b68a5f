"""Filing mail from the queue: a row goes at once, comes back with the reason when it could not be filed.

What was asked for stays hidden until the queue was read by a question that began after the answer: an older one would
show it once more. Mail that waits again although it was filed here was taken back by undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.review_item import ReviewItem
from desktop.services.review import assign, assign_to_new
from desktop.ui.customer_draft import CustomerDraft
from desktop.ui.customer_form import CustomerForm
from desktop.ui.frame import Frame
from desktop.views.review.queue import Trouble
from desktop.views.review.sitting import Filed, Kind, Sitting


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person decided: these emails, in this way, about this domain or sender."""

    items: tuple[ReviewItem, ...]
    kind: Kind
    of: str
    remember: bool

    @property
    def ids(self) -> tuple[EmailId, ...]:
        """The emails' ids."""
        return tuple(item.mail.id for item in self.items)


class Filing(QObject):
    """Carries decisions out and knows which rows are on their way."""

    changed = Signal()
    """Rows came or went, or have a trouble: show the queue again."""
    failed = Signal(object)
    """An :class:`AppError`: the emails are back in the queue."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self.sitting = Sitting()
        self.troubles: dict[EmailId, Trouble] = {}
        self._going: set[EmailId] = set()
        self._gone: dict[EmailId, int] = {}
        self._reads = 0

    # --- deciding ---------------------------------------------------------------------------------------------------

    def assign(self, wish: Wish, customer_id: CustomerId, name: str) -> None:
        """File with a customer that is there."""
        ids = wish.ids
        self._send(ids)
        self._frame.ops.run(
            self,
            lambda uow, clock: assign(uow, ids, customer_id, remember=wish.remember, clock=clock),
            then=partial(self._filed, wish, customer_id, name),
            failed=partial(self._came_back, ids, customer_id, name),
        )

    def assign_to_new(self, wish: Wish, draft: CustomerDraft, form: CustomerForm) -> None:
        """Make a customer and file with it, as one command; the form closes when it is done and stays when refused."""
        ids = wish.ids
        made: list[CustomerId] = []

        def command(uow: Any, clock: Clock) -> ChangeSet:
            number, change = assign_to_new(
                uow, ids, draft.details, addresses=draft.emails, remember=wish.remember, clock=clock
            )
            made.append(number)
            return change

        def done(change: ChangeSet) -> None:
            self._send(ids)
            self._filed(wish, made[0], draft.name, change)
            form.accept()

        self._frame.ops.run(self, command, then=done, failed=form.refuse)

    def forget_trouble(self, ids: Sequence[EmailId]) -> None:
        """These emails are looked at anew."""
        for email_id in ids:
            self.troubles.pop(email_id, None)

    # --- reading ----------------------------------------------------------------------------------------------------

    def begin_read(self) -> int:
        """Return the number of a question about the queue that begins now."""
        self._reads += 1
        return self._reads

    def end_read(self, items: Sequence[ReviewItem], read: int) -> tuple[EmailId, ...]:
        """Take note of the answer to question *read*; return the emails of the newest decision that was undone."""
        self._gone = {email_id: number for email_id, number in self._gone.items() if read <= number}
        left = {item.mail.id for item in items} - self.hidden
        self.troubles = {email_id: trouble for email_id, trouble in self.troubles.items() if email_id in left}
        return self.sitting.take_back(left)

    @property
    def hidden(self) -> frozenset[EmailId]:
        """The emails that are on their way, or gone and not yet read anew."""
        return frozenset(self._going | self._gone.keys())

    # --- answers ----------------------------------------------------------------------------------------------------

    def _send(self, ids: Sequence[EmailId]) -> None:
        self.forget_trouble(ids)
        self._going.update(ids)
        self.changed.emit()

    def _filed(self, wish: Wish, customer_id: CustomerId, name: str, _change: ChangeSet) -> None:
        self._going.difference_update(wish.ids)
        self._gone.update(dict.fromkeys(wish.ids, self._reads))
        clock = self._frame.clock
        made = Filed(wish.kind, wish.ids, customer_id, name, wish.of, clock.now())
        self.sitting.add(made, clock.monotonic())
        self.changed.emit()

    def _came_back(self, ids: Sequence[EmailId], customer_id: CustomerId, name: str, error: AppError) -> None:
        self._going.difference_update(ids)
        self.troubles.update(dict.fromkeys(ids, Trouble(customer_id, name, error.what)))
        self.changed.emit()
        self.failed.emit(error)
