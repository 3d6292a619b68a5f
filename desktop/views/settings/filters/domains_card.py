"""Domains whose mail is left out with all below them, and own ones whose internal mail is let in."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import CommandRefused
from desktop.services.filters import blockable
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Field, Switch, text_field
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.surfaces import Card
from desktop.ui.toasts import announce

BLOCK_HINT = "Mail from this domain and all below it is left out, whatever the filters that include say."
INTERNAL = "Mail among our own people"
INTERNAL_HINT = (
    "Mail that only people of your own domains are on stays out. Switch a domain on where colleagues are customers "
    "too, or their mail belongs to a customer's history."
)


class DomainsCard(Card):
    """Edits the two lists of a draft."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.blocked: frozenset[str] = frozenset()
        self.allowed: frozenset[str] = frozenset()
        self.entry = text_field(placeholder="vendor.example", small=True)
        self.field = Field("Block a domain", self.entry, BLOCK_HINT, label_at="left", label_width=96)
        self.block_button = Button("Block", "ban", small=True)
        self.chips: dict[str, QWidget] = {}
        self.switches: dict[str, Switch] = {}
        self._list, self._own = FlowLayout(8), VBox(8)
        self._none = Label("No domain is blocked.", "body", "text2")
        self._assemble()
        follow_theme(self._dress)

    def show_domains(self, blocked: Collection[str], allowed: Collection[str], own: Sequence[str]) -> None:
        """Edit these; *own* are the domains of the mailboxes."""
        self.blocked, self.allowed = frozenset(blocked), frozenset(allowed)
        self._show_blocked()
        self._show_own(sorted({*own, *allowed}))

    def block(self) -> None:
        """Put what is typed on the list."""
        try:
            domain = blockable(self.entry.text())
        except CommandRefused as refused:
            self.field.set_error(f"{refused.what} {refused.action}")
            return
        self.field.clear_error()
        self.entry.clear()
        if domain not in self.blocked:
            self.blocked |= {domain}
            self._show_blocked()
            announce(self, f"{domain} is blocked when you apply")
            self.changed.emit()

    def _unblock(self, domain: str) -> None:
        self.blocked -= {domain}
        self._show_blocked()
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _turn(self, domain: str, on: bool) -> None:
        self.allowed = self.allowed | {domain} if on else self.allowed - {domain}
        self.changed.emit()

    def _show_blocked(self) -> None:
        for chip in self.chips.values():
            self._list.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for domain in sorted(self.blocked):
            chip = Card(fill="sunken", radius=6)
            line = HBox(4, (8, 0, 0, 0), chip)
            line.addWidget(Label(domain))
            remove = IconButton("x", f"Unblock {domain}", small=True)
            remove.clicked.connect(partial(QTimer.singleShot, 0, partial(self._unblock, domain)))
            line.addWidget(remove)
            self._list.addWidget(chip)
            self.chips[domain] = chip
        self._none.setVisible(not self.blocked)

    def _show_own(self, own: Sequence[str]) -> None:
        if list(self.switches) != list(own):
            for switch in self.switches.values():
                self._own.removeWidget(switch)
                switch.hide()
                switch.deleteLater()
            self.switches = {}
            for domain in own:
                switch = Switch(f"Bring in mail among people of {domain}")
                switch.toggled.connect(partial(self._turn, domain))
                self._own.addWidget(switch)
                self.switches[domain] = switch
        for domain, switch in self.switches.items():
            switch.blockSignals(True)
            switch.setChecked(domain in self.allowed)
            switch.blockSignals(False)

    def _assemble(self) -> None:
        entry = HBox(8)
        entry.addWidget(self.field, 1)
        entry.addWidget(self.block_button, 0, Qt.AlignmentFlag.AlignTop)
        self._entry = entry
        self._column = VBox(12, 0, self)
        self._column.addWidget(Label("Blocked domains", "section"))
        self._column.addLayout(entry)
        self._column.addWidget(self._none)
        self._column.addLayout(self._list)
        self._column.addSpacing(8)
        self._column.addWidget(Label(INTERNAL, "section"))
        self._column.addWidget(Label(INTERNAL_HINT, "body", "text2", wrap=True))
        self._column.addLayout(self._own)
        self.block_button.clicked.connect(lambda _checked=False: self.block())
        self.entry.returnPressed.connect(self.block)
        self.entry.textChanged.connect(lambda _text: self.field.clear_error())

    def _dress(self) -> None:
        side = scaled(16)
        self._column.setContentsMargins(side, scaled(12), side, scaled(16))
        self.block_button.setFixedHeight(self.entry.sizeHint().height())
