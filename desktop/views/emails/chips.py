"""The chips above the list: one of five kinds of mail, one of the mailboxes, and how much of all mail that is."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QWidget

from desktop.domain.email_list import Chip, ChipCounts
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.ui import words
from desktop.ui.kit.buttons import FilterChip
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme

TEXTS: Mapping[Chip, str] = {
    Chip.ALL: "All mail",
    Chip.TODAY: "Today",
    Chip.PENDING: "Pending",
    Chip.NO_MATCH: "No match",
    Chip.ERRORS: "Errors",
}
EVERY_MAILBOX = "All mailboxes"


class ChipBar(QWidget):
    """One of the chips is on; the mailbox chip is there when there is a choice.

    Chips that have no room are in a menu at the end, the chosen one never.
    """

    chosen = Signal(object)
    """A :class:`Chip`."""
    mailbox_chosen = Signal(object)
    """The id of a mailbox, or None for all."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Filters")
        self.chips = {chip: FilterChip(text) for chip, text in TEXTS.items()}
        self.more = FilterChip("More", menu=True)
        self.mailbox = FilterChip(EVERY_MAILBOX, menu=True)
        self.found = Label("", "caption", "text3")
        self.menu: QMenu | None = None
        self._mailboxes: Sequence[Mailbox] = ()
        self._counts: Mapping[MailboxId, int] = {}
        self._chip = Chip.ALL
        self._chosen: MailboxId | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        for chip, button in self.chips.items():
            self._group.addButton(button)
            self._row.addWidget(button)
            button.clicked.connect(partial(self._choose, chip))
        self._row.addWidget(self.more)
        self._row.addWidget(self.mailbox)
        self._row.addStretch(1)
        self._row.addWidget(self.found, 0, Qt.AlignmentFlag.AlignVCenter)
        self.more.clicked.connect(self._open_more)
        self.mailbox.clicked.connect(self._open_mailboxes)
        self.show_choice(Chip.ALL, None)
        follow_theme(self._fit)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def show_choice(self, chip: Chip, mailbox_id: MailboxId | None) -> None:
        """Show what is chosen."""
        self._chip, self._chosen = chip, mailbox_id
        self.chips[chip].setChecked(True)
        name = next((one.address for one in self._mailboxes if one.id == mailbox_id), "")
        self.mailbox.setText(words.local_part(name) if name else EVERY_MAILBOX)
        self.mailbox.setChecked(mailbox_id is not None)
        self._fit()

    def show_counts(self, counts: ChipCounts, mailboxes: Sequence[Mailbox]) -> None:
        """Show how many each chip stands for; with one mailbox there is nothing to choose."""
        for chip, button in self.chips.items():
            button.set_count(counts.chips.get(chip, 0) if chip is not Chip.ALL else None)
        self._mailboxes, self._counts = mailboxes, counts.mailboxes
        self.show_choice(self._chip, self._chosen)

    def show_found(self, text: str) -> None:
        """Show how much was found, at the end of the bar."""
        self.found.setText(text)
        self._fit()

    # --- room -------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """The bar gives way: what has no room is in the menu."""
        return QSize(scaled(120), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put into the menu what has no room."""
        super().resizeEvent(event)
        self._fit()

    def hidden(self) -> Sequence[Chip]:
        """Return the chips that are in the menu."""
        return [chip for chip, button in self.chips.items() if button.isHidden()]

    def _fit(self) -> None:
        gap = scaled(8)
        self._row.setSpacing(gap)
        self.mailbox.setVisible(len(self._mailboxes) > 1 or self._chosen is not None)
        self.found.setVisible(bool(self.found.text()))
        always = [part for part in (self.mailbox, self.found, self.chips[self._chip]) if not part.isHidden()]
        room = self.width() - sum(part.sizeHint().width() + gap for part in always)
        others = [
            (chip, button.sizeHint().width() + gap) for chip, button in self.chips.items() if chip is not self._chip
        ]
        if sum(width for _, width in others) > room:
            room -= self.more.sizeHint().width() + gap
        for chip, width in others:
            self.chips[chip].setVisible(width <= room)
            room -= width if width <= room else room
        self.chips[self._chip].show()
        self.more.setVisible(bool(self.hidden()))

    # --- menus ------------------------------------------------------------------------------------------------------

    def _open_more(self) -> None:
        menu = QMenu(self.more)
        for chip in self.hidden():
            action = menu.addAction(f"{TEXTS[chip]}\t{self.chips[chip].face.hint}")
            action.triggered.connect(partial(self._choose, chip))
        self.more.setChecked(False)
        self._pop_up(menu, self.more)

    def _choose(self, chip: Chip, _on: bool = False) -> None:
        self.chosen.emit(chip)

    def _open_mailboxes(self) -> None:
        menu = QMenu(self.mailbox)
        for text, mailbox_id in ((EVERY_MAILBOX, None), *((one.address, one.id) for one in self._mailboxes)):
            count = sum(self._counts.values()) if mailbox_id is None else self._counts.get(mailbox_id, 0)
            action = menu.addAction(f"{text}\t{words.number(count)}")
            action.setCheckable(True)
            action.setChecked(mailbox_id == self._chosen)
            action.triggered.connect(lambda _on=False, one=mailbox_id: self.mailbox_chosen.emit(one))
        self.show_choice(self._chip, self._chosen)
        self._pop_up(menu, self.mailbox)

    def _pop_up(self, menu: QMenu, below: QWidget) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu = menu
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + scaled(4))))
