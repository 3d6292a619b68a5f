"""Imports a table of customers: previewed first, all of it or nothing, and twice is the same as once.

What is in the file and what is stored are brought together by :mod:`desktop.services.customer_plan`. An import adds
and fills in; it takes away nothing, neither an address that was learned nor a decision that a person made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.services.customer_csv import BadRow, CsvTable
from desktop.services.customer_plan import Draft, Plan
from desktop.services.customer_values import shown
from desktop.services.customer_wanted import wanted_customers
from desktop.store.reading.reader import Reader
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork

SAMPLE = 50
"""How many customers of the file a preview shows."""

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What comes of one customer of the file: the line it begins at, what happens, and how in words."""

    line: int
    outcome: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: counts of customers, the rows left out, the first outcomes, the words."""

    created: int
    updated: int
    unchanged: int
    bad: tuple[BadRow, ...]
    sample: tuple[RowOutcome, ...]
    change: ChangeSet

    @property
    def words(self) -> str:
        """What was done, in a sentence."""
        return self.change.words


class ImportRefused(CommandRefused):
    """Rows of the file are bad, so nothing was imported; ``report`` has them all and what the rest would do."""

    def __init__(self, report: ImportReport, source: str) -> None:
        first = "; ".join(f"line {row.line}: {row.reason.rstrip('.')}" for row in report.bad[:3])
        more = f"; and {len(report.bad) - 3:,} more" if len(report.bad) > 3 else ""
        rows = "1 row" if len(report.bad) == 1 else f"{len(report.bad):,} rows"
        super().__init__(
            ReasonCode.BAD_INPUT,
            f"{rows} of {source} cannot be imported: {first}{more}.",
            meaning="Nothing was imported.",
            action="Mend the file, or leave such rows out with --skip-bad.",
        )
        self.report = report


def import_customers(
    store: Store, table: CsvTable, *, skip_bad: bool, preview: bool, clock: Clock, source: str = "the file"
) -> ImportReport:
    """Import *table* in one transaction with one journal entry; with *preview*, say what would happen and do nothing.

    *source* is the file's name for the words. Raises ImportRefused when a row is bad, unless *skip_bad* leaves it out.
    """
    if preview:
        with store.read() as reader:
            return _Import(reader, table, source).report(done=False)
    with store.write() as uow:
        work = _Import(uow.read, table, source)
        if work.bad and not skip_bad:
            raise ImportRefused(work.report(done=False), source)
        report = work.report(done=True)
        if work.created or work.updated:
            work.write(uow, report.words, clock)
    return report


class _Import:
    """One import, decided on what *reader* sees."""

    def __init__(self, reader: Reader, table: CsvTable, source: str) -> None:
        wanted, doubtful = wanted_customers(table.rows)
        addresses = {address for one in wanted for address in one.row.emails}
        holders = reader.customers.by_addresses(addresses)
        concerned = {number for numbers in holders.values() for number in numbers}
        self._plan = Plan(wanted, reader.customers.by_ids(concerned))
        self._source = source
        touched = self._plan.touched()
        self.created = [draft.now for draft in touched if draft.before is None]
        self.updated = [draft for draft in touched if draft.before is not None and draft.now != draft.before]
        self.unchanged = len(touched) - len(self.created) - len(self.updated)
        bad = [*table.bad, *doubtful, *self._plan.bad_rows()]
        self.bad = tuple(sorted(bad, key=lambda row: row.line))

    def write(self, uow: UnitOfWork, words: str, clock: Clock) -> None:
        """Store the drafts that changed and record it."""
        now = clock.now()
        if self.created:
            uow.customers.add_all(self.created, "import", now)
        added: dict[CustomerId, Sequence[str]] = {}
        for draft in self.updated:
            held = draft.before
            if held is not None and replace(draft.now, emails=held.emails) != held:
                uow.customers.update(draft.now)
            if held is not None and draft.now.emails != held.emails:
                added[held.id] = draft.now.emails
        uow.customers.add_addresses_to_all(added, "import")
        uow.journal.record("customers.import", words, PERSON, now)

    def report(self, *, done: bool) -> ImportReport:
        """Return what was done, or what would be."""
        changed = Changed.CUSTOMERS if done and (self.created or self.updated) else Changed.NOTHING
        return ImportReport(
            created=len(self.created),
            updated=len(self.updated),
            unchanged=self.unchanged,
            bad=self.bad,
            sample=tuple(self._sample()),
            change=ChangeSet(changed, self._words(done=done)),
        )

    def _words(self, *, done: bool) -> str:
        created, updated = len(self.created), len(self.updated)
        left_out = f"; {_counted(len(self.bad), 'bad row')} left out" if self.bad else ""
        if not created and not updated:
            there = f": {_counted(self.unchanged, 'customer')} of it are here already" if self.unchanged else ""
            return f"Nothing to import from {self._source}{there}{left_out}"
        verb = "Imported" if done else "Would import"
        of_them = f" ({updated:,} updated)" if updated else ""
        return f"{verb} {_counted(created + updated, 'customer')} from {self._source}{of_them}{left_out}"

    def _sample(self) -> Iterable[RowOutcome]:
        pairs = zip(self._plan.wanted[: 4 * SAMPLE], self._plan.choices, strict=False)
        good = [(one, choice) for one, choice in pairs if isinstance(choice, int)]
        for one, choice in good[:SAMPLE]:
            outcome, words = _outcome(self._plan.drafts[choice])
            yield RowOutcome(one.lines[0], outcome, self._plan.drafts[choice].now.name, words)


def _outcome(draft: Draft) -> tuple[str, str]:
    before, now = draft.before, draft.now
    if before is None:
        return CREATED, f"New, with {', '.join(now.emails[:5])}"
    if before == now:
        return UNCHANGED, "Is so already"
    return UPDATED, "; ".join(_differences(before, now))


def _differences(before: Customer, now: Customer) -> Iterable[str]:
    for field in ("name", "company", "owner"):
        old, new = getattr(before, field), getattr(now, field)
        if old != new:
            yield f"{field} {shown(new)}" + (f" instead of {shown(old)}" if old else "")
    lists = ("address", before.emails, now.emails), ("tag", before.tags, now.tags), ("phone", before.phones, now.phones)
    for what, held, having in lists:
        fresh = [one for one in having if one not in held]
        if fresh:
            yield f"new {what} {', '.join(fresh[:5])}" + (" and more" if len(fresh) > 5 else "")


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
