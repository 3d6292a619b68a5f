"""Runs the machine with the same histories for the same seed; as a program, for one planted bug, and tells as JSON."""

import json
import sys
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

import desktop
from tests.model.backfill_machine import BackfillMachine
from tests.model.invariants import Broken
from tests.model.large_machine import LargeMachine
from tests.model.machine import Machine

KINDS: dict[str, type[Machine]] = {"backfills": BackfillMachine, "large": LargeMachine}


def run_machine(seed: int, *, examples: int, steps: int, shrink: bool, kind: type[Machine] = BackfillMachine) -> None:
    """Run *examples* histories of *steps* steps: the same ones for the same seed.

    A history that breaks an invariant is told with the line that plays it again; with *shrink* it is made small
    first, which takes minutes.
    """
    machine = seeded(seed)(type("Seeded", (kind,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            report_multiple_bugs=False,
            print_blob=True,
        ),
    )


def main(words: list[str]) -> None:
    """Run until an invariant breaks; say which, after how many histories, and which program was tested.

    After seed, examples and steps, the word "backfills" has the histories hold those too, "large" large mail besides.
    """
    seed, examples, steps = (int(word) for word in words[:3])
    kind = next((KINDS[word] for word in words[3:] if word), Machine)
    begun, before = time.monotonic(), Machine.begun
    broken = ""
    try:
        run_machine(seed, examples=examples, steps=steps, shrink=False, kind=kind)
    except Broken as found:
        broken = str(found)
    told = {
        "broken": broken,
        "examples": Machine.begun - before,
        "seconds": round(time.monotonic() - begun, 1),
        "program": desktop.__file__,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
