"""The sync log screen: three tabs over one table, running syncs on top, the detail of trouble in place."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop.domain.activity import ActivityFilter, ActivityRow, Fix
from desktop.domain.changes import Changed
from desktop.ui.actions import Act
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button, Segments
from desktop.ui.kit.inputs import SearchField, Switch
from desktop.ui.screen import Screen
from desktop.views.sync_log.acts import Acts
from desktop.views.sync_log.contents import PAGE, TABS, Contents, NothingWords, Tab, Way, ask, entries_of, nothing_words
from desktop.views.sync_log.detail import Detail
from desktop.views.sync_log.filters import TROUBLE, LogFilters
from desktop.views.sync_log.fixes import can_retry, fix_text
from desktop.views.sync_log.model import Entry, LogModel
from desktop.views.sync_log.pages import Pages
from desktop.views.sync_log.running import RunningSyncs
from desktop.views.sync_log.table import LogTable

TYPING_MS = 150
MENU = ["log.details", "log.fix", "log.retry", "", "log.run", "log.copy"]


class SyncLogScreen(Screen):
    """What happened, what is wrong, what waits."""

    id = "sync_log"
    title = "Sync log"
    watches = Changed.LOG | Changed.HEALTH | Changed.MAILBOXES | Changed.REVIEW | Changed.BACKFILLS
    has_bar = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._tab = Tab.ACTIVITY
        self._contents: Contents | None = None
        self._wanted_key = ""
        self._asked_after: ActivityRow | None = None
        self._acts = Acts(frame)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.refresh)
        self._make_head()
        self._make_bar()
        self._make_body()
        self._make_actions()

    # --- reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the first page of activity, and the problems and tasks of now."""
        now, search = self.frame.clock.now(), self._search.text().strip()
        wanted = self._filters.wanted(now, search, self._running.mailbox_ids())
        asked = partial(ask, wanted=wanted, now=now)
        self.frame.ops.read(self, asked, self._show, failed=self._pages.show_failure, slot="log")

    def open(self, place: Place) -> None:
        """Show one mailbox's entries, one tab, or one entry opened."""
        if place.part in set(Tab):
            self._choose_tab(Tab(place.part))
        elif place.part:
            self._wanted_key = place.part
            self._filters.clear()
            self._choose_tab(Tab.ACTIVITY)
        if place.mailbox_id is not None:
            self._filters.choose_mailbox(place.mailbox_id)
        if place.part or place.mailbox_id is not None:
            self.refresh()

    def _show(self, contents: Contents) -> None:
        self._contents, self._asked_after = contents.after(self._contents), None
        self._acts.mailboxes = {one.id: one for one in contents.mailboxes}
        self._tabs.set_badge(1, len(contents.problems), is_bad=True)
        self._tabs.set_badge(2, len(contents.tasks))
        self._filters.set_mailboxes(contents.mailboxes)
        self._running.show_backfills(contents.backfills)
        self._list()

    def _list(self) -> None:
        contents, now = self._contents, self.frame.clock.now()
        if contents is None:
            return
        entries = entries_of(contents, self._tab, now)
        is_open = self._model.opened is not None
        with self._table.staying():
            self._model.show(entries)
            if is_open and self._model.opened is not None:
                self._table.show_detail(self._detail(self._model.opened))
        if entries:
            self._pages.show_lines()
        else:
            is_narrowed = bool(contents.wanted.search) or self._filters.is_narrow
            self._pages.show_nothing(nothing_words(contents, self._tab, now, is_narrowed=is_narrowed))
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
        bar, contents = self._table.verticalScrollBar(), self._contents
        if value > 0 and self._follow.isChecked():
            self._follow.setChecked(False)
        near = bar.maximum() - value < 4 * self._table.viewport().height()
        if self._tab is not Tab.ACTIVITY or not near or contents is None or not contents.has_more:
            return
        last, wanted = contents.last, contents.wanted
        if last is not None and last is not self._asked_after:
            self._asked_after = last
            older = partial(_older, wanted=wanted, before=last.at)
            self.frame.ops.read(self, older, partial(self._append, contents), slot="more")

    def _append(self, contents: Contents, older: Sequence[ActivityRow]) -> None:
        if self._contents is not None and self._contents.last == contents.last:
            self._contents = self._contents.with_older(older)
            self._list()

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
        self._table.linked.connect(self._follow_link)
        self._table.moved.connect(lambda _row: self._can())
        self._table.verticalScrollBar().valueChanged.connect(self._more)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._menu)
        self._pages = Pages(self._table, self._leave_empty, self.refresh)
        column.addWidget(self._pages, 1)
        self.add_body(whole)

    def _leave_empty(self, words: NothingWords) -> None:
        """Do what the button of an empty list says."""
        if words.way is Way.CLEAR:
            self._filters.clear()
            self._search.clear()
            self.refresh()
        elif words.way is Way.PAST_ERRORS:
            self._choose_tab(Tab.ACTIVITY)
            self._filters.choose_levels(TROUBLE)
        else:
            self._acts.begin(connects=words.way is Way.CONNECT)

    # --- chips ------------------------------------------------------------------------------------------------------

    def _choose_tab(self, tab: Tab) -> None:
        self._tab = tab
        self._tabs.choose([each for each, _ in TABS].index(tab))
        self._model.set_open("")
        self._filters.set_activity(is_activity=tab is Tab.ACTIVITY)
        self._follow.setVisible(tab is Tab.ACTIVITY)
        self._table.show_runs(tab is Tab.ACTIVITY)
        self._list()

    # --- acts -------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        add = self.frame.actions.add
        table = self._table
        for act_id, text, keys, icon, run in (
            ("log.details", "&Details of the entry", ("Space",), "chevron-down", self._toggle_current),
            ("log.fix", "&Mend it", ("R",), "plug", lambda: self._with_current(self._acts.mend)),
            ("log.retry", "&Try again", ("Shift+R",), "refresh-cw", lambda: self._with_current(self._acts.retry)),
            ("log.run", "Show only this r&un", (), "filter", self._only_run),
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
        enable("log.retry", entry is not None and can_retry(entry), "There is nothing to try again.")
        enable("log.run", entry is not None and entry.run is not None, "This entry is of no run.")

    def _toggle_current(self) -> None:
        self._toggle_row(self._table.currentIndex().row())

    def _toggle_row(self, row: int) -> None:
        entry = self._model.entry_at(row)
        if entry is not None and entry.can_open:
            self._toggle(entry.key)
        elif entry is not None:
            self._acts.mend(entry)

    def _follow_link(self, key: str) -> None:
        if (entry := self._model.entry_at(self._model.row_of(key))) is not None:
            self._acts.mend(entry)

    def _toggle(self, key: str) -> None:
        is_open = self._model.opened is not None and self._model.opened.key == key
        self._model.set_open("" if is_open else key)
        opened = self._model.opened
        self._table.show_detail(self._detail(opened) if opened is not None else None)
        if opened is not None:
            self._table.scrollTo(self._model.index(self._model.detail_row(), 0))

    def _detail(self, entry: Entry) -> Detail:
        return Detail(entry, self._acts.mend, self._acts.retry)

    def _with_current(self, act: Callable[[Entry], None]) -> None:
        if (entry := self._table.current_entry()) is not None:
            act(entry)

    def _only_run(self) -> None:
        entry = self._table.current_entry()
        if entry is not None and entry.run is not None:
            self._filters.choose_run(entry.run)

    def _copy(self) -> None:
        self._acts.copy_for_support(self._table.chosen_entries())

    def _menu(self, at: QPoint) -> None:
        menu = self.frame.actions.fill(QMenu(self._table), MENU)
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


def _older(read: Any, *, wanted: ActivityFilter, before: datetime) -> Sequence[ActivityRow]:
    rows: Sequence[ActivityRow] = read.activity.page(wanted, limit=PAGE, before=before)
    return rows
