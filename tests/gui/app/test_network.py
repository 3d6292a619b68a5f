"""What the system tells of the network: each piece of it has the syncs catch up, and none of it stops them."""

from typing import cast

import pytest
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from desktop.app.network import NetworkWatch
from desktop.sync.threads import SyncService

Reach = QNetworkInformation.Reachability


class Catching:
    """Syncs that note when they are to catch up."""

    def __init__(self) -> None:
        self.times = 0
        self.is_behind = False

    def network_changed(self) -> None:
        self.times += 1

    def behind_portal(self, *, is_behind: bool) -> None:
        self.is_behind = is_behind


@pytest.fixture
def syncs() -> Catching:
    return Catching()


@pytest.fixture
def watch(qtbot: QtBot, syncs: Catching) -> NetworkWatch:
    return NetworkWatch(cast("SyncService", syncs))


@pytest.mark.parametrize(
    ("reach", "times"),
    [(Reach.Online, 1), (Reach.Unknown, 1), (Reach.Disconnected, 0), (Reach.Local, 0), (Reach.Site, 0)],
)
def test_a_way_out_is_worth_catching_up(watch: NetworkWatch, syncs: Catching, reach: Reach, times: int) -> None:
    watch.on_reachability(reach)
    assert syncs.times == times


def test_another_kind_of_network_is_worth_catching_up(watch: NetworkWatch, syncs: Catching) -> None:
    watch.on_change()
    assert syncs.times == 1


def test_of_a_portal_the_syncs_are_told_when_it_is_there_and_when_it_is_gone(
    watch: NetworkWatch, syncs: Catching
) -> None:
    watch.on_portal(True)
    assert (syncs.is_behind, syncs.times) == (True, 0)
    watch.on_portal(False)
    assert not syncs.is_behind


def test_a_system_that_says_nothing_is_no_trouble(
    watch: NetworkWatch, syncs: Catching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QNetworkInformation, "loadDefaultBackend", lambda *_: False)
    watch.start()
    assert syncs.times == 0
