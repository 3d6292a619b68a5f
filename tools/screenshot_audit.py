"""Pictures of the dialog of an audit, in each of its states. What the server lists is staged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from desktop.domain.audit import AuditReport, FolderAudit, Tally
    from desktop.domain.errors import AppError
    from desktop.domain.mailbox import Mailbox
    from desktop.ui.ops import Job
    from tools.screenshots import Stage

DAYS = 24
A_WEEK = (38, 51, 46, 64, 29, 7, 5)
"""Messages of each day of a week, from a Monday on."""


@dataclass
class StagedServer:
    """What is compared with what. With *holes*, some of two days are missing; a *gate* keeps it from answering."""

    holes: bool = False
    mended: bool = False
    error: AppError | None = None
    gate: Event | None = None
    is_empty: bool = False

    def audit(
        self, _job: Job, mailbox: Mailbox, after: AuditReport | None, tell: Callable[[tuple[str, int, int]], object]
    ) -> AuditReport:
        """Answer as it was staged."""
        from desktop.domain.audit import AuditCause, AuditReport

        made = AuditReport(mailbox.id, mailbox.address, AuditCause.PERSON, NOW, NOW, ())
        if self.gate is not None:
            tell(("Archive", 1, 3))
            self.gate.wait()
            return made
        if self.error is not None:
            return replace(made, error=self.error)
        if self.is_empty:
            return made
        report = replace(made, folders=(self._folder("INBOX", 1), self._folder("Archive", 3), self._folder("Sent", 4)))
        found = sum(len(folder.holes) for folder in report.folders)
        if self.mended:
            return replace(report, found=3, repaired=3)
        return replace(report, found=found, still_open=_still_open(report))

    def _folder(self, name: str, share: int) -> FolderAudit:
        from desktop.domain.audit import DayAudit, FolderAudit, Tally, total
        from desktop.domain.ids import Epoch, FolderId, MailboxId
        from desktop.domain.intake import FolderEpoch
        from desktop.domain.reasons import ReasonCode
        from desktop.domain.refset import RefSet
        from desktop.domain.source import FolderStatus

        days = []
        for back in range(DAYS):
            day = (NOW - timedelta(days=back)).date()
            count = (A_WEEK[day.weekday()] + day.day % 5) // share
            days.append(DayAudit(day, _day(count, 0, waiting=0)))
        if self.holes and name == "INBOX":
            days[3] = DayAudit(days[3].day, _day(days[3].tally.on_server, 2, waiting=0))
            days[8] = DayAudit(days[8].day, _day(days[8].tally.on_server, 1, waiting=1))
        tally = total(day.tally for day in days) + Tally(left_out=((ReasonCode.BEFORE_START_DATE, 2_904),))
        place = FolderEpoch(MailboxId(1), FolderId(share), Epoch("1"))
        status = FolderStatus(Epoch("1"), tally.on_server, 5000, 1)
        holes, waiting = RefSet.of(range(1, tally.holes + 1)), RefSet.of(range(50, 50 + tally.waiting))
        return FolderAudit(name, place, status, tally, holes=holes, waiting=waiting, days=tuple(days))


def _day(count: int, holes: int, *, waiting: int) -> Tally:
    from desktop.domain.audit import Tally
    from desktop.domain.reasons import ReasonCode

    left_out = count // 9
    parts = ((ReasonCode.DIRECTION_OFF, left_out),) if left_out else ()
    return Tally(count - left_out - holes - waiting, parts, waiting=waiting, holes=holes)


def _still_open(report: AuditReport) -> tuple[Any, ...]:
    from desktop.domain.audit import StillOpen
    from desktop.sync.audit import NO_VERDICT
    from desktop.sync.batches import OMITTED

    tally = report.tally
    told = ((tally.holes, NO_VERDICT), (tally.waiting, OMITTED))
    return tuple(StillOpen("INBOX", count, reason) for count, reason in told if count)


def _opened(stage: Stage, server: StagedServer, *, again: bool = False) -> Any:
    from desktop.views.audit.dialog import AuditDialog

    stage.go("dashboard")
    with stage.parts.workspace.store.write() as uow:
        mailbox = uow.read.mailboxes.every()[0]
        uow.read.audits._run.exec_driver_sql("DELETE FROM audit")  # noqa: SLF001 - pictures begin without one
        if not again:
            _remember(uow, mailbox)
    sheet = AuditDialog(replace(stage.window.place("dashboard").frame, audits=server), stage.window, mailbox)
    sheet.open()
    stage.opened = sheet
    stage.settle(idle=server.gate is None)
    return sheet


def _remember(uow: Any, mailbox: Mailbox) -> None:
    """Three audits that were made before."""
    from desktop.domain.audit import AuditCause, AuditReport
    from desktop.domain.errors import Transient
    from desktop.domain.reasons import ReasonCode

    unreachable = Transient(ReasonCode.SERVER_UNREACHABLE, "The server does not answer.")
    told = (
        (3, "Not compared with the server: The server does not answer.", unreachable),
        (2, "Complete: 11,514 of 11,514 messages have a verdict. Found 2 missing, repaired 2.", None),
        (1, "Complete: 11,529 of 11,529 messages have a verdict.", None),
    )
    for back, words, error in told:
        at = NOW - timedelta(days=back, hours=2)
        report = AuditReport(mailbox.id, mailbox.address, AuditCause.SCHEDULE, at, at, (), error=error)
        uow.audits.note(report, words)


def _clean(stage: Stage) -> None:
    _opened(stage, StagedServer())


def _holes(stage: Stage) -> None:
    _opened(stage, StagedServer(holes=True))


def _mended(stage: Stage) -> None:
    _opened(stage, StagedServer(mended=True))


def _asking(stage: Stage) -> None:
    gate = Event()
    _opened(stage, StagedServer(gate=gate))
    stage.afterwards.append(gate.set)


def _empty(stage: Stage) -> None:
    _opened(stage, StagedServer(is_empty=True), again=True)


def _offline(stage: Stage) -> None:
    from desktop.domain.errors import Transient
    from desktop.domain.reasons import ReasonCode

    meaning = "Its servers cannot be reached."
    _opened(
        stage,
        StagedServer(
            error=Transient(
                ReasonCode.OFFLINE,
                "This computer is offline.",
                meaning=meaning,
                action="It works again once there is a network.",
            )
        ),
    )


def _error(stage: Stage) -> None:
    from desktop.domain.errors import NeedsSignIn
    from desktop.domain.reasons import ReasonCode

    refused = NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        "The server refused the password.",
        meaning="Nothing was compared.",
        action="Reconnect the mailbox.",
    )
    _opened(stage, StagedServer(error=refused))


AUDIT: tuple[tuple[str, Callable[[Stage], Any], tuple[str, ...]], ...] = (
    ("asking", _asking, ("light",)),
    ("clean", _clean, ("light", "dark")),
    ("holes", _holes, ("light", "dark")),
    ("mended", _mended, ("light",)),
    ("empty", _empty, ("light",)),
    ("error", _error, ("light",)),
    ("offline", _offline, ("light",)),
)
"""What is shown, by state."""
