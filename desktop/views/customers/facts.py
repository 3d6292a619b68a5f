"""What is known of a customer beside their mail: addresses with where each is from, and the rest in a few rows."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.customer_rows import CustomerAddress, CustomerDetail
from desktop.ui import words
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Chip, ElidedLabel, Label, Line
from desktop.ui.kit.layouts import FlowLayout

WIDTH = 264


class Facts(QScrollArea):
    """The pane at the trailing side."""

    address_removed = Signal(str)
    address_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("About this customer")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(scaled(200))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_detail(self, detail: CustomerDetail, now: datetime) -> None:
        """Show one customer."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(16))
        column.setSpacing(scaled(12))
        column.addLayout(self._rows(detail, now))
        column.addWidget(Line())
        column.addLayout(self._addresses(detail.addresses))
        if detail.customer.tags:
            column.addWidget(Line())
            column.addWidget(Label("Tags", "strong"))
            column.addWidget(_tags(detail.customer.tags))
        column.addStretch(1)
        self.setWidget(page)

    @staticmethod
    def _rows(detail: CustomerDetail, now: datetime) -> QGridLayout:
        customer, row = detail.customer, detail.row
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled(12))
        grid.setVerticalSpacing(scaled(6))
        grid.setColumnStretch(1, 1)
        facts = (
            ("Company", customer.company),
            ("Owner", customer.owner),
            ("Domain", row.domain),
            ("Emails", words.number(row.emails)),
        )
        times = (
            ("Last contact", row.last_contact_at),
            ("First contact", detail.first_contact_at),
            ("Added", detail.created_at),
        )
        shown = [(name, text, text) for name, text in facts if text]
        shown += [(name, words.day(at, now), words.exact(at)) for name, at in times if at is not None]
        for at, (name, text, tip) in enumerate(shown):
            grid.addWidget(Label(name, "body", "text3"), at, 0)
            value = ElidedLabel(text)
            value.setToolTip(tip)
            grid.addWidget(value, at, 1)
        return grid

    def _addresses(self, addresses: Sequence[CustomerAddress]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(scaled(4))
        head = QHBoxLayout()
        head.addWidget(Label("Addresses", "strong"))
        head.addStretch(1)
        add = Button("Add", kind="quiet", small=True)
        add.setAccessibleName("Add an address")
        add.clicked.connect(lambda _checked=False: self.address_wanted.emit())
        head.addWidget(add)
        column.addLayout(head)
        if not addresses:
            column.addWidget(Label("None yet: no mail can be filed here by itself.", "caption", "text3", wrap=True))
        for address in addresses:
            column.addWidget(self._address(address))
        return column

    def _address(self, address: CustomerAddress) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(scaled(8))
        text = ElidedLabel(address.address, mode="address")
        text.setToolTip(f"{address.address}, {words.counted(address.emails, 'email')}")
        line.addWidget(text, 1)
        if address.learned:
            chip = Chip("tag", "learned")
            chip.setToolTip("Remembered from mail that somebody assigned; it can be removed")
            line.addWidget(chip)
        remove = IconButton("x", f"Remove {address.address}", small=True)
        remove.clicked.connect(partial(self._remove, address.address))
        line.addWidget(remove)
        return row

    def _remove(self, address: str, _checked: bool = False) -> None:
        self.address_removed.emit(address)


def _tags(tags: Sequence[str]) -> QWidget:
    box = QWidget()
    flow = FlowLayout()
    box.setLayout(flow)
    for tag in tags:
        flow.addWidget(Chip("tag", tag))
    return box
