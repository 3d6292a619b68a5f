"""What is known of a customer beside their mail: addresses with where each is from, and the rest in a few rows."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.customer_rows import CustomerAddress, CustomerDetail
from desktop.domain.ids import CustomerId
from desktop.domain.merging import MergeRecord
from desktop.ui import words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Chip, ElidedLabel, Label, Line
from desktop.ui.kit.layouts import FlowLayout
from desktop.views.customers.addresses import AddressLine

WIDTH = 264


class Facts(QScrollArea):
    """The pane at the trailing side."""

    address_removed = Signal(str)
    address_wanted = Signal()
    move_wanted = Signal(str, object)
    """An address that is to be another customer's, and the button it was asked by."""
    unmerge_wanted = Signal(object)
    """The :class:`MergeRecord` that is to be taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("About this customer")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(scaled(200))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_detail(self, detail: CustomerDetail, merges: Sequence[MergeRecord], now: datetime) -> None:
        """Show one customer."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(16))
        column.setSpacing(scaled(12))
        column.addLayout(self._rows(detail, now))
        column.addWidget(Line())
        column.addLayout(self._addresses(detail))
        if detail.customer.tags:
            column.addWidget(Line())
            column.addWidget(Label("Tags", "strong"))
            column.addWidget(_tags(detail.customer.tags))
        if merges:
            column.addWidget(Line())
            column.addLayout(self._merges(merges, now))
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
            ("Phone", ", ".join(customer.phones)),
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

    def _addresses(self, detail: CustomerDetail) -> QVBoxLayout:
        addresses = detail.addresses
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
            column.addWidget(self._address(detail.customer.id, address))
        return column

    def _address(self, owner: CustomerId, address: CustomerAddress) -> QWidget:
        line = AddressLine(owner, address)
        line.removed.connect(self.address_removed)
        line.move_wanted.connect(self.move_wanted)
        return line

    def _merges(self, merges: Sequence[MergeRecord], now: datetime) -> QVBoxLayout:
        """List who was merged into this customer: each can be taken back at any time."""
        column = QVBoxLayout()
        column.setSpacing(scaled(4))
        column.addWidget(Label("Merged", "strong"))
        for record in merges:
            line = QHBoxLayout()
            line.setSpacing(scaled(8))
            name = ElidedLabel(record.merged_name)
            name.setToolTip(f"{record.merged_name}, merged {words.exact(record.merged_at)}")
            line.addWidget(name, 1)
            if record.unmerged_at is None:
                line.addWidget(Label(words.day(record.merged_at, now), "caption", "text3"))
                back = Button("Un-merge", kind="quiet", small=True)
                back.setAccessibleName(f"Un-merge {record.merged_name}")
                back.clicked.connect(partial(self._take_back, record))
                line.addWidget(back)
            else:
                line.addWidget(Label(f"un-merged {words.day(record.unmerged_at, now)}", "caption", "text3"))
            column.addLayout(line)
        return column

    def _take_back(self, record: MergeRecord, _checked: bool = False) -> None:
        self.unmerge_wanted.emit(record)


def _tags(tags: Sequence[str]) -> QWidget:
    box = QWidget()
    flow = FlowLayout()
    box.setLayout(flow)
    for tag in tags:
        flow.addWidget(Chip("tag", tag))
    return box
