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
from tools.deep_runs import Say

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


PIECE = 1300
MOST_BYTES = 13_000
"""More than a server says in this sync."""


def cut_everywhere(line: Line, direction: Direction, places: range, *, stall: bool = False) -> int:
    """Cut a first sync at every one of these bytes of a direction, by FIN and RST in turns; returns how many cuts."""
    line.begin_anew()
    assert line.sync().error is None
    size, cuts = line.proxy.passed[direction], 0
    assert size < MOST_BYTES
    for at in places:
        if at >= size:
            break
        line.begin_anew()
        plan = Plan(direction, stall_at=at) if stall else Plan(direction, cut_at=at, rst=bool(cuts % 2))
        line.sync(plan, timeouts=HURRIED)
        assert list(line.at_any_time()) == [], plan
        receipt = line.sync()
        assert receipt.error is None, f"{plan}: {receipt.error}"
        assert list(line.in_the_end(SINCE)) == [], plan
        cuts += 1
    return cuts


def pieces(step: int, *offsets: int) -> list[range]:
    """Every *step*-th byte of all there may be, beginning at each of these; in pieces that take minutes."""
    firsts = range(0, MOST_BYTES, PIECE * step // 7 // step * step)
    return [
        range(first + offset, min(last, MOST_BYTES) + offset, step)
        for offset in offsets
        for first, last in zip(firsts, [*firsts[1:], MOST_BYTES], strict=True)
    ]


SOME_BYTES = range(7, MOST_BYTES, 1300), range(7, MOST_BYTES, 137)


@pytest.mark.parametrize(("direction", "places"), list(zip(Direction, SOME_BYTES, strict=True)))
def test_cut_at_some_bytes(line: Line, direction: Direction, places: range) -> None:
    assert cut_everywhere(line, direction, places) >= 3


def test_stalled_at_some_bytes(line: Line) -> None:
    assert cut_everywhere(line, Direction.SERVER, range(11, MOST_BYTES, 4001), stall=True) >= 2


@pytest.mark.deep
@pytest.mark.parametrize("places", pieces(7, 0), ids=str)
def test_cut_at_every_seventh_byte(line: Line, places: range, figure: Say) -> None:
    figure("R2 cuts of the server, every 7th byte", cut_everywhere(line, Direction.SERVER, places))


@pytest.mark.nightly
@pytest.mark.parametrize("places", pieces(7, *range(1, 7)), ids=str)
def test_cut_at_every_other_byte(line: Line, places: range, figure: Say) -> None:
    figure("R2 cuts of the server, every other byte", cut_everywhere(line, Direction.SERVER, places))


@pytest.mark.deep
def test_cut_at_every_byte_of_the_client(line: Line, figure: Say) -> None:
    figure("R2 cuts of the client, every byte", cut_everywhere(line, Direction.CLIENT, range(MOST_BYTES)))


@pytest.mark.deep
def test_stalled_at_every_hundredth_byte(line: Line, figure: Say) -> None:
    places = range(0, MOST_BYTES, 101)
    figure("R2 silences", cut_everywhere(line, Direction.SERVER, places, stall=True))


# --- seeded runs ------------------------------------------------------------------------------------------------------

SAMPLE = range(8)
WHOLE = [range(first, first + 100) for first in range(0, 1000, 100)]


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


@pytest.mark.parametrize("seeds", [SAMPLE, *(pytest.param(piece, marks=pytest.mark.deep) for piece in WHOLE)], ids=str)
def test_lines_that_fail_in_every_way(dovecot: Dovecot, tmp_path: Path, seeds: range, figure: Say) -> None:
    with FaultProxy(dovecot.tls_port) as proxy:
        for seed in seeds:
            line = Line(dovecot, proxy, dovecot.new_user(), tmp_path / "profile")
            try:
                run(line, seed)
            finally:
                line.close()
    if seeds is not SAMPLE:
        figure("seeded lines before Dovecot", len(seeds))
