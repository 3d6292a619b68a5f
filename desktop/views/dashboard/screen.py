"""The dashboard screen: cards, today's figures, what to do next, what happened last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.activity import ActivityFilter, ActivityRow, Fix, Task
from desktop.domain.changes import Changed
from desktop.domain.dashboard import Dashboard, MailboxCard
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.domain.syncing import SyncProgress, SyncStarted
from desktop.services import mailboxes
from desktop.ui import words
from desktop.ui.actions import Act
from desktop.ui.frame import Doors, Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.screen import MARGIN, Screen
from desktop.views.dashboard.below import Below
from desktop.views.dashboard.card import NARROWEST, MailboxCardView
from desktop.views.dashboard.figures import Figures
from desktop.views.dashboard.words import headline

ACTIVITIES = 5
ACTS = (
    ("mailbox.sync", "Sync &now", "S", "refresh-cw", "sync"),
    ("mailbox.pause", "&Pause or resume", "P", "pause", "pause"),
    ("mailbox.reconnect", "&Reconnect…", "R", "plug", "reconnect"),
    ("mailbox.backfill", "&Backfill…", "B", "history", "backfill"),
    ("mailbox.audit", "&Audit…", "A", "mail-search", "audit"),
    ("mailbox.log", "Open its sync &log", "L", "scroll-text", "log"),
    ("mailbox.details", "Edit its &details…", "D", "users", "details"),
    ("mailbox.review", "Re&view its settings…", "V", "list-checks", "review"),
    ("mailbox.test", "&Test the connection…", "T", "zap", "test"),
)
"""What can be done with the card that has the focus: id, text, key, icon, act."""
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Answer:
    board: Dashboard
    tasks: Sequence[Task]
    latest: Sequence[ActivityRow]


RECONNECTS = ("reconnect", "connect", "renew")
"""What a card's next step may be called where its key is R."""


class DashboardScreen(Screen):
    """Connection health at a glance."""

    id = "dashboard"
    title = "Dashboard"
    watches = Changed.EMAILS | Changed.REVIEW | Changed.MAILBOXES | Changed.HEALTH | Changed.LOG

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._cards: dict[MailboxId, MailboxCardView] = {}
        self._running: dict[MailboxId, tuple[str, int, int]] = {}
        self._order: list[MailboxId] = []
        self._stack = QStackedWidget()
        self._make_head()
        self._make_body()
        self._make_actions()
        frame.sync.started.connect(self._sync_moved)
        frame.sync.progressed.connect(self._sync_moved)
        frame.sync.finished.connect(self._sync_finished)
        self._minute = QTimer(self, interval=MINUTE_MS)  # "2 min ago" grows old
        self._minute.timeout.connect(self.refresh_soon)
        self._minute.start()

    # --- reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read everything in one state."""
        now = self.frame.clock.now()
        begun = words.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        running = frozenset(self._running)
        self.frame.ops.read(
            self, partial(_ask, now=now, begun=begun, running=running), self._show, failed=self._fail, slot="board"
        )

    def _show(self, answer: _Answer) -> None:
        board, now = answer.board, self.frame.clock.now()
        self._stack.setCurrentWidget(self._page if board.cards else self._empty)
        self.set_subtitle(headline(board.cards, now))
        self._show_cards(board.cards, now)
        self._figures.show_figures(board)
        self._below.show_rows(answer.tasks, answer.latest)
        self._can()

    def _fail(self, error: Any) -> None:
        self._problem.show_words("The figures cannot be read", str(error), "Try again")
        self._stack.setCurrentWidget(self._problem)

    def _show_cards(self, cards: Sequence[MailboxCard], now: datetime) -> None:
        order = [card.mailbox.id for card in cards]
        for gone in set(self._cards) - set(order):
            self._cards.pop(gone).deleteLater()
        for card in cards:
            view = self._cards.get(card.mailbox.id)
            if view is None:
                view = MailboxCardView(card, now)
                view.asked.connect(partial(self._do, card.mailbox.id))
                view.installEventFilter(self)
                view.show_running(self._running.get(card.mailbox.id))
                self._cards[card.mailbox.id] = view
            else:
                view.show_card(card, now)
        if order != self._order:
            self._order = order
            self._arrange()

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self._sync_all = Button("Sync all", "refresh-cw", key_hint="F5")
        self._sync_all.clicked.connect(self.frame.sync.sync_now)
        connect = Button("Connect mailbox", "plus")
        connect.clicked.connect(self.frame.doors.connect)
        self.head.addWidget(self._sync_all)
        self.head.addWidget(connect)

    def _make_body(self) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(scaled(MARGIN), scaled(4), scaled(MARGIN), scaled(MARGIN))  # room for the ring
        column.setSpacing(scaled(16))
        self._grid_box = QWidget()
        self._grid_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self._grid_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(scaled(16))
        column.addWidget(self._grid_box)
        self._figures = Figures()
        self._figures.asked.connect(self.frame.doors.go)
        column.addWidget(self._figures)
        self._below = Below(self.frame)
        self._below.task_chosen.connect(self._do_task)
        column.addWidget(self._below, 1)
        area.setWidget(page)
        self._page = area
        self._empty = EmptyState(
            "inbox",
            "No mailbox yet",
            "Connect a mailbox, and its customer email is brought here and filed. The mailbox itself is never changed.",
            "Connect mailbox",
        )
        self._empty.primary.clicked.connect(lambda _checked=False: self.frame.doors.connect())
        self._problem = EmptyState("triangle-alert", "", "")
        self._problem.primary.clicked.connect(lambda _checked=False: self.refresh())
        self._loading = LoadingRows(6)
        for widget in (self._loading, self._page, self._empty, self._problem):
            self._stack.addWidget(widget)
        self.add_body(self._stack, line_above=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many cards beside each other as have room."""
        super().resizeEvent(event)
        self._arrange()

    def _columns(self) -> int:
        fitting = max(1, (self.width() - 2 * scaled(MARGIN) + scaled(16)) // (scaled(NARROWEST) + scaled(16)))
        return min(fitting, max(1, len(self._order)))

    def _arrange(self) -> None:
        columns = self._columns()
        for at, mailbox_id in enumerate(self._order):
            self._grid.addWidget(self._cards[mailbox_id], at // columns, at % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    # --- acts -------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        add = self.frame.actions.add
        for act_id, text, key, icon, act in ACTS:
            spec = Act(act_id, text, "Mailbox", (key,), icon, place=self.title, group=1)
            within = self if act == "reconnect" else self._grid_box
            add(spec, partial(self._do_focused, act), within=within)

    def _can(self) -> None:
        for act_id, *_, act in ACTS:
            meant = self._meant(act) is not None
            self.frame.actions.enable(act_id, meant, "Choose a mailbox on the dashboard first.")
        self._sync_all.setEnabled(bool(self._cards))

    def _focused(self) -> MailboxCardView | None:
        focus = QApplication.focusWidget()
        for view in self._cards.values():
            if focus is not None and (focus is view or view.isAncestorOf(focus)):
                return view
        return next(iter(self._cards.values()), None) if len(self._cards) == 1 else None

    def _meant(self, act: str) -> MailboxCardView | None:
        """Return the card a key is for: the one with the focus. R is for one that needs it, if there is any: else red.

        The focus rests on the first card when nobody has chosen one, and a healthy mailbox has no R on its card.
        """
        focused = self._focused()
        if act != "reconnect" or (focused is not None and focused.verdict_now().act in RECONNECTS):
            return focused
        red = (view for view in self._cards.values() if view.verdict_now().state == "bad")
        return next(red, focused)

    def _do_focused(self, act: str) -> None:
        view = self._meant(act)
        if view is None:
            return
        if act == "pause" and view.card.mailbox.state is MailboxState.PAUSED:
            act = "resume"
        self._do(view.mailbox_id, act)

    def _do(self, mailbox_id: MailboxId, act: str) -> None:
        doors, sync = self.frame.doors, self.frame.sync
        if act == "sync":
            sync.sync_now(mailbox_id)
        elif act == "stop":
            sync.cancel(mailbox_id)
        elif act in {"pause", "resume"}:
            self._set_state(mailbox_id, MailboxState.PAUSED if act == "pause" else MailboxState.ACTIVE)
        elif act == "app":
            doors.go(Place("settings", part="sign_in"))
        elif act in (openers := doors_of(doors)):
            openers[act](mailbox_id)
        else:
            part = "errors" if act == "errors" else ""
            doors.go(Place("sync_log", mailbox_id=mailbox_id, part=part))

    def _set_state(self, mailbox_id: MailboxId, state: MailboxState) -> None:
        command = partial(mailboxes.set_state, mailbox_id=mailbox_id, state=state)
        self.frame.ops.run(
            self, lambda uow, clock: command(uow, clock=clock), then=lambda _done: self.frame.sync.mailboxes_changed()
        )

    def _do_task(self, task: Task) -> None:
        place = place_of(task)
        if place is not None:
            self.frame.doors.go(place)
        elif task.mailbox_id is not None:
            acts = {
                Fix.RECONNECT: "reconnect",
                Fix.SETTINGS: "edit",
                Fix.FOLDERS: "edit",
                Fix.REVIEW_SETTINGS: "review",
                Fix.SYNC: "sync",
            }
            self._do(task.mailbox_id, acts.get(task.fix, "log"))

    # --- running syncs ----------------------------------------------------------------------------------------------

    def _sync_moved(self, event: SyncStarted | SyncProgress) -> None:
        where = (event.folder, event.done, event.total) if isinstance(event, SyncProgress) else ("", 0, 0)
        self._set_running(event.mailbox_id, where)

    def _sync_finished(self, event: Any) -> None:
        self._set_running(event.mailbox_id, None)
        self.refresh_soon()

    def _set_running(self, mailbox_id: MailboxId, running: tuple[str, int, int] | None) -> None:
        if running is None:
            self._running.pop(mailbox_id, None)
        else:
            self._running[mailbox_id] = running
        if (view := self._cards.get(mailbox_id)) is not None:
            view.show_running(running)

    # --- focus ------------------------------------------------------------------------------------------------------

    def panes(self) -> Sequence[QWidget]:
        """The cards, the tasks, the latest activity."""
        first = [self._cards[self._order[0]]] if self._order else []
        return [*first, self._below.task_view, self._below.latest_view] if self._order else [self._empty.primary]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go from card to card; what has the focus decides what the keys can do."""
        if isinstance(watched, MailboxCardView):
            if event.type() == QEvent.Type.FocusIn:
                self._can()
            elif event.type() == QEvent.Type.FocusOut:
                QTimer.singleShot(0, self, self._can)
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._arrow(watched, event.key())
        return super().eventFilter(watched, event)

    def _arrow(self, view: MailboxCardView, key: int) -> bool:
        steps = steps_of(key, self._columns(), is_mirrored=self.isRightToLeft())
        if not steps:
            return False
        at = self._order.index(view.mailbox_id) + steps
        if 0 <= at < len(self._order):
            self._cards[self._order[at]].setFocus(Qt.FocusReason.OtherFocusReason)
        return True


def steps_of(key: int, columns: int, *, is_mirrored: bool) -> int:
    """Return how many cards an arrow goes on, or back; 0 for another key."""
    ahead = -1 if is_mirrored else 1
    keys = Qt.Key
    return {keys.Key_Right: ahead, keys.Key_Left: -ahead, keys.Key_Down: columns, keys.Key_Up: -columns}.get(
        keys(key), 0
    )


def doors_of(doors: Doors) -> dict[str, Callable[[MailboxId], None]]:
    """Return where the acts lead that have a dialog of their own."""
    return {
        **dict.fromkeys(RECONNECTS, doors.reconnect),
        "edit": doors.edit_mailbox,
        "details": doors.edit_details,
        "review": doors.review_settings,
        "test": doors.test_mailbox,
        "choose": doors.choose_messages,
        "backfill": doors.backfill,
        "audit": doors.audit,
        "disconnect": doors.disconnect,
    }


def _ask(read: Any, *, now: datetime, begun: datetime, running: frozenset[MailboxId]) -> _Answer:
    board = read.dashboard.get(now=now, today=begun)
    tasks = read.activity.tasks(now)
    latest = read.activity.page(ActivityFilter(running=running), limit=ACTIVITIES)[:ACTIVITIES]
    return _Answer(board, tasks, latest)


def place_of(task: Task) -> Place | None:
    """Return where a task is done, or None for one that is done here."""
    if task.fix is Fix.OPEN_REVIEW:
        return Place("review")
    if task.fix is Fix.OWN_APP:
        return Place("settings", part="sign_in")
    if task.fix is Fix.OPEN_EMAIL and task.email_id is not None:
        return Place("emails", email_id=task.email_id)
    if task.fix is Fix.SHOW_ERRORS:
        return Place("emails", mailbox_id=task.mailbox_id, part="errors")
    return None
