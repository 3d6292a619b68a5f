"""The customers screen: list and search, one customer opened with their mail, new and edit in one form."""

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListView,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.customer_rows import CustomerDetail, CustomerOrder, CustomerRow
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.domain.rows import EmailRow
from desktop.services import customers
from desktop.ui import words
from desktop.ui.actions import Act
from desktop.ui.customer_draft import CustomerDraft, draft_of
from desktop.ui.customer_form import CustomerForm
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import Avatar, ElidedLabel, Line
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.screen import Screen
from desktop.ui.tables import Column, TableView, WindowedModel
from desktop.views.customers.delegates import ROW_HEIGHT, CustomerDelegate, TimelineDelegate
from desktop.views.customers.facts import WIDTH as FACTS_WIDTH
from desktop.views.customers.facts import Facts
from desktop.views.customers.timeline import Event, TimelineModel

PAGE = 100
TYPING_MS = 150
LIST_WIDTH = 280
ORDERS = (
    (CustomerOrder.NAME, "By name"),
    (CustomerOrder.NAME_REVERSED, "By name, Z to A"),
    (CustomerOrder.LAST_CONTACT, "By last contact"),
)


class CustomersScreen(Screen):
    """Who we know, and what came from them."""

    id = "customers"
    title = "Customers"
    watches = Changed.CUSTOMERS | Changed.EMAILS | Changed.REVIEW

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._order = CustomerOrder.NAME
        self._wanted: CustomerId | None = None
        self._detail: CustomerDetail | None = None
        self._has_more = False
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.refresh)
        self._make_head()
        self._make_body()
        self._make_actions()

    # --- reading the list -------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read who is listed, and the opened customer again."""
        search, order = self._search.text().strip(), self._order
        self.frame.ops.read(
            self, lambda read: read.customer_list.ids(search, order), self._show, failed=self._fail, slot="list"
        )
        self._model.read_again()
        if self._detail is not None:
            self._read_detail(self._detail.customer.id)

    def open(self, place: Place) -> None:
        """Show one customer; the search gives way, so that they are in the list."""
        if place.customer_id is not None:
            self._wanted = place.customer_id
            self._search.clear()
            self.refresh()

    def _show(self, ids: "array[int]") -> None:
        current = self._wanted or self._current_id()
        self._model.show(ids)
        is_search = bool(self._search.text().strip())
        self.set_subtitle(words.number(len(ids)) if not is_search else f"{words.number(len(ids))} found")
        if not len(ids):
            self._show_nothing(is_search)
            return
        self._list_stack.setCurrentWidget(self._list)
        at = self._model.position_of(int(current)) if current is not None else 0
        self._wanted = None
        if at != self._list.currentIndex().row() or not self._list.currentIndex().isValid():
            self._list.go_to(max(at, 0))
        elif self._detail is None:
            self._chosen(self._list.currentIndex().row())
        self._pages.setCurrentWidget(self._opened)

    def _show_nothing(self, is_search: bool) -> None:
        self._detail = None
        self._can()
        if is_search:
            self._nothing.show_words(
                "Nobody fits", "No name, address, domain or company has these letters.", "Clear search"
            )
        else:
            self._nothing.show_words(
                "No customer yet",
                "Mail is filed by the addresses of customers. Import them from a CSV file, or add the first one.",
                "Import customers",
                "New customer",
            )
        self._list_stack.setCurrentWidget(self._list)
        self._pages.setCurrentWidget(self._nothing)

    def _fail(self, error: AppError) -> None:
        self._problem.show_words("The customers cannot be read", str(error), "Try again")
        self._pages.setCurrentWidget(self._problem)

    def _current_id(self) -> CustomerId | None:
        row = self._list.currentIndex().row() if self._list.currentIndex().isValid() else -1
        return CustomerId(self._model.ids[row]) if 0 <= row < len(self._model.ids) else None

    # --- reading one customer ---------------------------------------------------------------------------------------

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self._model.ids):
            self._read_detail(CustomerId(self._model.ids[row]))

    def _read_detail(self, customer_id: CustomerId) -> None:
        def ask(read: Any) -> tuple[CustomerDetail | None, Sequence[EmailRow]]:
            return read.customer_list.detail(customer_id), read.customer_list.emails(customer_id, limit=PAGE)

        self.frame.ops.read(self, ask, self._show_detail, slot="detail")

    def _show_detail(self, found: tuple[CustomerDetail | None, Sequence[EmailRow]]) -> None:
        detail, emails = found
        is_same = detail is not None and self._detail is not None and self._detail.customer.id == detail.customer.id
        self._detail = detail
        self._can()
        if detail is None:
            return
        customer, row = detail.customer, detail.row
        self._avatar.show_name(customer.name, is_company=True)
        self._name.setText(customer.name)
        parts = [f"Owner {customer.owner}" if customer.owner else "", customer.company]
        parts += [words.counted(row.addresses, "address", "addresses"), words.counted(row.emails, "email")]
        self._about.setText(", ".join(part for part in parts if part))
        self._waiting.setVisible(row.waiting > 0)
        self._waiting.setText(f"{words.counted(row.waiting, 'email')} to review")
        self._facts.show_detail(detail, self.frame.clock.now())
        self._has_more = len(emails) >= PAGE
        self._timeline.show(emails)
        if not is_same:
            self._timeline_view.scrollToTop()
        self._timeline_stack.setCurrentIndex(0 if emails else 1)

    def _more(self, value: int) -> None:
        bar, emails = self._timeline_view.verticalScrollBar(), self._timeline.emails
        if self._detail is None or not self._has_more or not emails or bar.maximum() - value > 2000:
            return
        self._has_more = False
        customer_id, last = self._detail.customer.id, emails[-1].received_at
        self.frame.ops.read(
            self,
            lambda read: read.customer_list.emails(customer_id, limit=PAGE, before=last),
            partial(self._append, customer_id),
            slot="more",
        )

    def _append(self, customer_id: CustomerId, older: Sequence[EmailRow]) -> None:
        if self._detail is not None and self._detail.customer.id == customer_id:
            self._has_more = len(older) >= PAGE
            self._timeline.append(older)

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self._search = SearchField("Name, address or domain", "/")
        self._search.setMinimumWidth(scaled(232))
        self._search.textChanged.connect(lambda _text: self._typing.start())
        bring = Button("Import", "upload")
        bring.setAccessibleName("Import customers from a CSV file")
        bring.clicked.connect(lambda _checked=False: self.frame.doors.import_customers())
        new = Button("New customer", "plus", key_hint="Ctrl+N")
        new.clicked.connect(lambda _checked=False: self.new_customer())
        for widget in (self._search, bring, new):
            self.head.addWidget(widget)

    def _make_body(self) -> None:
        self._nothing = EmptyState("users", "", "")
        self._nothing.primary.clicked.connect(lambda _checked=False: self._first_step())
        self._nothing.secondary.clicked.connect(lambda _checked=False: self.new_customer())
        self._problem = EmptyState("triangle-alert", "", "")
        self._problem.primary.clicked.connect(lambda _checked=False: self.refresh())
        self._opened = self._make_opened()
        self._pages = QStackedWidget()
        for widget in (LoadingRows(8, avatar=True), self._opened, self._nothing, self._problem):
            self._pages.addWidget(widget)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._make_list())
        split.addWidget(self._pages)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([scaled(LIST_WIDTH), scaled(800)])
        self.add_body(split)

    def _make_list(self) -> QWidget:
        columns: list[Column[CustomerRow]] = [Column("name", "Customer", lambda row: row.name)]
        self._model: WindowedModel[CustomerRow] = WindowedModel(self.frame.ops, columns, _rows, _sentence, self)
        self._list = TableView("Customers", scaled(ROW_HEIGHT))
        self._list.setItemDelegate(CustomerDelegate(self.frame.clock.now, self._list))
        self._list.setModel(self._model)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.horizontalHeader().hide()
        self._list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._list.moved.connect(self._chosen)
        self._list.opened.connect(lambda _row: self._timeline_view.setFocus(Qt.FocusReason.OtherFocusReason))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        box = QWidget()
        box.setMinimumWidth(scaled(220))
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(scaled(4), scaled(4), scaled(4), scaled(4))
        self._order_button = Button(ORDERS[0][1], "chevron-down", "quiet", small=True)
        self._order_button.setToolTip("Choose the order")
        self._order_button.clicked.connect(lambda _checked=False: self._order_menu())
        head.addWidget(self._order_button)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(Line())
        self._list_stack = QStackedWidget()
        self._list_stack.addWidget(LoadingRows(12, avatar=True))
        self._list_stack.addWidget(self._list)
        column.addWidget(self._list_stack, 1)
        return box

    def _make_opened(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_title())
        column.addWidget(Line())
        self._timeline = TimelineModel(self.frame.clock.now, self)
        self._timeline_view = QListView()
        self._timeline_view.setAccessibleName("Email of this customer")
        self._timeline_view.setModel(self._timeline)
        self._timeline_view.setItemDelegate(TimelineDelegate(self._timeline_view))
        self._timeline_view.setFrameShape(QFrame.Shape.NoFrame)
        self._timeline_view.setMouseTracking(True)
        self._timeline_view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._timeline_view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._timeline_view.activated.connect(self._open_email)
        self._timeline_view.verticalScrollBar().valueChanged.connect(self._more)
        calm = EmptyState(
            "mail",
            "No email is filed here",
            "Either none has come since the mailboxes were connected, or the sender's address is not on this customer.",
        )
        self._timeline_stack = QStackedWidget()
        self._timeline_stack.addWidget(self._timeline_view)
        self._timeline_stack.addWidget(calm)
        self._facts = Facts()
        self._facts.address_removed.connect(self._remove_address)
        self._facts.address_wanted.connect(self.edit_customer)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._timeline_stack)
        split.addWidget(self._facts)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([scaled(520), scaled(FACTS_WIDTH)])
        column.addWidget(split, 1)
        return page

    def _make_title(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(scaled(16), scaled(16), scaled(16), scaled(16))
        row.setSpacing(scaled(12))
        self._avatar = Avatar("", 40, is_company=True)
        names = QVBoxLayout()
        names.setSpacing(scaled(2))
        self._name, self._about = ElidedLabel("", "title"), ElidedLabel("", "caption", "text2")
        names.addWidget(self._name)
        names.addWidget(self._about)
        self._waiting = Button("", "inbox", "quiet")
        self._waiting.clicked.connect(lambda _checked=False: self.frame.doors.go(Place("review")))
        self._edit = Button("Edit", "pencil", key_hint="E")
        self._edit.clicked.connect(lambda _checked=False: self.edit_customer())
        row.addWidget(self._avatar)
        row.addLayout(names, 1)
        row.addWidget(self._waiting)
        row.addWidget(self._edit)
        return row

    def _order_menu(self) -> None:
        menu = QMenu(self._order_button)
        for order, text in ORDERS:
            entry = menu.addAction(text, partial(self._choose_order, order, text))
            entry.setCheckable(True)
            entry.setChecked(order is self._order)
        menu.popup(self._order_button.mapToGlobal(QPoint(0, self._order_button.height())))

    def _choose_order(self, order: CustomerOrder, text: str) -> None:
        self._order = order
        self._order_button.setText(text)
        self.refresh()

    # --- commands ---------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        add, within = self.frame.actions.add, self._list
        add(Act("customer.new", "&New customer…", "Customer", ("Ctrl+N",), "user-plus"), self.new_customer, within=self)
        add(Act("customer.edit", "&Edit…", "Customer", ("E",), "pencil", place=self.title, words="Edit customer"),
            self.edit_customer, within=within)  # fmt: skip
        add(Act("customer.next", "Next customer", "Customer", ("J",), place=self.title, group=1),
            lambda: self._list.go_by(1), within=within)  # fmt: skip
        add(Act("customer.previous", "Previous customer", "Customer", ("K",), place=self.title, group=1),
            lambda: self._list.go_by(-1), within=within)  # fmt: skip
        self._can()

    def _can(self) -> None:
        can = self._detail is not None
        self._edit.setEnabled(can)
        self.frame.actions.enable("customer.edit", can, "Choose a customer first.")

    def _first_step(self) -> None:
        if self._search.text().strip():
            self._search.clear()
        else:
            self.frame.doors.import_customers()

    def new_customer(self) -> None:
        """Ask for a new customer and add them."""
        form = CustomerForm("New customer", "Add customer", CustomerDraft(), self.window())
        form.wanted.connect(partial(self._add, form))
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def edit_customer(self) -> None:
        """Ask what is to be changed about the opened customer."""
        if self._detail is None:
            return
        customer = self._detail.customer
        form = CustomerForm(f"Edit {customer.name}", "Save", draft_of(customer), self.window())
        form.wanted.connect(partial(self._save, form, customer.id))
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _add(self, form: CustomerForm, draft: CustomerDraft) -> None:
        made: list[CustomerId] = []

        def command(uow: Any, clock: Any) -> ChangeSet:
            customer_id, change = customers.add_customer(uow, draft.details, draft.emails, clock)
            made.append(customer_id)
            return change

        def done(_change: ChangeSet) -> None:
            form.accept()
            self.open(Place(self.id, customer_id=made[0]))

        self.frame.ops.run(form, command, then=done, failed=form.refuse)

    def _save(self, form: CustomerForm, customer_id: CustomerId, draft: CustomerDraft) -> None:
        def command(uow: Any, clock: Any) -> ChangeSet:
            return customers.save_customer(uow, customer_id, draft.details, draft.emails, clock)

        self.frame.ops.run(form, command, then=lambda _change: form.accept(), failed=form.refuse)

    def _remove_address(self, address: str) -> None:
        if self._detail is None:
            return
        customer_id = self._detail.customer.id
        self.frame.ops.run(self, lambda uow, clock: customers.remove_address(uow, customer_id, address, clock))

    def _open_email(self, index: QModelIndex) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(row, Event):
            self.frame.doors.go(Place("emails", email_id=row.email_id))

    def _menu(self, at: QPoint) -> None:
        index = self._list.indexAt(at)
        if index.isValid():
            self._list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        menu = self.frame.actions.fill(QMenu(self._list), ["customer.edit", "", "customer.new"])
        menu.popup(self._list.viewport().mapToGlobal(at))

    # --- the shell asks ---------------------------------------------------------------------------------------------

    def panes(self) -> Sequence[QWidget]:
        """The list, the mail, the facts."""
        return [self._list, self._timeline_view, self._facts]

    def search_field(self) -> QLineEdit | None:
        """The search in the head."""
        return self._search


def _rows(read: Any, ids: Sequence[int]) -> Sequence[CustomerRow | None]:
    found: Sequence[CustomerRow | None] = read.customer_list.rows(ids)
    return found


def _sentence(row: CustomerRow) -> str:
    parts = [
        row.name,
        row.domain,
        words.counted(row.addresses, "address", "addresses"),
        words.counted(row.emails, "email"),
    ]
    if row.waiting:
        parts.append(f"{row.waiting} to review")
    return ", ".join(part for part in parts if part)
