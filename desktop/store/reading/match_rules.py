"""The rules that people wrote."""

import json

import sqlalchemy as sa

from desktop.domain.customer import CustomerRef
from desktop.domain.ids import CustomerId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.store.tables import customer, match_rule


class MatchRuleQueries:
    """In the order in which they are asked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> list[MatchRule]:
        """Return all rules; one whose customer is gone has none."""
        query = (
            sa.select(match_rule, customer.c.name.label("customer"))
            .join(customer, customer.c.id == match_rule.c.customer_id, isouter=True)
            .order_by(match_rule.c.id)
        )
        return [_rule(row) for row in self._run.execute(query).mappings()]


def _rule(row: sa.RowMapping) -> MatchRule:
    conditions = tuple(
        Condition(Where(where), pattern, header) for where, pattern, header in json.loads(row["conditions"])
    )
    who = CustomerRef(CustomerId(row["customer_id"]), row["customer"]) if row["customer"] is not None else None
    return MatchRule(RuleId(row["id"]), row["name"], conditions, Action(row["action"]), who, row["tag"])
