"""The scene of the sync log's tests."""

import pytest
from pytestqt.qtbot import QtBot

from desktop.store.store import Store
from desktop.ui.ops import Ops
from tests.gui.sync_log.scene import Scene
from tests.helpers.mails import FixedClock


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    return Scene(qtbot, store, ops, clock)
