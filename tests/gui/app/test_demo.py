"""The demo: frozen it is the same each time; live, the password is changed once its history is here, and mail comes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import demo as module
from desktop.app.demo import Demo
from desktop.app.launch import Launch
from desktop.app.parts import Parts
from desktop.demo import office
from desktop.demo.office import BILLING, HELD, MAILS, SALES, SUPPORT, TO_REVIEW
from desktop.domain.health import HealthState
from desktop.domain.syncing import SyncFinished
from desktop.security.secrets import Secret
from desktop.store.reading.reader import Reader
from desktop.workspace import connecting
from desktop.workspace.opening import Given
from desktop.workspace.start import DemoWish
from tests.gui.app.support import LIMIT_MS, StandIn, opened

MOMENT = datetime(2026, 3, 10, 10, 44, tzinfo=UTC)


@contextmanager
def shown(qtbot: QtBot, wish: DemoWish) -> Iterator[Parts]:
    """The demo, open; it is ended with the block and leaves nothing."""
    demo = Demo(wish)
    launch = Launch(Given(Path("untouched")), StandIn, demo)
    launch.begin()
    parts = opened(qtbot, launch)
    folder = parts.workspace.profile.parent
    try:
        yield parts
    finally:
        assert launch.close()
    assert not folder.exists()
    assert not Path("untouched").exists()


def healths(parts: Parts) -> dict[str, HealthState]:
    def ask(read: Reader) -> dict[str, HealthState]:
        return {one.address: read.mailboxes.health(one.id).state for one in read.mailboxes.every()}

    with parts.workspace.store.read() as read:
        return ask(read)


def counted(parts: Parts) -> tuple[int, int]:
    """How many emails there are, and how many of them wait for a person."""
    with parts.workspace.store.read() as read:
        figures = [read.mailboxes.figures(one.id) for one in read.mailboxes.every()]
        return sum(one.synced for one in figures), sum(one.pending + one.errors for one in figures)


def fingerprint(parts: Parts) -> list[tuple[object, ...]]:
    with parts.workspace.store.read() as read:
        mailboxes = [(one.address, read.mailboxes.health(one.id)) for one in read.mailboxes.every()]
        customers = [(one.id, one.name, one.emails) for one in read.customers.find(search="", limit=1000)]
        events = [(one.at, one.what) for one in read.records.events(level="info", limit=100)]
        return [*mailboxes, *customers, *events]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with less mail: what is tested is what happens around it."""
    shares = {SUPPORT: 90, SALES: 40, BILLING: 20}
    monkeypatch.setattr(office, "SHARES", shares)


def test_a_frozen_demo_is_complete_when_it_is_shown(qtbot: QtBot) -> None:
    with shown(qtbot, DemoWish(7, MOMENT)) as parts:
        assert counted(parts) == (MAILS, TO_REVIEW)
        assert healths(parts) == {
            SUPPORT: HealthState.HEALTHY,
            SALES: HealthState.HEALTHY,
            BILLING: HealthState.DISCONNECTED,
        }
        assert (parts.is_demo, parts.open_demo, parts.workspace.clock.now()) == (True, None, MOMENT)
        assert office.PASSWORD in parts.demo_hint
        with parts.workspace.store.read() as read:
            assert read.records.journal(limit=1) == [], "the first undo is the person's own"


def test_the_same_seed_gives_the_same(qtbot: QtBot, small: None) -> None:
    found = []
    for _ in range(2):
        with shown(qtbot, DemoWish(7, MOMENT)) as parts:
            found.append(fingerprint(parts))
    assert found[0] == found[1]


def test_a_live_demo_breaks_one_mailbox_and_repairing_it_brings_what_was_held(
    qtbot: QtBot, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.05)
    with shown(qtbot, DemoWish(7)) as parts:
        heard: list[SyncFinished] = []
        parts.sync.finished.connect(heard.append)
        qtbot.waitUntil(lambda: healths(parts)[BILLING] is HealthState.DISCONNECTED, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: healths(parts)[SUPPORT] is HealthState.HEALTHY, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: counted(parts)[0] > 150, timeout=LIMIT_MS)  # new mail has come
        with parts.workspace.store.read() as read:
            billing = read.mailboxes.by_address(BILLING)
            assert billing is not None
            before = read.mailboxes.figures(billing.id).synced
        _, change = connecting.change_connection(parts.workspace, billing, Secret(office.PASSWORD))
        parts.ops.announce(change)
        parts.sync.sync_now(billing.id)
        qtbot.waitUntil(lambda: healths(parts)[BILLING] is HealthState.HEALTHY, timeout=LIMIT_MS)
        with parts.workspace.store.read() as read:
            assert read.mailboxes.figures(billing.id).synced == before + HELD


def test_a_demo_that_is_given_up_while_it_is_prepared_leaves_nothing(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    launch = Launch(Given(tmp_path / "untouched"), StandIn, Demo(DemoWish(7, MOMENT)))
    launch.begin()
    qtbot.waitUntil(lambda: any(tmp_path.glob("postroom-demo-*")), timeout=LIMIT_MS)
    launch.ask_to_end()
    launch.close()
    assert launch.window is None
    qtbot.waitUntil(lambda: not any(tmp_path.iterdir()), timeout=LIMIT_MS)
