"""Writes the rules of people; every change is tracked for the journal."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import RuleId
from desktop.domain.match_rule import MatchRule
from desktop.store.tables import match_rule
from desktop.store.writing.tracked import TrackedRows


class MatchRuleWriter:
    """Adds, changes, orders and removes rules."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def add(self, rule: MatchRule, at: datetime) -> RuleId:
        """Store a new rule behind the others (its ``id`` is ignored)."""
        highest, last = self._run.execute(
            sa.select(sa.func.max(match_rule.c.id), sa.func.max(match_rule.c.position))
        ).one()
        number = int(highest or 0) + 1
        row = {"id": number, **_columns(rule), "created_at": at, "position": int(last or 0) + 1}
        self._tracked.insert(match_rule, [row])
        return RuleId(number)

    def change(self, rule: MatchRule) -> None:
        """Store a rule that is there as it is now; its place stays."""
        self._tracked.update(match_rule, {"id": rule.id}, _columns(rule))

    def put_in_order(self, rules: Sequence[RuleId]) -> None:
        """Give every rule its place, in this order."""
        for position, rule_id in enumerate(rules, 1):
            self._tracked.update(match_rule, {"id": rule_id}, {"position": position})

    def remove(self, rule_id: RuleId) -> None:
        """Remove a rule, if it is there."""
        self._tracked.delete(match_rule, {"id": rule_id})


def _columns(rule: MatchRule) -> dict[str, Any]:
    conditions = [(one.where.value, one.pattern, one.header) for one in rule.conditions]
    return {
        "name": rule.name,
        "conditions": json.dumps(conditions, ensure_ascii=False),
        "action": rule.action.value,
        "customer_id": rule.customer.id if rule.customer else None,
        "tag": rule.tag,
    }
