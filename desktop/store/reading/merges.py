"""Merges of customers that were done, and the pairs of which a person said that they are not the same."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId, MergeId
from desktop.domain.merging import MergeImage, MergeRecord, Row
from desktop.store.merge_images import image_of, record_of
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.tables import customer_apart, customer_merge

_RECORD = [column for column in customer_merge.c if column.name != "image"]


class MergeQueries:
    """The records of merges, by who is in them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def get(self, merge_id: MergeId) -> MergeRecord | None:
        """Return one record, or None."""
        return next(iter(self._records(customer_merge.c.id == merge_id)), None)

    def image(self, merge_id: MergeId) -> MergeImage:
        """Return how both were; the record must be there."""
        query = sa.select(customer_merge.c.image).where(customer_merge.c.id == merge_id)
        return image_of(self._run.execute(query).scalar_one())

    def into(self, customer_id: CustomerId) -> list[MergeRecord]:
        """Return every merge into a customer, the newest first, also those that were taken back."""
        return self._records(customer_merge.c.kept_id == customer_id)

    def of(self, customer_id: CustomerId) -> MergeRecord | None:
        """Return the merge by which a customer is gone, or None."""
        where = (customer_merge.c.merged_id == customer_id, customer_merge.c.unmerged_at.is_(None))
        return next(iter(self._records(*where)), None)

    def within(self, customer_id: CustomerId) -> list[MergeRecord]:
        """Return the merges that hold and brought what is now with a customer, also through others; newest first."""
        found: list[MergeRecord] = []
        wanted = [customer_id]
        while wanted:
            open_ones = [one for one in self.into(wanted.pop()) if one.unmerged_at is None]
            found += open_ones
            wanted += [one.merged_id for one in open_ones]
        return sorted(found, key=lambda one: one.id, reverse=True)

    def holder(self, record: MergeRecord) -> CustomerId:
        """Return the customer with whom what was merged is now: the one who stayed, or who took that one in since."""
        holder, later = record.kept_id, self.of(record.kept_id)
        while later is not None:
            holder, later = later.kept_id, self.of(later.kept_id)
        return holder

    def after(self, record: MergeRecord) -> list[MergeRecord]:
        """Return the merges that hold and were done after *record*, in their order."""
        return self._records(customer_merge.c.id > record.id, customer_merge.c.unmerged_at.is_(None))[::-1]

    def customer_row(self, customer_id: CustomerId) -> Row | None:
        """Return a customer's columns as they are stored, or None."""
        found = self._run.exec_driver_sql("SELECT * FROM customer WHERE id = ?", (customer_id,)).mappings().first()
        return dict(found) if found is not None else None

    def apart(self) -> dict[tuple[CustomerId, CustomerId], list[tuple[CustomerId, CustomerId]]]:
        """Return the pairs that are not the same, the lower id first, each with the pairs of whom a person said so.

        What was said of a customer holds for the one into whom they were merged.
        """
        held = self._run.exec_driver_sql("SELECT merged_id, kept_id FROM customer_merge WHERE unmerged_at IS NULL")
        into = {int(row.merged_id): int(row.kept_id) for row in held}
        found: dict[tuple[CustomerId, CustomerId], list[tuple[CustomerId, CustomerId]]] = {}
        for pair in self._run.execute(sa.select(customer_apart.c.first_id, customer_apart.c.second_id)):
            low, high = sorted(_followed(number, into) for number in pair)
            if low != high:
                said = (CustomerId(pair.first_id), CustomerId(pair.second_id))
                found.setdefault((CustomerId(low), CustomerId(high)), []).append(said)
        return found

    def mail_of(self, customer_id: CustomerId) -> Sequence[sa.Row[Any]]:
        """Return what is filed with a customer: id, sender, direction, code, reason, confidence, who decided."""
        sql = (
            "SELECT id, from_address, direction, code, reason, confidence, decided_by FROM email "
            "INDEXED BY ix_email_customer WHERE customer_id = ? ORDER BY id"
        )
        return self._run.exec_driver_sql(sql, (customer_id,)).all()

    def filed(self, message_ids: Collection[str]) -> dict[str, list[tuple[EmailId, CustomerId]]]:
        """Return the emails that have these Message-IDs and are filed with somebody."""
        found: dict[str, list[tuple[EmailId, CustomerId]]] = {}
        for part in chunks(sorted(set(message_ids) - {""})):
            sql = (
                "SELECT message_id, id, customer_id FROM email INDEXED BY ix_email_message_id "
                f"WHERE message_id IN ({marks(part)}) AND customer_id IS NOT NULL AND needs_review = 0"
            )
            for message_id, number, customer_id in self._run.exec_driver_sql(sql, tuple(part)):
                found.setdefault(message_id, []).append((EmailId(number), CustomerId(customer_id)))
        return found

    def _records(self, *where: sa.ColumnElement[bool]) -> list[MergeRecord]:
        query = sa.select(*_RECORD).where(*where).order_by(customer_merge.c.id.desc())
        return [record_of(row) for row in self._run.execute(query).mappings()]


def _followed(number: int, into: dict[int, int]) -> int:
    while number in into:
        number = into[number]
    return number
