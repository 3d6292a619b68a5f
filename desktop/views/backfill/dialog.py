"""The dialog of a mailbox's backfill: range, check, run, review. It can be closed at any time; the work goes on."""

from datetime import time
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.backfill import Backfill, Obstacle, QuietHours, UndoPreview
from desktop.domain.backfill_days import easier_range
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.domain.mailbox import Mailbox
from desktop.settings import registry
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.stepper import Stepper
from desktop.ui.sheet import Sheet
from desktop.views.backfill.check_page import CheckPage
from desktop.views.backfill.checking import Checking
from desktop.views.backfill.counting import Counting
from desktop.views.backfill.foot import Foot, Page, check_foot, next_range, range_foot, review_foot, run_foot
from desktop.views.backfill.known import Known, ask
from desktop.views.backfill.orders import Orders
from desktop.views.backfill.range_page import RangePage
from desktop.views.backfill.review_page import ReviewPage
from desktop.views.backfill.run_page import RunPage
from desktop.views.backfill.stack import Stack

TALL = 580


class BackfillDialog(Sheet):
    """Opened for one mailbox; one that has a backfill under way opens at that."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox) -> None:
        super().__init__(parent, f"Backfill {mailbox.address}")
        self._frame, self._mailbox = frame, mailbox
        self._known: Known | None = None
        self._is_undo_asked = self._is_begun = False
        self._instead: int | None = None
        self._orders = Orders(frame, self, mailbox, self._failed)
        self.stepper = Stepper(("Range", "Check", "Run", "Review"))
        self.range, self.check = RangePage(_quiet_hours(frame)), CheckPage()
        self.run, self.review = RunPage(frame.clock), ReviewPage()
        self.counting, self.checking = Counting(frame, mailbox, self.range), Checking(frame, mailbox, self.check)
        self.pages = Stack((self.range, self.check, self.run, self.review))
        self.first, self.second, self.next = Button("Back"), Button("", "pause"), Button("Next", kind="primary")
        self._assemble()
        self._listen()
        self._go(Page.RANGE)
        self._read()

    # --- what is known ----------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._frame.ops.read(self, partial(ask, self._mailbox), self._show, failed=self._failed, slot="known")

    def _show(self, known: Known) -> None:
        """Show what is known now. Of several answers the newest counts, so each can be the one that turns the page."""
        before, self._known = self._known, known
        obstacle, last = known.obstacle, known.last
        self.range.block(f"{obstacle.what} {obstacle.meaning} {obstacle.action}" if obstacle else "")
        self.range.show_last(last)
        if last is not None:
            self.run.show_backfill(last, known.days, easier_range(last.code, last.days, self._covered))
            self.review.show_backfill(last, known.spots)
            if (before is None and last.is_open) or self._is_begun:
                self._go(Page.RUN)
            if self.page == Page.RUN and not last.is_open:
                self._end_run()
        self._is_begun = False
        if self.page == Page.RANGE and (before is None or (before.obstacle is None) != (obstacle is None)):
            self._offer(self.range.days)
        self._show_foot()
        if self.page == Page.RUN:
            self.fit()
        if before is None:
            self._focus()

    def _offer(self, days: int) -> None:
        """Offer what is not synced yet, *days* if that is among it, and count it."""
        self.range.choose(days)
        self.range.show_covered(self._covered)
        self.counting.forget()
        if self._known is not None and self._blocked is None:
            self.counting.begin()

    def _end_run(self) -> None:
        """Look at what came, or try less if that was asked for."""
        less, self._instead = self._instead, None
        if less is None:
            self._go(Page.REVIEW)
            return
        self._go(Page.RANGE)
        self._offer(less)

    def _heard(self, change: ChangeSet) -> None:
        if (Changed.BACKFILLS | Changed.HEALTH) & change.changed:
            self._read()

    # --- going ------------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """Which page is shown."""
        return Page(self.pages.at)

    def _go(self, page: Page) -> None:
        self.say("ok", "")
        self._ask_undo(None)
        self.pages.turn_to(page)
        self.stepper.go_to(page)
        if page != Page.RANGE:
            self.counting.stop()
        self.scroll_up()
        self._show_foot()
        self.fit()
        self._focus()

    def _focus(self) -> None:
        """Have the keyboard at what comes next."""
        if self.page == Page.RANGE and self._blocked is None:
            self.range.focus_choice()
        else:
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forward(self) -> None:
        if self.page == Page.RANGE and self._blocked is not None:
            self._frame.sync.sync_now(self._mailbox.id)
        elif self.page == Page.RANGE:
            self._check()
        elif self.page == Page.CHECK:
            self._orders.begin(self.range.days, self._started, quiet_hours=self.range.quiet.isChecked())
        else:
            self.accept()

    def _back(self) -> None:
        one = self._last
        if self.page == Page.CHECK:
            self.checking.stop()
            self._go(Page.RANGE)
            self.counting.begin()
        elif self.page == Page.RUN and one is not None:
            self._orders.stop(one)
        elif self.page == Page.REVIEW:
            self._undo()

    def _aside(self) -> None:
        one = self._last
        if self.page == Page.RUN and one is not None:
            self._orders.turn(one)
        elif self.page == Page.REVIEW and one is not None:
            self._go(Page.RANGE)
            self._offer(next_range(one))

    def _take_less(self) -> None:
        """End what failed, and offer a smaller range."""
        one = self._last
        if one is not None:
            self._instead = easier_range(one.code, one.days, self._covered)
            self._orders.stop(one)

    def _check(self) -> None:
        self._go(Page.CHECK)
        self.checking.begin(self.range.days, self._covered)
        self._show_foot()

    def _checked(self) -> None:
        self._show_foot()
        self._focus()
        self.fit()

    def _check_less(self) -> None:
        """Check a smaller range than the one that could not be asked about."""
        if self.checking.easier is not None:
            self.range.choose(self.checking.easier)
            self._check()

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
        self._orders.undo(one)

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
    def _covered(self) -> int:
        """For how many days the mailbox is synced already."""
        mailbox = (self._known.mailbox if self._known else None) or self._mailbox
        return (self._frame.clock.now() - mailbox.synced_from).days

    @property
    def _blocked(self) -> Obstacle | None:
        return self._known.obstacle if self._known else None

    def _show_foot(self) -> None:
        """Give the buttons what they do on this page, in this state."""
        foot = self._foot()
        for button, words in ((self.first, foot.first), (self.second, foot.second), (self.next, foot.next)):
            button.setText(words)
            button.setVisible(bool(words))
        self.second.set_icon(foot.icon)
        self.first.setEnabled(foot.can_first)
        self.next.setEnabled(foot.can_next)
        self.cancel.setVisible(foot.cancels)

    def _foot(self) -> Foot:
        one = self._last
        if self.page == Page.RANGE or (one is None and self.page != Page.CHECK):
            return range_foot(self._known, self.range.days)
        if self.page == Page.CHECK or one is None:
            return check_foot(self.range.days, can_start=self.checking.can_start)
        if self.page == Page.RUN:
            return run_foot(one)
        can_undo = self._known is not None and self._known.taken is not None
        return review_foot(one, can_undo=can_undo, is_asked=self._is_undo_asked)

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
        self.check.again.connect(self._check)
        self.checking.ended.connect(self._checked)
        self.check.smaller.connect(self._check_less)
        self.run.smaller.connect(self._take_less)
        self.range.looked_back.connect(lambda: self._go(Page.REVIEW))
        self.review.opened.connect(self._look_at)
        self._frame.ops.changed.connect(self._heard)

    def done(self, result: int) -> None:
        """End the asking, if it goes on; a backfill under way goes on without this window."""
        self.checking.stop()
        self.counting.stop()
        super().done(result)


def _quiet_hours(frame: Frame) -> QuietHours:
    begins, ends = (frame.settings.get(setting) for setting in (registry.QUIET_FROM, registry.QUIET_UNTIL))
    return QuietHours(time(begins), time(ends))
