"""Pictures of the dialog of a backfill, in each of its states. What the server holds is staged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from desktop.domain.backfill import BackfillEstimate
    from desktop.domain.backfill_days import RangeCount
    from desktop.domain.mailbox import Mailbox
    from desktop.ui.ops import Job
    from tools.screenshots import Stage

A_WEEK = (58, 71, 66, 84, 49, 12, 9)
"""Emails of each day of a week, from a Monday on."""


@dataclass
class StagedPast:
    """What a mailbox's server holds from before; with a *gate* it answers no sooner than that opens."""

    offline: bool = False
    throttled: bool = False
    gate: Event | None = None

    def count(
        self, _job: Job, mailbox: Mailbox, ranges: Sequence[int], tell: Callable[[RangeCount], None]
    ) -> Sequence[RangeCount]:
        """Count by the week above."""
        from desktop.domain.backfill_days import RangeCount

        self._answer()
        found = []
        for days in ranges:
            messages = sum(self.by_day(mailbox, days).values())
            found.append(RangeCount(days, messages, messages * 0.14, is_whole=True))
        if self.gate is not None:
            tell(found[0])
            tell(replace(found[1], messages=found[1].messages // 3, is_whole=False))
            self.gate.wait()
        return found

    def estimate(self, _job: Job, mailbox: Mailbox, days: int) -> BackfillEstimate:
        """Say what they would come to."""
        from desktop.domain.backfill import BackfillEstimate, range_of

        self._answer()
        by_day = self.by_day(mailbox, days)
        total = sum(by_day.values())
        since, until = range_of(mailbox, days, NOW)
        parts = (round(total * 0.78), round(total * 0.18), total - round(total * 0.78) - round(total * 0.18), 0)
        return BackfillEstimate(
            days, since, until, total, total * 9700, min(total, 400), *parts, total * 0.14, total * 14000, by_day
        )

    def by_day(self, mailbox: Mailbox, days: int) -> dict[date, int]:
        """Return the emails of each day of the range."""
        from desktop.domain.backfill import range_of

        since, until = range_of(mailbox, days, NOW)
        found = [(since + timedelta(days=at)).date() for at in range((until - since).days)]
        return {day: A_WEEK[day.weekday()] + day.day % 7 for day in found}

    def _answer(self) -> None:
        from desktop.domain.errors import Transient
        from desktop.domain.reasons import ReasonCode

        if self.throttled:
            raise Transient(
                ReasonCode.ACCOUNT_THROTTLED,
                "The provider limits how much may be asked for.",
                meaning="It answers again after a while.",
                action="Wait a few minutes, or ask for less.",
            )
        if self.offline:
            raise Transient(
                ReasonCode.OFFLINE,
                "This computer is offline.",
                meaning="Its servers cannot be reached.",
                action="It works again once there is a network.",
            )


def _mailbox_of(stage: Stage) -> Mailbox:
    """Return the first mailbox, synced since yesterday, without a backfill so far."""
    from desktop.domain.health_events import PassWentWell
    from desktop.services import health

    with stage.parts.workspace.store.write() as uow:
        first: Mailbox = uow.read.mailboxes.every()[0]
        changed = replace(first, synced_from=NOW - timedelta(days=1))
        uow.mailboxes.replace(changed)
        health.note(uow, first.id, PassWentWell(), now=NOW)
        uow.read.backfills._run.exec_driver_sql("DELETE FROM backfill")  # noqa: SLF001 - pictures begin without one
    return changed


def _opened(stage: Stage, past: StagedPast) -> Any:
    from desktop.views.backfill.dialog import BackfillDialog

    stage.go("dashboard")
    frame = replace(stage.window.place("dashboard").frame, backfills=past)
    sheet = BackfillDialog(frame, stage.window, _mailbox_of(stage))
    sheet.open()
    stage.opened = sheet
    stage.settle(idle=past.gate is None)
    return sheet


def _ranges(stage: Stage) -> None:
    _opened(stage, StagedPast())


def _counting(stage: Stage) -> None:
    gate = Event()
    _opened(stage, StagedPast(gate=gate))
    stage.afterwards.append(gate.set)


def _offline(stage: Stage) -> None:
    _opened(stage, StagedPast(offline=True))


def _refused(stage: Stage) -> None:
    from desktop.domain.errors import NeedsSignIn
    from desktop.domain.health import Trouble
    from desktop.domain.health_events import PassFailed
    from desktop.domain.reasons import ReasonCode
    from desktop.services import health

    sheet = _opened(stage, StagedPast())
    error = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.", action="Reconnect the mailbox.")
    workspace = stage.parts.workspace
    with workspace.store.write() as uow:
        mailbox = uow.read.mailboxes.every()[0]
        health.note(uow, mailbox.id, PassFailed(Trouble.of(error), None), now=NOW)
    sheet._read()  # noqa: SLF001 - as a change of its health has it do
    stage.settle()
    stage.afterwards.append(lambda: _mend(stage))


def _mend(stage: Stage) -> None:
    _mailbox_of(stage)


def _checked(stage: Stage) -> Any:
    sheet = _opened(stage, StagedPast())
    sheet.next.click()
    stage.settle()
    return sheet


def _checked_table(stage: Stage) -> None:
    _checked(stage).check.chart.turn.click()
    stage.settle()


def _limited(stage: Stage) -> None:
    past = StagedPast()
    sheet = _opened(stage, past)
    past.throttled = True
    sheet.next.click()
    stage.settle()


def _running(stage: Stage) -> Any:
    """Half of the days are here."""
    from desktop.domain.backfill import BackfillState

    past = StagedPast()
    sheet = _opened(stage, past)
    sheet.next.click()
    stage.settle()
    sheet.next.click()
    stage.settle()
    with stage.parts.workspace.store.write() as uow:
        one = uow.read.backfills.every()[0]
        mailbox = uow.read.mailboxes.every()[0]
        days = past.by_day(mailbox, one.days)
        uow.backfills.set_state(one.id, BackfillState.RUNNING, ended=None)
        uow.backfills.expect(one.id, sum(days.values()))
        uow.backfills.expect_days(one.id, days)
        here = sorted(days)[-6:]
        came = sum(days[day] for day in here[1:]) + days[here[0]] // 2
        run = uow.read.backfills._run  # noqa: SLF001 - as many messages as nobody wants to make for a picture
        run.exec_driver_sql(
            "UPDATE backfill SET stored = ?, review = ?, skipped = ?", (came - came // 13, came // 6, came // 13)
        )
        _say_here(run, one.id, {day: days[day] if day != here[0] else days[day] // 2 for day in here})
    sheet._read()  # noqa: SLF001 - as the change it stands for has it do
    stage.settle()
    stage.afterwards.append(lambda: _forget(stage))
    return sheet


def _say_here(run: Any, number: int, days: dict[date, int]) -> None:
    for day, count in days.items():
        at = (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000 + 43_200_000
        run.exec_driver_sql(
            "INSERT INTO ledger (folder_id, epoch, ref, code, reason, received_at, attempts, seen_at, backfill_id) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "SELECT (SELECT min(id) FROM folder), 'picture', ? || '-' || i, 'EXCLUDED_RULE', '', ?, 0, ?, ? FROM n",
            (count, day.isoformat(), at, at, number),
        )


def _forget(stage: Stage) -> None:
    with stage.parts.workspace.store.write() as uow:
        run = uow.read.backfills._run  # noqa: SLF001 - takes away what was made for the picture
        run.exec_driver_sql("DELETE FROM ledger WHERE epoch = 'picture'")
        run.exec_driver_sql("DELETE FROM backfill")


def _failing(stage: Stage) -> None:
    from desktop.domain.backfill import BackfillState

    sheet = _running(stage)
    with stage.parts.workspace.store.write() as uow:
        one = uow.read.backfills.every()[0]
        reason = "The provider limits how much may be asked for. It is tried again in 4 minutes."
        uow.backfills.set_state(one.id, BackfillState.WAITING, code="ACCOUNT_THROTTLED", reason=reason, ended=None)
    sheet._read()  # noqa: SLF001 - as the change it stands for has it do
    stage.settle()


def _done(stage: Stage) -> None:
    """Some of the demo's mail stands for what came."""
    from desktop.domain.backfill import BackfillState

    sheet = _running(stage)
    with stage.parts.workspace.store.write() as uow:
        one = uow.read.backfills.every()[0]
        run = uow.read.backfills._run  # noqa: SLF001 - as above
        run.exec_driver_sql(
            "UPDATE ledger SET backfill_id = ? WHERE email_id IN (SELECT id FROM email WHERE customer_id IS NOT NULL "
            "ORDER BY customer_id LIMIT 240)",
            (one.id,),
        )
        uow.backfills.set_state(one.id, BackfillState.DONE, ended=NOW)
    sheet._read()  # noqa: SLF001 - as the change it stands for has it do
    stage.settle()
    stage.afterwards.insert(0, lambda: _unmark(stage))


def _unmark(stage: Stage) -> None:
    with stage.parts.workspace.store.write() as uow:
        uow.read.backfills._run.exec_driver_sql("UPDATE ledger SET backfill_id = NULL")  # noqa: SLF001 - as above


BACKFILL: tuple[tuple[str, Callable[[Stage], Any], tuple[str, ...]], ...] = (
    ("range", _ranges, ("light", "dark")),
    ("range_loading", _counting, ("light",)),
    ("range_offline", _offline, ("light",)),
    ("range_refused", _refused, ("light",)),
    ("check", _checked, ("light", "dark")),
    ("check_table", _checked_table, ("light",)),
    ("check_limited", _limited, ("light",)),
    ("run", _running, ("light", "dark")),
    ("run_failing", _failing, ("light",)),
    ("review", _done, ("light", "dark")),
)
"""What is shown, by state."""
