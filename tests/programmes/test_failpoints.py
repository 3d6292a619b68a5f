"""R1: each scenario stopped around every write and at every question, resumed, and compared with the whole run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.model.test_planted import PATCHES, copy_with
from tests.programmes.large_scenarios import LARGE_SCENARIOS
from tests.programmes.scenarios import SCENARIOS, Scenario
from tests.programmes.sweep import sweep
from tools.bootstrap import ROOT
from tools.deep_runs import Say

SHOWN_BY_A_DEATH = [
    pytest.param(patch, id=patch.stem, marks=() if patch.stem.startswith("06") else pytest.mark.deep)
    for patch in PATCHES
    if patch.stem[:2] in {"01", "06"}
]
"""The planted bugs of the model that only a death in the middle shows."""
SERIAL, SIDE_BY_SIDE = 1, 2
FILES = 8
"""Every so many-th scenario of large mail is looked at in every ./test."""


def named(scenario: Scenario) -> str:
    """What a scenario is called in the output."""
    return scenario.name.replace(" ", "-")


@pytest.mark.parametrize("number", range(0, len(SCENARIOS), 4), ids=lambda number: named(SCENARIOS[number]))
def test_a_scenario_stopped_at_a_few_moments(number: int) -> None:
    """Other moments in each scenario, so that all kinds are met."""
    swept = sweep(SCENARIOS[number], at_once=SERIAL if number % 8 else SIDE_BY_SIDE, every=16, offset=5 * number)
    assert swept.complaints == []
    assert swept.resumed


@pytest.mark.parametrize("number", range(FILES, len(LARGE_SCENARIOS), FILES), ids=lambda at: named(LARGE_SCENARIOS[at]))
def test_a_scenario_of_large_mail_stopped_at_a_few_moments(number: int) -> None:
    swept = sweep(LARGE_SCENARIOS[number], at_once=SERIAL, every=40, offset=7 * number)
    assert swept.complaints == []
    assert swept.resumed


@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("scenario", LARGE_SCENARIOS, ids=named)
def test_a_scenario_of_large_mail_stopped_at_every_moment(scenario: Scenario, figure: Say) -> None:
    swept = sweep(scenario, at_once=SERIAL)
    assert swept.complaints == []
    assert swept.resumed > 3
    figure("R1 plays of large mail", 1)
    figure("R1 points of large mail", swept.moments)
    figure("R1 points of large mail resumed from", swept.resumed)


@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("at_once", [SERIAL, SIDE_BY_SIDE], ids=["serial", "side by side"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_a_scenario_stopped_at_every_moment(scenario: Scenario, at_once: int, figure: Say) -> None:
    swept = sweep(scenario, at_once=at_once)
    assert swept.complaints == []
    assert swept.resumed > 3
    figure("R1 plays", 1)
    figure("R1 points", swept.moments)
    figure("R1 points resumed from", swept.resumed)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("patch", SHOWN_BY_A_DEATH)
def test_the_sweep_finds_a_planted_bug(patch: Path, tmp_path: Path) -> None:
    folder = copy_with(patch, tmp_path)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.programmes.sweep"], check=True, cwd=folder, env=environment, capture_output=True
    )
    told = json.loads(done.stdout)
    assert told["program"].startswith(str(tmp_path)), "another program was swept"
    assert told["complaints"]
