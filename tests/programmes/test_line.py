"""R2, and seeded runs: a line that is cut at every byte, and lines that fail in every way, before a real Dovecot.

In the clear where bytes are to be met one by one; through TLS where bytes are altered or come twice, because nobody
could tell otherwise.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.mailbox import Security
from tests.e2e.letters import letter
from tests.helpers.dovecot import Dovecot
from tests.helpers.proxy import Direction, FaultProxy, Plan
from tests.programmes.line import HURRIED, Line

pytestmark = [pytest.mark.server, pytest.mark.timeout(3600)]

SINCE = datetime.now(UTC) - timedelta(days=30)
LONG_AGO = SINCE - timedelta(days=100)


@pytest.fixture
def line(dovecot: Dovecot, tmp_path: Path) -> Iterator[Line]:
    """A line in the clear with 20 mails at its end."""
    with FaultProxy(dovecot.port) as proxy:
        made = Line(dovecot, proxy, dovecot.new_user(), tmp_path / "profile", Security.NONE)
        made.deliver(*(letter(number, body="A word.\r\n" * number) for number in range(20)))
        yield made
        made.close()


# --- cut at every byte ------------------------------------------------------------------------------------------------


def cut_everywhere(line: Line, direction: Direction, step: int, *, offset: int = 0, stall: bool = False) -> int:
    """Cut a first sync at every *step*-th byte of a direction, by FIN and RST in turns; returns how many cuts."""
    line.begin_anew()
    assert line.sync().error is None
    size, cuts = line.proxy.passed[direction], 0
    for at in range(offset, size, step):
        line.begin_anew()
        plan = Plan(direction, stall_at=at) if stall else Plan(direction, cut_at=at, rst=bool(cuts % 2))
        line.sync(plan, timeouts=HURRIED)
        assert list(line.at_any_time()) == [], plan
        receipt = line.sync()
        assert receipt.error is None, f"{plan}: {receipt.error}"
        assert list(line.in_the_end(SINCE)) == [], plan
        cuts += 1
    return cuts


@pytest.mark.parametrize("direction", Direction)
def test_cut_at_some_bytes(line: Line, direction: Direction) -> None:
    assert cut_everywhere(line, direction, 911 if direction is Direction.SERVER else 97, offset=7) >= 5


def test_stalled_at_some_bytes(line: Line) -> None:
    assert cut_everywhere(line, Direction.SERVER, 4001, offset=11, stall=True) >= 2


@pytest.mark.deep
def test_cut_at_every_seventh_byte(line: Line) -> None:
    assert cut_everywhere(line, Direction.SERVER, 7) > 1000


@pytest.mark.deep
def test_cut_at_every_byte_of_the_client(line: Line) -> None:
    assert cut_everywhere(line, Direction.CLIENT, 1) > 300


@pytest.mark.deep
def test_stalled_at_every_hundredth_byte(line: Line) -> None:
    assert cut_everywhere(line, Direction.SERVER, 101, stall=True) > 80


# --- seeded runs ------------------------------------------------------------------------------------------------------

SAMPLE, WHOLE = 12, 1000


def a_plan(chance: random.Random) -> Plan:
    """One line that fails in some way, somewhere."""
    direction = chance.choice([Direction.SERVER] * 3 + [Direction.CLIENT])
    at = int(chance.choice([200, 3000, 30_000]) * chance.random())
    way = chance.choice(["FIN", "RST", "stall", "delay", "trickle", "alter", "repeat", "nothing"])
    plans = {
        "FIN": Plan(direction, cut_at=at),
        "RST": Plan(direction, cut_at=at, rst=True),
        "stall": Plan(direction, stall_at=at),
        "delay": Plan(direction, delay_s=chance.choice([0.01, 0.05])),
        "trickle": Plan(direction, trickle_s=0.0005, cut_at=min(at, 600)),
        "alter": Plan(direction, alter_at=at),
        "repeat": Plan(direction, repeat_at=at),
        "nothing": Plan(),
    }
    return plans[way]


def mails(chance: random.Random, seed: int, count: int) -> list[bytes]:
    """Letters of all sizes."""
    names = (f"{seed}-{chance.randrange(1 << 30)}" for _ in range(count))
    return [letter(name, body="word " * int(chance.choice([10, 500, 6000]) * chance.random())) for name in names]


def run(line: Line, seed: int) -> None:
    """Two disturbed syncs with changes on the server between them, then at most two undisturbed ones."""
    chance = random.Random(seed)
    line.deliver(*mails(chance, seed, chance.randint(2, 10)))
    line.deliver(*mails(chance, seed, chance.randint(0, 3)), at=LONG_AGO)
    line.begin_anew()
    for _ in range(2):
        plans = [a_plan(chance) for _ in range(chance.randint(1, 5))]
        line.sync(*plans, timeouts=HURRIED)
        assert list(line.at_any_time()) == [], f"seed {seed}: {plans}"
        line.deliver(*mails(chance, seed, chance.randint(0, 4)))
        if chance.random() < 0.3 and (uids := line.dovecot.uids(line.user)):
            line.dovecot.expunge(line.user, "INBOX", chance.choice(uids))
    for last in (False, True):
        receipt = line.sync()
        assert receipt.error is None, f"seed {seed}: {receipt.error}"
        complaints = list(line.in_the_end(SINCE))
        if not complaints or last:
            break
    assert complaints == [], f"seed {seed}"


@pytest.mark.parametrize("seeds", [range(SAMPLE), pytest.param(range(SAMPLE, WHOLE), marks=pytest.mark.deep)], ids=str)
def test_lines_that_fail_in_every_way(dovecot: Dovecot, tmp_path: Path, seeds: range) -> None:
    with FaultProxy(dovecot.tls_port) as proxy:
        for seed in seeds:
            line = Line(dovecot, proxy, dovecot.new_user(), tmp_path / "profile")
            try:
                run(line, seed)
            finally:
                line.close()
