"""What ``postroom backfill --status`` says of one that was running when nobody could write down any more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.backfill import BackfillState, as_it_stands
from desktop.store.profile_lock import ProfileLock, is_written_to
from tests.unit.sync.test_backfill import Past

PLENTY = 1 << 30


@pytest.fixture
def past() -> Iterator[Past]:
    made = Past()
    yield made
    made.close()


def test_one_that_nobody_works_on_waits_and_says_so(past: Past, tmp_path: Path) -> None:
    past.old(past.inbox, 1, 2, 3)
    past.sync()
    one = past.begin()
    past.world.points.die_at("before commit", 3)
    assert past.world.work_on(one.id, past.world.server.faults) is None
    with past.world.store.read() as read:
        held = read.backfills.one(one.id)
    assert held is not None
    assert held.state is BackfillState.RUNNING, "its last word"

    with ProfileLock(tmp_path):
        assert is_written_to(tmp_path)
        assert as_it_stands(held, has_writer=True, free_bytes=0) == held
    assert not is_written_to(tmp_path)
    full = as_it_stands(held, has_writer=False, free_bytes=100_000)
    assert (full.state, full.code) == (BackfillState.WAITING, "STORE_FULL")
    assert "Free some space" in full.reason
    killed = as_it_stands(held, has_writer=False, free_bytes=PLENTY)
    assert (killed.state, killed.code) == (BackfillState.WAITING, "")
    assert "--resume" in killed.reason
    paused = replace(held, state=BackfillState.PAUSED)
    assert as_it_stands(paused, has_writer=False, free_bytes=0) == paused
