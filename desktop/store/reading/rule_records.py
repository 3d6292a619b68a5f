"""What rules said about mail on which a person then decided, and how much they filed on which nobody did."""

import json
from collections import Counter
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.decision import PERSON
from desktop.domain.rule_record import RuleRecord
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.sqltypes import read_instant

LOOKED_AT = 10_000
"""So many of the newest decisions of people are looked at."""


class RuleRecordQueries:
    """Counts agreement by rule and stated confidence."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> list[RuleRecord]:
        """Return the rules' records, those with the most decisions first.

        What a rule suggested first, or filed, counts as agreed when a person then filed the mail with that customer,
        and as corrected when with another one. Mail that a rule filed and nobody decided on is counted apart: that
        nobody moved it says nothing.
        """
        decided: Counter[tuple[str, int]] = Counter()
        agreed: Counter[tuple[str, int]] = Counter()
        unseen: Counter[tuple[str, int]] = Counter()
        since: dict[tuple[str, int], datetime] = {}
        merged = self._merged()
        for email_id, (customer_id, at) in self._by_people().items():
            for rule, stated, suggested in self._first_said(email_id):
                decided[rule, stated] += 1
                agreed[rule, stated] += _followed(suggested, merged) == _followed(customer_id, merged)
                since[rule, stated] = min(at, since.get((rule, stated), at))
        filed = (
            "SELECT decided_by, confidence, count(*), min(stored_at) FROM email WHERE customer_id IS NOT NULL "
            "GROUP BY 1, 2"
        )
        for by, stated, count, first in self._run.exec_driver_sql(filed):
            if by != PERSON:
                unseen[by, stated] += count
                since.setdefault((by, stated), read_instant(first))
        records = [
            RuleRecord(said[0].removeprefix("rule:"), said[1], decided[said], agreed[said], first, unseen[said])
            for said, first in since.items()
        ]
        return sorted(records, key=lambda one: (-one.decided, -one.unseen, one.rule, -one.stated))

    def _merged(self) -> dict[int, int]:
        """Return with whom customers were merged who are gone: who was right about one is right about the other."""
        sql = "SELECT merged_id, kept_id FROM customer_merge WHERE unmerged_at IS NULL"
        return {int(row.merged_id): int(row.kept_id) for row in self._run.exec_driver_sql(sql)}

    def _by_people(self) -> dict[int, tuple[int, datetime]]:
        """Return with whom, and when, people filed the emails that they decided on last."""
        query = "SELECT id, email_id, customer_id, decided_at FROM decision INDEXED BY ix_decision_person "
        rows = self._run.exec_driver_sql(f"{query} WHERE decided_by = 'person' ORDER BY id DESC LIMIT {LOOKED_AT}")
        found: dict[int, tuple[int, datetime]] = {}
        for _, email_id, customer_id, at in rows:
            if customer_id is not None:
                found.setdefault(email_id, (customer_id, read_instant(at)))
        return self._still(found)

    def _still(self, decided: dict[int, tuple[int, datetime]]) -> dict[int, tuple[int, datetime]]:
        """Leave out what was undone since."""
        kept: set[int] = set()
        for part in chunks(sorted(decided)):
            sql = f"SELECT id FROM email WHERE id IN ({marks(part)}) AND decided_by = 'person'"
            kept.update(self._run.exec_driver_sql(sql, tuple(part)).scalars())
        return {number: made for number, made in decided.items() if number in kept}

    def _first_said(self, email_id: int) -> list[tuple[str, int, int]]:
        """Return rule, stated confidence and customer of what was said first: filed by a rule, or suggested."""
        before = (
            "SELECT decided_by, confidence, customer_id FROM decision WHERE email_id = ? AND decided_by != 'person' "
            "ORDER BY id DESC LIMIT 1"
        )
        last = self._run.exec_driver_sql(before, (email_id,)).first()
        if last is not None and last.customer_id is not None:
            return [(last.decided_by, last.confidence, last.customer_id)]
        sql = "SELECT details FROM email_body WHERE email_id = ?"
        details = self._run.exec_driver_sql(sql, (email_id,)).scalar()
        said = json.loads(details).get("suggestions", []) if details else []
        return [(one["by"], one["confidence"], int(one["customer_id"])) for one in said[:1]]


def _followed(customer_id: int, merged: dict[int, int]) -> int:
    while customer_id in merged:
        customer_id = merged[customer_id]
    return customer_id
