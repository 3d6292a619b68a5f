"""The words of an audit for a person."""

from datetime import datetime

from desktop.domain.audit import OLD, AuditCause, AuditReport, DayAudit, PastAudit, in_words
from desktop.domain.reasons import WORDS, ReasonCode
from desktop.ui.words import calendar_day, counted, number, when


def head_words(report: AuditReport) -> str:
    """Say in a sentence how it stands."""
    return in_words(report).partition(". ")[0].rstrip(".") + "."


def lead_words(report: AuditReport, now: datetime) -> str:
    """Say what was compared, and what is in no day."""
    at = when(report.ended_at, now)
    words = f"{report.address}, {counted(len(report.folders), 'folder')}, {at[0].lower()}{at[1:]}."
    old = dict(report.tally.left_out).get(OLD, 0)
    if old:
        each = counted(old, "older message")
        words += f" {each}, from before the first day synced, {'is' if old == 1 else 'are'} listed under no day."
    return words


def note_words(report: AuditReport) -> tuple[str, str]:
    """Return the state and words of the note above the table; no words where there is nothing to add."""
    if report.error is not None:
        return "bad", str(report.error)
    left = "\n".join(f"{number(one.count)} in {one.folder}: {one.reason}" for one in report.still_open)
    if report.found and report.repaired == report.found:
        return "ok", f"Repaired: {counted(report.repaired, 'missing message')} brought in."
    if report.repaired:
        return "warn", f"Repaired {number(report.repaired)} of {number(report.found)}. Still open:\n{left}"
    return ("warn", left) if left else ("ok", "")


def day_words(day: DayAudit, now: datetime) -> str:
    """Return a day as a cell has it."""
    if day.day is None:
        return "Unknown"
    words = calendar_day(day.day)
    return words if day.day.year == now.astimezone().year else f"{words} {day.day.year}"


def left_out_words(day: DayAudit) -> str:
    """Say why messages of a day were left out, for a tooltip."""
    parts = (f"{number(count)}: {WORDS.get(code, code.value)}" for code, count in day.tally.left_out)
    return "\n".join(parts)


def past_words(past: PastAudit, now: datetime) -> str:
    """Say when an audit was made, by whom, and what it came to."""
    who = "by itself" if past.cause is AuditCause.SCHEDULE else "asked for"
    return f"{when(past.begun_at, now)}, {who}: {past.reason}"


def past_state(past: PastAudit) -> str:
    """Return the glyph of an audit that was made."""
    if past.complete:
        return "ok"
    return "warn" if past.code in {ReasonCode.AUDIT_HOLES, ReasonCode.AUDIT_UNCERTAIN} else "bad"
