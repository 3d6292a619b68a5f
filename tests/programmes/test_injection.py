"""R3: the n-th write, sync, cut, renaming or removal of a command fails, or the command dies in it; n = 1, 2, 3, ...

Each time the command says so in a sentence or does its work all the same; what was there is whole; and the same command
once more makes it as if nothing had been.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom, Result
from tests.e2e.steps import is_sound, peek
from tests.faults.profiles import copy_of, new_furnished
from tests.faults.scene import Scene
from tests.programmes.injection import CALLS, FAILURES, Failure, failing, met, missing_reason
from tools.deep_runs import Say

ROWS = 400
LIMIT = 5000
"""No thread of a command makes so many of these calls."""

SAMPLE = [
    Failure("pwrite64", "signal=KILL", 3),
    Failure("pwrite64", "error=ENOSPC", 5),
    Failure("fsync", "error=EIO", 2),
]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that writes, what to do before it on a sound disk, and how it is told that it was carried out."""

    words: tuple[str, ...]
    before: tuple[str, ...] | None
    is_done: Callable[[Scene], bool]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A profile with mail, synced; more mail waits, and batches are small."""
    if reason := missing_reason():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("furnished")
    (folder / "customers.csv").write_text(
        "\n".join(["name,email", *(f"Customer {number},c{number}@firm.example" for number in range(ROWS))])
    )
    with new_furnished(folder) as scene:
        scene.postroom.ask("settings", "set", "sync.batch_messages", "10")
        for number in range(300, 340):
            scene.account.deliver(letter(number))
        yield scene


def commands(furnished: Scene) -> dict[str, Command]:
    """The commands that are hurt."""
    table = str(furnished.postroom.profile.parent / "customers.csv")
    return {
        "sync": Command(("sync",), None, all_is_here),
        "import": Command(("customers", "import", table), None, lambda scene: customers(scene.postroom) > ROWS),
        "undo": Command(("undo",), ("customers", "import", table), lambda scene: customers(scene.postroom) < ROWS),
        "setting": Command(
            ("settings", "set", "parse.workers", "2"),
            None,
            lambda scene: '"parse.workers": 2' in (scene.postroom.profile / "settings.json").read_text(),
        ),
    }


def all_is_here(scene: Scene) -> bool:
    """Whether each mail of the servers is stored, and none twice."""
    ((count,),) = peek(scene.postroom, "SELECT count(*) FROM email")
    assert count <= len(scene.served()), "doubled"
    return bool(count == len(scene.served()))


def customers(postroom: Postroom) -> int:
    """How many there are, each with its address."""
    ((count, addresses),) = peek(postroom, "SELECT (SELECT count(*) FROM customer), count(*) FROM customer_address")
    assert count == addresses
    return int(count)


def hurt_all(furnished: Scene, failure: Failure, folder: Path) -> int:
    """Hurt every command by this failure; returns how many met it."""
    reached = 0
    with failing(failure) as forker:
        for name, command in commands(furnished).items():
            place = folder / f"{failure.call}-{failure.how.partition('=')[2]}-{failure.nth}-{name}"
            place.mkdir(parents=True)
            scene = replace(furnished, postroom=copy_of(furnished.postroom, place))
            if command.before:
                scene.postroom.ask(*command.before)
            result = met(forker, scene.postroom).quick(*command.words, "--json")
            reached += is_as_it_should(scene, command, result, failure)
    return reached


def is_as_it_should(scene: Scene, command: Command, result: Result, failure: Failure) -> bool:
    """Check what came of it; tells whether the command met the failure at all, as far as that shows."""
    where = f"{failure}: {result}"
    died = result.code == -signal.SIGKILL
    if not died and result.code:
        assert "STORE_" in result.stdout, where
        assert result.stderr.strip().endswith((".", ")", '"')) or "postroom" in result.stderr, where
    if result.code == 0:
        assert command.is_done(scene), where
    ((had,),) = peek(scene.postroom, "SELECT count(*) FROM email")
    assert had >= 116, where
    is_sound(scene.postroom)
    if not command.is_done(scene):
        scene.postroom.ask(*command.words)
        assert command.is_done(scene), where
        is_sound(scene.postroom)
    return died or result.code != 0


@pytest.mark.parametrize("failure", SAMPLE, ids=lambda one: f"{one.call} {one.how} {one.nth}")
def test_a_call_of_the_system_fails(furnished: Scene, failure: Failure, tmp_path: Path) -> None:
    assert hurt_all(furnished, failure, tmp_path), "no command met it"


@pytest.mark.deep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("call", CALLS)
def test_every_call_of_the_system_fails(furnished: Scene, call: str, tmp_path: Path, figure: Say) -> None:
    """For n = 1, 2, 3, ... until no command makes so many of these calls, which dying in them shows."""
    for nth in numbers():
        has_met = [hurt_all(furnished, Failure(call, how, nth), tmp_path) for how in FAILURES]
        figure("R3 system calls that failed", len(FAILURES) * len(commands(furnished)))
        figure("R3 of them told, or died", sum(has_met))
        if not has_met[0]:
            assert nth > 1 or call == "ftruncate"
            return
    pytest.fail("there was no end to it")


def numbers() -> Iterator[int]:
    """Every number up to 16, and then a fifth more each time."""
    number = 1
    while number < LIMIT:
        yield number
        number += max(1, number // 5) if number >= 16 else 1
