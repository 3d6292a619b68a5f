"""A button that shows which customer was chosen, and asks for another one."""

from PySide6.QtCore import Signal

from desktop.domain.customer import Customer, CustomerRef
from desktop.domain.ids import CustomerId
from desktop.ui.customer_picker import CustomerPicker
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button

NOBODY = "Choose a customer…"


class CustomerChoice(Button):
    """``chosen`` when it is another customer; ``refused`` with a sentence when that cannot be."""

    chosen = Signal()
    refused = Signal(str)

    def __init__(self, frame: Frame) -> None:
        super().__init__(NOBODY, "user")
        self._frame = frame
        self.customer: CustomerRef | None = None
        self.picker: CustomerPicker | None = None
        self.clicked.connect(lambda _checked=False: self._ask())

    def choose(self, customer: CustomerRef | None) -> None:
        """Be about *customer*."""
        self.customer = customer
        self.setText(customer.name if customer is not None else NOBODY)
        self.chosen.emit()

    def _ask(self) -> None:
        if self.picker is None:
            self.picker = CustomerPicker(self._frame, self.window())
            self.picker.chosen.connect(self._read)
            self.picker.new_wanted.connect(self._want_new)
        self.picker.open(self, act="Suggest")

    def _read(self, number: int) -> None:
        self._frame.ops.read(self, lambda read: read.customers.get(CustomerId(number)), self._take, slot="customer")

    def _take(self, found: Customer | None) -> None:
        if found is not None:
            self.choose(CustomerRef(found.id, found.name))

    def _want_new(self, _name: str) -> None:
        self.refused.emit("A rule suggests a customer who is here: add them first, under Customers.")
