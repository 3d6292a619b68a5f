"""The dialog of a mailbox's backfill: range, check, run, review. It can be closed at any time; the work goes on."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.backfill import CHOICES, Backfill, BackfillEstimate, BackfillState, Obstacle, SpotCheck, UndoPreview
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.services import backfills
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.stepper import Stepper
from desktop.ui.ops import Job
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted, number
from desktop.views.backfill.check_page import CheckPage
from desktop.views.backfill.range_page import RangePage
from desktop.views.backfill.review_page import ReviewPage
from desktop.views.backfill.run_page import RunPage

RANGE, CHECK, RUN, REVIEW = range(4)
TALL = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of the mailbox's backfills: what stands in the way of one, the last one, whom to look at."""

    mailbox: Mailbox | None
    obstacle: Obstacle | None
    last: Backfill | None
    spots: tuple[SpotCheck, ...]
    taken: UndoPreview | None


class BackfillDialog(Sheet):
    """Opened for one mailbox; one that has a backfill under way opens at that."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        super().__init__(parent, f"Backfill {mailbox.address}")
        self._frame, self._mailbox = frame, mailbox
        self._known: Known | None = None
        self._job: Job | None = None
        self._is_undo_asked = self._is_begun = False
        self.stepper = Stepper(("Range", "Check", "Run", "Review"))
        self.range, self.check, self.run, self.review = RangePage(), CheckPage(), RunPage(frame.clock), ReviewPage()
        self.pages = QStackedWidget()
        self.first, self.second, self.next = Button("Back"), Button("", "pause"), Button("Next", kind="primary")
        self._assemble()
        self._listen()
        self._go(RANGE)
        self._read()

    # --- what is known ----------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._frame.ops.read(self, partial(_ask, self._mailbox), self._show, failed=self._failed, slot="known")

    def _show(self, known: Known) -> None:
        """Show what is known now. Of several answers the newest counts, so each can be the one that turns the page."""
        is_first, self._known = self._known is None, known
        obstacle, last = known.obstacle, known.last
        self.range.block(f"{obstacle.what} {obstacle.meaning} {obstacle.action}" if obstacle else "")
        if last is not None:
            self.run.show_backfill(last)
            self.review.show_backfill(last, known.spots)
            if (is_first and last.is_open) or self._is_begun:
                self._go(RUN)
            if self.page == RUN and not last.is_open:
                self._go(REVIEW)
        if known.mailbox is not None and (is_first or self._is_begun):
            self.range.show_covered((self._frame.clock.now() - known.mailbox.synced_from).days)
        self._is_begun = False
        self._show_foot()
        if is_first:
            self._focus()

    def _heard(self, change: ChangeSet) -> None:
        if (Changed.BACKFILLS | Changed.HEALTH) & change.changed:
            self._read()

    # --- going ------------------------------------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """Which page is shown."""
        return self.pages.currentIndex()

    def _go(self, page: int) -> None:
        self.say("ok", "")
        self._ask_undo(None)
        self.pages.setCurrentIndex(page)
        last = self._known.last if self._known else None
        over = page == REVIEW and last is not None and last.state is not BackfillState.DONE
        self.stepper.go_to(page if not over else REVIEW)
        self.scroll_up()
        self._show_foot()
        self.fit()
        self._focus()

    def _focus(self) -> None:
        """Have the keyboard at what comes next."""
        if self.page == RANGE and self._blocked is None:
            self.range.focus_choice()
        else:
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forward(self) -> None:
        if self.page == RANGE and self._blocked is not None:
            self._frame.sync.sync_now(self._mailbox.id)
        elif self.page == RANGE:
            self._estimate()
        elif self.page == CHECK:
            self._start()
        else:
            self.accept()

    def _back(self) -> None:
        if self.page == CHECK:
            self._end_job()
            self._go(RANGE)
        elif self.page == RUN and (one := self._last) is not None:
            self._frame.ops.run(self, lambda uow, clock: backfills.cancel(uow, one, clock), failed=self._failed)
        elif self.page == REVIEW and self._known is not None:
            self._undo()

    def _aside(self) -> None:
        one = self._last
        if self.page == RUN and one is not None:
            turn = backfills.resume if one.state is BackfillState.PAUSED else backfills.pause
            self._frame.ops.run(self, lambda uow, clock: turn(uow, one, clock), failed=self._failed)
        elif self.page == REVIEW and one is not None:
            self.range.choose(_further(one.days))
            self._go(RANGE)

    # --- check and start --------------------------------------------------------------------------------------------

    def _estimate(self) -> None:
        days, mailbox, door = self.range.days, self._mailbox, self._frame.backfills
        self._go(CHECK)
        self.check.show_asking(days)
        self._job = self._frame.ops.work(
            self, lambda job: door.estimate(job, mailbox, days), self._found, failed=self._no_estimate, slot="estimate"
        )
        self._show_foot()

    def _found(self, found: BackfillEstimate) -> None:
        self.check.show_found(found, self._frame.clock.now())
        self._show_foot()
        self._focus()
        self.fit()

    def _no_estimate(self, error: AppError) -> None:
        self.check.show_error(error)
        self._show_foot()
        self.fit()

    def _start(self) -> None:
        days, quiet, mailbox_id = self.range.days, self.range.quiet.isChecked(), self._mailbox.id

        def begin(uow: Any, clock: Any) -> ChangeSet:
            mailbox = next(one for one in uow.read.mailboxes.every() if one.id == mailbox_id)
            return backfills.begin(uow, mailbox, days, clock, quiet_hours=quiet)[1]

        self._frame.ops.run(self, begin, then=self._started, failed=self._failed, quiet=True)

    def _started(self, _change: ChangeSet) -> None:
        """Turn to the run with the next answer; a small one may be over by then."""
        self._is_begun = True
        self._read()

    # --- taking back ------------------------------------------------------------------------------------------------

    def _undo(self) -> None:
        known, one = self._known, self._last
        if known is None or known.taken is None or one is None:
            return
        if not self._is_undo_asked:
            self._ask_undo(known.taken)
            self.reveal(self.review.warning)
            self._show_foot()
            return
        self._ask_undo(None)
        self._frame.ops.run(self, lambda uow, clock: backfills.undo(uow, one, clock), failed=self._failed)

    def _ask_undo(self, taken: UndoPreview | None) -> None:
        self._is_undo_asked = taken is not None
        self.review.ask_undo(taken)

    def _look_at(self, customer_id: CustomerId) -> None:
        self.accept()
        self._frame.doors.go(Place("customers", customer_id=customer_id))

    # --- showing ----------------------------------------------------------------------------------------------------

    @property
    def _last(self) -> Backfill | None:
        return self._known.last if self._known else None

    @property
    def _blocked(self) -> Obstacle | None:
        return self._known.obstacle if self._known else None

    def _show_foot(self) -> None:
        """Give the buttons what they do on this page, in this state."""
        one, found, blocked = self._last, self.check.found, self._blocked
        for button in (self.first, self.second, self.next):
            button.setEnabled(True)
        self.first.setVisible(self.page != RANGE)
        self.second.setVisible(self.page in (RUN, REVIEW))
        self.cancel.setVisible(self.page in (RANGE, CHECK))
        if self.page == RANGE:
            self.next.setText("Sync now" if blocked is not None else f"Check {counted(self.range.days, 'day')}")
            self.next.setEnabled(self._known is not None and (blocked is None or _mends(blocked)))
        elif self.page == CHECK:
            self.first.setText("Back")
            self.next.setText(f"Start {counted(self.range.days, 'day')}")
            self.next.setEnabled(found is not None and bool(found.messages))
        elif self.page == RUN and one is not None:
            is_paused = one.state is BackfillState.PAUSED
            self.first.setText(f"Stop, keep {number(one.figures.stored)}")
            self.second.setText("Resume" if is_paused else "Pause")
            self.second.set_icon("play" if is_paused else "pause")
            self.next.setText("Continue in background")
        elif one is not None:
            self.first.setText("Yes, take them back" if self._is_undo_asked else "Undo this backfill")
            self.first.setEnabled(self._known is not None and self._known.taken is not None)
            self.second.setText(f"Go further: {counted(_further(one.days), 'day')}")
            self.second.set_icon("history")
            self.next.setText("Done")

    def _failed(self, error: AppError) -> None:
        self.say("bad", str(error))
        self._read()

    def sizeHint(self) -> QSize:
        """Be as tall on each page, so that no button moves."""
        wanted = super().sizeHint()
        room = self.screen().availableSize() - QSize(scaled(32), scaled(64))
        return QSize(wanted.width(), max(wanted.height(), scaled(TALL))).boundedTo(room)

    def _assemble(self) -> None:
        self.put_on_top(self.stepper)
        for page in (self.range, self.check, self.run, self.review):
            self.pages.addWidget(page)
        self.inside.addWidget(self.pages, 1)
        self.buttons.addWidget(self.second)
        self.buttons.addWidget(self.first)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.next)
        self.next.setDefault(True)

    def _listen(self) -> None:
        self.first.clicked.connect(lambda _on: self._back())
        self.second.clicked.connect(lambda _on: self._aside())
        self.next.clicked.connect(lambda _on: self._forward())
        self.range.changed.connect(self._show_foot)
        self.check.again.connect(self._estimate)
        self.review.opened.connect(self._look_at)
        self._frame.ops.changed.connect(self._heard)

    def done(self, result: int) -> None:
        """End the asking, if it goes on; a backfill under way goes on without this window."""
        self._end_job()
        super().done(result)

    def _end_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()


def _ask(mailbox: Mailbox, read: Any) -> Known:
    held = next((one for one in read.mailboxes.every() if one.id == mailbox.id), None)
    last = next(iter(read.backfills.of(mailbox.id)), None)
    standing = last is not None and last.state is not BackfillState.UNDONE
    return Known(
        mailbox=held,
        obstacle=backfills.obstacle_of(read, held) if held is not None else None,
        last=last,
        spots=tuple(read.backfills.spot_check(last.id)) if last is not None and standing else (),
        taken=backfills.undo_preview(read, last) if last is not None and standing and not last.is_open else None,
    )


def _mends(obstacle: Obstacle) -> bool:
    """Tell whether a plain sync may take *obstacle* away."""
    return obstacle.code not in (ReasonCode.ACCOUNT_DISABLED, ReasonCode.MANUAL_MODE)


def _further(days: int) -> int:
    """Return the next larger range."""
    return next((one for one in CHOICES if one > days), days * 2)
