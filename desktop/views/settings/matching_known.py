"""What the page of matching reads of the store."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.match_rule import MatchRule
from desktop.domain.rule_limits import MatchingMode, RuleLimits, mode_of
from desktop.domain.sent_mail import own_addresses
from desktop.matching.asked import our_domains
from desktop.store.reading.reader import Reader

MAILBOX, MAILBOX_DOMAIN, ADDED = "of a mailbox", "domain of a mailbox", "added by you"


@dataclass(frozen=True, slots=True)
class MatchingKnown:
    """Rules in their order, how much rules may say, and what counts as ours with its origin."""

    rules: Sequence[MatchRule]
    limits: RuleLimits
    ours: Sequence[tuple[str, str]]

    @property
    def mode(self) -> MatchingMode:
        """Whether similar addresses are suggested."""
        return mode_of(self.limits)


def ask_matching(read: Reader) -> MatchingKnown:
    """Read everything in one state."""
    mailboxes = read.mailboxes.every()
    held = {address: MAILBOX for box in mailboxes for address in sorted(own_addresses(box))}
    held |= dict.fromkeys(sorted(our_domains(box.address for box in mailboxes)), MAILBOX_DOMAIN)
    held |= {name: ADDED for name in read.matching.our_names() if name not in held}
    return MatchingKnown(read.match_rules.every(), read.matching.limits(), tuple(held.items()))
