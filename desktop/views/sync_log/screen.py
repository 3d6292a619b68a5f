"""The sync log screen: three tabs over one table, running syncs on top, the detail of trouble in place."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.activity import ActivityFilter, ActivityRow, Fix, Level, Problem, Task
from desktop.domain.changes import Changed
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.ui import words
from desktop.ui.actions import Act
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button, FilterChip, Segments
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import SearchField, Switch
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.screen import Screen
from desktop.views.sync_log.detail import Detail, bundle, fix_text
from desktop.views.sync_log.model import Entry, LogModel, of_activity, of_problem, of_task
from desktop.views.sync_log.running import RunningSyncs
from desktop.views.sync_log.table import LogTable

PAGE = 200
TYPING_MS = 150


class Tab(enum.StrEnum):
    """The three questions the log answers."""

    ACTIVITY = "activity"
    ERRORS = "errors"
    TASKS = "tasks"


TABS = ((Tab.ACTIVITY, "Activity"), (Tab.ERRORS, "Errors"), (Tab.TASKS, "Manual actions"))
LEVELS: tuple[tuple[str, frozenset[Level]], ...] = (
    ("All results", frozenset()),
    ("Done", frozenset({Level.DONE})),
    ("Needs attention", frozenset({Level.ATTENTION})),
    ("Failed", frozenset({Level.FAILED})),
)
SPANS: tuple[tuple[str, int], ...] = (("Any time", 0), ("Today", 1), ("Last 7 days", 7), ("Last 30 days", 30))


@dataclass(frozen=True, slots=True)
class _Answer:
    entries: Sequence[ActivityRow]
    problems: Sequence[Problem]
    tasks: Sequence[Task]
    mailboxes: Sequence[Mailbox]


class SyncLogScreen(Screen):
    """What happened, what is wrong, what waits."""

    id = "sync_log"
    title = "Sync log"
    watches = Changed.LOG | Changed.HEALTH | Changed.MAILBOXES | Changed.REVIEW
    has_bar = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._tab = Tab.ACTIVITY
        self._mailbox: MailboxId | None = None
        self._level, self._span = 0, 0
        self._mailboxes: Sequence[Mailbox] = ()
        self._answer: _Answer | None = None
        self._wanted_key = ""
        self._has_more = False
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.refresh)
        self._make_head()
        self._make_bar()
        self._make_body()
        self._make_actions()

    # --- reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the first page of activity, and the problems and tasks of now."""
        wanted = self._filter()
        self.frame.ops.read(self, partial(_ask, wanted=wanted), self._show, failed=self._fail, slot="log")

    def open(self, place: Place) -> None:
        """Show one mailbox's entries, one tab, or one entry opened."""
        if place.part in set(Tab):
            self._choose_tab(Tab(place.part))
        elif place.part:
            self._wanted_key = place.part
            self._choose_tab(Tab.ACTIVITY)
        if place.mailbox_id is not None:
            self._mailbox = place.mailbox_id
            self._show_chips()
        if place.part or place.mailbox_id is not None:
            self.refresh()

    def _filter(self) -> ActivityFilter:
        days = SPANS[self._span][1]
        since: datetime | None = None
        if days:
            today = words.local(self.frame.clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
            since = today - timedelta(days=days - 1)
        return ActivityFilter(
            self._mailbox, LEVELS[self._level][1], since, self._search.text().strip(), self._running.mailbox_ids()
        )

    def _show(self, answer: _Answer) -> None:
        self._answer, self._mailboxes = answer, answer.mailboxes
        self._has_more = len(answer.entries) >= PAGE
        self._tabs.set_badge(1, len(answer.problems), is_bad=True)
        self._tabs.set_badge(2, len(answer.tasks))
        self._show_chips()
        self._list()

    def _list(self) -> None:
        answer, now = self._answer, self.frame.clock.now()
        if answer is None:
            return
        at_top = self._table.verticalScrollBar().value() == 0
        if self._tab is Tab.ACTIVITY:
            entries = [of_activity(row, now) for row in answer.entries]
        elif self._tab is Tab.ERRORS:
            entries = [of_problem(row) for row in answer.problems if self._fits(row.mailbox_id)]
        else:
            entries = [of_task(row) for row in answer.tasks if self._fits(row.mailbox_id)]
        is_open = self._model.opened is not None
        self._model.show(entries)
        if is_open and self._model.opened is not None:
            self._table.show_detail(self._detail(self._model.opened))
        if self._follow.isChecked() and at_top:
            self._table.scrollToTop()
        self._stack.setCurrentWidget(self._table if entries else self._nothing())
        if self._wanted_key:
            self._reveal(self._wanted_key)
        self._can()

    def _fits(self, mailbox_id: MailboxId | None) -> bool:
        return self._mailbox is None or mailbox_id in {None, self._mailbox}

    def _reveal(self, key: str) -> None:
        row = self._model.row_of(key)
        self._wanted_key = ""
        if row >= 0:
            self._table.go_to(row)
            self._toggle(key)

    def _more(self, value: int) -> None:
        """Read older entries as the end comes near; scrolling down ends following."""
        bar = self._table.verticalScrollBar()
        if value > 0 and self._follow.isChecked():
            self._follow.setChecked(False)
        near = bar.maximum() - value < 4 * self._table.viewport().height()
        last = self._answer.entries[-1] if self._answer is not None and self._answer.entries else None
        if self._tab is not Tab.ACTIVITY or not near or not self._has_more or last is None:
            return
        self._has_more = False
        wanted = self._filter()
        self.frame.ops.read(
            self, lambda read: read.activity.page(wanted, limit=PAGE, before=last.at), self._append, slot="more"
        )

    def _append(self, older: Sequence[ActivityRow]) -> None:
        if self._answer is None:
            return
        self._answer = _Answer(
            [*self._answer.entries, *older], self._answer.problems, self._answer.tasks, self._answer.mailboxes
        )
        self._has_more = len(older) >= PAGE
        now = self.frame.clock.now()
        self._model.append([of_activity(row, now) for row in older])

    def _fail(self, error: Any) -> None:
        self._problem.show_words("The log cannot be read", str(error), "Try again")
        self._stack.setCurrentWidget(self._problem)

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self._tabs = Segments([text for _, text in TABS], name="Part of the log")
        self._tabs.chosen.connect(lambda at: self._choose_tab(TABS[at][0]))
        self.insert_beside_title(self._tabs)
        self._search = SearchField("Search this view", "/")
        self._search.setMinimumWidth(scaled(200))
        self._search.textChanged.connect(lambda _text: self._typing.start())
        copy = Button("Copy support bundle", "copy")
        copy.setToolTip("Times, runs, results and reason codes; no subject and no address of a customer is in it")
        copy.clicked.connect(lambda _checked=False: self._copy())
        self.head.addWidget(self._search)
        self.head.addWidget(copy)

    def _make_bar(self) -> None:
        self._chips = {name: FilterChip("All", menu=True) for name in ("mailbox", "span", "level")}
        for name, chip in self._chips.items():
            chip.clicked.connect(partial(self._chip_menu, name))
            self.bar.addWidget(chip)
        self.bar.addStretch(1)
        self._follow = Switch("Follow new entries")
        self._follow.setChecked(True)
        self._follow.toggled.connect(lambda on: self._table.scrollToTop() if on else None)
        self.bar.addWidget(self._follow)

    def _make_body(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._running = RunningSyncs(self.frame)
        column.addWidget(self._running)
        self._model = LogModel(self)
        self._table = LogTable(self._model, self.frame.clock.now)
        self._table.opened.connect(self._toggle_row)
        self._table.toggled.connect(self._toggle)
        self._table.moved.connect(lambda _row: self._can())
        self._table.verticalScrollBar().valueChanged.connect(self._more)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._menu)
        self._calm = EmptyState("circle-check", "", "")
        self._problem = EmptyState("triangle-alert", "", "")
        self._problem.primary.clicked.connect(lambda _checked=False: self.refresh())
        self._calm.primary.clicked.connect(lambda _checked=False: self._clear())
        self._stack = QStackedWidget()
        for widget in (LoadingRows(12), self._table, self._calm, self._problem):
            self._stack.addWidget(widget)
        column.addWidget(self._stack, 1)
        self.add_body(whole)

    def _nothing(self) -> QWidget:
        is_narrowed = bool(self._search.text().strip()) or self._mailbox is not None or self._level or self._span
        if self._tab is Tab.ERRORS:
            self._calm.show_words("Nothing is wrong", "Every mailbox answers, and every email could be read.")
        elif self._tab is Tab.TASKS:
            self._calm.show_words("Nothing waits for you", "What needs a person is listed here and in Needs Review.")
        elif is_narrowed:
            self._calm.show_words("No entry fits", "The search and the filters leave nothing.", "Clear filters")
        else:
            self._calm.show_words("Nothing has happened yet", "Each sync leaves an entry here.")
        return self._calm

    # --- chips ------------------------------------------------------------------------------------------------------

    def _show_chips(self) -> None:
        chosen = next((one.address for one in self._mailboxes if one.id == self._mailbox), "All mailboxes")
        for name, text, is_on in (
            ("mailbox", words.local_part(chosen), self._mailbox is not None),
            ("span", SPANS[self._span][0], self._span > 0),
            ("level", LEVELS[self._level][0], self._level > 0),
        ):
            self._chips[name].setText(text)
            self._chips[name].setChecked(is_on)
        self._chips["mailbox"].setVisible(len(self._mailboxes) > 1)
        for name in ("span", "level"):
            self._chips[name].setVisible(self._tab is Tab.ACTIVITY)
        self._follow.setVisible(self._tab is Tab.ACTIVITY)

    def _chip_menu(self, name: str) -> None:
        chip = self._chips[name]
        menu = QMenu(chip)
        if name == "mailbox":
            choices: list[tuple[str, Any]] = [("All mailboxes", None)]
            choices += [(one.address, one.id) for one in self._mailboxes]
        else:
            texts = [text for text, _ in (SPANS if name == "span" else LEVELS)]
            choices = list(zip(texts, range(len(texts)), strict=True))
        for text, value in choices:
            menu.addAction(text, partial(self._choose, name, value))
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height())))
        self._show_chips()

    def _choose(self, name: str, value: Any) -> None:
        if name == "mailbox":
            self._mailbox = value
        elif name == "span":
            self._span = value
        else:
            self._level = value
        self._show_chips()
        self.refresh()

    def _choose_tab(self, tab: Tab) -> None:
        self._tab = tab
        self._tabs.choose([each for each, _ in TABS].index(tab))
        self._model.set_open("")
        self._show_chips()
        self._list()

    def _clear(self) -> None:
        self._mailbox, self._level, self._span = None, 0, 0
        self._search.clear()
        self._show_chips()
        self.refresh()

    # --- acts -------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        add = self.frame.actions.add
        table = self._table
        for act_id, text, keys, icon, run in (
            ("log.details", "&Details of the entry", ("Space",), "chevron-down", self._toggle_current),
            ("log.fix", "&Mend it", ("R",), "plug", self._fix_current),
            ("log.copy", "&Copy for support", ("Ctrl+C",), "copy", self._copy),
            ("log.next", "Next entry", ("J",), "", lambda: table.go_by(1)),
            ("log.previous", "Previous entry", ("K",), "", lambda: table.go_by(-1)),
        ):
            add(Act(act_id, text, "View", keys, icon, place=self.title, group=6), run, within=table)

    def _can(self) -> None:
        entry = self._current()
        enable = self.frame.actions.enable
        enable("log.details", entry is not None and entry.can_open, "There is no more to say about this entry.")
        enable("log.fix", entry is not None and entry.fix is not Fix.NONE, "This entry asks for nothing.")

    def _current(self) -> Entry | None:
        index = self._table.currentIndex()
        return self._model.entry_at(index.row()) if index.isValid() else None

    def _toggle_row(self, row: int) -> None:
        entry = self._model.entry_at(row)
        if entry is not None and entry.can_open:
            self._toggle(entry.key)
        elif entry is not None:
            self._fix(entry)

    def _toggle_current(self) -> None:
        if (entry := self._current()) is not None:
            self._toggle(entry.key)

    def _toggle(self, key: str) -> None:
        is_open = self._model.opened is not None and self._model.opened.key == key
        self._model.set_open("" if is_open else key)
        opened = self._model.opened
        self._table.show_detail(self._detail(opened) if opened is not None else None)
        if opened is not None:
            self._table.scrollTo(self._model.index(self._model.detail_row(), 0))

    def _detail(self, entry: Entry) -> Detail:
        return Detail(entry, self._fix, self._retry)

    def _fix_current(self) -> None:
        if (entry := self._current()) is not None:
            self._fix(entry)

    def _fix(self, entry: Entry) -> None:
        doors = self.frame.doors
        if entry.fix is Fix.OPEN_REVIEW:
            doors.go(Place("review"))
        elif entry.fix is Fix.OPEN_EMAIL and entry.email_id is not None:
            doors.go(Place("emails", email_id=entry.email_id))
        elif entry.fix is Fix.SHOW_ERRORS:
            doors.go(Place("emails", mailbox_id=entry.mailbox_id, part="errors"))
        elif entry.mailbox_id is None:
            return
        elif entry.fix is Fix.RECONNECT:
            doors.reconnect(entry.mailbox_id)
        elif entry.fix is Fix.SETTINGS:
            doors.edit_mailbox(entry.mailbox_id)
        elif entry.fix is Fix.SYNC:
            self.frame.sync.sync_now(entry.mailbox_id)

    def _retry(self, entry: Entry) -> None:
        if entry.mailbox_id is not None:
            self.frame.sync.sync_now(entry.mailbox_id)

    def _copy(self) -> None:
        rows = [entry for row in self._table.selected_rows() if (entry := self._model.entry_at(row)) is not None]
        entries = rows or list(self._model.entries)
        QApplication.clipboard().setText(bundle(entries))
        self.frame.doors.toast(f"Copied {words.counted(len(entries), 'entry', 'entries')} for support")

    def _menu(self, at: QPoint) -> None:
        menu = self.frame.actions.fill(QMenu(self._table), ["log.details", "log.fix", "", "log.copy"])
        entry = self._current()
        if entry is not None and fix_text(entry):
            self.frame.actions.action("log.fix").setText(fix_text(entry))
        menu.popup(self._table.viewport().mapToGlobal(at))

    # --- the shell asks ---------------------------------------------------------------------------------------------

    def panes(self) -> Sequence[QWidget]:
        """The table where there is one, and the search."""
        return [self._table, self._search]

    def search_field(self) -> QLineEdit | None:
        """The search in the head."""
        return self._search

    def escape(self) -> bool:
        """Close the open detail first."""
        if self._model.opened is not None:
            self._model.set_open("")
            self._table.setFocus()
            return True
        return super().escape()


def _ask(read: Any, *, wanted: ActivityFilter) -> _Answer:
    return _Answer(
        read.activity.page(wanted, limit=PAGE),
        read.activity.problems(),
        read.activity.tasks(),
        read.mailboxes.every(),
    )
