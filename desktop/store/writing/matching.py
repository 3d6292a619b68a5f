"""Writes what people say about matching as a whole; every change is tracked for the journal."""

import sqlalchemy as sa

from desktop.store.tables import our_name, rule_limit
from desktop.store.writing.tracked import TrackedRows


class MatchingWriter:
    """Limits of rules, and names of our own."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def limit(self, rule: str, most: int | None) -> None:
        """Let *rule* state at most *most* percent; None: whatever it states."""
        held = self._run.execute(sa.select(rule_limit.c.most).where(rule_limit.c.rule == rule)).scalar()
        if most is None:
            self._tracked.delete(rule_limit, {"rule": rule})
        elif held is None:
            self._tracked.insert(rule_limit, [{"rule": rule, "most": most}])
        else:
            self._tracked.update(rule_limit, {"rule": rule}, {"most": most})

    def add_our_name(self, name: str) -> None:
        """Add an address or a domain (in comparable form) that is not there."""
        self._tracked.insert(our_name, [{"name": name}])

    def remove_our_name(self, name: str) -> None:
        """Remove one, if it is there."""
        self._tracked.delete(our_name, {"name": name})
