"""The engine keeps its invariants through histories of faults, crashes, backfills and people's decisions."""

import pytest

from tests.model.running import run_machine
from tools.deep_runs import Say

STEPS = 50
PIECE, PIECES = 50, 40


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_keeps_its_invariants(seed: int) -> None:
    run_machine(seed, examples=6, steps=STEPS, shrink=False)


@pytest.mark.deep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 100 + PIECES))
def test_the_engine_keeps_its_invariants_for_long(seed: int, figure: Say) -> None:
    run_machine(seed, examples=PIECE, steps=STEPS, shrink=True)
    figure(f"R5 histories of {STEPS} steps", PIECE)
