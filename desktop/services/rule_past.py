"""A rule of your own applied to mail that is here: previewed, one command with one undo.

A rule counts for mail from now on. This gives its tag to mail that came before, has a person look at what a rule filed,
and notes whom it suggests for what waits. What a person decided stays decided; a tag is no decision, so it is given to
that mail too, as it is to mail that comes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
from desktop.store.writing.unit_of_work import UnitOfWork

LOOKED_AT = 20_000
"""So many emails a rule is applied to, the newest."""
_AT_ONCE = 500
_SAYS = {Action.CUSTOMER: ReasonCode.RULE_MATCH, Action.REVIEW: ReasonCode.RULE_REVIEW}


@dataclass(frozen=True, slots=True)
class Ruled:
    """An email that would change: by a tag that it has not, or by another verdict (None: it keeps its own)."""

    row: EmailRow
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class RulePast:
    """What a rule would change among the newest ``looked_at`` emails, newest first; ``left`` were not looked at."""

    rule: MatchRule
    changed: tuple[Ruled, ...]
    fitting: int
    looked_at: int
    left: int = 0

    @property
    def words(self) -> str:
        """The preview as a sentence."""
        fits = f"The rule {self.rule.name} fits {self.fitting:,} of {counted(self.looked_at)}"
        were = "was" if self.left == 1 else "were"
        rest = f" {counted(self.left)} before them {were} not looked at." if self.left else ""
        if not self.changed:
            return f"{fits}. Nothing would change.{rest}"
        return f"{fits}. {counted(len(self.changed))} would {self._then}.{rest}"

    @property
    def done(self) -> str:
        """What was done, in words."""
        did = f"tagged {counted(len(self.changed))} {self.rule.tag}" if self.rule.action is Action.TAG else ""
        return f"Applied the rule {self.rule.name} to stored mail: {did or counted(len(self.changed)) + ' changed'}"

    @property
    def _then(self) -> str:
        if self.rule.action is Action.TAG:
            return f"get the tag {self.rule.tag}"
        if self.rule.action is Action.REVIEW:
            return "come to Needs Review"
        return f"be suggested for {self.rule.customer.name}" if self.rule.customer is not None else "change"


def preview_rule_past(read: Reader, rule_id: RuleId) -> RulePast:
    """Return what a stored rule would change of mail that came in; nothing is changed. Refused when there is none."""
    rule = find_rule(read, rule_id)
    every = [EmailId(number) for number in read.email_list.ids(EmailFilter()) if number > 0]
    fits, changed = 0, list[Ruled]()
    for part in _parts(every[:LOOKED_AT]):
        letters = _fitting(read, rule, part)
        fits += len(letters)
        changed += _changed(read, rule, letters)
    looked_at = min(len(every), LOOKED_AT)
    return RulePast(rule, tuple(changed), fits, looked_at, len(every) - looked_at)


def apply_rule_past(uow: UnitOfWork, rule_id: RuleId, clock: Clock) -> ChangeSet:
    """Do what :func:`preview_rule_past` shows, as it is now, as one command; refused as it is there."""
    found, now = preview_rule_past(uow.read, rule_id), clock.now()
    emails = {one.row.id: one.decision for one in found.changed if one.row.id is not None}
    if found.rule.action is Action.TAG:
        for part in _parts(list(emails)):
            uow.tags.give(part, found.rule.tag)
    uow.decisions.decide_anew({number: made for number, made in emails.items() if made is not None}, now)
    if not uow.journal.record("rules.apply", found.done, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"The rule {found.rule.name} changes nothing of stored mail.")
    return ChangeSet(Changed.EMAILS | Changed.REVIEW, found.done)


def _parts(emails: Sequence[EmailId]) -> Iterator[Sequence[EmailId]]:
    return (emails[at : at + _AT_ONCE] for at in range(0, len(emails), _AT_ONCE))


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
    open_ones = read.letters.get([one for one in numbers if rows[one].decided_by != PERSON], with_text=True)
    made, says = decide_letters(read, list(open_ones.values())), _SAYS[rule.action]
    return [
        Ruled(rows[number], made[number])
        for number in numbers
        if number in made and made[number].code is says and rows[number].code != says.value
    ]
