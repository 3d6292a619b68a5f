"""The Needs Review screen: reads the queue, shows it, and knows what is chosen; what is done about it is elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop.domain.changes import Changed
from desktop.domain.errors import AppError
from desktop.domain.review_item import Bucket, ReviewItem
from desktop.services.suggestions import review_queue
from desktop.ui.customer_list import CustomerLine
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.messages import KeyLane
from desktop.ui.screen import Screen
from desktop.ui.toasts import ToastLane, announce
from desktop.ui.words import clock_time, counted, number
from desktop.views.review import acts
from desktop.views.review.choice import Choice, name_of
from desktop.views.review.commands import Commands
from desktop.views.review.decide_panel import DomainOffer
from desktop.views.review.decisions import Decisions
from desktop.views.review.desk import Desk
from desktop.views.review.filing import Filing
from desktop.views.review.head import QueueHead
from desktop.views.review.queue import Row
from desktop.views.review.queue_model import QueueModel
from desktop.views.review.queue_view import QueueView
from desktop.views.review.shelf import Shelf
from desktop.views.review.sitting import Filed

MINUTE_MS = 60_000
CUSTOMERS_FILED = 5


class ReviewScreen(Screen):
    """Empty the queue fast and correctly."""

    id = "review"
    title = acts.PLACE
    watches = Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS
    has_bar = True
    rest_ms = 3000
    takes_emails = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.shelf = Shelf()
        self._shown: tuple[object, ...] = ()
        self._is_showing = False
        self.top = QueueHead(self.head, self.bar, self)
        self.model = QueueModel(frame.clock.now, self)
        self.view = QueueView(self.model)
        self.filing = Filing(frame, self)
        self.decisions = Decisions(self.filing, self.view, self.shelf.choice_of)
        self.desk = Desk(frame, self.view, self.decisions.refusal, self.decisions.refusal_to_ignore)
        self.keys = KeyLane(acts.HINTS)
        self.lane = ToastLane(self.keys)
        self.add_body(self.desk)
        self.body.addWidget(self.lane)
        self.commands = Commands(self)
        self.desk.preview.acts.listen_in(self.view)
        self.view.chosen.connect(self._choose)
        self.top.changed.connect(self.show_queue)
        self.filing.changed.connect(self.show_queue)
        self.filing.failed.connect(self._came_back)
        self.filing.returned.connect(self._put_back)
        self.desk.again.connect(self.refresh)
        self.desk.cleared.connect(self.top.clear)
        self._minute = QTimer(self, interval=MINUTE_MS)  # ages grow
        self._minute.timeout.connect(self.view.viewport().update)
        self._minute.timeout.connect(partial(self._choose, again=True))
        self._minute.start()
        self.desk.show_queue(self.desk.loading)
        self._choose()

    # --- what the window asks for -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the whole queue with its suggestions, and the customers."""
        read = self.filing.begin_read()
        self.frame.ops.read(self, review_queue, partial(self._take, read), failed=self._fail, slot="queue")
        self.desk.customers.read()

    def open(self, place: Place) -> None:
        """Show the queue from its beginning, a chip of it, or one email."""
        self.shelf.order_anew()
        self.show_queue()
        if place.part in {bucket.value for bucket in Bucket}:
            self.top.choose(Bucket(place.part))
        if place.search:
            self.top.search.setText(place.search)
        if place.email_id is not None:
            self.top.clear()
            self.shelf.uncover([place.email_id])
            self.show_queue()
            self.view.select({place.email_id})

    def panes(self) -> Sequence[QWidget]:
        """Return queue, email and customers."""
        return [self.desk.first, self.desk.preview, self.desk.many, self.desk.customers.field, self.desk.customers.list]

    def search_field(self) -> QLineEdit:
        """Return the search of the queue."""
        return self.top.search

    def toast_lane(self) -> ToastLane:
        """Return the lane of keys: a toast there covers no row."""
        return self.lane

    def escape(self) -> bool:
        """Clear the search, else choose only the current email; the focus is in the queue afterwards."""
        had = super().escape()
        if not had and self.view.selected_count() > 1:
            self.view.go_to(self.view.currentIndex().row())
            had = True
        self.focus_queue()
        return had

    # --- reading ----------------------------------------------------------------------------------------------------

    def _take(self, read: int, items: Sequence[ReviewItem]) -> None:
        waiting, back = self.filing.end_read(items, read)
        self.shelf.take(waiting)
        if back:
            self.shelf.uncover(back)
        self.show_queue()
        if back:
            self.view.select(set(back))
            self.focus_queue(unless_typing=True)
        self.desk.preview.refresh()

    def _put_back(self, back: Filed) -> None:
        """Show again what an undo brought back, chosen as it was, and the queue where it stood."""
        self.shelf.put_back(back.items)
        self.shelf.uncover(back.ids)
        with self._choosing_once():
            self.show_queue()
            self.view.select(set(back.ids))
        self.view.verticalScrollBar().setValue(back.scroll)
        self.view.scrollTo(self.view.currentIndex())
        self.focus_queue(unless_typing=True)

    def _fail(self, error: AppError) -> None:
        words = " ".join(part for part in (error.meaning, error.action) if part)
        self.desk.error.show_words(error.what, words, "Try again")
        self.top.show_counts({})
        self.desk.show_queue(self.desk.error)
        self._choose()

    def _came_back(self, error: AppError) -> None:
        announce(self.view, f"Not assigned. {error.what} {error.action}".strip())

    # --- showing ----------------------------------------------------------------------------------------------------

    def show_queue(self) -> None:
        """Show what is left of the queue; what was chosen stays so, else the next email is."""
        if not self.shelf.is_read:
            return
        self.shelf.hide(self.filing.hidden)
        self.shelf.fade(self.filing.taken)
        self.shelf.narrow(self.top.bucket, self.top.search.text(), self.filing.troubles)
        self.set_subtitle(f"{number(len(self.shelf.waiting))} left")
        self.top.show_counts(self.shelf.counts())
        self._show_rows(self.shelf.rows())
        self._show_state()
        self._choose()

    def _show_rows(self, rows: Sequence[Row]) -> None:
        place = next(self.view.selected_rows(), self.view.currentIndex().row())
        chosen = {item.mail.id for item in self.view.choice().items}
        current = self.model.mail(self.view.currentIndex().row())
        with self._choosing_once():
            self.model.show(rows)
            left = {one for one in chosen if self.model.position_of(one) >= 0}
            if left and current is not None and current.item.mail.id not in left:
                self.view.select(left)
            elif not left:
                self.view.go_to(max(0, place))

    def _show_state(self) -> None:
        had_focus, desk = self.isAncestorOf(QApplication.focusWidget() or self.window()), self.desk
        if self.shelf.waiting:
            desk.customers.show_filed(())
            desk.show_queue(desk.view if self.model.rowCount() else desk.nothing)
            words = self.shelf.look.search.strip()
            title = f"No email matches “{words}”" if words else "No such email waits"
            waiting = counted(len(self.shelf.waiting), "email waits", "emails wait")
            desk.nothing.show_words(title, f"{waiting} in all.", "Show all")
        else:
            desk.clear.show_sitting(self.filing.sitting, self.frame.clock.now())
            desk.show_clear()
            desk.customers.show_filed(self._filed())
        if had_focus:
            self.focus_queue(unless_typing=True)

    def show_hints(self) -> None:
        """Show the keys that work now."""
        self.keys.show_hints(self.commands.hints if self.choice().items else acts.HINTS_WHEN_IDLE)

    def _filed(self) -> list[CustomerLine]:
        return [
            CustomerLine(made.customer_id, made.customer, f"{counted(count, 'email')}, {clock_time(made.at)}")
            for made, count in self.filing.sitting.customers(CUSTOMERS_FILED)
            if made.customer_id is not None
        ]

    def focus_queue(self, *, unless_typing: bool = False) -> None:
        """Give the focus to the queue, or to what stands in its place."""
        focus = QApplication.focusWidget()
        if unless_typing and isinstance(focus, QLineEdit) and focus.isVisible():
            return
        if self.desk.first.isVisible():
            self.desk.first.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is chosen ---------------------------------------------------------------------------------------------

    def choice(self) -> Choice:
        """Return the emails that a decision would be about."""
        is_shown = self.desk.queue.currentWidget() is self.view and not self.desk.is_clear
        return self.view.choice() if is_shown else Choice()

    def domain_offer(self) -> DomainOffer | None:
        """Return what the key for a whole domain would choose; None when several domains are chosen."""
        items = self.choice().items
        if len({item.domain for item in items}) != 1:
            return None
        return DomainOffer(items[0].domain, len(self.shelf.of_domain(items[0].domain)), items[0].one_by_one)

    @contextmanager
    def _choosing_once(self) -> Iterator[None]:
        """Show what is chosen when the block is over, whatever was chosen for a moment inside."""
        was_showing, self._is_showing = self._is_showing, True
        try:
            yield
        finally:
            self._is_showing = was_showing
        self._choose()

    def _choose(self, *, again: bool = False) -> None:
        """Show the chosen email, or a summary of several, and what can be decided; *again* also what stands there."""
        if self._is_showing:
            return
        choice, offer, sure = self.choice(), self.domain_offer(), len(self.shelf.sure())
        trouble = self.filing.troubles.get(choice.items[0].mail.id) if choice.items else None
        now = (choice, offer, sure, trouble, self.isVisible(), self.desk.is_clear, self.shelf.is_read)
        if now == self._shown and not again:
            return
        self._shown = now
        self._show_choice(choice)
        self.desk.panel.show_choice(choice, offer, trouble)
        self.desk.panel.setVisible(bool(choice.items))
        self.show_hints()
        self.commands.enable(is_troubled=trouble is not None)

    def _show_choice(self, choice: Choice) -> None:
        many, desk = len(choice.items) > 1, self.desk
        if many:
            desk.many.show_choice(choice, self.frame.clock.now())
        else:
            first = choice.items[0] if choice.items else None
            desk.preview.page.head.tells_doubt = first is None or not first.warning
            desk.preview.show_email(first.mail.id if first is not None else None)
        if self.shelf.is_read:
            desk.show_email(many=many)
        desk.customers.show_offers(choice.offers, many=many)
        desk.customers.set_filing(possible=bool(choice.items))
        desk.customers.name_new(name_of(choice.items[0]) if len(choice.items) == 1 else "")

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The commands work from now on."""
        super().showEvent(event)
        self._choose()

    def hideEvent(self, event: QHideEvent) -> None:
        """The commands work here only."""
        super().hideEvent(event)
        self.commands.enable(is_troubled=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say why, when a key does nothing now."""
        if not self.commands.explain(event):
            super().keyPressEvent(event)
