"""Keeps the frame around the screens true: counts, health, undo, banners, toasts, theme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.app.health_news import News, news
from desktop.app.parts import Parts
from desktop.app.tour import Stand, Tour
from desktop.app.turning import Turning
from desktop.domain.activity import Fix, Level, Problem
from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import JournalRow
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStage, SyncStarted
from desktop.settings import registry
from desktop.settings.setting import AnySetting
from desktop.ui import words
from desktop.ui.actions import Act
from desktop.ui.banners import State
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.theme import theme
from desktop.ui.statusbar import Segment
from desktop.ui.toasts import Words
from desktop.ui.window import MainWindow

SOON_MS = 200
DEMO = "Demo data. Nothing leaves this computer."
MINUTE_MS = 60_000
THEMES = (("light", "&Light", "sun"), ("dark", "&Dark", "moon"), ("system", "As the &system", "monitor"))
SIZES = (100, 110, 125, 150, 175, 200, 250, 300)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the frame shows of the store."""

    mailboxes: Sequence[tuple[Mailbox, Health]]
    problems: Sequence[Problem]
    queue: int
    undoable: JournalRow | None
    redoable: JournalRow | None
    backfills: Sequence[Backfill] = ()


class Shell(QObject):
    """Listens to the store, the syncs and the settings, and shows what a person should see wherever they are."""

    def __init__(self, window: MainWindow, frame: Frame, parts: Parts, welcome: Callable[[], QWidget]) -> None:
        super().__init__(window)
        self._window, self._frame, self._parts, self._make_welcome = window, frame, parts, welcome
        self._welcome: QWidget | None = None
        self._pulse: Pulse | None = None
        self._add_status()
        self._turning = Turning(frame, window.status, self)
        self._add_actions()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.read)
        self._minute = QTimer(self, interval=MINUTE_MS)  # "2 min ago" grows old
        self._minute.timeout.connect(self.read)
        self._minute.start()
        self._listen()
        for setting in (registry.THEME, registry.TEXT_SCALE, registry.SINGLE_LETTERS):
            self._apply(setting)
        self._tour = Tour(parts.demo_hint) if parts.demo_hint else None
        if parts.is_demo:
            window.banners.set("demo", State("info", f"{DEMO} {parts.demo_hint}".strip()))
        self.read()

    def _listen(self) -> None:
        frame = self._frame
        frame.ops.changed.connect(self._hear)
        frame.ops.said.connect(self._say)
        frame.ops.troubled.connect(self._complain)
        frame.settings.changed.connect(self._apply)
        frame.sync.started.connect(self._sync_moved)
        frame.sync.progressed.connect(self._sync_moved)
        frame.sync.finished.connect(self._sync_ended)

    # --- the store --------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read what the frame shows."""
        self._frame.ops.read(self, _ask, self._show, failed=self._cannot_read, slot="pulse")

    def _cannot_read(self, error: AppError) -> None:
        self._window.banners.set("store", State("bad", f"{error.what} {error.meaning}".strip(), "Try again", self.read))

    def _hear(self, _change: ChangeSet) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show(self, pulse: Pulse) -> None:
        before, self._pulse = self._pulse, pulse
        is_first = before is None
        if before is not None and (told := news(before.mailboxes, pulse.mailboxes)):
            self._tell(told)
        self._window.banners.set("store", None)
        side = self._window.sidebar
        side.set_count("review", pulse.queue, words.counted(pulse.queue, "email waits", "emails wait"))
        problems = len(pulse.problems)
        side.set_count("sync_log", problems, words.counted(problems, "problem"), is_bad=True)
        self._show_status(pulse)
        self._show_undo(pulse)
        self._show_offline(pulse)
        self._show_disk(pulse)
        self._show_tour(pulse)
        if not pulse.mailboxes and not self._parts.is_demo:
            self._welcome = self._welcome or self._make_welcome()
            self._window.show_alone(self._welcome)
        elif is_first or self._window.stack.currentWidget() is self._welcome:
            self._window.set_chrome(visible=True)
            self._window.go(Place(str(self._frame.state.get("place", "dashboard"))))

    def _show_status(self, pulse: Pulse) -> None:
        now, bar = self._frame.clock.now(), self._window.status
        bar.show_segment("health", health_segment(pulse.mailboxes, pulse.problems))
        times = [health.last_sync for _, health in pulse.mailboxes if health.last_sync is not None]
        last = max(times, default=None)
        bar.show_segment("last", Segment(f"Last sync {words.when(last, now).lower()}" if last else ""))
        queue = f"{words.number(pulse.queue)} to review" if pulse.queue else "Nothing to review"
        bar.show_segment("queue", Segment(queue if pulse.mailboxes else ""))
        bar.show_segment("backfill", backfill_segment(pulse.backfills))
        self._window.setWindowTitle("Postroom: a mailbox is disconnected" if _any_red(pulse) else "Postroom")

    def _show_undo(self, pulse: Pulse) -> None:
        actions = self._frame.actions
        for act_id, verb, row in (
            ("edit.undo", "Undo", pulse.undoable),
            ("edit.redo", "Redo", pulse.redoable),
        ):
            actions.enable(act_id, row is not None, f"There is nothing to {verb.lower()}.")
            what = f": {row.words[0].lower()}{row.words[1:]}" if row is not None else ""
            actions.action(act_id).setText(f"&{verb}{what}".replace("&", "&&").replace("&&", "&", 1))

    def _show_offline(self, pulse: Pulse) -> None:
        since = offline_since(pulse.mailboxes)
        text = f"Offline since {words.clock_time(since)}. You can keep working." if since else ""
        state = State("mute", text, "Try again", self._frame.sync.sync_now) if since else None
        self._window.banners.set("offline", state)

    def _show_disk(self, pulse: Pulse) -> None:
        words = disk_trouble(pulse.mailboxes)
        state = State("bad", words, "Try again", self._frame.sync.sync_now) if words else None
        self._window.banners.set("disk", state)

    def _show_tour(self, pulse: Pulse) -> None:
        if self._tour is not None:
            undoable, redoable = (row.id if row is not None else None for row in (pulse.undoable, pulse.redoable))
            stand = Stand(_any_red(pulse), pulse.queue, undoable, redoable)
            self._window.banners.set("demo", State("info", f"{DEMO} {self._tour.step(stand)}"))

    # --- what happened ----------------------------------------------------------------------------------------------

    def _say(self, change: ChangeSet) -> None:
        """A toast for what a person did, with Undo where the journal can take it back."""
        if not change.words or change.words.startswith(("Undone", "Done again")):
            if change.words:
                self._window.toasts.show(Words(change.words))
            return
        can_undo = bool(change.changed & (Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS))
        if can_undo:
            self._window.toasts.show(Words(change.words, "Undo", "Ctrl+Z", self._turning.undo))
        else:
            self._window.toasts.show(Words(change.words))

    def _tell(self, told: News) -> None:
        """A toast for what changed by itself, with the one thing to do about it, else with the way to its log."""
        frame = self._frame
        text, act = "Show", partial(self._window.go, Place("sync_log", mailbox_id=told.mailbox_id))
        if told.fix is Fix.RECONNECT:
            text, act = "Reconnect", partial(frame.doors.reconnect, told.mailbox_id)
        self._window.toasts.show(Words(told.text, text, act=act, is_bad=told.is_bad))

    def _complain(self, error: AppError) -> None:
        self._window.toasts.show(Words(f"{error.what} {error.action}".strip(), is_bad=True))

    def _sync_moved(self, event: SyncStarted | SyncProgress) -> None:
        """Show the running syncs as one bar: it is the sum of what they know."""
        running = self._frame.sync.running()
        total, done = sum(one.total for one in running), sum(one.done for one in running)
        resting = bool(running) and all(one.stage is SyncStage.PAUSED for one in running)
        who = (
            words.local_part(running[0].address)
            if len(running) == 1
            else words.counted(len(running), "mailbox", "mailboxes")
        )
        share = f" {round(100 * done / total)} %" if total else ""
        text = f"{'Paused:' if resting else 'Syncing'} {who}{share}"
        self._window.status.show_segment("sync", Segment(text if running else "", icon="refresh-cw"))
        self._window.status.show_progress(done, total)

    def _sync_ended(self, event: SyncFinished) -> None:
        self._sync_moved(SyncStarted(event.mailbox_id, event.address))
        self._hear(ChangeSet(Changed.HEALTH))

    # --- commands ---------------------------------------------------------------------------------------------------

    def _add_actions(self) -> None:
        add, settings = self._frame.actions.add, self._frame.settings
        for name, text, icon in THEMES:
            spec = Act(f"view.theme_{name}", text, "View", (), icon, group=2, words=f"Theme: {text.replace('&', '')}")
            add(spec, partial(settings.set, registry.THEME, name)).setCheckable(True)
        add(Act("view.larger", "Lar&ger", "View", ("Ctrl+Shift+=",), "plus", group=3, words="Larger text and controls"),
            partial(self._resize, 1))  # fmt: skip
        add(Act("view.smaller", "S&maller", "View", ("Ctrl+Shift+-",), group=3, words="Smaller text and controls"),
            partial(self._resize, -1))  # fmt: skip

    def _resize(self, steps: int) -> None:
        now = self._frame.settings.get(registry.TEXT_SCALE)
        at = min(range(len(SIZES)), key=lambda one: abs(SIZES[one] - now)) + steps
        if 0 <= at < len(SIZES):
            self._frame.settings.set(registry.TEXT_SCALE, SIZES[at])

    def _apply(self, setting: AnySetting) -> None:
        value: Any = self._frame.settings.get(setting)
        if setting == registry.THEME:
            theme().set_mode(value)
            for name, _, _ in THEMES:
                self._frame.actions.action(f"view.theme_{name}").setChecked(name == value)
        elif setting == registry.TEXT_SCALE:
            theme().set_text_scale(value)
        elif setting == registry.SINGLE_LETTERS:
            self._frame.actions.use_letters(value)

    def _open_backfill(self) -> None:
        if self._pulse is not None and self._pulse.backfills:
            self._frame.doors.backfill(self._pulse.backfills[0].mailbox_id)

    # --- status bar -------------------------------------------------------------------------------------------------

    def _add_status(self) -> None:
        bar, go = self._window.status, self._window.go
        bar.add("health", partial(go, Place("dashboard")))
        bar.add("last", partial(go, Place("sync_log")))
        bar.add("queue", partial(go, Place("review")))
        bar.add("sync", partial(go, Place("sync_log")))
        bar.add("backfill", self._open_backfill)
        bar.add("promise", lambda: self._frame.actions.action("help.promise").trigger(), trailing=True)
        bar.show_segment("promise", Segment("Mailboxes are never changed", icon="shield-check"))


def health_segment(mailboxes: Sequence[tuple[Mailbox, Health]], problems: Sequence[Problem]) -> Segment:
    """Return the state of all mailboxes as one glyph and a few words."""
    troubled = {problem.mailbox_id for problem in problems}
    if not mailboxes:
        return Segment("No mailbox yet", "mute")
    if not troubled:
        return Segment("All mailboxes are healthy" if len(mailboxes) > 1 else "The mailbox is healthy", "ok")
    worst = any(problem.level is Level.FAILED for problem in problems)
    count = f"{len(troubled)} of {words.counted(len(mailboxes), 'mailbox', 'mailboxes')}"
    return Segment(f"{count} need{'s' if len(troubled) == 1 else ''} attention", "bad" if worst else "warn")


def backfill_segment(found: Sequence[Backfill]) -> Segment:
    """Say how far the backfills are that are not at an end; empty when there is none."""
    if not found:
        return Segment("")
    if len(found) > 1:
        return Segment(words.counted(len(found), "backfill"), icon="history")
    one = found[0]
    verbs = {BackfillState.PAUSED: "paused", BackfillState.WAITING: "waits"}
    share = f"{100 * one.figures.done // one.total} %" if one.total else ""
    text = f"Backfill {words.local_part(one.address)} {share} {verbs.get(one.state, '')}"
    return Segment(" ".join(text.split()), icon="history")


def offline_since(mailboxes: Sequence[tuple[Mailbox, Health]]) -> datetime | None:
    """Return since when this computer is offline: every active mailbox says so; None when it is not."""
    active = [health for mailbox, health in mailboxes if mailbox.state is MailboxState.ACTIVE]
    if not active or any(health.code != "OFFLINE" for health in active):
        return None
    return min((health.failing_since for health in active if health.failing_since is not None), default=None)


def disk_trouble(mailboxes: Sequence[tuple[Mailbox, Health]]) -> str:
    """Return what stands in the way of saving, in sentences; nothing when the disk takes what it is given."""
    full = {ReasonCode.STORE_FULL.value, ReasonCode.STORE_READ_ONLY.value}
    hurt = [health for _, health in mailboxes if health.code in full]
    return f"{hurt[0].reason} {hurt[0].next_step}".strip() if hurt else ""


def _ask(read: Any) -> Pulse:
    mailboxes = [(one, read.mailboxes.health(one.id)) for one in read.mailboxes.every()]
    return Pulse(
        mailboxes,
        read.activity.problems(),
        read.review.count(),
        read.records.undoable(),
        read.records.redoable(),
        read.backfills.open(),
    )


def _any_red(pulse: Pulse) -> bool:
    return any(health.state is HealthState.DISCONNECTED for _, health in pulse.mailboxes)
