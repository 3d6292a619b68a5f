"""Filters applied to mail that is here: one command with one undo, and nothing is deleted.

What is left out afterwards has the filter's verdict and its reason; it leaves the queue, the customers' timelines and
the list of emails, can be listed, opened and brought back. What a person decided is not touched: mail that was filed by
hand stays, and so does what a person brought in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import BY_FILTER, PERSON, Decision
from desktop.domain.filters import Verdict
from desktop.domain.ids import EmailId, MailboxId
from desktop.filtering.judging import Policy
from desktop.services.deciding import decide_letters
from desktop.services.filter_facts import facts_of_stored, keep_facts
from desktop.services.filter_rehearsal import LISTED, FilterRehearsal, PastPlan
from desktop.store.reading.reader import Reader
from desktop.store.writing.journal import Step, no_step
from desktop.store.writing.unit_of_work import UnitOfWork

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Past:
    """Which mail is meant: what arrived since then (None: ever), of one mailbox or all."""

    since: datetime | None = None
    mailbox_id: MailboxId | None = None


@dataclass(frozen=True, slots=True)
class PastDone:
    """What was done: so many left out and brought back; ``stay``: filed by a person."""

    left_out: int = 0
    returned: int = 0
    stay: int = 0

    @property
    def words(self) -> str:
        """What was done, to be added to the words of a command."""
        parts = [f"left out {_emails(self.left_out)}"] if self.left_out else []
        parts += [f"brought back {_emails(self.returned)}"] if self.returned else []
        return " and ".join(parts) or "no email that is here changes"


def preview_past(
    read: Reader, policy: Policy, past: Past, step: Step = no_step
) -> tuple[PastPlan, Mapping[int, Verdict]]:
    """Return what applying *policy* to all of that mail would do, and its verdict on the first emails that it names;
    nothing is changed. *step* is told how many of how many were looked at; what it raises ends it.
    """
    rehearsal, plan = _rehearsed(read, policy, past, step)
    named = (plan.customers, plan.leaves, plan.stay)
    return plan, rehearsal.verdicts(policy, [number for group in named for number in group[:LISTED]])


def judge_past(uow: UnitOfWork, policy: Policy, past: Past, clock: Clock, step: Step = no_step) -> PastDone:
    """Do what :func:`preview_past` shows, as it is now; the caller's command is its undo, and *step* as there."""
    rehearsal, plan = _rehearsed(uow.read, policy, past, step)
    now, done, total = clock.now(), 0, len(plan.leaves) + len(plan.returns)
    verdicts = rehearsal.each_verdict(policy, plan.leaves)
    while part := dict(islice(verdicts, _AT_ONCE)):
        uow.decisions.decide_anew({EmailId(number): _left_out(made) for number, made in part.items()}, now)
        done += len(part)
        step(done, total)
    for at in range(0, len(plan.returns), _AT_ONCE):
        decide_again(uow, plan.returns[at : at + _AT_ONCE], now)
        step(min(done + at + _AT_ONCE, total), total)
    return PastDone(len(plan.leaves), len(plan.returns), len(plan.stay))


def _rehearsed(read: Reader, policy: Policy, past: Past, step: Step) -> tuple[FilterRehearsal, PastPlan]:
    every = read.filters.mail_count()
    rehearsal = FilterRehearsal(
        read,
        since=past.since,
        mailbox_id=past.mailbox_id,
        progress=step,
        seen=lambda done: step(min(done, every), every),
        limit=None,
    )
    return rehearsal, rehearsal.past(policy, lambda: step(len(rehearsal), len(rehearsal)))


def apply_past(uow: UnitOfWork, policy: Policy, past: Past, clock: Clock, step: Step = no_step) -> ChangeSet:
    """Apply the filters as they stand to mail that is here, as one command; what *step* raises ends it, and nothing of
    it stays.
    """
    done = judge_past(uow, policy, past, clock, step)
    words = f"Applied the filters to mail that is here: {done.words}"
    if not uow.journal.record("filters.past", words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, words)
    return ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.FILTERS, words)


def bring_back(uow: UnitOfWork, emails: Sequence[EmailId], clock: Clock) -> ChangeSet:
    """Bring *emails* back that filters leave out: filed or to review as the rules say now, and no filter touches them.

    What is not left out stays as it is.
    """
    held, now = uow.read.filters.left_out(emails), clock.now()
    keep_facts(uow, facts_of_stored(uow.read, held))
    uow.filters.pick(held)
    decide_again(uow, held, now)
    words = f"Brought back {_emails(len(held))}"
    if not uow.journal.record("filters.bring_back", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, "Nothing was left out: it is here already")
    return ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.FILTERS, words)


def decide_again(uow: UnitOfWork, emails: Sequence[EmailId], now: datetime) -> None:
    """Give *emails* the verdict that the rules give now, tracked for the caller's undo."""
    for at in range(0, len(emails), _AT_ONCE):
        letters = uow.read.letters.get(emails[at : at + _AT_ONCE], with_text=True)
        uow.decisions.decide_anew(decide_letters(uow.read, list(letters.values())), now)


def _left_out(verdict: Verdict) -> Decision:
    by = BY_FILTER if verdict.row is None else f"{BY_FILTER}:{verdict.row}"
    return Decision(verdict.code, verdict.reason, by)


def _emails(count: int) -> str:
    return "1 email" if count == 1 else f"{count:,} emails"
