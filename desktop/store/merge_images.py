"""What is kept of a merge, as the text that the store has of it."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, MergeId, RuleId
from desktop.domain.merging import MergeImage, MergeRecord
from desktop.domain.refset import RefSet

_ROWS = ("kept_addresses", "merged_addresses")


def image_text(image: MergeImage) -> str:
    """Return *image* as JSON; rows are kept as the driver stores them."""
    told: dict[str, Any] = {name: getattr(image, name) for name in ("kept_before", "kept_after", "merged", *_ROWS)}
    told |= {"kept_mail": str(image.kept_mail), "rules": image.rules, "taken": image.taken}
    return json.dumps(told, ensure_ascii=False)


def image_of(text: str) -> MergeImage:
    """Return what :func:`image_text` was made of."""
    told = json.loads(text)
    made: dict[str, Any] = {name: tuple(told[name]) for name in _ROWS}
    made |= {name: told[name] for name in ("kept_before", "kept_after", "merged")}
    rules = tuple(RuleId(number) for number in told["rules"])
    kept_mail = RefSet.parse(told["kept_mail"])
    return MergeImage(**made, kept_mail=kept_mail, rules=rules, taken=tuple(told["taken"]))


def record_of(row: sa.RowMapping | Mapping[str, Any]) -> MergeRecord:
    """Return the record in a row of ``customer_merge``, as SQLAlchemy reads it."""
    return MergeRecord(
        id=MergeId(row["id"]),
        kept_id=CustomerId(row["kept_id"]),
        merged_id=CustomerId(row["merged_id"]),
        kept_name=row["kept_name"],
        merged_name=row["merged_name"],
        merged_at=row["merged_at"],
        unmerged_at=row["unmerged_at"],
    )
