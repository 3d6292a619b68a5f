"""Writes the rules of people; every change is tracked for the journal."""

import json
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import RuleId
from desktop.domain.match_rule import MatchRule
from desktop.store.tables import match_rule
from desktop.store.writing.tracked import TrackedRows


class MatchRuleWriter:
    """Adds and removes rules."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def add(self, rule: MatchRule, at: datetime) -> RuleId:
        """Store a new rule behind the others (its ``id`` is ignored)."""
        highest = self._run.execute(sa.select(sa.func.max(match_rule.c.id))).scalar()
        number = int(highest or 0) + 1
        conditions = [(one.where.value, one.pattern, one.header) for one in rule.conditions]
        row = {
            "id": number,
            "name": rule.name,
            "conditions": json.dumps(conditions, ensure_ascii=False),
            "action": rule.action.value,
            "customer_id": rule.customer.id if rule.customer else None,
            "tag": rule.tag,
            "created_at": at,
        }
        self._tracked.insert(match_rule, [row])
        return RuleId(number)

    def remove(self, rule_id: RuleId) -> None:
        """Remove a rule, if it is there."""
        self._tracked.delete(match_rule, {"id": rule_id})
