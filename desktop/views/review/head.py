"""Above the queue: the search, how it is ordered, and a chip for each reason to wait."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QMenu, QScrollArea, QWidget

from desktop.domain.review_item import Bucket
from desktop.ui.kit.buttons import Button, FilterChip
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.layouts import HBox

CHIPS: tuple[tuple[Bucket | None, str], ...] = (
    (None, "All"),
    (Bucket.SUGGESTED, "Suggested"),
    (Bucket.NO_MATCH, "No match"),
    (Bucket.SHARED, "Shared"),
    (Bucket.SIMILAR, "Similar"),
    (Bucket.UNAUTHENTICATED, "Unauthenticated"),
    (Bucket.FAILED, "Failed"),
)
RARE = frozenset({Bucket.SIMILAR, Bucket.UNAUTHENTICATED, Bucket.FAILED})
"""Shown only when there are such emails."""
SEARCH_WIDTH, SEARCH_LEAST = 232, 72


class HeadSearch(SearchField):
    """Gives way where there is little room beside the title."""

    def sizeHint(self) -> QSize:
        """Return the usual room."""
        return QSize(scaled(SEARCH_WIDTH), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the room of a word."""
        return QSize(scaled(SEARCH_LEAST), super().minimumSizeHint().height())


class ChipStrip(QScrollArea):
    """The chips in one line; where it is too short, the one in the focus is scrolled to."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Why emails wait")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self.row = HBox(8, 0, inner)
        self.row.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def add(self, chip: FilterChip) -> None:
        """Add a chip at the end."""
        self.row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        chip.toggled.connect(lambda on: self.ensureWidgetVisible(chip) if on else None)


class QueueHead(QObject):
    """The widgets of head and bar, and what is set in them."""

    changed = Signal()
    """Another chip or other words to search for."""
    grouped = Signal(bool)
    """By domain, or oldest first."""

    def __init__(self, head: QBoxLayout, bar: QBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self.search = HeadSearch("Search this view", "/")
        self.order = Button("By domain", "list-filter", key_hint="G")
        self.order.setAccessibleName("Order of the queue: by domain")
        self._menu = QMenu(self.order)
        self._orders = QActionGroup(self)
        self._by_domain = self._add_order("By domain", by_domain=True)
        self._oldest = self._add_order("Oldest first", by_domain=False)
        self.order.setMenu(self._menu)
        self.order.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head.addWidget(self.search)
        head.addWidget(self.order)
        self._chips: dict[Bucket | None, FilterChip] = {}
        self._group = QButtonGroup(self)
        strip = ChipStrip()
        for bucket, words in CHIPS:
            chip = FilterChip(words)
            self._chips[bucket] = chip
            self._group.addButton(chip)
            if bucket in RARE:
                chip.hide()
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            strip.add(chip)
        strip.row.addStretch(1)
        bar.addWidget(strip, 1)
        self.sure = Button("", None, "quiet", small=True)
        self.sure.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.addWidget(self.sure, 0, Qt.AlignmentFlag.AlignTop)
        self._chips[None].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)
        self.search.textChanged.connect(lambda _text: self.changed.emit())
        self.show_order(by_domain=True)

    @property
    def bucket(self) -> Bucket | None:
        """The chip that is chosen; None for all."""
        return next(bucket for bucket, chip in self._chips.items() if chip.isChecked())

    def chip(self, bucket: Bucket | None) -> FilterChip:
        """Return the chip of a reason."""
        return self._chips[bucket]

    def choose(self, bucket: Bucket | None) -> None:
        """Choose a chip."""
        self._chips[bucket].setChecked(True)

    def clear(self) -> None:
        """Show everything again."""
        self.choose(None)
        self.search.clear()

    def show_counts(self, counts: Mapping[Bucket | None, int]) -> None:
        """Show how many emails each chip would leave; none where that is not known."""
        for bucket, chip in self._chips.items():
            chip.set_count(counts.get(bucket))
            if bucket in RARE:
                chip.setVisible(bool(counts.get(bucket)) or chip.isChecked())

    def show_order(self, *, by_domain: bool) -> None:
        """Show how the queue is ordered."""
        (self._by_domain if by_domain else self._oldest).setChecked(True)
        words = "By domain" if by_domain else "Oldest first"
        self.order.setText(words)
        self.order.setAccessibleName(f"Order of the queue: {words.lower()}")

    def _add_order(self, words: str, *, by_domain: bool) -> QAction:
        action = self._menu.addAction(words)
        action.setCheckable(True)
        self._orders.addAction(action)
        action.triggered.connect(lambda _checked=False: self.grouped.emit(by_domain))
        return action

    def _toggled(self, _chip: object, on: bool) -> None:
        if on:
            self.changed.emit()
