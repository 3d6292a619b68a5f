"""What is known here of a folder's messages, counted by verdict and by day."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from desktop.domain.audit import OLD, DayAudit, Tally, total
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.reading.audits import QUARTER_MS, Placed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(milliseconds=QUARTER_MS)


class Held:
    """The verdicts of a folder, of messages that the server lists and of others."""

    def __init__(self, rows: Sequence[Placed], ranges: Mapping[ReasonCode, RefSet], listed: RefSet) -> None:
        in_rows = RefSet.of(row.ref for row in rows)
        in_ranges, self.doubles = RefSet(), RefSet()
        for refs in ranges.values():
            self.doubles |= refs & (in_ranges | in_rows)
            in_ranges |= refs
        absent = set(in_rows - listed)
        self.verdicts = in_rows | in_ranges
        self.gone = RefSet.of(row.ref for row in rows if row.gone)
        self.live = in_rows - self.gone
        """Those that can be marked as gone: what lies in a range was never here."""
        self.counted = sum(not (row.gone or row.is_waiting) for row in rows) + sum(map(len, ranges.values()))
        """How many verdicts are here."""
        self.waiting = RefSet.of(row.ref for row in rows if row.is_waiting and row.ref not in absent)
        settled = [row for row in rows if not row.is_waiting and row.ref not in absent]
        undated = [row for row in settled if row.quarter is None]
        self.undated = {code: RefSet.of(one.ref for one in undated if one.code is code) for code in _codes(undated)}
        """Messages of which is not known here when the server received them, by their verdict."""
        self.settled = Counter((row.quarter, row.code) for row in settled)
        """How many messages with a row of their own have which verdict, by the quarter of an hour they came in."""
        self.shared = {code: (refs & listed) - in_rows for code, refs in ranges.items()}

    def tally(self) -> Tally:
        """Return how many have which verdict."""
        shared = (Tally(left_out=((code, len(refs)),)) for code, refs in self.shared.items() if refs)
        return total(tally_of(code, count) for (_, code), count in self.settled.items()) + total(shared)


class Days:
    """Counts by day, as this computer's clock has it."""

    def __init__(self) -> None:
        self._days: dict[date | None, Tally] = {}
        self._known: dict[int, date] = {}

    def add_settled(self, held: Held) -> None:
        """Count what has a verdict in a row of its own; what is out of the mailbox's reach is of no day."""
        for (quarter, code), count in held.settled.items():
            if code is not OLD and quarter is not None:
                self._add(self._day(quarter), tally_of(code, count))

    def add(self, received: Iterable[datetime | None], one: Tally) -> None:
        """Count *one* for each time in *received*."""
        for moment in received:
            self._add(None if moment is None else moment.astimezone().date(), one)

    def in_order(self) -> tuple[DayAudit, ...]:
        """Return the days that have something, the first one first."""
        return tuple(DayAudit(day, self._days[day]) for day in sorted(self._days, key=lambda one: one or date.min))

    def _add(self, day: date | None, tally: Tally) -> None:
        self._days[day] = self._days.get(day, Tally()) + tally

    def _day(self, quarter: int) -> date:
        if quarter not in self._known:
            self._known[quarter] = (_EPOCH + quarter * _QUARTER).astimezone().date()
        return self._known[quarter]


def tally_of(code: ReasonCode | None, count: int) -> Tally:
    """Return *count* messages with the verdict *code*; None: they are kept."""
    return Tally(kept=count) if code is None else Tally(left_out=((code, count),))


def _codes(rows: Sequence[Placed]) -> set[ReasonCode | None]:
    return {row.code for row in rows}
