"""What rules said before: mails that differ in nothing a rule looks at are judged once. Pure, and bounded."""

from collections.abc import Mapping, Sequence

from desktop.domain.decision import Candidate
from desktop.domain.mail import Address
from desktop.matching.asked import Asked, Writer
from desktop.matching.book import Basis, Book, Rule

HELD = 5_000
"""So many writers a rule's answers are kept of; then it begins anew."""

_Written = tuple[Address | None, tuple[Writer, ...], bool]
_Answer = tuple[Candidate, ...]
Known = dict[str, dict[_Written, _Answer]]
"""By the name of a rule, what it said of whom."""


class Answers:
    """Keeps what rules said of writers for one state of the customers. Any thread may ask.

    Hand it the version of a committed state only: a state that is rolled back may leave its version to another.
    """

    def __init__(self) -> None:
        self._kept: tuple[int, Known] = (-1, {})

    def at(self, version: int) -> Known:
        """Return what is known at this version of the customers, to be added to; another version's is dropped."""
        known, answers = self._kept
        if known != version:
            answers = {}
            self._kept = version, answers
        return answers


def written(mail: Asked) -> _Written:
    """Return all that a rule which rests on writers may look at."""
    return mail.sender, mail.writers, mail.is_ours


def answers_of(
    rule: Rule, mails: Sequence[Asked], keys: Sequence[_Written], book: Book, known: Known
) -> Sequence[Sequence[Candidate]]:
    """Return what *rule* says of each of *mails*, whose :func:`written` are *keys*; it is asked what is not known yet.

    *known* grows by what will hold until the customers change.
    """
    if rule.basis is Basis.MAIL:
        return rule.candidates(mails, book)
    lasts = rule.basis is Basis.CUSTOMERS
    held: Mapping[_Written, _Answer] = known.get(rule.name, {}) if lasts else {}
    new = {key: mail for key, mail in zip(keys, mails, strict=True) if key not in held}
    if not new:
        return [held[key] for key in keys]
    said = dict(zip(new, map(tuple, rule.candidates(list(new.values()), book)), strict=True))
    if lasts:
        known[rule.name] = {**held, **said} if len(held) + len(new) <= HELD else said
    return [said[key] if key in said else held[key] for key in keys]
