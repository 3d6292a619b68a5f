"""What rows would do to mail that is here and to what they left out, said before anything is changed."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from desktop.domain.filters import Facts, Verdict
from desktop.domain.ids import EmailId, MailboxId
from desktop.filtering.fact_table import FactTable
from desktop.filtering.judging import Judge, Policy
from desktop.filtering.rehearsal import NO_ROW, SKIPPED, Rehearsal
from desktop.services.filter_facts import AT_ONCE, facts_of_stored
from desktop.store.reading.filters import KnownMail
from desktop.store.reading.reader import Reader

REHEARSED = 100_000
"""Emails that a rehearsal looks at while somebody types, the newest first. To apply filters, all are looked at."""
LISTED = 200
"""So many are named of those that no change touches."""

_NOTHING_KNOWN = Facts("", (), "")


@dataclass(frozen=True, slots=True)
class PastPlan:
    """What becomes of mail that is here when filters are applied to it.

    ``leaves`` would be left out and ``returns`` brought back; ``stay`` are emails that the filters would leave out and
    that a person filed: those are not touched. ``customers`` are those of ``leaves`` that are filed with a known
    customer or from one. ``on_server`` were never brought in and would be by now: numbers of skipped mail.
    """

    leaves: tuple[EmailId, ...] = ()
    returns: tuple[EmailId, ...] = ()
    stay: tuple[EmailId, ...] = ()
    customers: tuple[EmailId, ...] = ()
    on_server: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RehearsalReport:
    """What rows would do: ``looked_at`` = kept + skipped with the new ones; what filters have left out is among it.

    ``hits`` are how many each of the new rows decides, in order. ``newly_skipped`` and ``newly_kept`` are what the
    change touches; ``customers_hidden`` those of them that are from a known customer and would stay out.
    ``still_skipped`` are the newest of those that are left out with the change and without. Numbers are ids of emails,
    or minus those of skipped mail. ``row_customers``: how many from known customers each row leaves out. ``past`` is
    what applying the new rows to the past would do.
    """

    looked_at: int
    kept: int
    skipped: int
    hits: tuple[int, ...]
    newly_skipped: tuple[int, ...]
    newly_kept: tuple[int, ...]
    customers_hidden: tuple[int, ...]
    past: PastPlan
    still_skipped: tuple[int, ...] = ()
    row_customers: tuple[int, ...] = ()


class FilterRehearsal:
    """Holds the facts of mail, read once, so that each key that is typed costs the judging only.

    *progress* is called with how many of how many were read whose facts nobody had kept; *seen* before that, now and
    then, with how many were read. What they raise ends it. *limit*: so many of the newest, None for all.
    """

    def __init__(
        self,
        read: Reader,
        *,
        since: datetime | None,
        mailbox_id: MailboxId | None = None,
        progress: Callable[[int, int], object] | None = None,
        seen: Callable[[int], object] | None = None,
        limit: int | None = REHEARSED,
    ) -> None:
        self._mails, self._known, self._found = _Mails(), FactTable[int](), FactTable[EmailId]()
        for mail in read.filters.known_mail(since=since, mailbox_id=mailbox_id, limit=limit):
            self._mails.add(mail)
            if seen is not None and len(self) % AT_ONCE == 0:
                seen(len(self))
            if mail.facts is not None:
                self._known.put(mail.number, mail.facts)
        self._find_facts(read, progress or (lambda _done, _all: None))
        self._groups = [
            _Group(mailbox, outbound, places, Rehearsal(self._facts(self._mails.numbers[at]) for at in places))
            for (mailbox, outbound), places in self._mails.groups.items()
        ]

    @property
    def found(self) -> Mapping[EmailId, Facts]:
        """The facts of those emails that had none; to be kept by whoever may write."""
        return self._found

    def __len__(self) -> int:
        return len(self._mails.numbers)

    def report(self, before: Policy, after: Policy, check: Callable[[], None]) -> RehearsalReport:
        """Compare two policies. *check* is called now and then and may raise to give up."""
        old, new = self._run(before, check), self._run(after, check)
        numbers, is_known = self._mails.numbers, self._mails.is_known
        changed = [at for at in range(len(numbers)) if new.outcome[at] != old.outcome[at]]
        skipped = [at for at in changed if new.outcome[at] == SKIPPED]
        still = (at for at in range(len(numbers)) if new.outcome[at] == SKIPPED == old.outcome[at])
        customers = [0] * len(after.rows)
        for known, row, what in zip(is_known, new.by, new.outcome, strict=True):
            if what == SKIPPED and row != NO_ROW and known:
                customers[row] += 1
        count = new.outcome.count(SKIPPED)
        return RehearsalReport(
            looked_at=len(numbers),
            kept=len(numbers) - count,
            skipped=count,
            hits=tuple(new.hits),
            row_customers=tuple(customers),
            newly_skipped=tuple(numbers[at] for at in skipped),
            newly_kept=tuple(numbers[at] for at in changed if new.outcome[at] != SKIPPED),
            still_skipped=tuple(numbers[at] for at in islice(still, LISTED)),
            customers_hidden=tuple(numbers[at] for at in skipped if is_known[at]),
            past=self._plan(new.outcome),
        )

    def past(self, policy: Policy, check: Callable[[], object]) -> PastPlan:
        """Return what applying *policy* to the past would do."""
        return self._plan(self._run(policy, check).outcome)

    def verdicts(self, policy: Policy, emails: Sequence[int]) -> dict[int, Verdict]:
        """Return what *policy* says of each of *emails* that is among those looked at."""
        return dict(self.each_verdict(policy, emails))

    def each_verdict(self, policy: Policy, emails: Iterable[int]) -> Iterator[tuple[int, Verdict]]:
        """Yield what *policy* says of each of *emails* that is among those looked at, in no order."""
        wanted = set(emails)
        for group in self._groups:
            judge = Judge(policy_at(policy, group.mailbox_id, outbound=group.outbound))
            for at in group.places:
                number = self._mails.numbers[at]
                if number in wanted:
                    yield number, judge.verdict(self._facts(number))

    def _find_facts(self, read: Reader, progress: Callable[[int, int], object]) -> None:
        missing = array("q", (number for number in self._mails.numbers if number not in self._known))
        for at in range(0, len(missing), AT_ONCE):
            progress(at, len(missing))
            for number, facts in facts_of_stored(read, [EmailId(one) for one in missing[at : at + AT_ONCE]]).items():
                self._found.put(number, facts)

    def _facts(self, number: int) -> Facts:
        return self._known.get(number) or self._found.get(EmailId(number), _NOTHING_KNOWN)

    def _run(self, policy: Policy, check: Callable[[], object]) -> "_Outcome":
        made = _Outcome(bytearray(len(self)), [0] * len(policy.rows), array("h", [NO_ROW]) * len(self))
        for group in self._groups:
            check()
            holding = [] if group.outbound else rows_at(policy, group.mailbox_id)
            found = group.rehearsal.run(policy_at(policy, group.mailbox_id, outbound=group.outbound), check)
            for at, what, by in zip(group.places, found.outcome, found.by, strict=True):
                made.outcome[at] = what
                if by != NO_ROW:
                    made.by[at] = holding[by]
            for row, count in zip(holding, found.hits, strict=True):
                made.hits[row] += count
        return made

    def _plan(self, outcome: bytearray) -> PastPlan:
        numbers, mails = self._mails.numbers, self._mails
        places = range(len(numbers))
        out = [at for at in places if outcome[at] == SKIPPED and numbers[at] > 0 and not mails.left_out[at]]
        leaves = [at for at in out if not mails.by_person[at]]
        kept = [at for at in places if outcome[at] != SKIPPED]
        return PastPlan(
            leaves=mails.ids(leaves),
            returns=mails.ids(at for at in kept if numbers[at] > 0 and mails.left_out[at]),
            stay=mails.ids(at for at in out if mails.by_person[at]),
            customers=mails.ids(at for at in leaves if mails.is_known[at]),
            on_server=tuple(-numbers[at] for at in kept if numbers[at] < 0),
        )


class _Mails:
    """What is known of each mail but its facts, newest first; in columns for the reason that ``fact_table`` has."""

    def __init__(self) -> None:
        self.numbers = array("q")
        self.is_known, self.by_person, self.left_out = bytearray(), bytearray(), bytearray()
        self.groups: dict[tuple[MailboxId, bool], array[int]] = {}
        """Where those stand that are judged by the same rows: of one mailbox, and outbound or not."""

    def add(self, mail: KnownMail) -> None:
        """Put a mail behind the others."""
        self.groups.setdefault((mail.mailbox_id, mail.outbound), array("l")).append(len(self.numbers))
        self.numbers.append(mail.number)
        self.is_known.append(mail.is_known)
        self.by_person.append(mail.by_person)
        self.left_out.append(mail.left_out)

    def ids(self, places: Iterable[int]) -> tuple[EmailId, ...]:
        """Return which emails stand there."""
        return tuple(EmailId(self.numbers[at]) for at in places)


@dataclass(frozen=True, slots=True)
class _Group:
    """Mail that is judged by the same rows: of one mailbox, and one direction. ``places``: where it stands."""

    mailbox_id: MailboxId
    outbound: bool
    places: "array[int]"
    rehearsal: Rehearsal


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What would become of each mail, as in ``Rehearsed``, with the rows counted as they stand in the whole policy."""

    outcome: bytearray
    hits: list[int]
    by: "array[int]"


def rows_at(policy: Policy, mailbox_id: MailboxId) -> list[int]:
    """Return at which places the rows stand that hold for a mailbox."""
    return [at for at, row in enumerate(policy.rows) if row.mailbox_id in {None, mailbox_id}]


def policy_at(policy: Policy, mailbox_id: MailboxId, *, outbound: bool) -> Policy:
    """Return what of *policy* holds in a mailbox; what it sent itself is judged by no row, and by no blocklist."""
    if outbound:
        return replace(policy, rows=(), blocked=frozenset())
    return replace(policy, rows=tuple(policy.rows[at] for at in rows_at(policy, mailbox_id)))
