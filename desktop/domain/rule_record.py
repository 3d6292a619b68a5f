"""How often reviewers agreed with what a rule said, against how sure it says it is (MA12)."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.rule_limits import FIXED, RuleLimits, lower

ENOUGH = 20
"""Fewer decisions than this say nothing about a rule."""
MARGIN = 10
"""Percent that a rule may be less right than it says before somebody should know."""
TOO_FEW = "Too few decisions to tell."
NOT_LOOKED_AT = "Nobody has decided on any of it yet, so nothing is known of how right it is."

_WORDS = {
    "exact_address": "Exact address",
    "exact_recipient": "Exact recipient",
    "similar_address": "Similar address",
    "same_domain": "Company domain",
    "name": "Name",
    "name_at_domain": "Name and domain",
    "thread": "Same thread",
    "reply_to": "Reply-To",
    "group": "Group",
    "contact_form": "Contact form",
    "forward": "Staff forward",
    "bounce": "Undeliverable mail",
    "custom": "Your own rules",
}


RULES = tuple(_WORDS)
"""The names of all rules."""
_STATES_AT_MOST = {"name": 50}


def states_at_most(rule: str, limits: RuleLimits) -> int:
    """Return the most that a rule says as it is limited now, in percent; of those that only suggest."""
    return limits.get(rule, _STATES_AT_MOST.get(rule, 80))


def rule_words(rule: str) -> str:
    """Return what a rule is called for people."""
    return _WORDS.get(rule, rule.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One rule at one stated confidence, in percent: of ``decided`` mails that people decided on since, they kept what
    it said in ``agreed``. Mail that it filed and that nobody decided on is ``unseen``, and counts as neither.

    ``since`` is when the first of these decisions was made, or the first of the unseen mail came where there is none.
    """

    rule: str
    stated: int
    decided: int
    agreed: int
    since: datetime | None = None
    unseen: int = 0

    @property
    def corrected(self) -> int:
        """How many of them people filed with somebody else."""
        return self.decided - self.agreed

    @property
    def measured(self) -> int:
        """How often people agreed, in percent."""
        return round(100 * self.agreed / self.decided) if self.decided else 0

    @property
    def is_enough(self) -> bool:
        """Whether there are enough decisions to say anything about the rule."""
        return self.decided >= ENOUGH

    @property
    def advice(self) -> str:
        """What to do about it, as a sentence; ``""`` when there is nothing."""
        if not self.is_enough or self.measured >= self.stated - MARGIN:
            return ""
        if self.stated == 100:
            more = f" Of {self.unseen:,} more that it filed, nobody has said whether they are right."
            return (
                f"Of {self.decided:,} mails that it filed and people decided on, they moved {self.corrected:,}: look "
                "for addresses that are listed with the wrong customer, and for learned ones to remove."
            ) + (more if self.unseen else "")
        return (
            f"It says {self.stated} % and is right in {self.measured} %: look twice at what it suggests, or tighten it."
        )

    @property
    def verdict(self) -> str:
        """How it stands, as a sentence."""
        if not self.decided:
            return NOT_LOOKED_AT
        return self.advice or ("As right as it says." if self.is_enough else TOO_FEW)

    def tightened(self, limits: RuleLimits) -> int | None:
        """Return what the rule should say at most, if it is to be tightened and one step does it; else None."""
        if not self.advice or self.rule in FIXED or self.stated != states_at_most(self.rule, limits):
            return None
        return lower(self.stated)
