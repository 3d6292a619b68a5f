"""Plays a scenario, then begins from each moment of it as from a death: what comes of it must be the same.

As a program it plays them all at some of their moments and tells as JSON what went wrong: for planted bugs.
"""

import json
import sys
from dataclasses import dataclass, field

import desktop
from tests.model import invariants
from tests.model.invariants import Broken
from tests.model.server import Faults
from tests.programmes.large_scenarios import LARGE_SCENARIOS
from tests.programmes.picture import Picture, differences
from tests.programmes.scenarios import SCENARIOS, Scenario
from tests.programmes.stage import Moment, Stage


@dataclass(slots=True)
class Swept:
    """How many moments a scenario had, from how many different ones it was resumed, and what went wrong."""

    moments: int = 0
    resumed: int = 0
    complaints: list[str] = field(default_factory=list)


def sweep(scenario: Scenario, *, at_once: int, every: int = 1, offset: int = 0) -> Swept:
    """Resume from every *every*-th moment that differs from the one before it."""
    stage = Stage(at_once=at_once, condstore=scenario.condstore, resyncs=scenario.resyncs, says_next=scenario.says_next)
    try:
        for prepare in scenario.before:
            prepare(stage)
        with stage.kept():
            for number, act in enumerate(scenario.steps):
                stage.witness.step = number
                act.world(stage)
                act.program(stage)
        swept = Swept(moments=len(stage.witness.moments))
        wanted = _comes_to(stage, scenario, swept, "never interrupted")
        moments = different(stage.witness.moments)
        step = min(every, len(moments))
        for moment in moments[offset % step :: step]:
            swept.resumed += 1
            where = f"stopped at {moment.number} ({moment.kind}, step {moment.step})"
            begin_from(stage, moment)
            broken = [*invariants.always(stage.look(), stage.world.server), *stage.files_amiss()]
            swept.complaints += [f"{where}: at once: {words}" for words in broken]
            go_on(stage, scenario, moment)
            found = _comes_to(stage, scenario, swept, where)
            swept.complaints += [f"{where}: {words}" for words in differences(wanted, found)]
        return swept
    finally:
        stage.world.close()


def different(moments: list[Moment]) -> list[Moment]:
    """The moments without those whose files are as at the moment before, in the same step and of the same kind."""
    found: dict[tuple[str, bool], Moment] = {}
    for moment in moments:
        found.setdefault((moment.digest, moment.kind == "after commit"), moment)
    return list(found.values())


def begin_from(stage: Stage, moment: Moment) -> None:
    """Begin with the files of that moment; nothing goes wrong from now on."""
    stage.world.begin_with(moment.files)
    stage.world.points.clear()
    stage.world.parser.has_learned = moment.has_learned
    stage.faults = Faults()


def go_on(stage: Stage, scenario: Scenario, moment: Moment) -> None:
    """Let the program do what was not done then."""
    for number, act in list(enumerate(scenario.steps))[moment.step :]:
        if not (act.once and number == moment.step and moment.kind == "after commit"):
            act.program(stage)


def _comes_to(stage: Stage, scenario: Scenario, swept: Swept, where: str) -> Picture:
    swept.complaints += [f"{where}: {words}" for words in stage.settle()]
    swept.complaints += [f"{where}: an idle sync changed {name}" for name in stage.idle_changes()]
    return stage.picture(only_live=scenario.moving)


def main() -> None:
    """Sweep every scenario coarsely until one complains."""
    told: list[str] = []
    for number, scenario in enumerate((*SCENARIOS, *LARGE_SCENARIOS)):
        try:
            told += sweep(scenario, at_once=1, every=4, offset=number).complaints
        except Broken as broken:
            told.append(str(broken))
        if told:
            break
    json.dump({"complaints": told[:5], "program": desktop.__file__}, sys.stdout)


if __name__ == "__main__":
    main()
