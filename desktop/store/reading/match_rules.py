"""The rules that people wrote."""

import json

import sqlalchemy as sa

from desktop.domain.customer import CustomerRef
from desktop.domain.ids import CustomerId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where

_EVERY = (
    "SELECT match_rule.*, customer.name AS customer FROM match_rule LEFT JOIN customer ON customer.id = customer_id "
    "ORDER BY position, match_rule.id"
)


class MatchRuleQueries:
    """In the order in which they are asked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> list[MatchRule]:
        """Return all rules; one whose customer is gone has none."""
        return [_rule(row) for row in self._run.exec_driver_sql(_EVERY).mappings()]


def _rule(row: sa.RowMapping) -> MatchRule:
    conditions = tuple(
        Condition(Where(where), pattern, header) for where, pattern, header in json.loads(row["conditions"])
    )
    who = CustomerRef(CustomerId(row["customer_id"]), row["customer"]) if row["customer"] is not None else None
    return MatchRule(RuleId(row["id"]), row["name"], conditions, Action(row["action"]), who, row["tag"])
