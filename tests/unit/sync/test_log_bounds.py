"""The log of a mailbox that never syncs well does not grow for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.errors import Transient
from desktop.domain.reasons import ReasonCode
from desktop.sync import mailbox_pass
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import sync_mailbox
from tests.model.server import Faults
from tests.model.world import StopAfter
from tests.unit.sync.support import Desk

EVERY, KEPT = 5, 10


def test_a_mailbox_that_always_fails_leaves_a_bounded_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_pass, "PRUNED_EVERY", EVERY)
    made = desk.world.context(StopAfter(StopSignal(), 0))
    context = replace(made, limits=replace(made.limits, log_entries=KEPT, log_kept_for=timedelta(days=90)))
    desk.world.server.begin(Faults(refuse=Transient(ReasonCode.SERVER_UNREACHABLE, "It does not answer.")))
    for _ in range(4 * KEPT):
        sync_mailbox(desk.world.mailboxes[0], context, StopSignal())
    with desk.world.store.read() as read:
        (line,) = (row for row in read.activity.page() if row.run is not None)
    assert KEPT <= line.count <= KEPT + EVERY
    assert line.run == 4 * KEPT
