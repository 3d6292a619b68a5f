"""What people have said about matching: how much each rule may say, and who we are beside our mailboxes."""

import sqlalchemy as sa

from desktop.domain.rule_limits import RuleLimits
from desktop.store.tables import our_name, rule_limit


class MatchingQueries:
    """Answers about matching as a whole."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def limits(self) -> RuleLimits:
        """Return the most that each limited rule may state, in percent."""
        found = self._run.execute(sa.select(rule_limit.c.rule, rule_limit.c.most).order_by(rule_limit.c.rule))
        return {str(row.rule): int(row.most) for row in found}

    def our_names(self) -> tuple[str, ...]:
        """Return the addresses and domains that people added as ours, in comparable form."""
        return tuple(self._run.execute(sa.select(our_name.c.name).order_by(our_name.c.name)).scalars())
