"""The chips above the log: which mailbox, which days, which results."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from desktop.domain.activity import ActivityFilter, Level
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.ui import words
from desktop.ui.kit.buttons import FilterChip
from desktop.ui.kit.fonts import scaled

TROUBLE = frozenset({Level.ATTENTION, Level.FAILED})
LEVELS: tuple[tuple[str, frozenset[Level]], ...] = (
    ("All results", frozenset()),
    ("Done", frozenset({Level.DONE})),
    ("Needs attention", frozenset({Level.ATTENTION})),
    ("Failed", frozenset({Level.FAILED})),
    ("All trouble", TROUBLE),
)
SPANS: tuple[tuple[str, int, int], ...] = (
    ("Any time", 0, 0),
    ("Today", 1, 0),
    ("Yesterday", 2, 1),
    ("Last 7 days", 7, 0),
    ("Last 30 days", 30, 0),
)
"""A name, how many days it goes back with today, and how many of the last of them it leaves out."""


class LogFilters(QWidget):
    """What the log is narrowed to by hand."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mailbox: MailboxId | None = None
        self.run: int | None = None
        self._level, self._span = 0, 0
        self._mailboxes: Sequence[Mailbox] = ()
        self._is_activity = True
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(8))
        self.chips = {name: FilterChip("All", menu=True) for name in ("mailbox", "span", "level")}
        for name, chip in self.chips.items():
            chip.clicked.connect(partial(self._menu, name))
            row.addWidget(chip)
        self.run_chip = FilterChip("", icon="x")
        self.run_chip.clicked.connect(lambda _checked=False: self._drop_run())
        row.addWidget(self.run_chip)
        self.show_chips()

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        if not self._is_activity:
            return self.mailbox is not None
        return self.mailbox is not None or self.run is not None or bool(self._level or self._span)

    @property
    def levels(self) -> frozenset[Level]:
        """The results that are wanted; empty for all."""
        return LEVELS[self._level][1]

    def wanted(self, now: datetime, search: str, running: frozenset[MailboxId]) -> ActivityFilter:
        """Return what the log is narrowed to, with the words that are searched for."""
        since, until = self.since(now), self.until(now)
        return ActivityFilter(self.mailbox, self.levels, since, until, search, run=self.run, running=running)

    def since(self, now: datetime) -> datetime | None:
        """Return the beginning of the days that are wanted, or None for any time."""
        days = SPANS[self._span][1]
        return _midnight(now) - timedelta(days=days - 1) if days else None

    def until(self, now: datetime) -> datetime | None:
        """Return the end of the days that are wanted, or None where there is none."""
        days = SPANS[self._span][2]
        return _midnight(now) - timedelta(days=days - 1) if days else None

    def set_mailboxes(self, mailboxes: Sequence[Mailbox]) -> None:
        """Offer these mailboxes."""
        self._mailboxes = mailboxes
        self.show_chips()

    def set_activity(self, *, is_activity: bool) -> None:
        """Offer days and results only where they mean something."""
        self._is_activity = is_activity
        self.show_chips()

    def choose_mailbox(self, mailbox_id: MailboxId | None) -> None:
        """Narrow to one mailbox."""
        self.mailbox = mailbox_id
        self.show_chips()

    def choose_run(self, run: int) -> None:
        """Narrow to one sync and what it told."""
        self.run = run
        self.show_chips()
        self.changed.emit()

    def choose_levels(self, levels: frozenset[Level]) -> None:
        """Narrow to these results."""
        self._level = next((at for at, (_, those) in enumerate(LEVELS) if those == levels), 0)
        self.show_chips()
        self.changed.emit()

    def clear(self) -> None:
        """Leave nothing out."""
        self.mailbox, self.run, self._level, self._span = None, None, 0, 0
        self.show_chips()

    def show_chips(self) -> None:
        """Say on the chips what is chosen."""
        chosen = next((one.address for one in self._mailboxes if one.id == self.mailbox), "All mailboxes")
        for name, text, is_on in (
            ("mailbox", words.local_part(chosen), self.mailbox is not None),
            ("span", SPANS[self._span][0], self._span > 0),
            ("level", LEVELS[self._level][0], self._level > 0),
        ):
            self.chips[name].setText(text)
            self.chips[name].setChecked(is_on)
        self.chips["mailbox"].setVisible(len(self._mailboxes) > 1)
        for name in ("span", "level"):
            self.chips[name].setVisible(self._is_activity)
        self.run_chip.setText(f"Run {self.run}")
        self.run_chip.setChecked(self.run is not None)
        self.run_chip.setToolTip("Show all runs again")
        self.run_chip.setVisible(self._is_activity and self.run is not None)

    def _menu(self, name: str) -> None:
        chip = self.chips[name]
        menu = QMenu(chip)
        if name == "mailbox":
            choices: list[tuple[str, Any]] = [("All mailboxes", None)]
            choices += [(one.address, one.id) for one in self._mailboxes]
        else:
            texts = [each[0] for each in (SPANS if name == "span" else LEVELS)]
            choices = list(zip(texts, range(len(texts)), strict=True))
        for text, value in choices:
            menu.addAction(text, partial(self._choose, name, value))
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height())))
        self.show_chips()

    def _choose(self, name: str, value: Any) -> None:
        if name == "mailbox":
            self.mailbox = value
        elif name == "span":
            self._span = value
        else:
            self._level = value
        self.show_chips()
        self.changed.emit()

    def _drop_run(self) -> None:
        self.run = None
        self.show_chips()
        self.changed.emit()


def _midnight(now: datetime) -> datetime:
    return words.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
