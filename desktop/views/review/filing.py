"""Deciding on mail of the queue: a row goes at once, comes back with the reason when it could not be done.

What was asked for stays hidden until the queue was read by a question that began after the answer: an older one would
show it once more. An undo brings its rows back at once, in the same way: an older answer does not know of it yet. What
somebody else was quicker with is told, shown for a moment as taken, and left as they decided it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.review_item import ReviewItem
from desktop.services.ignoring import ignore_emails, ignore_sender
from desktop.services.review import accept_all, assign_waiting, assign_waiting_to_new
from desktop.services.taking import Outcome
from desktop.ui.customer_draft import CustomerDraft
from desktop.ui.customer_form import CustomerForm
from desktop.ui.frame import Frame
from desktop.views.review.queue import Trouble
from desktop.views.review.sitting import Filed, Kind, Sitting

FADE_MS = 4000
"""How long an email that somebody else has taken is still shown."""
Decide = Callable[[Any, Clock], Outcome]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person decided: these emails, in this way, about this domain or sender.

    ``customer_id`` is None where there is no customer, or several; ``scroll`` is where the queue stood.
    """

    items: tuple[ReviewItem, ...]
    kind: Kind
    of: str
    remember: bool
    customer_id: CustomerId | None = None
    customer: str = ""
    scroll: int = 0

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
    returned = Signal(object)
    """A :class:`Filed` decision was undone: its emails wait again."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self.sitting = Sitting()
        self.troubles: dict[EmailId, Trouble] = {}
        self._going: set[EmailId] = set()
        self._gone: dict[EmailId, int] = {}
        self._back: dict[EmailId, tuple[ReviewItem, int]] = {}
        self._taken: dict[EmailId, tuple[ReviewItem, str]] = {}
        self._reads = 0
        self._fading = QTimer(self, singleShot=True, interval=FADE_MS)
        self._fading.timeout.connect(self._fade)
        frame.ops.changed.connect(self._hear)

    # --- deciding ---------------------------------------------------------------------------------------------------

    def assign(self, wish: Wish, customer_id: CustomerId, name: str) -> None:
        """File with a customer that is there."""
        ids, remember = wish.ids, wish.remember
        self._carry_out(
            replace(wish, customer_id=customer_id, customer=name),
            lambda uow, clock: assign_waiting(uow, ids, customer_id, remember=remember, clock=clock),
        )

    def accept(self, wish: Wish, picks: Mapping[EmailId, CustomerId]) -> None:
        """File each email with the customer picked for it, all as one command."""
        self._carry_out(wish, lambda uow, clock: accept_all(uow, picks, clock))

    def ignore(self, wish: Wish) -> None:
        """Take the emails out of the queue: they are nobody's."""
        ids = wish.ids
        self._carry_out(wish, lambda uow, clock: ignore_emails(uow, ids, clock))

    def ignore_sender(self, wish: Wish, address: str) -> None:
        """Leave a sender out from now on, and take out what waits of them."""
        self._carry_out(wish, lambda uow, clock: Outcome(ignore_sender(uow, address, clock)))

    def assign_to_new(self, wish: Wish, draft: CustomerDraft, form: CustomerForm) -> None:
        """Make a customer and file with it, as one command; the form closes when it is done and stays when refused."""
        ids = wish.ids
        made: list[tuple[CustomerId | None, Outcome]] = []

        def command(uow: Any, clock: Clock) -> ChangeSet:
            made.append(assign_waiting_to_new(uow, ids, draft.details, addresses=draft.emails, clock=clock))
            return made[0][1].change

        def done(_change: ChangeSet) -> None:
            number, outcome = made[0]
            self._send(ids)
            self._filed(replace(wish, customer_id=number, customer=draft.name), outcome)
            form.accept()

        self._frame.ops.run(self, command, then=done, failed=form.refuse)

    # --- reading ----------------------------------------------------------------------------------------------------

    def begin_read(self) -> int:
        """Return the number of a question about the queue that begins now."""
        self._reads += 1
        return self._reads

    def end_read(self, items: Sequence[ReviewItem], read: int) -> tuple[Sequence[ReviewItem], tuple[EmailId, ...]]:
        """Take note of the answer to question *read*.

        Return what waits by it, with what came back since it was asked; and the emails of a decision that was undone
        elsewhere.
        """
        self._gone = {email_id: number for email_id, number in self._gone.items() if read <= number}
        self._back = {email_id: held for email_id, held in self._back.items() if read <= held[1]}
        known = {item.mail.id for item in items}
        items = [*items, *(item for email_id, (item, _) in self._back.items() if email_id not in known)]
        left = {item.mail.id for item in items} - self.hidden
        self.troubles = {email_id: trouble for email_id, trouble in self.troubles.items() if email_id in left}
        return items, self.sitting.take_back(left)

    @property
    def hidden(self) -> frozenset[EmailId]:
        """The emails that are on their way, or gone and not yet read anew."""
        return frozenset(self._going | self._gone.keys())

    @property
    def taken(self) -> Mapping[EmailId, tuple[ReviewItem, str]]:
        """The emails that somebody else was quicker with just now, and how they decided."""
        return self._taken

    # --- answers ----------------------------------------------------------------------------------------------------

    def _carry_out(self, wish: Wish, decide: Decide) -> None:
        self._send(wish.ids)
        made: list[Outcome] = []

        def command(uow: Any, clock: Clock) -> ChangeSet:
            made.append(decide(uow, clock))
            return made[0].change

        self._frame.ops.run(
            self, command, then=lambda _change: self._filed(wish, made[0]), failed=partial(self._came_back, wish)
        )

    def _send(self, ids: Sequence[EmailId]) -> None:
        for email_id in ids:
            self.troubles.pop(email_id, None)
            self._back.pop(email_id, None)
        self._going.update(ids)
        self.changed.emit()

    def _filed(self, wish: Wish, outcome: Outcome) -> None:
        self._going.difference_update(wish.ids)
        self._gone.update(dict.fromkeys(wish.ids, self._reads))
        taken = {one.id: one.words for one in outcome.taken}
        items = tuple(item for item in wish.items if item.mail.id not in taken)
        if items:
            clock, ids = self._frame.clock, tuple(item.mail.id for item in items)
            made = Filed(
                *(wish.kind, ids, wish.customer_id, wish.customer, wish.of, clock.now()),
                *(outcome.change.words, items, wish.scroll),
            )
            self.sitting.add(made, clock.monotonic())
        if taken:
            self._taken |= {item.mail.id: (item, taken[item.mail.id]) for item in wish.items if item.mail.id in taken}
            self._fading.start()
        self.changed.emit()

    def _came_back(self, wish: Wish, error: AppError) -> None:
        self._going.difference_update(wish.ids)
        self.troubles.update(dict.fromkeys(wish.ids, Trouble(wish.customer_id, wish.customer, error.what)))
        self.changed.emit()
        self.failed.emit(error)

    def _fade(self) -> None:
        self._taken = {}
        self.changed.emit()

    def _hear(self, change: ChangeSet) -> None:
        """Let an undo or redo of a decision of this sitting be seen at once, before the queue is read anew."""
        what, colon, words = change.words.partition(": ")
        if colon and what == "Undone" and (back := self.sitting.undo(words)) is not None:
            for item in back.items:
                self._gone.pop(item.mail.id, None)
                self._back[item.mail.id] = (item, self._reads)
            self.returned.emit(back)
        elif colon and what == "Done again" and (again := self.sitting.redo(words)) is not None:
            for email_id in again.ids:
                self._back.pop(email_id, None)
                self._gone[email_id] = self._reads
            self.changed.emit()
