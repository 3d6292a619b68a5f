"""Times, numbers and counts as people read them: one format for each kind of column."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

_DAY = timedelta(days=1)


def _locale() -> QLocale:
    """Return how numbers and dates are written here; a system that does not say gets English ones."""
    here = QLocale()
    return QLocale(QLocale.Language.English) if here.language() == QLocale.Language.C else here


def local(moment: datetime) -> datetime:
    """Return *moment* in this computer's time zone."""
    return moment.astimezone()


def number(count: int) -> str:
    """Return a number with its thousands separated."""
    return _locale().toString(count)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: ``1 email``, ``12 emails``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def clock_time(moment: datetime) -> str:
    """Return the time of day: ``10:42``."""
    return local(moment).strftime("%H:%M")


def clock_second(moment: datetime) -> str:
    """Return the time of day with seconds: ``10:42:07``."""
    return local(moment).strftime("%H:%M:%S")


def calendar_day(then: date) -> str:
    """Return a day of the calendar: ``21 Nov``."""
    return _locale().toString(QDate(then.year, then.month, then.day), "d MMM")


def day(moment: datetime, now: datetime) -> str:
    """Return the day: ``Today``, ``Yesterday``, ``21 Nov`` or, of another year, ``21 Nov 2024``."""
    then, today = local(moment).date(), local(now).date()
    if then == today:
        return "Today"
    if then == today - _DAY:
        return "Yesterday"
    words = calendar_day(then)
    return words if then.year == today.year else f"{words} {then.year}"


def short_when(moment: datetime | None, now: datetime) -> str:
    """Return a time for a narrow column: ``10:42`` today, else the day."""
    if moment is None:
        return ""
    return clock_time(moment) if local(moment).date() == local(now).date() else day(moment, now)


def when(moment: datetime | None, now: datetime) -> str:
    """Return a time for a fact: ``2 min ago`` within the hour, ``10:42`` today, then ``Yesterday 17:20``."""
    if moment is None:
        return "Never"
    past = now - moment
    if timedelta() <= past < timedelta(minutes=1):
        return "Just now"
    if timedelta() <= past < timedelta(hours=1):
        return f"{int(past.total_seconds() // 60)} min ago"
    if local(moment).date() == local(now).date():
        return clock_time(moment)
    return f"{day(moment, now)} {clock_time(moment)}"


def age(moment: datetime | None, now: datetime) -> str:
    """Return how old something is, in one unit: ``4 m``, ``2 h``, ``9 d``."""
    if moment is None:
        return ""
    seconds = max(0.0, (now - moment).total_seconds())
    if seconds < 3600:
        return f"{int(seconds // 60)} m"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


def exact(moment: datetime | None) -> str:
    """Return a time in full, for tooltips: ``21 November 2026, 10:42:07``."""
    if moment is None:
        return ""
    then = local(moment)
    shown = QDateTime(QDate(then.year, then.month, then.day), QTime(then.hour, then.minute, then.second))
    return _locale().toString(shown, "d MMMM yyyy, HH:mm:ss")


def in_time(seconds: float) -> str:
    """Return how long something takes or waits: ``20 s``, ``4 min``, ``1 h 12 min``."""
    if seconds < 60:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def took(seconds: float) -> str:
    """Return a duration that was measured: ``1.8 s``."""
    return f"{seconds:.1f} s"


def size(count: int) -> str:
    """Return an amount of bytes: ``184 KB``."""
    return _locale().formattedDataSize(count, 0 if count < 1_000_000 else 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def local_part(address: str) -> str:
    """Return an address of our own in short: ``support@``."""
    return address.partition("@")[0] + "@" if "@" in address else address


def short(text: str, chars: int = 24) -> str:
    """Return a name short enough for a button or a heading: cut at a letter, with an ellipsis."""
    return text if len(text) <= chars else f"{text[: chars - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
