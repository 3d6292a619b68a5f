"""One mailbox's card: health as shape, word, colour and reason; its figures; the one next step as a button."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.dashboard import MailboxCard
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.ui import words
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Chip, ElidedLabel, Label
from desktop.ui.kit.messages import Note
from desktop.ui.kit.progress import ProgressBar, Spark
from desktop.ui.kit.surfaces import Card
from desktop.ui.mailbox_words import whose_words
from desktop.views.dashboard.words import (
    Verdict,
    errors_words,
    newest_words,
    quiet_hours,
    sentence,
    subtitle,
    verdict,
)

NARROWEST = 320
FACTS = ("Last sync", "Newest email", "Synced", "Errors")

BUTTONS: dict[str, tuple[str, str, str]] = {
    "sync": ("Sync now", "refresh-cw", "S"),
    "reconnect": ("Reconnect", "plug", "R"),
    "connect": ("Connect again", "plug", "R"),
    "renew": ("Renew permission", "key-round", "R"),
    "edit": ("Change settings", "settings", ""),
    "app": ("Open Sign-in apps", "key-round", ""),
    "choose": ("Choose messages", "list-checks", ""),
    "resume": ("Resume", "play", "P"),
    "errors": ("See errors", "scroll-text", "L"),
    "stop": ("Stop", "x", ""),
}


class MailboxCardView(Card):
    """A card; arrows and the acts of its keys belong to the screen, which asks :attr:`mailbox_id`."""

    asked = Signal(str)
    """An act: a key of :data:`BUTTONS`, ``pause``, ``log``, ``details``, ``review``, ``test`` or ``disconnect``."""

    def __init__(self, card: MailboxCard, now: datetime) -> None:
        super().__init__()
        self.mailbox_id: MailboxId = card.mailbox.id
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(scaled(NARROWEST))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self._menu(self.mapToGlobal(at)))
        self._card, self._now = card, now
        self._running: tuple[str, int, int] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(16))
        self._column.setSpacing(0)
        self._build()
        self.show_card(card, now)

    def verdict_now(self) -> Verdict:
        """What the card says now."""
        return verdict(self._card, self._now, is_running=self._running is not None)

    @property
    def card(self) -> MailboxCard:
        """What the card shows."""
        return self._card

    def show_card(self, card: MailboxCard, now: datetime) -> None:
        """Show new figures."""
        self._card, self._now = card, now
        said = self.verdict_now()
        self._chip.show_state(said.state, said.word)
        self._chip.setToolTip(f"{said.colour}: {said.word.lower()}")
        self._title.setText(card.mailbox.address)
        self._subtitle.setText(subtitle(card.mailbox))
        self._whose.setText(whose_words(card.mailbox))
        self._show_facts(said)
        self._spark.show_values(_bars(card, now))
        self._note.show_note("" if said.state == "ok" else said.state, said.note)
        self._note.setToolTip("" if said.state in {"ok", "mute"} else f"{card.health.reason} {card.health.next_step}")
        self._show_acts(said)
        self._show_progress()
        self.setAccessibleName(sentence(card, said, now))

    def show_running(self, running: tuple[str, int, int] | None) -> None:
        """Show that a sync is at (folder, done, total), or with None that none runs."""
        self._running = running
        self.show_card(self._card, self._now)

    def main_button(self) -> Button:
        """The button of the next step."""
        return self._main

    # --- making -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QHBoxLayout()
        self._chip = Chip("mute", "Checking")
        more = IconButton("ellipsis", "More for this mailbox", small=True)
        more.clicked.connect(lambda: self._menu(more.mapToGlobal(QPoint(0, more.height()))))
        self._whose = ElidedLabel("", "caption", "text3")
        self._whose.setAlignment(Qt.AlignmentFlag.AlignRight)
        head.addWidget(self._chip)
        head.addWidget(self._whose, 1)
        head.addWidget(more)
        self._column.addLayout(head)
        self._column.addSpacing(scaled(4))
        names = QVBoxLayout()
        names.setSpacing(scaled(2))
        self._title, self._subtitle = (
            ElidedLabel("", "section", mode="address"),
            ElidedLabel("", "caption", "text2"),
        )
        names.addWidget(self._title)
        names.addWidget(self._subtitle)
        self._column.addLayout(names)
        self._column.addSpacing(scaled(12))
        self._column.addLayout(self._fact_rows())
        self._column.addSpacing(scaled(12))
        self._note = Note("", "")
        self._note.setMinimumHeight(scaled(48))
        self._column.addWidget(self._note)
        self._progress_row = self._progress_widget()
        self._column.addWidget(self._progress_row)
        self._column.addSpacing(scaled(12))
        foot = QHBoxLayout()
        foot.setSpacing(scaled(8))
        self._main = Button("Sync now", "refresh-cw", key_hint="S")
        self._main.clicked.connect(lambda: self.asked.emit(self._act_of_button()))
        self._second = Button("Details", kind="quiet")
        self._second.clicked.connect(lambda: self.asked.emit("log"))
        foot.addWidget(self._main)
        foot.addWidget(self._second)
        foot.addStretch(1)
        self._column.addStretch(1)
        self._column.addLayout(foot)

    def _fact_rows(self) -> QGridLayout:
        """Names, values, and beside the first three of them the day as bars; the last value has the whole width."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled(8))
        grid.setVerticalSpacing(scaled(6))
        grid.setColumnMinimumWidth(0, scaled(84))
        self._facts: dict[str, Label] = {}
        for at, name in enumerate(FACTS):
            grid.addWidget(Label(name, "body", "text3"), at, 0)
            self._facts[name] = ElidedLabel("")
            grid.addWidget(self._facts[name], at, 1, 1, 2 if name == FACTS[-1] else 1)
        grid.setColumnStretch(1, 1)
        side = QVBoxLayout()
        side.setSpacing(scaled(4))
        self._spark = Spark()
        side.addWidget(self._spark)
        caption = Label("24 hours", "caption", "text3")
        side.addWidget(caption, 0, Qt.AlignmentFlag.AlignRight)
        grid.addLayout(side, 0, 2, 3, 1)
        return grid

    def _progress_widget(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(4))
        line = QHBoxLayout()
        self._folder, self._counted = Label("", "caption", "text2"), Label("", "caption", "text3")
        line.addWidget(self._folder)
        line.addStretch(1)
        line.addWidget(self._counted)
        column.addLayout(line)
        self._bar = ProgressBar()
        self._bar.setAccessibleName("Progress of the sync")
        column.addWidget(self._bar)
        return box

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_facts(self, said: Verdict) -> None:
        card, now = self._card, self._now
        last = "Running" if self._running is not None else words.when(card.health.last_sync, now)
        newest = newest_words(card, now)
        errors = errors_words(card, now)
        for name, text in zip(FACTS, (last, newest, words.number(card.figures.synced), errors), strict=True):
            self._facts[name].setText(text)
        self._facts["Last sync"].setToolTip(words.exact(card.health.last_sync))
        self._facts["Newest email"].setToolTip(words.exact(card.newest_at))
        is_calm = errors == "None today" or said.state in {"ok", "mute"}
        ink = "text" if is_calm else {"bad": "bad", "warn": "warn"}.get(said.state, "text")
        self._facts["Errors"].set_style("body" if is_calm else "medium")
        self._facts["Errors"].set_color(ink)

    def _show_acts(self, said: Verdict) -> None:
        text, name, key = BUTTONS[self._act_of_button(said)]
        if said.act == "errors":
            text = f"See {words.counted(self._card.figures.errors, 'error')}"
        is_urgent = said.state == "bad" and self._running is None
        self._main.setText(text)
        self._main.set_icon(name)
        self._main.set_hint(key)
        self._main.set_kind("primary" if is_urgent else "secondary")
        self._second.setVisible(said.state in {"bad", "warn"} and said.act != "errors")

    def _show_progress(self) -> None:
        running = self._running
        self._progress_row.setVisible(running is not None)
        self._note.setVisible(running is None)
        if running is None:
            return
        folder, done, total = running
        self._folder.setText(f"Syncing {folder}" if folder else "Connecting")
        self._counted.setText(f"{words.number(done)} of {words.number(total)}" if total else "")
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _act_of_button(self, said: Verdict | None = None) -> str:
        return "stop" if self._running is not None else (said or self.verdict_now()).act

    # --- keys and menu ----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does the next step; the Menu key opens the menu."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.asked.emit(self._act_of_button())
        elif event.key() == Qt.Key.Key_Menu:
            self._menu(self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def menu(self) -> QMenu:
        """Return everything that can be done with this mailbox."""
        menu = QMenu(self)
        menu.setAccessibleName(f"More for {self._card.mailbox.address}")
        state = self._card.mailbox.state

        def add(text: str, act: str, *, can: bool = True) -> None:
            entry = menu.addAction(text, self._asking(act))
            entry.setEnabled(can)

        if self._running is not None:
            add("&Stop this sync", "stop")
        add("Sync &now", "sync", can=state is MailboxState.ACTIVE and self._running is None)
        if state is MailboxState.PAUSED:
            add("&Resume", "resume")
        else:
            add("&Pause", "pause", can=state is MailboxState.ACTIVE)
        is_there = state is not MailboxState.DISCONNECTED
        add("&Reconnect…", "reconnect")
        add("&Choose messages…", "choose", can=is_there)
        add("&Backfill…", "backfill", can=is_there)
        add("&Audit…", "audit", can=is_there)
        menu.addSeparator()
        add("Open its sync &log", "log")
        add("&Edit settings…", "edit")
        add("Edit its de&tails…", "details")
        add("Re&view its settings…", "review", can=is_there)
        add("Test the c&onnection…", "test", can=is_there)
        menu.addSeparator()
        add("&Disconnect…", "disconnect", can=is_there)
        return menu

    def _menu(self, at: QPoint) -> None:
        self.menu().popup(at)

    def _asking(self, act: str) -> Callable[[], None]:
        return lambda: self.asked.emit(act)


def _bars(card: MailboxCard, now: datetime) -> list[int | None]:
    """Return the bars of the last 24 hours; hours without contact have none."""
    quiet = quiet_hours(card, now)
    return [*card.hourly[: len(card.hourly) - quiet], *[None] * quiet]
