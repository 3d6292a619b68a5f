"""At the right: customers to drop emails on, found by a few letters, and the way to a new one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId
from desktop.ui.customer_finding import MOST_RECENT, Finding, find_customers, line_of_row, lines_of
from desktop.ui.customer_list import Caption, CustomerLine, CustomerListModel, Line, NewLine
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.inputs import SearchField
from desktop.ui.kit.labels import ElidedLabel, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.text import elided, text_width
from desktop.ui.toasts import announce
from desktop.views.review.choice import Offer
from desktop.views.review.drop_list import CustomerDropList, Refusal
from desktop.views.review.zones import Zones

PAGE = 5
BUTTON_ROOM, FEWEST_LETTERS = 80, 4
"""What margins, icon and gaps of the button take."""


class CustomersPane(QWidget):
    """Offers customers: those suggested for the choice, the recent ones, or what fits the letters typed."""

    picked = Signal(object)
    """A :class:`CustomerLine` was taken for the choice."""
    new_wanted = Signal(str)
    """A new customer is to be made for the choice; the name, when one was typed."""
    dropped = Signal(object, object)
    """A :class:`CustomerLine` and the ids of the emails dropped on it."""
    hovered = Signal(str)
    """What a drop would do now; empty when nothing."""
    left = Signal()
    """Esc in the field: the focus goes back to the queue."""

    def __init__(self, frame: Frame, refusal: Refusal, refusal_to_ignore: Refusal) -> None:
        super().__init__()
        self.setAccessibleName("Customers")
        self._frame = frame
        self._offers: tuple[Offer, ...] = ()
        self._known: dict[CustomerId, CustomerLine] = {}
        self._recent: Sequence[CustomerLine] | None = None
        self._nobody = "Looking…"
        self._filed: Sequence[CustomerLine] = ()
        self._caption = "Suggested for this email"
        self._finding: Finding | None = None
        self._can_file = True
        self._new_name = ""
        self.field = SearchField("Find a customer", "A")
        self.model = CustomerListModel(self)
        self.list = CustomerDropList(self.model, refusal)
        self.zones = Zones(refusal, refusal_to_ignore)
        self.new = Button("New customer", "user-plus", "secondary", "N")
        self.hint = ElidedLabel("Drop emails here", "caption", "text3")
        self._lay_out()
        self._connect()

    # --- content ----------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the recent customers, and anew what is known of those that are shown."""
        self._known.clear()
        self._frame.ops.read(
            self,
            lambda read: [line_of_row(row) for row in read.customer_list.recent(MOST_RECENT)],
            self._took_recent,
            failed=self._fail,
            slot="recent",
        )
        self._read_offers()
        if self.field.text().strip():
            self._search(self.field.text())

    def show_offers(self, offers: tuple[Offer, ...], *, many: bool) -> None:
        """Show whom the choice may belong to on top."""
        self._offers = offers
        self._caption = "Suggested for these emails" if many else "Suggested for this email"
        self._read_offers()
        self._show()

    def show_filed(self, filed: Sequence[CustomerLine]) -> None:
        """Show the customers that mail was just filed with on top, when there is nothing to choose any more."""
        self._filed = filed
        self._show()

    def set_filing(self, *, possible: bool) -> None:
        """Show, or not, what only makes sense while there is something to file."""
        self.hint.setVisible(possible)
        self._can_file = possible
        self.new.setVisible(possible and not self.zones.isVisibleTo(self))

    def name_new(self, name: str) -> None:
        """Say what a new customer would be called."""
        self._new_name = name
        self._name_button()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the name on the button to the room of now."""
        super().resizeEvent(event)
        self._name_button()

    def _name_button(self) -> None:
        style = font("medium")
        room = self.width() - scaled(BUTTON_ROOM) - text_width("New customer “”N", style)
        shown = elided(self._new_name, style, max(0, room))
        words = f"New customer “{shown}”" if len(shown) >= FEWEST_LETTERS else "New customer"
        self.new.setText(words.replace("&", "&&"))
        self.new.setAccessibleName(f"New customer {self._new_name}".strip())

    def _took_recent(self, recent: Sequence[CustomerLine]) -> None:
        self._recent, self._nobody = recent, "No customers yet"
        self._show()

    def _fail(self, _error: AppError) -> None:
        self._nobody = "Customers could not be read"
        self._show()

    def _read_offers(self) -> None:
        missing = [one.customer.id for one in self._offers if one.customer.id not in self._known]
        if missing:
            self._frame.ops.read(
                self, lambda read: lines_of(read, missing), self._took_offers, failed=self._fail, slot="offers"
            )

    def _took_offers(self, lines: Sequence[CustomerLine]) -> None:
        self._known.update((line.id, line) for line in lines)
        self._show()

    def _show(self) -> None:
        if self._finding is not None and self._finding.text:
            lines = self._finding.lines("")
            self.model.show(lines if self._can_file else lines[:-1])
            return
        offered = [self._known.get(one.customer.id, _unread(one)) for one in self._offers]
        shown_lines: list[Line] = []
        shown: set[CustomerId] = set()
        for caption, group in ((self._caption, offered), ("Just filed", self._filed), ("Recent", self._recent or ())):
            fresh = [line for line in group if line.id not in shown]
            shown.update(line.id for line in fresh)
            if fresh:
                shown_lines += [Caption(caption), *fresh]
        self.model.show(shown_lines or [Caption(self._nobody)])
        if self.field.hasFocus():
            self.list.choose(0)

    # --- finding ----------------------------------------------------------------------------------------------------

    def begin_find(self) -> None:
        """Take the focus, to type a few letters; Enter takes the customer that is lit."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def end_find(self) -> None:
        """Forget what was typed."""
        self.field.clear()
        self.list.clearSelection()

    def _search(self, typed: str) -> None:
        if not typed.strip():
            self._finding = None
            self._show()
            return
        near = frozenset(one.customer.id for one in self._offers)
        self._frame.ops.read(
            self, lambda read: find_customers(read, typed, (), near), self._found, failed=self._fail, slot="find"
        )

    def _found(self, finding: Finding) -> None:
        if finding.text != " ".join(self.field.text().split()):
            return
        self._finding = finding
        self._show()
        self.list.scrollToTop()
        self.list.choose(0)
        self._announce()

    def _announce(self) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            announce(self.field, str(index.data(Qt.ItemDataRole.AccessibleTextRole)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Esc in the field act on the list."""
        if watched is not self.field:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.FocusIn:
            self.list.choose(0)
        elif event.type() == QEvent.Type.FocusOut and not self.list.hasFocus():
            self.list.clearSelection()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: PAGE, Qt.Key.Key_PageUp: -PAGE}
        if key == Qt.Key.Key_Escape:
            self.end_find()
            self.left.emit()
        elif key in steps:
            row = self.list.currentIndex().row() + steps[key]
            self.list.choose(max(0, min(self.model.rowCount() - 1, row)), 1 if steps[key] > 0 else -1)
            self._announce()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.list.current_line())
        else:
            return False
        return True

    def _take(self, line: object) -> None:
        if isinstance(line, CustomerLine):
            self.picked.emit(line)
        elif isinstance(line, NewLine):
            self.new_wanted.emit(line.name)

    # --- dragging ---------------------------------------------------------------------------------------------------

    def begin_drag(self, note: str, sender: str, why_no_sender: str) -> None:
        """Show the places for a new customer and for ignoring in place of the button."""
        self.new.hide()
        self.zones.begin(note, sender, why_no_sender)

    def end_drag(self) -> None:
        """Be as before the drag."""
        self.list.darken()
        self.zones.hide()
        self.new.setVisible(self._can_file)

    # --- making -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.list.taken.connect(self._take)
        self.list.dropped.connect(self.dropped)
        self.list.hovered.connect(self.hovered)
        self.zones.hovered.connect(self.hovered)
        self.new.clicked.connect(lambda _checked=False: self.new_wanted.emit(""))
        self.new.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        column = VBox(4, 8, self)
        head = HBox(8, (8, 4, 8, 4))
        head.addWidget(Label("Customers", "strong"))
        head.addStretch(1)
        head.addWidget(self.hint)
        column.addLayout(head)
        field = HBox(0, (8, 0, 8, 0))
        field.addWidget(self.field)
        column.addLayout(field)
        column.addWidget(self.list, 1)
        foot = VBox(8, 8)
        foot.addWidget(self.zones)
        foot.addWidget(self.new)
        column.addLayout(foot)
        follow_theme(self._dress)

    def _dress(self) -> None:
        policy = self.new.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Ignored)
        self.new.setSizePolicy(policy)


def _unread(offer: Offer) -> CustomerLine:
    return CustomerLine(offer.customer.id, offer.customer.name, offer.reason)
