"""What is said above a customer's mail: that they may be here twice, and that mail would now be filed otherwise."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.customer_rows import CustomerDetail
from desktop.domain.duplicates import Pair
from desktop.domain.ids import CustomerId
from desktop.services.rematch import Rematch
from desktop.ui import words
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.messages import Banner


class Notices(QWidget):
    """At most one banner of each kind; what a person has closed is not said again while the window is open."""

    compare_wanted = Signal(object)
    """The :class:`Pair` to be compared."""
    rematch_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.twin: Banner | None = None
        self.offer: Banner | None = None
        self._closed: set[tuple[CustomerId, CustomerId]] = set()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(scaled(16), 0, scaled(16), scaled(12))
        self._column.setSpacing(scaled(8))
        self.hide()

    def show_twin(self, detail: CustomerDetail | None, pairs: tuple[Pair, ...]) -> None:
        """Name the likeliest double of a customer, or nobody."""
        self._take_away(self.twin)
        self.twin = None
        pair = next((one for one in pairs if one.key not in self._closed), None)
        if detail is not None and pair is not None:
            other = pair.other(detail.customer.id)
            text = f"may be the same customer: {pair.words}."
            self.twin = Banner("warn", text, "Compare", can_close=True, strong=f"“{words.short(other.name, 40)}”")
            if self.twin.button is not None:
                self.twin.button.set_hint("U")
            self.twin.acted.connect(lambda: self.compare_wanted.emit(pair))
            self.twin.closed.connect(lambda: self._close(pair))
            self._column.insertWidget(0, self.twin)
        self._adapt()

    def show_offer(self, found: Rematch | None) -> None:
        """Offer to file again what would now be filed otherwise because of the customer, or nothing."""
        self._take_away(self.offer)
        self.offer = None
        if found is not None and found.moved:
            self.offer = Banner("info", found.words, "Review", can_close=True)
            self.offer.acted.connect(self.rematch_wanted)
            self.offer.closed.connect(lambda: self.show_offer(None))
            self._column.addWidget(self.offer)
        self._adapt()

    def _close(self, pair: Pair) -> None:
        self._closed.add(pair.key)
        self._take_away(self.twin)
        self.twin = None
        self._adapt()

    def _take_away(self, banner: Banner | None) -> None:
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()

    def _adapt(self) -> None:
        self.setVisible(self.twin is not None or self.offer is not None)
