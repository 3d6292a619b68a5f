"""Below the email: whom it may belong to, whether to remember the sender, and the two next right things."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.folding import FoldingNote
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import ElidedLabel, KeyCap, Label, Line, follow_theme
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox, margins_of
from desktop.ui.kit.messages import Note
from desktop.ui.kit.text import elided, text_width
from desktop.ui.kit.theme import theme
from desktop.ui.words import counted, number
from desktop.views.review.choice import Choice
from desktop.views.review.elided_box import ElidedBox
from desktop.views.review.offers import OfferList
from desktop.views.review.queue import Trouble

IN_DOUBT = "Sender in doubt: compare before you file."
BUTTON_ROOM = 68
"""What margins, padding and gaps of the first button take."""
LEAST_NAME, MOST_NAME = 40, 200
"""The room for a customer's name on it."""
ROOMY = (8, 12, 8, 12)
"""The margins where the pane is not low."""
GAP, MARGINS = 8, 24
"""Between two buttons, and what the row of them keeps free at its ends."""


@dataclass(frozen=True, slots=True)
class DomainOffer:
    """What the key for a whole domain would choose: how many emails, or why not."""

    domain: str
    count: int
    why_not: str = ""


class DecidePanel(QWidget):
    """Shows what can be decided about a choice; what a button or a suggestion does is the screen's."""

    offer_taken = Signal(int)
    accepted = Signal()
    find_wanted = Signal()
    domain_wanted = Signal()
    retried = Signal()
    remember_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.title = Label("Suggestions", "strong")
        self.hint = ElidedLabel("Nothing is filed without you", "caption", "text3")
        self.offers = OfferList()
        self.none = Label("", "body", "text2", wrap=True)
        self.trouble = Note("bad", "", glyph=True)
        self.about = FoldingNote("warn", "", glyph=True)
        self.remember = ElidedBox()
        self._cap = KeyCap("L")
        self.primary = Button("Find a customer", None, "primary", "A")
        self.domain = Button("", None, "secondary", "D")
        self.other = Button("Find other", None, "secondary", "A")
        self.retry = Button("Retry", "rotate-ccw", "secondary", "R")
        self._can_accept, self._has_keys = False, True
        self._act, self._whom = "", ""
        self._is_short, self._is_many = False, False
        self._lay_out()
        for control in (self.remember, self.primary, self.domain, self.other, self.retry):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus in the queue
        self.offers.taken.connect(self.offer_taken)
        self.remember.toggled.connect(self.remember_toggled)
        self.primary.clicked.connect(self._press)
        self.domain.clicked.connect(lambda _checked=False: self.domain_wanted.emit())
        self.other.clicked.connect(lambda _checked=False: self.find_wanted.emit())
        self.retry.clicked.connect(lambda _checked=False: self.retried.emit())

    def show_choice(self, choice: Choice, domain: DomainOffer | None, trouble: Trouble | None) -> None:
        """Show what can be decided about *choice*."""
        many, first = len(choice.items) > 1, choice.first
        self._is_many = many
        offers = choice.offers
        self._can_accept = first is not None
        self.offers.show_offers(offers, enters=first is not None)
        self.title.setText(_title(choice))
        self.none.setText(_why_none(choice))
        self.none.setVisible(not offers)
        self._act = f"Assign {number(len(choice.items))} to" if many else "Assign to"
        self._whom = first.customer.name if first is not None else ""
        self.primary.setEnabled(bool(choice.items))
        self._show_remember(choice)
        self._show_domain(domain, is_many=many)
        self._name_primary()
        has_domain = self.domain.isVisibleTo(self)
        self.other.setVisible(first is not None and not has_domain and trouble is None)
        self.trouble.setVisible(trouble is not None)
        self.retry.setVisible(trouble is not None)
        if trouble is not None:
            self.domain.hide()
            self.trouble.show_note("bad", f"{trouble.words}. {trouble.what}")
        state, words = _about(choice)
        self.about.show_note(state, words)
        self.about.setVisible(bool(words))
        self._show_few()

    def set_short(self, *, is_short: bool) -> None:
        """Keep to few lines, or take the room there is: in few, the box stands beside the title."""
        if self._is_short == is_short:
            return
        self._is_short = is_short
        self._inner.setContentsMargins(margins_of(8 if is_short else ROOMY))
        self.offers.set_short(is_short=is_short)
        boxes: tuple[QWidget, ...] = (self.remember, self._cap)
        before, row = (self._below, self._head) if is_short else (self._head, self._below)
        for at, box in enumerate(boxes, 2 if is_short else 0):
            before.removeWidget(box)
            row.insertWidget(at, box)
        self._show_few()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the customer's name on the button to the room of now."""
        super().resizeEvent(event)
        self._name_primary()

    def _name_primary(self) -> None:
        if not self._can_accept:
            self.primary.setText("Find a customer")
            self.primary.set_hint("A" if self._has_keys else "")
            return
        style = font("strong")
        room = self.width() - scaled(BUTTON_ROOM) - text_width(f"{self._act} Enter", style)
        wide = min(text_width(self._whom, style), max(scaled(LEAST_NAME), min(scaled(MOST_NAME), room)))
        self.primary.setAccessibleName(f"{self._act} {self._whom}")
        self.primary.set_hint("Enter")
        self._write_name(wide)
        beside = wide - self._too_wide()
        if scaled(LEAST_NAME) <= beside < wide:  # what is cut stands in full among the suggestions
            self._write_name(beside)

    def _write_name(self, width: float) -> None:
        name = elided(self._whom, font("strong"), width)
        self.primary.setText(f"{self._act} {name}".replace("&", "&&"))

    def _too_wide(self) -> int:
        """Return by how much the name keeps the domain's button from standing beside: a second row is the email's."""
        if not self.domain.isVisibleTo(self):
            return 0
        row = self.primary.sizeHint().width() + scaled(GAP) + self.domain.sizeHint().width()
        return max(0, row - (self.width() - scaled(MARGINS)))

    def show_keys(self, *, on: bool) -> None:
        """Name the letters that do the same, or not."""
        self._has_keys = on
        self._show_few()
        for button, key in ((self.domain, "D"), (self.other, "A"), (self.retry, "R")):
            button.set_hint(key if on else "")

    def show_remember(self, *, on: bool) -> None:
        """Tick the box, or not."""
        self.remember.setChecked(on)

    def _show_domain(self, domain: DomainOffer | None, *, is_many: bool) -> None:
        shown = domain is not None and domain.count > 1 and not is_many
        self.domain.setVisible(shown)
        if domain is not None and shown:
            self.domain.setText(f"All {number(domain.count)} from domain")
            self.domain.setEnabled(not domain.why_not)
            self.domain.setToolTip(domain.why_not or f"Choose all {counted(domain.count, 'email')} of {domain.domain}")

    def _show_remember(self, choice: Choice) -> None:
        addresses = choice.learnable
        words = "Remember the sender"
        if len(addresses) == 1:
            words = f"Remember {addresses[0]}"
        elif addresses:
            words = f"Remember these {number(len(addresses))} addresses"
        self.remember.set_words(words)
        self.remember.setEnabled(bool(addresses))
        if not addresses:
            self.remember.setToolTip("Who sent it is in doubt: there is nothing to remember")

    def _show_few(self) -> None:
        """Show what has room: a sender in doubt is not remembered, so the box gives way to the note of the doubt."""
        is_warned = self.about.isVisibleTo(self)
        self.hint.setVisible(not self._is_many and not self._is_short)
        self.title.setVisible(not (self._is_short and is_warned))
        is_wanted = self.remember.isEnabled() or not is_warned
        self.remember.setVisible(is_wanted)
        self._cap.setVisible(is_wanted and self._has_keys)

    def _press(self) -> None:
        if self._can_accept:
            self.accepted.emit()
        else:
            self.find_wanted.emit()

    def _lay_out(self) -> None:
        column = VBox(0, 0, self)
        column.addWidget(Line())
        inner = self._inner = VBox(4, ROOMY)
        self._head = HBox(8, (8, 0, 8, 0))
        self._head.addWidget(self.title)
        self._head.addStretch(1)
        self._head.addWidget(self.hint)
        inner.addLayout(self._head)
        inner.addWidget(self.about)
        inner.addWidget(self.offers)
        inner.addWidget(self.none)
        inner.addWidget(self.trouble)
        self._below = HBox(8, (8, 0, 8, 0))
        self._below.addWidget(self.remember)
        self._below.addWidget(self._cap)
        self._below.addStretch(1)
        inner.addLayout(self._below)
        buttons = QWidget()
        buttons.setMinimumWidth(1)
        self._buttons = FlowLayout(8, buttons)
        for button in (self.primary, self.domain, self.other, self.retry):
            self._buttons.addWidget(button)
        row = HBox(0, (8, 0, 0, 0))
        row.addWidget(buttons, 1)
        inner.addLayout(row)
        column.addLayout(inner)
        follow_theme(self._dress)

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme().color("surface"))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.none.setContentsMargins(scaled(8), scaled(4), scaled(8), scaled(4))


def _title(choice: Choice) -> str:
    count, offers = len(choice.items), choice.offers
    if count < 2:
        return "Suggestions"
    if choice.first is not None:
        return f"Suggestion for all {number(count)}" if len(offers) == 1 else f"Suggestions for all {number(count)}"
    return f"Suggestions for {number(count)} emails"


def _about(choice: Choice) -> tuple[str, str]:
    """Return what to know of the senders before anything is decided: how grave it is, and the words.

    Of a single email its head says who handed it on.
    """
    doubted = [item for item in choice.items if item.warning]
    handed = [item for item in choice.items if item.handed_on]
    if len(choice.items) == 1:
        return "warn", f"{IN_DOUBT} {doubted[0].warning}" if doubted else ""
    if doubted:
        return "warn", f"The sender of {counted(len(doubted), 'email')} here is in doubt: look at each by itself."
    if handed:
        return "info", f"{counted(len(handed), 'email')} here came through somebody else than the writer."
    return "info", ""


def _why_none(choice: Choice) -> str:
    if not choice.items:
        return ""
    if len(choice.items) > 1:
        return "Nobody comes to mind for these emails. Find the customer, or make a new one."
    return f"{choice.items[0].mail.reason} Find the customer, or make a new one."
