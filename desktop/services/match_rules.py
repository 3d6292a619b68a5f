"""Rules that people write: add, change, move and remove one, and see beforehand what one would do to stored mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId, RuleId
from desktop.domain.match_rule import CONDITIONS, PATTERN_CHARS, RULES, Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailRow
from desktop.matching.asked import NOT_TOLD, Asked
from desktop.matching.rules.custom import fitting
from desktop.matching.unwrapping import ask
from desktop.parsing.reader import FLAGS
from desktop.services.customer_values import bad_input, shown, tags_of, text_of
from desktop.services.ours import ours_at
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

LOOKED_AT = 5_000
"""So many of the newest emails a preview looks at."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What a rule fits among the newest ``looked_at`` emails, newest first.

    ``decided`` of them a person has decided: they stay. ``against`` are those that the rule contradicts: filed with
    another customer than it would suggest, or filed by themselves where it would have a person look.
    """

    fitting: tuple[EmailId, ...]
    looked_at: int
    decided: int
    against: tuple[EmailId, ...] = ()

    @property
    def words(self) -> str:
        """The preview as a sentence."""
        stay = f" {self.decided:,} of them were decided by a person and stay as they are." if self.decided else ""
        return f"The rule fits {len(self.fitting):,} of the newest {self.looked_at:,} emails.{stay}{self._contradicts}"

    @property
    def _contradicts(self) -> str:
        count = len(self.against)
        if not count:
            return ""
        return f" It contradicts {count:,}, which {'is' if count == 1 else 'are'} filed otherwise."


def checked_rule(rule: MatchRule) -> MatchRule:
    """Return *rule* as it is stored. Raises CommandRefused with a sentence for what cannot be."""
    name = text_of(rule.name, "name")
    if not name:
        raise bad_input("A rule needs a name.")
    if not 1 <= len(rule.conditions) <= CONDITIONS:
        raise bad_input(f"A rule has between 1 and {CONDITIONS} conditions.")
    if rule.action is Action.CUSTOMER and rule.customer is None:
        raise bad_input("A rule that suggests a customer needs one.")
    tag = next(iter(tags_of([rule.tag])), "") if rule.action is Action.TAG else ""
    if rule.action is Action.TAG and not tag:
        raise bad_input("A rule that gives a tag needs one.")
    conditions = tuple(checked_condition(condition) for condition in rule.conditions)
    return replace(rule, name=name, conditions=conditions, tag=tag)


def add_rule(uow: UnitOfWork, rule: MatchRule, clock: Clock) -> tuple[RuleId, ChangeSet]:
    """Store a rule (its ``id`` is ignored), for mail from now on. Raises CommandRefused for what cannot be."""
    made, now = checked_rule(rule), clock.now()
    if len(uow.read.match_rules.every()) >= RULES:
        raise bad_input(f"There are {RULES} rules already.", "Remove one first.")
    number = uow.match_rules.add(made, now)
    words = f"Added the rule {made.name}"
    uow.journal.record("rules.add", words, PERSON, now)
    return number, ChangeSet(Changed.REVIEW, words)


def change_rule(uow: UnitOfWork, rule: MatchRule, clock: Clock) -> ChangeSet:
    """Store a rule that is there as it is given, in its place. Raises CommandRefused when it is gone or cannot be."""
    find_rule(uow.read, rule.id)
    made = checked_rule(rule)
    uow.match_rules.change(made)
    return _recorded(uow, "rules.change", f"Changed the rule {made.name}", clock)


def move_rule(uow: UnitOfWork, rule_id: RuleId, at: int, clock: Clock) -> ChangeSet:
    """Move a rule to place *at* (from 1): of several that fit, the first is suggested first. Refused when gone."""
    moved = find_rule(uow.read, rule_id)
    others = [one.id for one in uow.read.match_rules.every() if one.id != rule_id]
    place = max(0, min(at - 1, len(others)))
    uow.match_rules.put_in_order([*others[:place], rule_id, *others[place:]])
    return _recorded(uow, "rules.move", f"Moved the rule {moved.name} to place {place + 1}", clock)


def remove_rule(uow: UnitOfWork, rule_id: RuleId, clock: Clock) -> ChangeSet:
    """Remove a rule; what it has suggested stays in the history. Raises CommandRefused when there is none."""
    held = find_rule(uow.read, rule_id)
    uow.match_rules.remove(rule_id)
    return _recorded(uow, "rules.remove", f"Removed the rule {held.name}", clock)


def find_rule(read: Reader, rule_id: RuleId) -> MatchRule:
    """Return the rule of this id. Raises CommandRefused when there is none."""
    held = next((rule for rule in read.match_rules.every() if rule.id == rule_id), None)
    if held is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no rule {rule_id}.",
            meaning="Nothing was changed.",
            action="'postroom rules list' shows the rules and their ids.",
        )
    return held


def _recorded(uow: UnitOfWork, command: str, words: str, clock: Clock) -> ChangeSet:
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(Changed.REVIEW, words)


def preview_rule(read: Reader, rule: MatchRule) -> RulePreview:
    """Return what *rule* fits among the newest emails that came in; nothing is changed."""
    made = checked_rule(rule)
    with_text = any(condition.where is Where.BODY for condition in made.conditions)
    return RuleRehearsal(read, with_text=with_text).preview(made)


class RuleRehearsal:
    """Holds the newest emails that came in, read once, so that each key that is typed costs the comparing only."""

    def __init__(self, read: Reader, *, with_text: bool = True) -> None:
        ours = ours_at(read)
        newest = [EmailId(number) for number in read.email_list.ids(EmailFilter())[:LOOKED_AT] if number > 0]
        self._mails: list[_Rehearsed] = []
        for at in range(0, len(newest), _AT_ONCE):
            part = newest[at : at + _AT_ONCE]
            letters, rows = read.letters.get(part, with_text=with_text), read.emails.by_ids(part)
            self._mails += [
                _Rehearsed(number, ask(letter.mail, ours.get(letter.mailbox_id, NOT_TOLD)), rows[number])
                for number in part
                if (letter := letters.get(number)) is not None and not letter.outbound
            ]

    def preview(self, rule: MatchRule, check: Callable[[], None] = lambda: None) -> RulePreview:
        """Return what *rule* fits. Raises CommandRefused for one that cannot be; *check* may raise to give up."""
        made = checked_rule(rule)
        found: list[_Rehearsed] = []
        for at in range(0, len(self._mails), _AT_ONCE):
            check()
            found += [one for one in self._mails[at : at + _AT_ONCE] if fitting([made], one.asked)]
        return RulePreview(
            tuple(one.id for one in found),
            len(self._mails),
            sum(one.row.decided_by == PERSON for one in found),
            tuple(one.id for one in found if _is_against(made, one.row)),
        )

    def rows(self, emails: Sequence[EmailId]) -> list[EmailRow]:
        """Return the rows of *emails* as they were when they were read."""
        wanted = set(emails)
        return [one.row for one in self._mails if one.id in wanted]


@dataclass(frozen=True, slots=True)
class _Rehearsed:
    id: EmailId
    asked: Asked
    row: EmailRow


def _is_against(rule: MatchRule, row: EmailRow) -> bool:
    """Tell whether a mail was filed otherwise than *rule* would have it."""
    if row.customer_id is None or row.needs_review:
        return False
    if rule.action is Action.CUSTOMER:
        return rule.customer is not None and row.customer_id != rule.customer.id
    return rule.action is Action.REVIEW and row.decided_by != PERSON


def checked_condition(condition: Condition) -> Condition:
    """Return *condition* as it is stored. Raises CommandRefused with a sentence for what cannot be."""
    pattern = " ".join(condition.pattern.split())
    if not pattern.strip("*?"):
        raise bad_input("A condition needs letters to look for, beside stars.")
    if len(pattern) > PATTERN_CHARS:
        raise bad_input(f"A pattern has at most {PATTERN_CHARS} characters, this one {len(pattern)}.")
    header = condition.header.strip().rstrip(":").lower() if condition.where is Where.HEADER else ""
    if condition.where is Where.HEADER and header not in FLAGS:
        raise bad_input(
            f"The header {shown(condition.header)} is not kept of a mail.",
            f"Those that are: {', '.join(sorted(FLAGS))}.",
        )
    return replace(condition, pattern=pattern, header=header)
