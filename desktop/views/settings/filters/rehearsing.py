"""Rehearses the draft in a worker: mail is read once, each change of the draft judged anew, the newest one answered."""

import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.filters import Facts, Verdict
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.rows import EmailRow
from desktop.filtering.judging import Policy
from desktop.services.filter_facts import AT_ONCE, keep_facts
from desktop.services.filter_rehearsal import FilterRehearsal, RehearsalReport
from desktop.store.reading.reader import Reader
from desktop.ui.frame import Frame
from desktop.ui.ops import Job

PAUSE_MS = 150
"""After the last key."""
NOTHING = ChangeSet(Changed.NOTHING)
LISTED = 300
"""So many emails are listed below the figures."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list: the email, the verdict that it would have, and whether it is from a known customer."""

    row: EmailRow
    verdict: Verdict
    is_known: bool
    is_changed: bool

    def __repr__(self) -> str:
        return f"<Shown {self.row.id}>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the draft would do, in how many seconds that was found, and the first emails that it would."""

    report: RehearsalReport
    seconds: float
    verdicts: Mapping[int, Verdict]
    ids: "array[int]"


class Rehearsing(QObject):
    """One mailbox (or all) and one stretch of days at a time."""

    loading = Signal(int, int)
    """So many of so many emails were read whose kind had not been kept; 0 of 0 while the rest is read."""
    answered = Signal(object)
    """An :class:`Answer`."""
    listed = Signal(object)
    """The :class:`Shown` of the newest answer."""
    failed = Signal(object)
    """An ``AppError``."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._rehearsal: FilterRehearsal | None = None
        self._before, self._after = Policy(), Policy()
        self._loading: Job | None = None
        self._job: Job | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._run)

    @property
    def is_ready(self) -> bool:
        """Whether mail has been read."""
        return self._rehearsal is not None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is to come."""
        return self._soon.isActive() or self._job is not None

    def load(self, since: datetime | None, mailbox_id: MailboxId | None) -> None:
        """Read mail that arrived since then (None: ever), of one mailbox or all; then answer."""
        self._rehearsal = None
        self.loading.emit(0, 0)
        tell = self.loading.emit

        def query(read: Reader) -> FilterRehearsal:
            return FilterRehearsal(read, since=since, mailbox_id=mailbox_id, progress=tell)

        self._loading = self._frame.ops.read(self, query, self._loaded, failed=self._fail, slot="load")

    def release(self) -> None:
        """Let go of the mail that was read, and of what is being asked about it: nobody looks."""
        self._soon.stop()
        for job in (self._loading, self._job):
            if job is not None:
                job.cancel()
        self._rehearsal = self._loading = self._job = None

    def rehearse(self, before: Policy, after: Policy, *, now: bool = False) -> None:
        """Answer what the change does, a moment after the last one was asked; *now* at once."""
        self._before, self._after = before, after
        if now:
            self._soon.stop()
            self._run()
        else:
            self._soon.start()

    def _loaded(self, rehearsal: FilterRehearsal) -> None:
        self._rehearsal = rehearsal
        self._keep(rehearsal.found)
        self._run()

    def _keep(self, found: Mapping[EmailId, Facts]) -> None:
        """Keep the facts that had to be found, so that they are found once: some at a time, each after the last."""
        each = iter(found.items())

        def go_on(_change: ChangeSet = NOTHING) -> None:
            if some := dict(islice(each, AT_ONCE)):
                command = partial(_kept, some)
                self._frame.ops.run(self, command, then=go_on, quiet=True, failed=lambda _error: None)

        go_on()

    def _run(self) -> None:
        rehearsal = self._rehearsal
        if rehearsal is None:
            return
        task = partial(_rehearsed, rehearsal, self._before, self._after)
        self._job = self._frame.ops.work(self, task, self._take, failed=self._fail, slot="run")

    def _take(self, answer: Answer) -> None:
        self._job = None
        self.answered.emit(answer)
        known = frozenset(answer.report.customers_hidden)
        changed = frozenset((*answer.report.newly_skipped, *answer.report.newly_kept))

        def query(read: Reader) -> list[Shown]:
            rows = zip(answer.ids, read.email_list.rows_still_there(answer.ids), strict=True)
            return [
                Shown(row, answer.verdicts[number], number in known, number in changed)
                for number, row in rows
                if row is not None
            ]

        self._frame.ops.read(self, query, self.listed.emit, failed=self._fail, slot="list")

    def _fail(self, error: AppError) -> None:
        self._job = None
        self.failed.emit(error)


def _kept(some: Mapping[EmailId, Facts], uow: Any, _clock: Clock) -> ChangeSet:
    keep_facts(uow, some)
    return NOTHING


class _GivenUp(Exception):
    """A newer draft is asked about."""


def _rehearsed(rehearsal: FilterRehearsal, before: Policy, after: Policy, job: Job) -> Answer:
    began = time.monotonic()

    def check() -> None:
        if job.cancelled.is_set():
            raise _GivenUp

    report = rehearsal.report(before, after, check)
    seconds = time.monotonic() - began
    ids = array("q", list(_in_order(report))[:LISTED])
    return Answer(report, seconds, rehearsal.verdicts(after, ids), ids)


def _in_order(report: RehearsalReport) -> Iterator[int]:
    """Yield what is listed: known customers first, then what else changes, then what is left out anyway."""
    seen: set[int] = set()
    groups: Sequence[Sequence[int]] = (
        report.customers_hidden,
        report.newly_skipped,
        report.newly_kept,
        report.still_skipped,
    )
    for group in groups:
        for number in group:
            if number not in seen:
                seen.add(number)
                yield number
