"""A rule that a person wrote: when a mail is so and so, suggest a customer, give it a tag, or have somebody look."""

import enum
from dataclasses import dataclass

from desktop.domain.customer import CustomerRef
from desktop.domain.ids import RuleId

PATTERN_CHARS = 200
"""How long a pattern may be."""
CONDITIONS = 10
"""How many conditions a rule may have."""
RULES = 200
"""How many rules there may be."""


class Where(enum.StrEnum):
    """What of a mail a condition looks at. HEADER is one of those that are kept of a mail, by its name."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    SUBJECT = "subject"
    HEADER = "header"
    BODY = "body"


class Action(enum.StrEnum):
    """What a rule does with a mail that it fits."""

    CUSTOMER = "customer"
    TAG = "tag"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Condition:
    """*where* fits *pattern*: any text in which ``*`` stands for anything and ``?`` for one character.

    A pattern without ``*`` fits an address or a header as a whole, and is looked for anywhere in subject and body.
    ``header`` is the header's name in lower case, empty for the others.
    """

    where: Where
    pattern: str
    header: str = ""

    @property
    def words(self) -> str:
        """The condition as part of a sentence."""
        what = f"the header {self.header}" if self.where is Where.HEADER else f"the {self.where.value}"
        fits = "has" if self.where in {Where.SUBJECT, Where.BODY} else "is"
        return f"{what} {fits} \N{LEFT DOUBLE QUOTATION MARK}{self.pattern}\N{RIGHT DOUBLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class MatchRule:
    """All of ``conditions`` must fit. ``customer`` is whom it suggests, ``tag`` what it gives; else None and ``""``."""

    id: RuleId
    name: str
    conditions: tuple[Condition, ...]
    action: Action
    customer: CustomerRef | None = None
    tag: str = ""

    @property
    def words(self) -> str:
        """What the rule does, as a sentence."""
        when = " and ".join(condition.words for condition in self.conditions)
        if self.action is Action.CUSTOMER:
            then = f"suggest {self.customer.name}" if self.customer else "suggest a customer who is gone"
        else:
            then = f"tag it {self.tag}" if self.action is Action.TAG else "have a person look at it"
        return f"When {when}: {then}."
