"""What counts as ours, with a field to add more; and whether strangers share a domain."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.addresses import normalise_domain
from desktop.domain.shared_providers import SHARED_PROVIDERS, domain_of, is_shared_provider
from desktop.matching.domains import is_companys
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Field, text_field
from desktop.ui.kit.labels import ElidedLabel, Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.words import number
from desktop.views.settings.matching_known import ADDED
from desktop.views.settings.rows import Found

NONE = "Nothing counts as ours yet: the addresses of mailboxes do, once one is connected."
EFFECT = (
    "What they forward is looked into for who wrote it. Mail among our own domains counts as internal, and filters "
    "leave that out unless you let it in."
)
SHARED = (
    f"{number(len(SHARED_PROVIDERS))} providers are known, and every suffix under which anybody can register. They "
    "never say which company a mail is from; many customers at one domain do not either."
)


class OursRows(Found):
    """Addresses and domains. ``add_wanted`` with what was typed, ``remove_wanted`` with one that was added."""

    add_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: Sequence[tuple[str, str]] | None = None
        self._list = VBox(0)
        self.removers: dict[str, IconButton] = {}
        self.field = text_field(placeholder="sales@acme.example, or acme.example")
        self.labelled = Field("An address or a domain of ours", self.field, EFFECT)
        self.add = Button("Add")
        line = HBox(8)
        line.addWidget(self.labelled, 1)
        beside = VBox(4)  # on one line with the field, whose label stands above it
        beside.addWidget(Label(" ", "caption"))
        beside.addWidget(self.add)
        beside.addStretch(1)
        line.addLayout(beside)
        self._foot = QWidget()
        self._foot.setLayout(line)
        column = VBox(0, 0, self)
        column.addLayout(self._list)
        column.addWidget(Line(color="line"))
        column.addWidget(self._foot)
        self.field.returnPressed.connect(self._ask)
        self.field.textChanged.connect(self.labelled.clear_error)
        self.add.clicked.connect(lambda _checked=False: self._ask())
        self.show_ours(())
        follow_theme(self._dress)

    def show_ours(self, ours: Sequence[tuple[str, str]]) -> None:
        """Show what counts as ours, and where each comes from."""
        if self._shown == ours:
            return
        self._shown = ours
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.removers = {}
        for name, origin in ours:
            self._list.addWidget(self._row(name, origin))
        if not ours:
            none = Label(NONE, "body", "text2", wrap=True)
            none.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
            self._list.addWidget(none)
        told = " ".join(name for name, _ in ours)
        self.words = f"ours own addresses aliases team domains colleagues internal {EFFECT} {told}"

    def taken(self) -> None:
        """What was typed is ours now."""
        self.field.clear()

    def refuse(self, words: str) -> None:
        """Say why what was typed cannot be ours."""
        self.labelled.set_error(words)
        self.field.setFocus()

    def _ask(self) -> None:
        if self.field.text().strip():
            self.add_wanted.emit(self.field.text())

    def _row(self, name: str, origin: str) -> QWidget:
        row = QWidget()
        line = HBox(8, (4, 16), row)
        line.addWidget(ElidedLabel(name, mode="address"), 1)
        line.addWidget(Label(origin, "caption", "text3"))
        if origin == ADDED:
            button = IconButton("x", f"{name} is not ours", small=True)
            button.clicked.connect(lambda _checked=False: self.remove_wanted.emit(name))
            self.removers[name] = button
            line.addWidget(button)
        row.setMinimumHeight(scaled(36))
        return row

    def _dress(self) -> None:
        self._foot.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))


class SharedRows(Found):
    """Says whether strangers share a domain. ``asked`` with the domain that was typed."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.words = f"free mail shared hosts provider public suffix gmail {SHARED}"
        self.field = text_field(placeholder="gmail.com")
        self.labelled = Field("Look a domain up", self.field)
        column = VBox(8, (12, 16), self)
        column.addWidget(Label(SHARED, "body", "text2", wrap=True))
        column.addWidget(self.labelled)
        self.field.textChanged.connect(self.asked)

    def show_answer(self, words: str) -> None:
        """Say what is known of the domain."""
        self.labelled.set_hint(words)


def told_of(typed: str) -> str:
    """Say whether a domain, or an address's domain, tells which company writes. Reads the suffix list once."""
    domain = normalise_domain(domain_of(typed.strip()) or typed.strip())
    if "." not in domain:
        return ""
    if is_shared_provider(domain):
        return f"{domain} is shared: strangers have addresses there. It never says whose company a mail is from."
    if not is_companys(domain):
        return f"Anybody can register below {domain}. It never says whose company a mail is from."
    return f"{domain} counts as one company's: a customer there is suggested for mail of others there."
