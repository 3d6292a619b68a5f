"""One customer opened: who they are, all their mail by days, and the facts beside it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QListView,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.customer_rows import CustomerDetail
from desktop.domain.ids import CustomerId
from desktop.domain.merging import MergeRecord
from desktop.domain.rows import EmailRow
from desktop.services import customers
from desktop.ui import words
from desktop.ui.frame import EXPLAIN, Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Avatar, ElidedLabel, Line, follow_theme
from desktop.ui.kit.states import EmptyState
from desktop.views.customers.delegates import TimelineDelegate
from desktop.views.customers.facts import WIDTH as FACTS_WIDTH
from desktop.views.customers.facts import Facts
from desktop.views.customers.notices import Notices
from desktop.views.customers.timeline import Event, TimelineModel

PAGE = 100

_Found = tuple[CustomerDetail | None, Sequence[EmailRow], Sequence[MergeRecord]]
NARROW = 440
"""Below this width the facts stand below the mail, and the commands below the name."""


class OpenedCustomer(QWidget):
    """The pane of the customer that is chosen."""

    shown = Signal()
    """Another customer is shown, or nobody any more: see :attr:`detail`."""
    edit_wanted = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.detail: CustomerDetail | None = None
        self._has_more = False
        self._lay_out()

    # --- reading ----------------------------------------------------------------------------------------------------

    def read(self, customer_id: CustomerId) -> None:
        """Show a customer as they are stored now."""

        def ask(read: Any) -> _Found:
            detail = read.customer_list.detail(customer_id)
            return detail, read.customer_list.emails(customer_id, limit=PAGE), read.merges.into(customer_id)

        self.frame.ops.read(self, ask, self._show_detail, slot="detail")

    def read_again(self) -> None:
        """Show the same customer as they are stored now."""
        if self.detail is not None:
            self.read(self.detail.customer.id)

    def clear(self) -> None:
        """Show nobody."""
        self.detail = None
        self.shown.emit()

    def _show_detail(self, found: _Found) -> None:
        detail, emails, merges = found
        is_same = detail is not None and self.detail is not None and self.detail.customer.id == detail.customer.id
        self.detail = detail
        self.edit.setEnabled(detail is not None)
        self.shown.emit()
        if detail is None:
            return
        customer, row = detail.customer, detail.row
        self._avatar.show_name(customer.name, is_company=True)
        self.name.setText(customer.name)
        parts = [f"Owner {customer.owner}" if customer.owner else "", customer.company]
        parts += [words.counted(row.addresses, "address", "addresses"), words.counted(row.emails, "email")]
        self._about.setText(", ".join(part for part in parts if part))
        self._waiting.setVisible(row.waiting > 0)
        self._waiting.setText(f"{words.counted(row.waiting, 'email')} to review")
        self.facts.show_detail(detail, merges, self.frame.clock.now())
        self._has_more = len(emails) >= PAGE
        self.timeline.show(emails)
        if not is_same:
            self.mails.scrollToTop()
        self.stack.setCurrentIndex(0 if emails else 1)

    def _more(self, value: int) -> None:
        bar, emails = self.mails.verticalScrollBar(), self.timeline.emails
        if self.detail is None or not self._has_more or not emails or bar.maximum() - value > 2000:
            return
        self._has_more = False
        customer_id, last = self.detail.customer.id, emails[-1].received_at
        self.frame.ops.read(
            self,
            lambda read: read.customer_list.emails(customer_id, limit=PAGE, before=last),
            partial(self._append, customer_id),
            slot="more",
        )

    def _append(self, customer_id: CustomerId, older: Sequence[EmailRow]) -> None:
        if self.detail is not None and self.detail.customer.id == customer_id:
            self._has_more = len(older) >= PAGE
            self.timeline.append(older)

    # --- layout -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_title())
        self.notices = Notices()
        column.addWidget(self.notices)
        column.addWidget(Line())
        self.timeline = TimelineModel(self.frame.clock.now, self)
        self.mails = QListView()
        self.mails.setAccessibleName("Email of this customer")
        self.mails.setModel(self.timeline)
        self.mails.setItemDelegate(TimelineDelegate(self.mails))
        self.mails.setFrameShape(QFrame.Shape.NoFrame)
        self.mails.setMouseTracking(True)
        self.mails.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.mails.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.mails.activated.connect(self._open_email)
        self.mails.verticalScrollBar().valueChanged.connect(self._more)
        calm = EmptyState(
            "mail",
            "No email is filed here",
            "Either none has come since the mailboxes were connected, or the sender's address is not on this customer.",
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.mails)
        self.stack.addWidget(calm)
        self.facts = Facts()
        self.facts.address_removed.connect(self._remove_address)
        self.facts.address_wanted.connect(self.edit_wanted)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.stack)
        self._split.addWidget(self.facts)
        self._split.setStretchFactor(0, 1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes([scaled(520), scaled(FACTS_WIDTH)])
        column.addWidget(self._split, 1)
        follow_theme(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put things beside or below one another, as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where it is narrow, as for large text, put what stood beside something below it: nothing is cut."""
        is_narrow = self.width() < scaled(NARROW)
        flow = QBoxLayout.Direction
        self._title.setDirection(flow.TopToBottom if is_narrow else flow.LeftToRight)
        self._split.setOrientation(Qt.Orientation.Vertical if is_narrow else Qt.Orientation.Horizontal)

    def _make_title(self) -> QBoxLayout:
        self._title = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._title.setContentsMargins(scaled(16), scaled(16), scaled(16), scaled(16))
        self._title.setSpacing(scaled(12))
        who, acts = QHBoxLayout(), QHBoxLayout()
        for row in (who, acts):
            row.setSpacing(scaled(12))
        self._avatar = Avatar("", 40, is_company=True)
        names = QVBoxLayout()
        names.setSpacing(scaled(2))
        self.name, self._about = ElidedLabel("", "title"), ElidedLabel("", "caption", "text2")
        names.addWidget(self.name)
        names.addWidget(self._about)
        self._waiting = Button("", "inbox", "quiet")
        self._waiting.clicked.connect(lambda _checked=False: self.frame.doors.go(Place("review")))
        self.edit = Button("Edit", "pencil", key_hint="E")
        self.edit.clicked.connect(lambda _checked=False: self.edit_wanted.emit())
        who.addWidget(self._avatar)
        who.addLayout(names, 1)
        acts.addStretch(1)
        acts.addWidget(self._waiting)
        acts.addWidget(self.edit)
        self._title.addLayout(who, 1)
        self._title.addLayout(acts)
        return self._title

    # --- acts -------------------------------------------------------------------------------------------------------

    def _remove_address(self, address: str) -> None:
        if self.detail is None:
            return
        customer_id = self.detail.customer.id
        self.frame.ops.run(self, lambda uow, clock: customers.remove_address(uow, customer_id, address, clock))

    def explain_email(self) -> None:
        """Show why the chosen email of the timeline is here (M)."""
        row = self.mails.currentIndex().data(Qt.ItemDataRole.UserRole)
        if isinstance(row, Event):
            self.frame.doors.go(Place("emails", email_id=row.email_id, part=EXPLAIN))

    def _open_email(self, index: QModelIndex) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(row, Event):
            self.frame.doors.go(Place("emails", email_id=row.email_id))
