"""What the customers screen does about customers who are here twice: looks for them, compares, merges, takes back.

What was found holds while the customers are as they were; then it is looked for again, away from the GUI thread.
"""

from collections.abc import Callable
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.domain.changes import ChangeSet
from desktop.domain.customer_rows import CustomerDetail
from desktop.domain.duplicates import Duplicates, Pair
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.domain.merging import MergeRecord
from desktop.domain.reasons import ReasonCode
from desktop.services.address_moves import move_address, preview_move
from desktop.services.merging import set_apart
from desktop.services.rematch import Rematch, apply_rematch, preview_rematch
from desktop.services.unmerging import preview_unmerge, unmerge_customers
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.plan_sheet import Plan, PlanSheet, Question
from desktop.views.customers.compare import CompareSheet
from desktop.views.customers.pairs import PairsSheet

LOOK_MS = 400
BY_ITSELF = 100_000
"""Of so many customers doubles are looked for without being asked for, which takes two seconds; of more, by `U`."""
SHOWN = 12
"""So many emails a preview names."""


class Twins(QObject):
    """Holds what was found, and opens the sheets over *window*."""

    found = Signal()
    """:attr:`duplicates` are new."""
    offered = Signal(int, object)
    """A customer's id, and the :class:`Rematch` that their changes call for."""
    looking = Signal(str, float)
    """What is being compared, and how much of the search is done, from 0 to 1; from the thread that searches."""
    merged = Signal(int)
    """Somebody was merged into this customer."""

    def __init__(self, frame: Frame, window: Callable[[], QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._frame, self._window = frame, window
        self.duplicates: Duplicates | None = None
        self.pairs: PairsSheet | None = None
        self._first_version: int | None = None
        self._job: Job | None = None
        self._stop = Event()
        self._looked: dict[CustomerId, int] = {}
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self._look)

    # --- looking ----------------------------------------------------------------------------------------------------

    def look_soon(self) -> None:
        """Look for duplicates again once the customers rest, if they have changed."""
        self._soon.start()

    def of(self, customer_id: CustomerId) -> tuple[Pair, ...]:
        """Return the pairs a customer is in, as far as they are known."""
        return self.duplicates.of(customer_id) if self.duplicates is not None else ()

    def _look(self) -> None:
        """Look now; a search that runs is ended, for it asks what is no longer asked."""
        self._end()
        known, is_asked = self.duplicates, self.pairs is not None and isValid(self.pairs)
        stop = self._stop = Event()

        def step(what: str, share: float) -> None:
            if stop.is_set():
                raise AppError(ReasonCode.STOPPED, "The search was ended.", meaning="Nothing was changed.")
            self.looking.emit(what, share)

        def ask(read: Any) -> Duplicates:
            version = read.duplicates.version()
            if known is not None and version == known.version and (known.is_whole or not is_asked):
                return known
            count = read.customers.count()
            if count > BY_ITSELF and not is_asked:
                return Duplicates((), count, version, is_whole=False)
            found: Duplicates = read.duplicates.every(step)
            return found

        self._job = self._frame.ops.read(self, ask, self._show, failed=self._fail, slot="look")

    def _end(self) -> None:
        self._stop.set()
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def _unlisted(self) -> None:
        """The list was closed: among very many nobody waits for an answer any more."""
        self.pairs = None
        if self.duplicates is None or not self.duplicates.is_whole:
            self._look()

    def _show(self, found: Duplicates) -> None:
        self._job = None
        is_new = found is not self.duplicates
        self.duplicates = found
        if self._first_version is None:
            self._first_version = found.version
        if self.pairs is not None and isValid(self.pairs):
            self.pairs.show_found(found)
        if is_new:
            self.found.emit()

    def _fail(self, error: AppError) -> None:
        if self.pairs is not None and isValid(self.pairs):
            self.pairs.show_problem(str(error))

    # --- comparing --------------------------------------------------------------------------------------------------

    def list_all(self) -> PairsSheet:
        """Show every pair."""
        sheet = self.pairs = PairsSheet(self._window())
        sheet.compare_wanted.connect(self.compare)
        sheet.apart_wanted.connect(self._tell_apart)
        sheet.again_wanted.connect(self._look)
        sheet.finished.connect(lambda _result: self._unlisted())
        self.looking.connect(sheet.show_progress)
        if self.duplicates is not None and self.duplicates.is_whole:
            sheet.show_found(self.duplicates)
        sheet.open()
        self._look()
        return sheet

    def compare(self, pair: Pair, kept: CustomerId | None = None) -> CompareSheet:
        """Show a pair side by side; *kept* stays unless that is turned round, else who has been here longer."""
        stays = kept if kept in pair.key and kept is not None else pair.first.id
        is_listed = self.pairs is not None and isValid(self.pairs) and self.pairs.isVisible()
        over = self.pairs if is_listed and self.pairs is not None else self._window()
        sheet = CompareSheet(self._frame, over, stays, pair.other(stays).id)
        sheet.merged.connect(self._was_merged)
        sheet.told_apart.connect(self._look)
        sheet.open()
        return sheet

    def _was_merged(self, kept: int) -> None:
        if self.pairs is not None and isValid(self.pairs):
            self._look()
        self.merged.emit(kept)

    def _tell_apart(self, pair: Pair) -> None:
        def command(uow: Any, clock: Any) -> ChangeSet:
            return set_apart(uow, *pair.key, clock)

        self._frame.ops.run(self, command, then=lambda _change: self._look())

    # --- taking back ------------------------------------------------------------------------------------------------

    def unmerge(self, record: MergeRecord) -> PlanSheet:
        """Ask before a merge is taken back: what goes where."""
        name, kept = words.short(record.merged_name), record.kept_name
        day = words.calendar_day(words.local(record.merged_at).date())
        lead = f"Both will be here again. What was done by hand since {day} stays as it is."
        question = Question(
            "Un-merge customers", f"Un-merge {name} from {words.short(kept)}?", lead, f"Un-merge {name}"
        )

        def ask(read: Any) -> Plan:
            return Plan([("arrow-right", line) for line in preview_unmerge(read, record).moves])

        def command(uow: Any, clock: Any) -> ChangeSet:
            return unmerge_customers(uow, record, clock)

        return self._asked(PlanSheet(self._frame, self._window(), question, ask, command, self.look_soon))

    # --- matching again ---------------------------------------------------------------------------------------------

    def offer(self, detail: CustomerDetail) -> None:
        """Find out whether mail would now be filed otherwise: once for each state of the customers but the first."""
        customer_id, looked = detail.customer.id, self._looked

        def ask(read: Any) -> tuple[int, Rematch | None]:
            version = read.duplicates.version()
            if version == self._first_version or looked.get(customer_id) == version:
                return version, None
            return version, preview_rematch(read, customer_id)

        def then(answer: tuple[int, Rematch | None]) -> None:
            version, found = answer
            self._first_version = version if self._first_version is None else self._first_version
            if found is not None:
                looked[customer_id] = version
                self.offered.emit(customer_id, found)

        self._frame.ops.read(self, ask, then, failed=lambda _error: None, slot="offer")

    def rematch(self, detail: CustomerDetail, done: Callable[[], object]) -> PlanSheet:
        """Show what would be filed otherwise, each email with the reason, and ask."""
        customer = detail.customer
        lead = "Nothing has moved yet. What a person has decided is left as it is."
        question = Question("Match again", f"Match again for {words.short(customer.name)}?", lead, "Match again")

        def ask(read: Any) -> Plan:
            found = preview_rematch(read, customer.id)
            rows = [
                (
                    f"{one.row.from_name or one.row.from_address}: {one.row.subject or '(no subject)'}",
                    one.decision.reason,
                )
                for one in found.moved[:SHOWN]
            ]
            return Plan([("inbox", found.words)], rows, len(found.moved) - len(rows))

        def command(uow: Any, clock: Any) -> ChangeSet:
            return apply_rematch(uow, customer.id, clock)

        return self._asked(PlanSheet(self._frame, self._window(), question, ask, command, done))

    # --- addresses --------------------------------------------------------------------------------------------------

    def move(self, giver: CustomerId, taker: CustomerId, address: str) -> PlanSheet:
        """Ask before an address goes to another customer: what mail follows."""
        lead = "Mail from this address will be filed with the other customer from now on."
        question = Question("Move an address", f"Move {words.short(address, 40)}?", lead, "Move address")

        def ask(read: Any) -> Plan:
            found = preview_move(read, giver, taker, address)
            lines = [("arrow-right", f"From {found.giver.name} to {found.taker.name}")]
            return Plan([*lines, *(("mail", line) for line in found.moves)])

        def command(uow: Any, clock: Any) -> ChangeSet:
            return move_address(uow, giver, taker, address, clock)

        return self._asked(PlanSheet(self._frame, self._window(), question, ask, command))

    def _asked(self, sheet: PlanSheet) -> PlanSheet:
        sheet.open()
        return sheet
