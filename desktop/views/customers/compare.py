"""Two customers side by side: what each has, whose values are kept, what moves - the question before a merge."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.customer import Customer
from desktop.domain.customer_rows import CustomerDetail
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.domain.merging import MEANT_FOR, FieldChoice, MergePreview, Side
from desktop.services.merging import default_choice, merge_customers, preview_merge, set_apart
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Avatar, Chip, ElidedLabel, Icon, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.states import LoadingRows
from desktop.ui.sheet import Sheet

KEY = "Ctrl+Return"
FIELDS = (("name", "Name"), ("company", "Company"), ("owner", "Owner"))


@dataclass(frozen=True, slots=True)
class Compared:
    """Both as they are, and what merging would do."""

    kept: CustomerDetail
    merged: CustomerDetail
    preview: MergePreview


class CompareSheet(Sheet):
    """Asks whether two customers are one. ``merged`` tells who stayed; ``told_apart`` that they are not the same."""

    merged = Signal(int)
    told_apart = Signal()

    def __init__(self, frame: Frame, parent: QWidget, kept: CustomerId, merged: CustomerId) -> None:
        super().__init__(parent, "Compare customers", "Are these one customer?", MEANT_FOR)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._ids = frame, (kept, merged)
        self.compared: Compared | None = None
        self.choices: dict[str, dict[Side, QRadioButton]] = {}
        self._page: QWidget = LoadingRows(6, 40)
        self._make_foot()
        self.inside.addWidget(self._page)
        self.inside.addStretch(1)
        self._read()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        kept, merged = self._ids
        self.say("", "")
        self.again.hide()

        def ask(read: Any) -> Compared:
            preview = preview_merge(read, kept, merged)
            return Compared(read.customer_list.detail(kept), read.customer_list.detail(merged), preview)

        self._frame.ops.read(self, ask, self._show, failed=self._fail, slot="compare")

    def _show(self, compared: Compared) -> None:
        self.compared = compared
        self.choices.clear()
        page = QWidget()
        column = VBox(16, 0, page)
        for warning in compared.preview.warnings:
            column.addWidget(Note("warn", warning, glyph=True))
        column.addLayout(self._table(compared))
        column.addWidget(Line())
        column.addWidget(Label("What moves", "strong"))
        column.addLayout(_moves(compared.preview))
        self.inside.replaceWidget(self._page, page)
        self._page.hide()
        self._page.deleteLater()
        self._page = page
        page.show()
        name = words.short(compared.kept.customer.name)
        self.go.setText(f"Merge into {name}")
        for button in (self.go, self.swap, self.apart):
            button.setEnabled(True)
        told = (
            f"{compared.merged.customer.name} and {compared.kept.customer.name}. {', '.join(compared.preview.evidence)}"
        )
        self.setAccessibleDescription(f"{told}. {'. '.join(compared.preview.moves)}")
        self.fit()

    def _fail(self, error: AppError) -> None:
        self.again.show()
        self.say("bad", str(error))

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_foot(self) -> None:
        self.apart = Button("Not the same", "x", "quiet")
        self.apart.clicked.connect(lambda _checked=False: self._tell_apart())
        self.swap = Button("Keep the other", "rotate-ccw")
        self.swap.clicked.connect(lambda _checked=False: self._swap())
        self.again = Button("Try again")
        self.again.clicked.connect(lambda _checked=False: self._read())
        self.again.hide()
        self.go = Button("Merge", "git-merge", "primary", "Ctrl+Enter")
        self.go.clicked.connect(lambda _checked=False: self._merge())
        QShortcut(QKeySequence(KEY), self, self._merge)
        for button in (self.go, self.swap, self.apart):
            button.setEnabled(False)
            button.setAutoDefault(False)
        for button in (self.apart, self.swap, self.again):
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.go)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _table(self, compared: Compared) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled(16))
        grid.setVerticalSpacing(scaled(8))
        grid.setColumnMinimumWidth(0, scaled(80))
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        sides = ((Side.KEPT, compared.kept), (Side.MERGED, compared.merged))
        for column, (side, detail) in enumerate(sides, 1):
            grid.addWidget(_head(detail.customer, side), 0, column)
        usual = default_choice(compared.kept.customer, compared.merged.customer)
        at = 1
        for field, called in FIELDS:
            values = [getattr(detail.customer, field) for _, detail in sides]
            if any(values):
                self._choice_row(grid, at, field, called, values, getattr(usual, field))
                at += 1
        for called, cells in _lists(compared):
            grid.addWidget(Label(called, "body", "text3"), at, 0, Qt.AlignmentFlag.AlignTop)
            for column, cell in enumerate(cells, 1):
                grid.addWidget(cell, at, column, Qt.AlignmentFlag.AlignTop)
            at += 1
        return grid

    def _choice_row(
        self, grid: QGridLayout, at: int, field: str, called: str, values: Sequence[str], usual: Side
    ) -> None:
        """Show a single value of both; where they differ, each with a button to keep it."""
        grid.addWidget(Label(called, "body", "text3"), at, 0)
        if values[0] == values[1]:
            for column, value in enumerate(values, 1):
                grid.addWidget(_value(value), at, column)
            return
        group, buttons = QButtonGroup(self), dict[Side, QRadioButton]()
        for column, (side, value) in enumerate(zip(Side, values, strict=True), 1):
            button = QRadioButton(words.short(value, 34) or "none")
            button.setToolTip(value)
            button.setAccessibleName(f"{called}: keep {value or 'none'}")
            button.setChecked(side is usual)
            group.addButton(button)
            buttons[side] = button
            grid.addWidget(button, at, column)
        self.choices[field] = buttons

    # --- acts -------------------------------------------------------------------------------------------------------

    def choice(self) -> FieldChoice:
        """Return whose values are chosen."""
        chosen = {
            field: next(side for side, button in buttons.items() if button.isChecked())
            for field, buttons in self.choices.items()
        }
        return FieldChoice(**chosen)

    def _merge(self) -> None:
        if self.compared is None or not self.go.isEnabled():
            return
        (kept, merged), choice = self._ids, self.choice()
        self.go.setEnabled(False)

        def command(uow: Any, clock: Any) -> ChangeSet:
            return merge_customers(uow, kept, merged, choice, clock)

        self._frame.ops.run(self, command, then=partial(self._done, kept), failed=self._refused)

    def _done(self, kept: CustomerId, _change: ChangeSet) -> None:
        self.merged.emit(kept)
        self.accept()

    def _tell_apart(self) -> None:
        first, second = self._ids

        def command(uow: Any, clock: Any) -> ChangeSet:
            return set_apart(uow, first, second, clock)

        self._frame.ops.run(self, command, then=self._apart, failed=self._refused)

    def _apart(self, _change: ChangeSet) -> None:
        self.told_apart.emit()
        self.accept()

    def _refused(self, error: AppError) -> None:
        self.go.setEnabled(True)
        self.say("bad", str(error))

    def _swap(self) -> None:
        self._ids = self._ids[1], self._ids[0]
        self._read()


def _head(customer: Customer, side: Side) -> QWidget:
    box = QWidget()
    row = HBox(8, 0, box)
    row.addWidget(Avatar(customer.name, 28, is_company=True))
    name = ElidedLabel(customer.name, "strong")
    name.setToolTip(customer.name)
    row.addWidget(name, 1)
    row.addWidget(
        Chip("ok" if side is Side.KEPT else "mute", "stays" if side is Side.KEPT else "is merged", glyph=False)
    )
    return box


def _lists(compared: Compared) -> list[tuple[str, list[QWidget]]]:
    details, preview = (compared.kept, compared.merged), compared.preview
    shared = set(preview.shared)
    rows = [("Addresses", [_addresses(detail, shared) for detail in details])]
    for called, name in (("Phones", "phones"), ("Tags", "tags")):
        texts = [", ".join(getattr(detail.customer, name)) for detail in details]
        if any(texts):
            rows.append((called, [_value(text) for text in texts]))
    rows.append(("Emails", [_value(words.number(detail.row.emails)) for detail in details]))
    if preview.evidence:
        alike = Label(f"{', '.join(preview.evidence)}.".capitalize(), "body", wrap=True)
        rows.append(("In common", [alike, QWidget()]))
    return rows


def _addresses(detail: CustomerDetail, shared: set[str]) -> QWidget:
    box = QWidget()
    column = VBox(4, 0, box)
    for one in detail.addresses:
        row = HBox(8)
        text = ElidedLabel(one.address, mode="address")
        text.setToolTip(one.address)
        row.addWidget(text, 1)
        if one.address in shared:
            row.addWidget(Chip("info", "both", glyph=False))
        elif one.learned:
            row.addWidget(Chip("tag", "learned"))
        column.addLayout(row)
    if not detail.addresses:
        column.addWidget(_value(""))
    return box


def _value(text: str) -> Label:
    return Label(text or "none", "body", "text" if text else "text3", wrap=True)


def _moves(preview: MergePreview) -> VBox:
    column = VBox(4)
    for line in preview.moves:
        row = HBox(8)
        row.addWidget(Icon("arrow-right", "text3"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(line, "body", wrap=True), 1)
        column.addLayout(row)
    return column
