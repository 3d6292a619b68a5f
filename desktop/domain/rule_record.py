"""How often reviewers agreed with what a rule said, against how sure it says it is (MA12)."""

from dataclasses import dataclass

ENOUGH = 20
"""Fewer decisions than this say nothing about a rule."""
MARGIN = 10
"""Percent that a rule may be less right than it says before somebody should know."""


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One rule at one stated confidence, in percent: of ``decided`` mails, people kept what it said in ``agreed``."""

    rule: str
    stated: int
    decided: int
    agreed: int

    @property
    def measured(self) -> int:
        """How often people agreed, in percent."""
        return round(100 * self.agreed / self.decided) if self.decided else 0

    @property
    def advice(self) -> str:
        """What to do about it, as a sentence; ``""`` when there is nothing."""
        if self.decided < ENOUGH or self.measured >= self.stated - MARGIN:
            return ""
        if self.stated == 100:
            return (
                f"People moved {self.decided - self.agreed:,} of {self.decided:,} mails that it filed: look for "
                "addresses that are listed with the wrong customer, and for learned ones to remove."
            )
        return (
            f"It says {self.stated} % and is right in {self.measured} %: look twice at what it suggests, or tighten it."
        )
