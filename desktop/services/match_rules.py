"""Rules that people write: add one, remove one, and see beforehand what one would do to mail that is here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId, RuleId
from desktop.domain.match_rule import CONDITIONS, PATTERN_CHARS, RULES, Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.matching.asked import NOT_TOLD
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
    """What a rule fits among the newest ``looked_at`` emails. ``decided`` of them a person has decided: they stay."""

    fitting: tuple[EmailId, ...]
    looked_at: int
    decided: int

    @property
    def words(self) -> str:
        """The preview as a sentence."""
        stay = f" {self.decided:,} of them were decided by a person and stay as they are." if self.decided else ""
        return f"The rule fits {len(self.fitting):,} of the newest {self.looked_at:,} emails.{stay}"


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
    conditions = tuple(_checked(condition) for condition in rule.conditions)
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


def remove_rule(uow: UnitOfWork, rule_id: RuleId, clock: Clock) -> ChangeSet:
    """Remove a rule; what it has suggested stays in the history. Raises CommandRefused when there is none."""
    held = next((rule for rule in uow.read.match_rules.every() if rule.id == rule_id), None)
    if held is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no rule {rule_id}.",
            meaning="Nothing was changed.",
            action="'postroom rules list' shows the rules and their ids.",
        )
    uow.match_rules.remove(rule_id)
    words = f"Removed the rule {held.name}"
    uow.journal.record("rules.remove", words, PERSON, clock.now())
    return ChangeSet(Changed.REVIEW, words)


def preview_rule(read: Reader, rule: MatchRule) -> RulePreview:
    """Return what *rule* fits among the newest emails that came in; nothing is changed."""
    made = checked_rule(rule)
    ours = ours_at(read.mailboxes.every())
    newest = [EmailId(number) for number in read.email_list.ids(EmailFilter())[:LOOKED_AT] if number > 0]
    found: list[EmailId] = []
    with_text = any(condition.where is Where.BODY for condition in made.conditions)
    looked_at = 0
    for at in range(0, len(newest), _AT_ONCE):
        letters = read.letters.get(newest[at : at + _AT_ONCE], with_text=with_text)
        came_in = [letter for letter in letters.values() if not letter.outbound]
        looked_at += len(came_in)
        found += [
            letter.id for letter in came_in if fitting([made], ask(letter.mail, ours.get(letter.mailbox_id, NOT_TOLD)))
        ]
    return RulePreview(tuple(sorted(found, reverse=True)), looked_at, _decided(read, found))


def _decided(read: Reader, emails: Sequence[EmailId]) -> int:
    return sum(1 for row in read.emails.by_ids(emails).values() if row.decided_by == PERSON)


def _checked(condition: Condition) -> Condition:
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
