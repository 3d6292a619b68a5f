"""What happened to one message, step by step, from its server to its customer: pure, from what the ledger says."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.decision import PERSON
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import DecisionRow, EmailDetail, PlaceRow


class Step(enum.StrEnum):
    """The steps of every message, in order; the value is the word for it."""

    RECEIVED = "Received"
    FETCHED = "Fetched"
    KEPT = "Kept"
    MATCHED = "Matched"
    FILED = "Filed"


class StepState(enum.StrEnum):
    """How a step went. WAITING: a person is asked. FAILED: something went wrong. STOPPED: left out on purpose."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    STOPPED = "stopped"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step: how it went, when (None where that is not known), and a sentence."""

    step: Step
    state: StepState
    at: datetime | None
    sentence: str


def trace_email(detail: EmailDetail, places: Sequence[PlaceRow], decisions: Sequence[DecisionRow]) -> list[TraceStep]:
    """Return the steps of a kept email; *places* and *decisions* are oldest first."""
    row = detail.row
    first = places[0] if places else None
    steps = [
        TraceStep(Step.RECEIVED, StepState.DONE, row.received_at, f"Arrived for {first.mailbox if first else row.to}."),
        TraceStep(Step.FETCHED, StepState.DONE, first.seen_at if first else row.stored_at, _fetched(detail, places)),
    ]
    if row.code == ReasonCode.UNPARSEABLE.value:
        kept = TraceStep(Step.KEPT, StepState.FAILED, row.stored_at, f"Its bytes are kept, unread. {row.reason}")
        return [*steps, kept, *_not_reached((Step.MATCHED, Step.FILED), "Decide by hand where it belongs.")]
    steps.append(TraceStep(Step.KEPT, StepState.DONE, row.stored_at, "No filter left it out."))
    return [*steps, *_decided(detail, decisions)]


def trace_unkept(place: PlaceRow) -> list[TraceStep]:
    """Return the steps of a message that was seen and is not kept."""
    received = TraceStep(Step.RECEIVED, StepState.DONE, place.received_at, f"Is on the server of {place.mailbox}.")
    later = (Step.MATCHED, Step.FILED)
    if place.code in {ReasonCode.FETCH_RETRYING.value, ReasonCode.MISSING_ON_SERVER.value}:
        fetched = TraceStep(Step.FETCHED, StepState.FAILED, place.seen_at, place.reason)
        return [received, fetched, *_not_reached((Step.KEPT, *later))]
    where = f"Message {place.ref} of {place.folder}."
    fetched = TraceStep(Step.FETCHED, StepState.DONE, place.seen_at, where)
    return [
        received,
        fetched,
        TraceStep(Step.KEPT, StepState.STOPPED, place.seen_at, place.reason),
        *_not_reached(later),
    ]


def decided_by(provenance: str) -> str:
    """Return who made a decision, in words: ``you``, or ``the rule exact address``."""
    if provenance == PERSON:
        return "you"
    return "the rule " + provenance.removeprefix("rule:").replace("_", " ")


def _fetched(detail: EmailDetail, places: Sequence[PlaceRow]) -> str:
    if not places:
        return "Its place on the server is not known."
    first = places[0]
    words = f"Message {first.ref} of {first.folder} in {first.mailbox}"
    if len(places) > 1:
        words += f", and {len(places) - 1} more place{'s' if len(places) > 2 else ''}"
    if not detail.whole:
        words += f"; its headers only, for it has {detail.size_bytes / 1_000_000:,.0f} MB"
    gone = all(place.gone_at is not None for place in places)
    return f"{words}. It is no longer on the server." if gone else f"{words}."


def _decided(detail: EmailDetail, decisions: Sequence[DecisionRow]) -> list[TraceStep]:
    row = detail.row
    if not decisions:
        return _not_reached((Step.MATCHED, Step.FILED))
    first, last = decisions[0], decisions[-1]
    is_sure = first.customer != "" and first.decided_by != PERSON
    matched = TraceStep(Step.MATCHED, StepState.DONE if is_sure else StepState.WAITING, first.decided_at, first.reason)
    if row.needs_review:
        filed = TraceStep(Step.FILED, StepState.WAITING, None, "Waits in Needs Review for you to say whose it is.")
        return [matched, filed]
    if not row.customer:
        return [matched, TraceStep(Step.FILED, StepState.STOPPED, last.decided_at, last.reason)]
    sentence = f"Filed with {row.customer} by {decided_by(last.decided_by)}."
    return [matched, TraceStep(Step.FILED, StepState.DONE, last.decided_at, sentence)]


def _not_reached(steps: Sequence[Step], sentence: str = "Not reached.") -> list[TraceStep]:
    return [TraceStep(step, StepState.NOT_REACHED, None, sentence) for step in steps]
