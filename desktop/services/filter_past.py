"""Filters applied to mail that is here: one command with one undo, and nothing is deleted.

What is left out afterwards has the filter's verdict and its reason; it leaves the queue, the customers' timelines and
the list of emails, can be listed, opened and brought back. What a person decided is not touched: mail that was filed by
hand stays, and so does what a person brought in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import BY_FILTER, PERSON, Decision
from desktop.domain.filters import Verdict
from desktop.domain.ids import EmailId, MailboxId
from desktop.filtering.judging import Policy
from desktop.services.deciding import decide_letters
from desktop.services.filter_facts import facts_of_stored, keep_facts
from desktop.services.filter_rehearsal import FilterRehearsal, PastPlan
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

CHANGED_MOST = 20_000
"""So many emails one command changes, the newest first; applied again, it goes on with the rest."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Past:
    """Which mail is meant: what arrived since then (None: ever), of one mailbox or all."""

    since: datetime | None = None
    mailbox_id: MailboxId | None = None


@dataclass(frozen=True, slots=True)
class PastDone:
    """What was done: so many left out and brought back; ``stay``: filed by a person; ``rest``: not this time."""

    left_out: int = 0
    returned: int = 0
    stay: int = 0
    rest: int = 0

    @property
    def words(self) -> str:
        """What was done, to be added to the words of a command."""
        parts = [f"left out {_emails(self.left_out)}"] if self.left_out else []
        parts += [f"brought back {_emails(self.returned)}"] if self.returned else []
        done = " and ".join(parts) or "no email that is here changes"
        return f"{done}; {_emails(self.rest)} more to go" if self.rest else done


def preview_past(read: Reader, policy: Policy, past: Past) -> tuple[PastPlan, Mapping[int, Verdict]]:
    """Return what applying *policy* would do, and its verdict on each email that would change; nothing is changed."""
    rehearsal = FilterRehearsal(read, since=past.since, mailbox_id=past.mailbox_id)
    plan = rehearsal.past(policy, _go_on)
    return plan, rehearsal.verdicts(policy, (*plan.leaves, *plan.stay))


def judge_past(uow: UnitOfWork, policy: Policy, past: Past, clock: Clock) -> PastDone:
    """Do what :func:`preview_past` shows, as it is now; the caller's command is its undo."""
    plan, verdicts = preview_past(uow.read, policy, past)
    leaves = plan.leaves[:CHANGED_MOST]
    returns = plan.returns[: CHANGED_MOST - len(leaves)]
    now = clock.now()
    uow.decisions.decide_anew({number: _left_out(verdicts[number]) for number in leaves}, now)
    decide_again(uow, returns, now)
    rest = len(plan.leaves) + len(plan.returns) - len(leaves) - len(returns)
    return PastDone(len(leaves), len(returns), len(plan.stay), rest)


def apply_past(uow: UnitOfWork, policy: Policy, past: Past, clock: Clock) -> ChangeSet:
    """Apply the filters as they stand to mail that is here, as one command."""
    done = judge_past(uow, policy, past, clock)
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


def _go_on() -> None:
    """Nobody gives up a command's own rehearsal."""
