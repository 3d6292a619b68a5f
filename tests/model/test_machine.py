"""The engine keeps its invariants through histories of faults, crashes and people's decisions."""

import pytest

from tests.model.running import run_machine


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_keeps_its_invariants(seed: int) -> None:
    run_machine(seed, examples=8, steps=50, shrink=False)


@pytest.mark.deep
@pytest.mark.timeout(3 * 3600)
@pytest.mark.parametrize("seed", [3, 4, 5, 6])
def test_the_engine_keeps_its_invariants_for_long(seed: int) -> None:
    run_machine(seed, examples=500, steps=50, shrink=True)
