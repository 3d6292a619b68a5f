"""The engine keeps its invariants through histories of faults, crashes, backfills, large mail and people."""

import pytest

from tests.model.backfill_machine import BackfillMachine
from tests.model.large_machine import LargeMachine
from tests.model.machine import Machine
from tests.model.running import run_machine
from tools.deep_runs import Say

STEPS = 50
PIECE, PIECES = 50, 40


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "kind"), [(1, BackfillMachine), (2, LargeMachine)])
def test_the_engine_keeps_its_invariants(seed: int, kind: type[Machine]) -> None:
    run_machine(seed, examples=5, steps=STEPS, shrink=False, kind=kind)


@pytest.mark.deep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 100 + PIECES))
def test_the_engine_keeps_its_invariants_for_long(seed: int, figure: Say) -> None:
    kind = LargeMachine if seed % 2 else BackfillMachine
    run_machine(seed, examples=PIECE, steps=STEPS, shrink=True, kind=kind)
    figure(f"R5 histories of {STEPS} steps{', with large mail' if seed % 2 else ''}", PIECE)
