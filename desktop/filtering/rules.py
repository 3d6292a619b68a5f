"""Filter rules in order: the first that excludes a mail gives the reason.

The rule set of this version is empty but for one: what Postroom sent to itself to test a connection is not
customer mail.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from desktop.domain.mail import ParsedMail
from desktop.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a mail is left out: the code, and a sentence for the trace."""

    code: ReasonCode
    reason: str


FilterRule = Callable[[ParsedMail], Exclusion | None]
"""Answers for one mail: an exclusion, or None to keep it."""


def own_test_mail(message_ids: Collection[str]) -> FilterRule:
    """Return the rule that leaves out the connection tests with these Message-IDs, which Postroom sent itself."""

    def judge(mail: ParsedMail) -> Exclusion | None:
        if mail.message_id in message_ids:
            return Exclusion(ReasonCode.OWN_LOOP, "Postroom sent this to itself to test the connection.")
        return None

    return judge


def judge(mail: ParsedMail, rules: Iterable[FilterRule]) -> Exclusion | None:
    """Return the first exclusion that *rules* find for *mail*, or None when it is to be kept."""
    return next((found for rule in rules if (found := rule(mail)) is not None), None)
