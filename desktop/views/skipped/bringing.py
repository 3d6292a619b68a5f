"""Brings skipped mail in: what is here at once and as a command, the rest from its server in the background."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.filters import SkippedMail
from desktop.domain.ids import Epoch
from desktop.domain.mailbox import Mailbox
from desktop.services.filter_past import bring_back
from desktop.store.reading.reader import Reader
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.words import counted


@dataclass(frozen=True, slots=True)
class Came:
    """So many came in from servers, so many were gone there; *error* is the first that was met."""

    stored: int = 0
    missing: int = 0
    error: AppError | None = None


class Bringing(QObject):
    """One choice at a time. ``ended`` with a state (ok, warn, bad) and words."""

    ended = Signal(str, str)

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether a server is being asked."""
        return self._job is not None

    def begin(self, mails: Sequence[SkippedMail]) -> None:
        """Bring *mails* in."""
        here = [one.email_id for one in mails if one.email_id is not None]
        if here:
            self._frame.ops.run(
                self,
                lambda uow, clock: bring_back(uow, here, clock),
                then=lambda change: self._say("ok", f"{change.words}."),
                failed=lambda error: self._say("bad", str(error)),
            )
        away = [one for one in mails if one.email_id is None]
        if away:
            self._frame.ops.read(self, _mailboxes, lambda boxes: self._ask(boxes, away), failed=self._fail)

    def stop(self) -> None:
        """Ask no more; what came stays."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _ask(self, mailboxes: Sequence[Mailbox], away: Sequence[SkippedMail]) -> None:
        boxes = {one.address: one for one in mailboxes}
        places: dict[tuple[str, str, str], list[int]] = {}
        for one in away:
            places.setdefault((one.mailbox, one.folder, one.epoch), []).append(int(one.ref))
        picking = self._frame.picking

        def task(job: Job) -> Came:
            stored = missing = 0
            for (address, folder, epoch), refs in places.items():
                receipt = picking.bring_in(job, boxes[address], folder, Epoch(epoch), refs)
                stored += sum(one.stored + one.parked + one.duplicates for one in receipt.folders)
                missing += sum(one.missing for one in receipt.folders)
                trouble = receipt.error or next((one.error for one in receipt.folders if one.error), None)
                if trouble is not None:
                    return Came(stored, missing, trouble)
            return Came(stored, missing)

        self._job = self._frame.ops.work(self, task, self._take, failed=self._fail)

    def _take(self, came: Came) -> None:
        self._job = None
        what = Changed.EMAILS | Changed.REVIEW | Changed.HEALTH | Changed.LOG | Changed.FILTERS
        self._frame.ops.announce(ChangeSet(what))
        said = [f"{counted(came.stored, 'email')} brought in."] if came.stored else []
        if came.missing:
            said.append(f"{counted(came.missing, 'email')} no longer on the server.")
        if came.error is not None:
            self._say("bad", " ".join((*said, str(came.error))))
        else:
            self._say("warn" if came.missing or not said else "ok", " ".join(said) or "Nothing was brought in.")

    def _fail(self, error: AppError) -> None:
        self._job = None
        self._say("bad", str(error))

    def _say(self, state: str, words: str) -> None:
        self.ended.emit(state, words)


def _mailboxes(read: Reader) -> list[Mailbox]:
    return list(read.mailboxes.every())
