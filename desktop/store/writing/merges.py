"""Writes merges of customers and takes them back; every change is tracked for the journal."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, EmailId, MergeId, RuleId
from desktop.domain.merging import MergeImage, MergeRecord, Unmerging
from desktop.domain.refset import RefSet
from desktop.store.merge_images import image_text
from desktop.store.sqltypes import read_instant
from desktop.store.tables import customer, customer_address, customer_apart, customer_merge, email, match_rule
from desktop.store.writing.customers import CustomerWriter
from desktop.store.writing.decisions import DecisionWriter
from desktop.store.writing.tracked import TrackedRows

Row = dict[str, Any]


class MergeWriter:
    """Moves all that names a customer to another one, and back."""

    def __init__(
        self, connection: sa.Connection, tracked: TrackedRows, customers: CustomerWriter, decisions: DecisionWriter
    ) -> None:
        self._run = connection
        self._tracked = tracked
        self._customers = customers
        self._decisions = decisions

    def merge(
        self, kept: Customer, merged: Customer, result: Customer, taken: Sequence[str], at: datetime
    ) -> MergeRecord:
        """Make *kept* what *result* says and give it all that names *merged*, who is then gone.

        *taken* are the columns whose value is that of *merged*."""
        image = self._image(kept.id, merged.id)
        record = MergeRecord(self._next(), kept.id, merged.id, kept.name, merged.name, at)
        self._hand_over(merged.id, kept.id, record.note, at)
        self._move_addresses(kept.id, image)
        self._give_rules(image.rules, kept.id)
        self._customers.update(result)
        self._tracked.delete(customer, {"id": merged.id})
        done = replace(image, kept_after=self._customer(kept.id), taken=tuple(taken))
        row = {name: getattr(record, name) for name in MergeRecord.__slots__}
        self._tracked.insert(customer_merge, [{**row, "image": image_text(done)}])
        return record

    def unmerge(self, plan: Unmerging, image: MergeImage, at: datetime) -> None:
        """Do what *plan* says, and close the record."""
        record, holder = plan.record, plan.holder.id
        created = {"created_at": read_instant(image.merged["created_at"])}
        self._tracked.insert(customer, [{**image.merged, **created}])
        if plan.fields:
            self._tracked.update(customer, {"id": holder}, plan.fields)
        for address in plan.leaving:
            self._customers.remove_address(holder, address)
        self._tracked.insert(customer_address, [dict(row) for row in plan.back])
        self._decisions.hand_over(plan.returning, record.merged_id, record.before, at)
        self._decisions.decide_anew({**plan.placed, **plan.unclear}, at)
        self._give_rules(plan.rules, record.merged_id)
        for number, later in plan.later.items():
            self._tracked.update(customer_merge, {"id": number}, {"image": image_text(later)})
        self._tracked.update(customer_merge, {"id": record.id}, {"unmerged_at": at})

    def set_apart(self, first: CustomerId, second: CustomerId, at: datetime) -> None:
        """Remember that two customers are not the same, which nobody has said yet."""
        low, high = sorted((first, second))
        self._tracked.insert(customer_apart, [{"first_id": low, "second_id": high, "at": at}])

    def forget_apart(self, pairs: Iterable[tuple[CustomerId, CustomerId]]) -> None:
        """Forget what was said of *pairs*, as they are stored."""
        for first, second in pairs:
            self._tracked.delete(customer_apart, {"first_id": first, "second_id": second})

    # --- merging ----------------------------------------------------------------------------------------------------

    def _image(self, kept: CustomerId, merged: CustomerId) -> MergeImage:
        mail = sa.select(email.c.id).where(email.c.customer_id == kept)
        rules = sa.select(match_rule.c.id).where(match_rule.c.customer_id == merged).order_by(match_rule.c.id)
        before = self._customer(kept)
        return MergeImage(
            kept_before=before,
            kept_after=before,
            merged=self._customer(merged),
            kept_addresses=tuple(self._addresses(kept)),
            merged_addresses=tuple(self._addresses(merged)),
            kept_mail=RefSet.of(self._run.execute(mail).scalars()),
            rules=tuple(RuleId(number) for number in self._run.execute(rules).scalars()),
        )

    def _next(self) -> MergeId:
        return MergeId(int(self._run.execute(sa.select(sa.func.max(customer_merge.c.id))).scalar() or 0) + 1)

    def _customer(self, customer_id: CustomerId) -> Row:
        found = self._run.exec_driver_sql("SELECT * FROM customer WHERE id = ?", (customer_id,)).mappings()
        return dict(found.one())

    def _addresses(self, customer_id: CustomerId) -> list[Row]:
        sql = "SELECT * FROM customer_address WHERE customer_id = ? ORDER BY position, address"
        return [dict(row) for row in self._run.exec_driver_sql(sql, (customer_id,)).mappings()]

    def _hand_over(self, merged: CustomerId, kept: CustomerId, note: str, at: datetime) -> None:
        numbers = self._run.execute(sa.select(email.c.id).where(email.c.customer_id == merged)).scalars()
        self._decisions.hand_over([EmailId(number) for number in numbers], kept, lambda reason: reason + note, at)

    def _move_addresses(self, kept: CustomerId, image: MergeImage) -> None:
        """Give the one who stays the other's addresses, each with where it came from, behind those they have."""
        positions = [int(str(row["position"])) for row in image.kept_addresses]
        rows = [row for row in image.merged_addresses if row["address"] not in image.keepers]
        for row in image.merged_addresses:
            self._customers.remove_address(CustomerId(int(str(row["customer_id"]))), str(row["address"]))
        first = max(positions, default=-1) + 1
        moved = [{**row, "customer_id": kept, "position": place} for place, row in enumerate(rows, first)]
        self._tracked.insert(customer_address, moved)

    def _give_rules(self, rules: Iterable[RuleId], to: CustomerId) -> None:
        self._tracked.update_all(match_rule, list(rules), {"customer_id": to})
