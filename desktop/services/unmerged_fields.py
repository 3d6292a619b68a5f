"""What a merge has brought to a customer, and how it went on through later merges. Pure.

Un-merging leaves everything as if that merge had never been. So what it brought is followed from merge to merge: what
each of them found is corrected, and what is left of it with the customer who has it all now is taken away there. A
value that somebody changed since is not the merge's any more, and stays.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.domain.merging import MergeImage, MergeRecord, Row

SINGLE = ("name", "name_key", "company", "owner")
"""Columns that hold one value."""
LISTS = ("tags", "phones")
"""Columns that hold a JSON list."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What the customer *at* has by one merge alone. ``fields``: by column, the value it left and the one before."""

    at: CustomerId
    addresses: frozenset[str]
    lists: dict[str, frozenset[str]]
    fields: dict[str, tuple[Any, Any]]


def brought_by(record: MergeRecord, image: MergeImage) -> Brought:
    """Return what a merge brought to the one who stayed."""
    before, after = image.kept_before, image.kept_after
    lists = {name: frozenset(json.loads(after[name])) - frozenset(json.loads(before[name])) for name in LISTS}
    fields = {name: (after[name], before[name]) for name in SINGLE if after[name] != before[name]}
    return Brought(record.kept_id, image.theirs - image.keepers, lists, fields)


def carried_on(brought: Brought, record: MergeRecord, image: MergeImage) -> tuple[Brought, MergeImage]:
    """Return what a later merge left of *brought*, and its image as if that had never been there."""
    if record.kept_id == brought.at:
        return _stayed(brought, image)
    return _went_along(brought, record, image)


def values_before(row: Row, brought: Brought) -> dict[str, Any]:
    """Return the columns of a customer's *row* that lose what was brought."""
    found: dict[str, Any] = {name: before for name, (left, before) in brought.fields.items() if row[name] == left}
    for name in LISTS:
        if brought.lists[name] & set(json.loads(row[name])):
            found[name] = _without(row[name], brought.lists[name])
    return found


def restored_customer(image: MergeImage, addresses: Sequence[str]) -> Customer:
    """Return the customer who comes back, as they were, with the *addresses* they have again."""
    row = image.merged
    return Customer(
        id=CustomerId(row["id"]),
        name=row["name"],
        emails=tuple(addresses),
        company=row["company"],
        owner=row["owner"],
        tags=tuple(json.loads(row["tags"])),
        phones=tuple(json.loads(row["phones"])),
    )


def _stayed(brought: Brought, image: MergeImage) -> tuple[Brought, MergeImage]:
    """The customer who has it took another one in, who may have had the same."""
    before = {**image.kept_before, **values_before(image.kept_before, brought)}
    left = Brought(
        brought.at,
        brought.addresses - image.theirs,
        {name: brought.lists[name] - set(json.loads(image.merged[name])) for name in LISTS},
        {name: pair for name, pair in brought.fields.items() if name not in image.taken},
    )
    after = {**image.kept_after, **values_before(image.kept_after, left)}
    kept = tuple(row for row in image.kept_addresses if row["address"] not in brought.addresses)
    return left, replace(image, kept_before=before, kept_after=after, kept_addresses=kept)


def _went_along(brought: Brought, record: MergeRecord, image: MergeImage) -> tuple[Brought, MergeImage]:
    """The customer who has it was merged into another one, who may have had the same."""
    merged = {**image.merged, **values_before(image.merged, brought)}
    left = Brought(
        record.kept_id,
        brought.addresses - image.keepers,
        {name: brought.lists[name] - set(json.loads(image.kept_before[name])) for name in LISTS},
        {name: pair for name, pair in brought.fields.items() if name in image.taken},
    )
    after = {**image.kept_after, **values_before(image.kept_after, left)}
    theirs = tuple(row for row in image.merged_addresses if row["address"] not in brought.addresses)
    return left, replace(image, merged=merged, kept_after=after, merged_addresses=theirs)


def _without(text: str, gone: Collection[str]) -> str:
    return json.dumps([one for one in json.loads(text) if one not in gone], ensure_ascii=False)
