"""R4: the power fails at any sync or at any moment of a sync: what was acknowledged is there, and the rest comes.

The control is the same with a database that does not wait for the disk: it must lose mail, or this tests nothing.
"""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import AppError
from desktop.store.opening import DATABASE_NAME
from tests.model import invariants
from tests.model.world import World
from tests.programmes.power_loss import LETTERS, server_with_mail
from tests.programmes.stage import Stage

NEVER = 1_000_000
"""A sync, or a write, that is never reached."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One power loss; what of the unsynced is kept, and where it happens."""

    seed: int
    kept: float
    sync: int = NEVER
    write: int = NEVER


@pytest.fixture(scope="module")
def own_mounts() -> list[str]:
    """Words that start a command with mounts of its own, and may mount what a process of ours answers for."""
    for words in (["unshare", "-m"], ["unshare", "-rm"]):
        if shutil.which("unshare") and Path("/dev/fuse").exists():
            tried = subprocess.run([*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True)
            if tried.returncode == 0:
                return words
    pytest.skip("this system lets us mount no file system of our own (/dev/fuse and unshare)")


@pytest.fixture
def machine(own_mounts: list[str], tmp_path: Path) -> Iterator["Machine"]:
    """A machine whose power can be cut."""
    stage = Stage()
    stage.world.store.close()
    yield Machine(own_mounts, tmp_path, stage)
    stage.world.close()


class Machine:
    """Runs power losses, each on a disk that begins with an empty profile, and opens what is left."""

    def __init__(self, own_mounts: list[str], folder: Path, stage: Stage) -> None:
        self._own_mounts = own_mounts
        self._folder = folder
        self._stage = stage
        self._profile = folder / "begins-as"
        shutil.copytree(stage.world.profile, self._profile)
        stage.world.server = server_with_mail()
        self._rounds = 0

    def lose_power(self, loss: Loss, synchronous: str = "FULL") -> tuple[dict[str, Any], Path]:
        """Have a sync run into a power loss; returns what was told before, and the folder with what is left."""
        self._rounds += 1
        mounted, after = (self._folder / f"{name}-{self._rounds}" for name in ("mounted", "after"))
        mounted.mkdir()
        order = {"profile": str(self._profile), "mounted": str(mounted), "after": str(after), "seed": loss.seed}
        order |= {"kept": loss.kept, "sync": loss.sync, "write": loss.write, "synchronous": synchronous}
        done = subprocess.run(
            [*self._own_mounts, sys.executable, "-m", "tests.programmes.power_loss", "disk", json.dumps(order)],
            check=False,
            capture_output=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        told: dict[str, Any] = json.loads(done.stdout)
        return told, after

    def complaints(self, told: dict[str, Any], left: Path) -> list[str]:
        """What is wrong with what is left: opened as it is, then synced with the power on."""
        world = self._stage.world
        try:
            world.begin_with({file.name: file.read_bytes() for file in left.glob(f"{DATABASE_NAME}*")})
        except AppError as error:
            return [f"it cannot be opened: {error}"]
        try:
            return list(self._complaints(world, told))
        except AppError as error:
            return [f"it cannot be used: {error}"]

    def _complaints(self, world: World, told: dict[str, Any]) -> Iterator[str]:
        stored = self._stage.look()
        if len(stored.emails) < told["acknowledged"]:
            yield f"{told['acknowledged'] - len(stored.emails)} acknowledged emails are lost"
        yield from invariants.always(stored, world.server)
        yield from world.verify()
        yield from self._stage.settle()
        if len(self._stage.look().emails) != LETTERS:
            yield "not all mail came in the end"

    def whole_run(self, synchronous: str = "FULL") -> tuple[int, int]:
        """How often a run that nothing disturbs makes something durable, and how often it writes."""
        told, left = self.lose_power(Loss(0, 0.0), synchronous)
        assert not told["was_cut"], told
        assert told["acknowledged"] == LETTERS, told
        if synchronous == "FULL":
            assert self.complaints(told, left) == []
        return told["syncs"], told["writes"]


def losses(count: int, syncs: int, writes: int, seed: int) -> Iterator[Loss]:
    """Spread over the run's syncs; every third after a write between them. Half lose all that was not synced."""
    chance = random.Random(seed)
    for number in range(count):
        kept = 0.0 if number % 2 else 0.5
        if number % 3 == 2:
            yield Loss(number, kept, write=chance.randrange(1, writes))
        else:
            yield Loss(number, kept, chance.randrange(1, syncs))


@pytest.mark.parametrize("count", [3, pytest.param(60, marks=[pytest.mark.deep, pytest.mark.timeout(1200)])])
def test_what_was_acknowledged_survives(machine: Machine, count: int) -> None:
    syncs, writes = machine.whole_run()
    acknowledged = 0
    for loss in losses(count, syncs, writes, seed=count):
        told, left = machine.lose_power(loss)
        assert machine.complaints(told, left) == [], f"{loss}: {told}"
        acknowledged += told["acknowledged"]
    assert acknowledged > count * 10, "the power never failed late enough to lose anything"


@pytest.mark.parametrize("synchronous", ["OFF", pytest.param("NORMAL", marks=pytest.mark.deep)])
def test_the_control_loses_mail(machine: Machine, synchronous: str) -> None:
    _, writes = machine.whole_run(synchronous)
    for number in range(1, 12):
        told, left = machine.lose_power(Loss(number, 0.0, write=writes * number // 12), synchronous)
        if told["acknowledged"] and machine.complaints(told, left):
            return
    pytest.fail("nothing was lost: the disk is not lazy, or the test looks at nothing")
