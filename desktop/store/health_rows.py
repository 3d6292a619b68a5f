"""Health as it is stored: the verdict in columns that lists read, what it was made of beside them."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from desktop.domain.health import (
    Condition,
    Dimension,
    Finding,
    FolderFreshness,
    Health,
    HealthState,
    Trouble,
    TroubleKind,
    Waiting,
)
from desktop.domain.ids import FolderId
from desktop.store.sqltypes import read_instant, stored_instant

_SHARED = ("failures", "failing_since", "retry_at", "last_try", "last_sync")
_SEEN = ("looked_at", "there_ref", "there_at", "here_at", "behind_ref", "behind_since", "behind_passes")


def health_of(row: sa.RowMapping) -> Health:
    """Return the verdict in a row of ``health``."""
    return Health(
        state=HealthState(row["state"]),
        code=row["code"],
        reason=row["reason"],
        next_step=row["next_step"],
        **{name: row[name] for name in _SHARED},
        findings=tuple(_finding(one) for one in json.loads(row["findings"])),
    )


def condition_of(row: sa.RowMapping | None, folders: tuple[FolderFreshness, ...]) -> Condition:
    """Return what a row of ``health`` was made of; None for a mailbox of which nothing is known."""
    if row is None:
        return Condition(folders=folders)
    return Condition(
        trouble=_trouble(row["trouble"]),
        **{name: row[name] for name in _SHARED},
        counted_from=row["counted_from"],
        waiting=Waiting(row["waiting"]),
        folders=folders,
        polled=row["polled"],
    )


def health_columns(value: Health, condition: Condition) -> dict[str, Any]:
    """Return the columns of a row of ``health``."""
    trouble = condition.trouble
    return {
        "state": value.state.value,
        "code": value.code,
        "reason": value.reason,
        "next_step": value.next_step,
        **{name: getattr(value, name) for name in _SHARED},
        "findings": json.dumps([_finding_document(one) for one in value.findings]),
        "trouble": "" if trouble is None else json.dumps(asdict(trouble)),
        "counted_from": condition.counted_from,
        "waiting": condition.waiting.value,
        "polled": condition.polled,
    }


def freshness_of(row: sa.RowMapping) -> FolderFreshness:
    """Return what a row of ``folder`` with its ``freshness``, if it has one, says."""
    known = {} if row["behind_passes"] is None else {name: row[name] for name in _SEEN}
    return FolderFreshness(FolderId(row["id"]), row["name"], **known)


def freshness_columns(value: FolderFreshness) -> dict[str, Any]:
    """Return the columns of a row of ``freshness``."""
    return {name: getattr(value, name) for name in _SEEN}


def _trouble(text: str) -> Trouble | None:
    if not text:
        return None
    known = json.loads(text)
    return Trouble(**{**known, "kind": TroubleKind(known["kind"])})


def _finding_document(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "since": None if finding.since is None else stored_instant(finding.since)}


def _finding(known: dict[str, Any]) -> Finding:
    since = None if known["since"] is None else read_instant(known["since"])
    changed = {"dimension": Dimension(known["dimension"]), "state": HealthState(known["state"]), "since": since}
    return Finding(**{**known, **changed})
