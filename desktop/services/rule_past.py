"""A rule of your own applied to mail that is here: previewed, one command with one undo.

A rule counts for mail from now on. This gives its tag to mail that came before, has a person look at what a rule filed,
and notes whom it suggests for what waits. What a person decided stays decided; a tag is no decision, so it is given to
that mail too, as it is to mail that comes.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON, Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import EmailId, RuleId
from desktop.domain.match_rule import Action, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailRow
from desktop.matching.asked import NOT_TOLD
from desktop.matching.rules.custom import fitting
from desktop.matching.unwrapping import ask
from desktop.services.bulk import counted
from desktop.services.deciding import decide_letters
from desktop.services.match_rules import find_rule
from desktop.services.ours import ours_at
from desktop.store.reading.letters import Letter
from desktop.store.reading.reader import Reader
from desktop.store.writing.blocks import changed_meanwhile
from desktop.store.writing.journal import Step, no_step
from desktop.store.writing.unit_of_work import UnitOfWork

SHOWN = 200
"""So many of the emails that would change are shown with what becomes of them."""
_AT_ONCE = 500
_SAYS = {Action.CUSTOMER: ReasonCode.RULE_MATCH, Action.REVIEW: ReasonCode.RULE_REVIEW}


@dataclass(frozen=True, slots=True)
class Ruled:
    """An email that would change: by a tag that it has not, or by another verdict (None: it keeps its own)."""

    row: EmailRow
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class RulePast:
    """What a rule would change of the mail that is here: so many of ``looked_at`` fit.

    ``emails`` would change, newest first; the first of them are ``shown``.
    """

    rule: MatchRule
    emails: Sequence[int]
    shown: tuple[Ruled, ...]
    fitting: int
    looked_at: int

    @property
    def words(self) -> str:
        """The preview as a sentence."""
        fits = f"The rule {self.rule.name} fits {self.fitting:,} of {counted(self.looked_at)}"
        if not self.emails:
            return f"{fits}. Nothing would change."
        return f"{fits}. {counted(len(self.emails))} would {self._then}."

    @property
    def _then(self) -> str:
        if self.rule.action is Action.TAG:
            return f"get the tag {self.rule.tag}"
        if self.rule.action is Action.REVIEW:
            return "come to Needs Review"
        return f"be suggested for {self.rule.customer.name}" if self.rule.customer is not None else "change"


def preview_rule_past(read: Reader, rule_id: RuleId, step: Step = no_step) -> RulePast:
    """Return what a stored rule would change of mail that came in; nothing is changed. Refused when there is none.

    *step* is told how many of how many emails were looked at; what it raises ends it.
    """
    rule = find_rule(read, rule_id)
    every = array("q", (number for number in read.email_list.ids(EmailFilter()) if number > 0))
    fits, emails, shown = 0, array("q"), list[Ruled]()
    for done, part in _parts(every):
        letters = _fitting(read, rule, part)
        fits += len(letters)
        changed = _changed(read, rule, letters)
        emails.extend(one.row.id for one in changed if one.row.id is not None)
        shown += changed[: SHOWN - len(shown)]
        step(done, len(every))
    return RulePast(rule, emails, tuple(shown), fits, len(every))


def apply_rule_past(uow: UnitOfWork, found: RulePast, clock: Clock, step: Step = no_step) -> ChangeSet:
    """Do what *found* shows, as far as it still holds, as one command. A rule that was changed since is refused.

    Mail that came since was given to the rule as it came. *step* is told how many of how many are done; what it raises
    ends the command, and nothing of it stays.
    """
    if find_rule(uow.read, found.rule.id) != found.rule:
        raise changed_meanwhile()
    changed, now = 0, clock.now()
    for done, part in _parts(found.emails):
        changed += _apply(uow, found.rule, part, now)
        step(done, len(found.emails))
    tagged = f"tagged {counted(changed)} {found.rule.tag}" if found.rule.action is Action.TAG else ""
    words = f"Applied the rule {found.rule.name} to stored mail: {tagged or counted(changed) + ' changed'}"
    if not uow.journal.record("rules.apply", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"The rule {found.rule.name} changes nothing of stored mail.")
    return ChangeSet(Changed.EMAILS | Changed.REVIEW, words)


def _apply(uow: UnitOfWork, rule: MatchRule, emails: Sequence[EmailId], now: datetime) -> int:
    if rule.action is Action.TAG:
        return uow.tags.give(emails, rule.tag)
    changed = _changed(uow.read, rule, _fitting(uow.read, rule, emails))
    made = {one.row.id: one.decision for one in changed if one.row.id is not None and one.decision is not None}
    uow.decisions.decide_anew(made, now)
    return len(made)


def _parts(emails: Sequence[int]) -> Iterator[tuple[int, list[EmailId]]]:
    """Yield *emails* in parts, each with how many there are up to its end."""
    for at in range(0, len(emails), _AT_ONCE):
        part = [EmailId(number) for number in emails[at : at + _AT_ONCE]]
        yield at + len(part), part


def _fitting(read: Reader, rule: MatchRule, emails: Sequence[EmailId]) -> list[Letter]:
    """Return those of *emails* that came in and fit, in their order."""
    ours = ours_at(read)
    with_text = any(condition.where is Where.BODY for condition in rule.conditions)
    letters = read.letters.get(emails, with_text=with_text)
    return [
        letter
        for number in emails
        if (letter := letters.get(number)) is not None
        and not letter.outbound
        and fitting([rule], ask(letter.mail, ours.get(letter.mailbox_id, NOT_TOLD)))
    ]


def _changed(read: Reader, rule: MatchRule, letters: Sequence[Letter]) -> list[Ruled]:
    numbers = [letter.id for letter in letters]
    rows = read.emails.by_ids(numbers)
    if rule.action is Action.TAG:
        have = read.tags.having(numbers, rule.tag)
        return [Ruled(rows[number]) for number in numbers if number not in have]
    says, open_ones = _SAYS[rule.action], [number for number in numbers if _is_open(rule, rows[number])]
    made = decide_letters(read, list(read.letters.get(open_ones, with_text=True).values()))
    return [Ruled(rows[number], made[number]) for number in open_ones if number in made and made[number].code is says]


def _is_open(rule: MatchRule, row: EmailRow) -> bool:
    """Tell whether the rule may say something new of a mail: whom it suggests, of what waits; what it has a person look
    at, of what was filed.
    """
    is_its_kind = row.needs_review is (rule.action is Action.CUSTOMER)
    return is_its_kind and row.decided_by != PERSON and row.code != _SAYS[rule.action].value
