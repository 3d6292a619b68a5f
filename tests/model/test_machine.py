"""The engine keeps its invariants through histories of faults, crashes and people's decisions."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Machine


def run(seed: int, *, examples: int, steps: int) -> None:
    """Run the machine on *examples* histories of *steps* steps: the same ones for the same seed."""
    machine = seeded(seed)(type("Seeded", (Machine,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_keeps_its_invariants(seed: int) -> None:
    run(seed, examples=8, steps=50)


@pytest.mark.deep
@pytest.mark.timeout(3 * 3600)
@pytest.mark.parametrize("seed", [3, 4, 5, 6])
def test_the_engine_keeps_its_invariants_for_long(seed: int) -> None:
    run(seed, examples=500, steps=50)
