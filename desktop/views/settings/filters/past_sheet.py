"""Filters for much mail that is here: all of it is looked through first, and what would change is shown."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.filtering.judging import Policy
from desktop.services.filter_past import Past, preview_past
from desktop.services.filter_rehearsal import REHEARSED, RehearsalReport
from desktop.ui.frame import Frame
from desktop.ui.long_plan import SHOWN_FROM, LongPlanSheet, Step
from desktop.ui.plan_sheet import Plan, Question
from desktop.ui.preview.verdicts import sender_of, subject_of
from desktop.views.settings.filters.foot import NO_CHANGE, past_words

_SHOWN = 20
_LEAD = "All mail of the time and mailbox shown is looked through, not only the newest. One undo takes it back."


def is_much(report: RehearsalReport) -> bool:
    """Tell whether more mail is here than the page looks at while somebody types, or so much of it would change that a
    person waits for it.
    """
    return report.looked_at >= REHEARSED or len(report.past.leaves) + len(report.past.returns) >= SHOWN_FROM


def past_sheet(
    frame: Frame,
    window: QWidget,
    policy: Policy,
    past: Past,
    command: Callable[[Any, Clock, Step], ChangeSet],
    done: Callable[[], object],
) -> LongPlanSheet:
    """Return the sheet that shows what *policy* does to *past*, known customers' mail first, and then has it done."""

    def ask(read: Any, step: Step) -> Plan:
        plan, verdicts = preview_past(read, policy, past, step)
        named = list(dict.fromkeys((*plan.customers[:_SHOWN], *plan.leaves[:_SHOWN])))[:_SHOWN]
        rows = read.emails.by_ids(named)
        details = [
            (f"{sender_of(rows[one])}: {subject_of(rows[one])}", verdicts[one].reason) for one in named if one in rows
        ]
        words = past_words(plan) if plan.leaves or plan.returns else NO_CHANGE
        return Plan([("history", words)], details, len(plan.leaves) - len(details))

    question = Question("Apply to the mail that is here", "Apply the filters to the mail that is here?", _LEAD, "Apply")
    return LongPlanSheet(frame, window, question, ask, command, done)
