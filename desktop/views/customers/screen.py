"""The customers screen: list and search, one customer opened with their mail, new and edit in one form."""

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.changes import Changed
from desktop.domain.customer_rows import CustomerOrder, CustomerRow
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.ui import words
from desktop.ui.actions import Act
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import Line, follow_theme
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.screen import Screen
from desktop.ui.tables import Column, TableView, WindowedModel
from desktop.views.customers.delegates import ROW_HEIGHT, CustomerDelegate
from desktop.views.customers.forms import ask_for_changes, ask_for_new
from desktop.views.customers.mail_drop import MailDrop
from desktop.views.customers.opened import OpenedCustomer
from desktop.views.customers.twins import Twins
from desktop.views.customers.twins_desk import TwinsDesk

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
    takes_emails = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._order = CustomerOrder.NAME
        self._wanted: CustomerId | None = None
        self.twins = Twins(frame, self.window, self)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.refresh)
        self._make_head()
        self._make_body()
        self._make_actions()
        self.desk = TwinsDesk(self.twins, self._opened, self._list, self._delegate, self._model)
        self.mail_drop = MailDrop(frame, self._list, self._delegate, self.desk.customer_at)

    # --- reading the list -------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read who is listed, and the opened customer again."""
        search, order = self._search.text().strip(), self._order
        self.frame.ops.read(
            self, lambda read: read.customer_list.ids(search, order), self._show, failed=self._fail, slot="list"
        )
        self._model.read_again()
        self._opened.read_again()
        self.twins.look_soon()

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
        elif self._opened.detail is None:
            self._chosen(self._list.currentIndex().row())
        self._pages.setCurrentWidget(self._opened)

    def _show_nothing(self, is_search: bool) -> None:
        self._opened.clear()
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
        self._list_stack.setCurrentWidget(self._list)
        self._pages.setCurrentWidget(self._problem)

    def _current_id(self) -> CustomerId | None:
        row = self._list.currentIndex().row() if self._list.currentIndex().isValid() else -1
        return CustomerId(self._model.ids[row]) if 0 <= row < len(self._model.ids) else None

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self._model.ids):
            self._opened.read(CustomerId(self._model.ids[row]))

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self._search = SearchField("Name, address or domain", "/")
        self._search.textChanged.connect(lambda _text: self._typing.start())
        self._search.returnPressed.connect(lambda: self._list.setFocus(Qt.FocusReason.ShortcutFocusReason))
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
        self._opened = OpenedCustomer(self.frame)
        self._opened.shown.connect(self._can)
        self._opened.edit_wanted.connect(self.edit_customer)
        self._pages = QStackedWidget()
        self._pages.setBackgroundRole(QPalette.ColorRole.Base)
        self._pages.setAutoFillBackground(True)
        for widget in (LoadingRows(8, avatar=True), self._opened, self._nothing, self._problem):
            self._pages.addWidget(widget)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._make_list())
        split.addWidget(self._pages)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([scaled(LIST_WIDTH), scaled(800)])
        self.add_body(split)

    def _size_list(self) -> None:
        self._list.verticalHeader().setDefaultSectionSize(scaled(ROW_HEIGHT))

    def _make_list(self) -> QWidget:
        columns: list[Column[CustomerRow]] = [Column("name", "Customer", lambda row: row.name)]
        self._model: WindowedModel[CustomerRow] = WindowedModel(self.frame.ops, columns, _rows, _sentence, self)
        self._list = TableView("Customers", scaled(ROW_HEIGHT))
        self._delegate = CustomerDelegate(self.frame.clock.now, self._list)
        self._list.setItemDelegate(self._delegate)
        follow_theme(self._size_list)
        self._list.setModel(self._model)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.horizontalHeader().hide()
        self._list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._list.moved.connect(self._chosen)
        self._list.opened.connect(lambda _row: self._opened.mails.setFocus(Qt.FocusReason.OtherFocusReason))
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
        add(Act("customer.twins", "Find possible d&uplicates…", "Customer", ("U",), "users", place=self.title),
            self.desk_of_twins, within=self)  # fmt: skip
        add(Act("customer.next", "Next customer", "Customer", ("J",), place=self.title, group=1),
            lambda: self._list.go_by(1), within=within)  # fmt: skip
        add(Act("customer.previous", "Previous customer", "Customer", ("K",), place=self.title, group=1),
            lambda: self._list.go_by(-1), within=within)  # fmt: skip
        add(Act("customer.explain", "E&xplain this email", "Customer", ("M",), "info", place=self.title, group=1),
            self._opened.explain_email, within=self._opened.mails)  # fmt: skip
        self._opened.mails.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._can()

    def _can(self) -> None:
        can = self._opened.detail is not None
        self.frame.actions.enable("customer.edit", can, "Choose a customer first.")

    def _first_step(self) -> None:
        if self._search.text().strip():
            self._search.clear()
        else:
            self.frame.doors.import_customers()

    def new_customer(self) -> None:
        """Ask for a new customer and add them."""
        ask_for_new(self.frame.ops, self.window(), lambda made: self.open(Place(self.id, customer_id=made)))

    def edit_customer(self) -> None:
        """Ask what is to be changed about the opened customer."""
        if self._opened.detail is not None:
            ask_for_changes(self.frame.ops, self.window(), self._opened.detail.customer)

    def desk_of_twins(self) -> None:
        """Compare the opened customer with the likeliest double, or list every pair."""
        self.desk.compare_or_list()

    def _menu(self, at: QPoint) -> None:
        index = self._list.indexAt(at)
        if index.isValid():
            self._list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        menu = self.frame.actions.fill(QMenu(self._list), ["customer.edit", "customer.twins", "", "customer.new"])
        menu.popup(self._list.viewport().mapToGlobal(at))

    # --- the shell asks ---------------------------------------------------------------------------------------------

    def panes(self) -> Sequence[QWidget]:
        """The list, the mail, the facts."""
        return [self._list, self._opened.mails, self._opened.facts]

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
