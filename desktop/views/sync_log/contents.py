"""What the log holds for one look at it: read off the window's thread, narrowed, and turned into lines."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.activity import ActivityFilter, ActivityRow, Problem, Task
from desktop.domain.backfill import Backfill
from desktop.domain.mailbox import Mailbox
from desktop.store.reading.log_search import fits
from desktop.ui import words
from desktop.views.sync_log.filters import TROUBLE
from desktop.views.sync_log.model import Entry, of_activity, of_problem, of_task

PAGE = 200
CALM_DAYS = 7


class Tab(enum.StrEnum):
    """The three questions the log answers."""

    ACTIVITY = "activity"
    ERRORS = "errors"
    TASKS = "tasks"


TABS = ((Tab.ACTIVITY, "Activity"), (Tab.ERRORS, "Errors"), (Tab.TASKS, "Manual actions"))


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read: a page of lines that fit, every problem and task of now, and the newest trouble there was.

    ``older`` are the lines after the page that were read before, as one scrolled down.
    """

    wanted: ActivityFilter
    page: Sequence[ActivityRow]
    problems: Sequence[Problem]
    tasks: Sequence[Task]
    mailboxes: Sequence[Mailbox]
    backfills: Sequence[Backfill]
    last_trouble: ActivityRow | None = None
    older: Sequence[ActivityRow] = ()
    has_more: bool = False

    def after(self, before: "Contents | None") -> "Contents":
        """Return this, read again, with the lines below its page that were there *before* when the same was wanted."""
        if before is None or not self.has_more or not before.older or not _is_same(before.wanted, self.wanted):
            return self
        here = {row.key for row in self.page}
        last = self.page[-1].at
        held = [*before.page, *before.older]
        older = [row for row in held if row.at < last and row.key not in here]
        return replace(self, older=older, has_more=before.has_more)

    def with_older(self, rows: Sequence[ActivityRow]) -> "Contents":
        """Return this with a page more at its end."""
        here = {row.key for row in (*self.page, *self.older)}
        fresh = [row for row in rows if row.key not in here]
        return replace(self, older=[*self.older, *fresh], has_more=len(rows) >= PAGE)

    @property
    def last(self) -> ActivityRow | None:
        """The oldest line that is here."""
        lines = self.older or self.page
        return lines[-1] if lines else None


def _is_same(one: ActivityFilter, other: ActivityFilter) -> bool:
    """Tell whether the same is wanted; which mailboxes sync just then makes no other list."""
    return replace(one, running=frozenset()) == replace(other, running=frozenset())


def ask(read: Any, *, wanted: ActivityFilter, now: datetime) -> Contents:
    """Read everything the screen shows."""
    page = read.activity.page(wanted, limit=PAGE)
    calm = ActivityFilter(levels=TROUBLE, since=now - timedelta(days=CALM_DAYS))
    return Contents(
        wanted,
        page,
        read.activity.problems(),
        read.activity.tasks(now),
        read.mailboxes.every(),
        read.backfills.open(),
        next(iter(read.activity.page(calm, limit=1)), None),
        has_more=len(page) >= PAGE,
    )


def entries_of(contents: Contents, tab: Tab, now: datetime) -> list[Entry]:
    """Return the lines of a tab; the reader has narrowed activity already, problems and tasks are narrowed here."""
    if tab is Tab.ACTIVITY:
        return [of_activity(row, now) for row in (*contents.page, *contents.older)]
    wanted = contents.wanted
    found = (
        [of_problem(row) for row in contents.problems]
        if tab is Tab.ERRORS
        else [of_task(row) for row in contents.tasks]
    )
    return [
        one
        for one in found
        if (wanted.mailbox_id is None or one.mailbox_id in {None, wanted.mailbox_id})
        and fits(wanted, one.mailbox, one.what, one.happened, one.meaning, one.action, one.code, one.word)
    ]


class Way(enum.Enum):
    """What the button of an empty list does."""

    CLEAR = enum.auto()
    PAST_ERRORS = enum.auto()
    CONNECT = enum.auto()
    SYNC = enum.auto()


@dataclass(frozen=True, slots=True)
class NothingWords:
    """What an empty list says, and what its button says and does, if it has one."""

    title: str
    sentence: str
    button: str = ""
    way: Way = Way.CLEAR


def nothing_words(contents: Contents, tab: Tab, now: datetime, *, is_narrowed: bool) -> NothingWords:
    """Return what an empty list of *tab* says."""
    if is_narrowed:
        return NothingWords("No entry fits", "The search and the filters leave nothing.", "Clear filters")
    if tab is Tab.TASKS:
        return NothingWords("Nothing waits for you", "What needs a person is listed here and in Needs Review.")
    if tab is Tab.ACTIVITY:
        sentence = "Each sync leaves an entry here."
        if not contents.mailboxes:
            return NothingWords("Nothing has happened yet", sentence, "Connect a mailbox", Way.CONNECT)
        return NothingWords("Nothing has happened yet", sentence, "Sync now", Way.SYNC)
    last = contents.last_trouble
    if last is None:
        days = f"No errors in the last {CALM_DAYS} days."
        return NothingWords("Nothing is wrong", f"{days} Every mailbox answers, and every email could be read.")
    sentence = f"The last trouble is over: {last.what.removesuffix('.')}, {words.when(last.at, now).lower()}."
    return NothingWords("Nothing is wrong now", sentence, "Show past errors", Way.PAST_ERRORS)
