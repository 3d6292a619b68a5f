"""Ties what is known of doubles to what is seen: the flag in the list, the notices, the addresses, the merges."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.customer_rows import CustomerRow
from desktop.domain.ids import CustomerId
from desktop.services.rematch import Rematch
from desktop.ui.customer_picker import CustomerPicker
from desktop.ui.tables import ROW, TableView, WindowedModel
from desktop.views.customers.addresses import AddressDrop
from desktop.views.customers.delegates import CustomerDelegate
from desktop.views.customers.opened import OpenedCustomer
from desktop.views.customers.twins import Twins


class TwinsDesk(QObject):
    """Made once by the screen, when its parts are there."""

    def __init__(
        self,
        twins: Twins,
        opened: OpenedCustomer,
        view: TableView,
        delegate: CustomerDelegate,
        model: WindowedModel[CustomerRow],
    ) -> None:
        super().__init__(opened)
        self._twins, self._opened, self._view, self._model = twins, opened, view, model
        self.picker: CustomerPicker | None = None
        self.notices = opened.notices
        self._moving = ""
        delegate.twin_of = self._twin_of
        self.drop = AddressDrop(view, self.customer_at, opened.frame.doors.tell)
        self.drop.dropped.connect(self._move)
        delegate.is_lit = lambda customer_id: self.drop.lit == customer_id
        twins.found.connect(self._show)
        twins.offered.connect(self._offer)
        opened.shown.connect(self._opened_another)
        opened.notices.compare_wanted.connect(lambda pair: twins.compare(pair, self._shown_id()))
        opened.notices.rematch_wanted.connect(self._rematch)
        opened.facts.unmerge_wanted.connect(twins.unmerge)
        opened.facts.move_wanted.connect(self._pick)

    def compare_or_list(self) -> None:
        """Compare the opened customer with their likeliest double; without one, list every pair."""
        shown = self._shown_id()
        pairs = self._twins.of(shown) if shown is not None else ()
        if pairs:
            self._twins.compare(pairs[0], shown)
        else:
            self._twins.list_all()

    def customer_at(self, row: int) -> tuple[CustomerId, str] | None:
        """Return who stands in a row of the list and their name; None where nobody does or it is not read yet."""
        found: CustomerRow | None = self._model.index(row, 0).data(ROW) if row >= 0 else None
        return (found.id, found.name) if found is not None else None

    # --- what is seen -----------------------------------------------------------------------------------------------

    def _shown_id(self) -> CustomerId | None:
        return self._opened.detail.customer.id if self._opened.detail is not None else None

    def _twin_of(self, customer_id: CustomerId) -> str:
        """Return whom a customer is flagged as a double of: of two, the one who came later is."""
        pair = next((one for one in self._twins.of(customer_id) if one.second.id == customer_id), None)
        return pair.first.name if pair is not None else ""

    def _show(self) -> None:
        self._view.viewport().update()
        shown = self._shown_id()
        self._opened.notices.show_twin(self._opened.detail, self._twins.of(shown) if shown is not None else ())

    def _opened_another(self) -> None:
        self._show()
        self._opened.notices.show_offer(None)
        if self._opened.detail is not None:
            self._twins.offer(self._opened.detail)

    def _offer(self, customer_id: int, found: Rematch) -> None:
        if self._shown_id() == customer_id:
            self._opened.notices.show_offer(found)

    def _rematch(self) -> None:
        if self._opened.detail is not None:
            self._twins.rematch(self._opened.detail, lambda: self._opened.notices.show_offer(None))

    # --- addresses --------------------------------------------------------------------------------------------------

    def _pick(self, address: str, beside: QWidget) -> None:
        """Ask for the customer whose address it shall be."""
        if self.picker is None:
            self.picker = CustomerPicker(self._opened.frame, self._opened.window())
            self.picker.chosen.connect(self._picked)
        self._moving = address
        self.picker.open(beside, act=f"Move {address} to")

    def _picked(self, taker: int) -> None:
        giver = self._shown_id()
        if self.picker is not None:
            self.picker.close_it()
        if giver is not None and self._moving:
            self._move(giver, taker, self._moving)

    def _move(self, giver: int, taker: int, address: str) -> None:
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._twins.move(CustomerId(giver), CustomerId(taker), address)
