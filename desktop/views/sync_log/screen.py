"""The sync log screen: three tabs over one table, running syncs on top, the detail of trouble in place."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.activity import ActivityFilter, ActivityRow, Fix, Problem, Task
from desktop.domain.changes import Changed
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.ui.actions import Act
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button, Segments
from desktop.ui.kit.inputs import SearchField, Switch
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.screen import Screen
from desktop.views.sync_log.acts import copy_for_support, mend, retry
from desktop.views.sync_log.detail import Detail, fix_text
from desktop.views.sync_log.filters import LogFilters
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
        ask = partial(_ask, wanted=wanted, now=self.frame.clock.now())
        self.frame.ops.read(self, ask, self._show, failed=self._fail, slot="log")

    def open(self, place: Place) -> None:
        """Show one mailbox's entries, one tab, or one entry opened."""
        if place.part in set(Tab):
            self._choose_tab(Tab(place.part))
        elif place.part:
            self._wanted_key = place.part
            self._choose_tab(Tab.ACTIVITY)
        if place.mailbox_id is not None:
            self._filters.choose_mailbox(place.mailbox_id)
        if place.part or place.mailbox_id is not None:
            self.refresh()

    def _filter(self) -> ActivityFilter:
        chosen = self._filters
        search = self._search.text().strip()
        since = chosen.since(self.frame.clock.now())
        return ActivityFilter(chosen.mailbox, chosen.levels, since, search, self._running.mailbox_ids())

    def _show(self, answer: _Answer) -> None:
        self._answer = answer
        self._has_more = len(answer.entries) >= PAGE
        self._tabs.set_badge(1, len(answer.problems), is_bad=True)
        self._tabs.set_badge(2, len(answer.tasks))
        self._filters.set_mailboxes(answer.mailboxes)
        self._list()

    def _list(self) -> None:
        answer, now = self._answer, self.frame.clock.now()
        if answer is None:
            return
        at_top = self._table.verticalScrollBar().value() == 0
        entries = entries_of(answer, self._tab, self._filters.mailbox, now)
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
        self._search.textChanged.connect(lambda _text: self._typing.start())
        copy = self._bundle = Button("Support bundle", "copy")
        copy.setToolTip("Copies times, runs, results and reason codes; no subject and no customer's address is in it")
        copy.clicked.connect(lambda _checked=False: self._copy())
        self.head.addWidget(self._search)
        self.head.addWidget(copy)

    def _make_bar(self) -> None:
        self._filters = LogFilters()
        self._filters.changed.connect(self.refresh)
        self.bar.addWidget(self._filters)
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
        self._calm, self._problem = EmptyState("circle-check", "", ""), EmptyState("triangle-alert", "", "")
        self._problem.primary.clicked.connect(lambda _checked=False: self.refresh())
        self._calm.primary.clicked.connect(lambda _checked=False: self._clear())
        self._stack = stacked(LoadingRows(12), self._table, self._calm, self._problem)
        column.addWidget(self._stack, 1)
        self.add_body(whole)

    def _nothing(self) -> QWidget:
        is_narrowed = bool(self._search.text().strip()) or self._filters.is_narrow
        self._calm.show_words(*nothing_words(self._tab, is_narrowed=is_narrowed))
        return self._calm

    # --- chips ------------------------------------------------------------------------------------------------------

    def _choose_tab(self, tab: Tab) -> None:
        self._tab = tab
        self._tabs.choose([each for each, _ in TABS].index(tab))
        self._model.set_open("")
        self._filters.set_activity(is_activity=tab is Tab.ACTIVITY)
        self._follow.setVisible(tab is Tab.ACTIVITY)
        self._list()

    def _clear(self) -> None:
        self._filters.clear()
        self._search.clear()
        self.refresh()

    # --- acts -------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        add = self.frame.actions.add
        table = self._table
        for act_id, text, keys, icon, run in (
            (
                "log.details",
                "&Details of the entry",
                ("Space",),
                "chevron-down",
                lambda: self._toggle_row(table.currentIndex().row()),
            ),
            ("log.fix", "&Mend it", ("R",), "plug", self._fix_current),
            ("log.copy", "&Copy for support", ("Ctrl+C",), "copy", self._copy),
            ("log.next", "Next entry", ("J",), "", lambda: table.go_by(1)),
            ("log.previous", "Previous entry", ("K",), "", lambda: table.go_by(-1)),
        ):
            add(Act(act_id, text, "View", keys, icon, place=self.title, group=6), run, within=table)

    def _can(self) -> None:
        entry = self._table.current_entry()
        enable = self.frame.actions.enable
        enable("log.details", entry is not None and entry.can_open, "There is no more to say about this entry.")
        enable("log.fix", entry is not None and entry.fix is not Fix.NONE, "This entry asks for nothing.")

    def _toggle_row(self, row: int) -> None:
        entry = self._model.entry_at(row)
        if entry is not None and entry.can_open:
            self._toggle(entry.key)
        elif entry is not None:
            mend(self.frame, entry)

    def _toggle(self, key: str) -> None:
        is_open = self._model.opened is not None and self._model.opened.key == key
        self._model.set_open("" if is_open else key)
        opened = self._model.opened
        self._table.show_detail(self._detail(opened) if opened is not None else None)
        if opened is not None:
            self._table.scrollTo(self._model.index(self._model.detail_row(), 0))

    def _detail(self, entry: Entry) -> Detail:
        return Detail(entry, partial(mend, self.frame), partial(retry, self.frame))

    def _fix_current(self) -> None:
        if (entry := self._table.current_entry()) is not None:
            mend(self.frame, entry)

    def _copy(self) -> None:
        copy_for_support(self.frame, self._table.chosen_entries())

    def _menu(self, at: QPoint) -> None:
        menu = self.frame.actions.fill(QMenu(self._table), ["log.details", "log.fix", "", "log.copy"])
        entry = self._table.current_entry()
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


def _ask(read: Any, *, wanted: ActivityFilter, now: datetime) -> _Answer:
    return _Answer(
        read.activity.page(wanted, limit=PAGE),
        read.activity.problems(),
        read.activity.tasks(now),
        read.mailboxes.every(),
    )


def nothing_words(tab: Tab, *, is_narrowed: bool) -> tuple[str, ...]:
    """Return what an empty list says: title, sentence, and what its button does."""
    if tab is Tab.ERRORS:
        return "Nothing is wrong", "Every mailbox answers, and every email could be read."
    if tab is Tab.TASKS:
        return "Nothing waits for you", "What needs a person is listed here and in Needs Review."
    if is_narrowed:
        return "No entry fits", "The search and the filters leave nothing.", "Clear filters"
    return "Nothing has happened yet", "Each sync leaves an entry here."


def stacked(*widgets: QWidget) -> QStackedWidget:
    """Return a stack of these, the first one shown."""
    stack = QStackedWidget()
    stack.setBackgroundRole(QPalette.ColorRole.Base)
    stack.setAutoFillBackground(True)
    for widget in widgets:
        stack.addWidget(widget)
    return stack


def entries_of(answer: _Answer, tab: Tab, mailbox_id: MailboxId | None, now: datetime) -> list[Entry]:
    """Return the lines of a tab; the reader has narrowed activity already, problems and tasks are narrowed here."""
    if tab is Tab.ACTIVITY:
        return [of_activity(row, now) for row in answer.entries]
    found = (
        [of_problem(row) for row in answer.problems] if tab is Tab.ERRORS else [of_task(row) for row in answer.tasks]
    )
    return [entry for entry in found if mailbox_id is None or entry.mailbox_id in {None, mailbox_id}]
