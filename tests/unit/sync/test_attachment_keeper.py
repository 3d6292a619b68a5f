"""Who fetches attachments by itself: when there is work, behind the live sync, and never where something is wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.domain.attachments import ON_DEMAND
from desktop.domain.changes import Changed
from desktop.domain.errors import NeedsSignIn
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.services.attachments import ask, set_policy
from desktop.services.mailboxes import set_state
from desktop.sync.attachment_keeper import AttachmentKeeper
from desktop.sync.context import Limits
from tests.helpers.large import large_mail
from tests.helpers.pieces import Desk

RAW = large_mail(400_000)
WAIT_S = 20.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


class Heard:
    """What the keeper commits, to be waited for."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._count = 0

    def committed(self, _changed: Changed) -> None:
        with self._change:
            self._count += 1
            self._change.notify_all()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        with self._change:
            assert self._change.wait_for(is_so, WAIT_S)


@contextmanager
def keeping(
    desk: Desk, heard: Heard, is_live: Callable[[MailboxId], bool] = lambda _box: False
) -> Iterator[AttachmentKeeper]:
    keeper = AttachmentKeeper(
        desk.context(), lambda: Limits(piece_bytes=64 << 10), is_live, heard.committed, lambda _told: None
    )
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.end()
        assert keeper.wait_over(WAIT_S)


def test_it_fetches_what_is_wanted_and_looks_again_when_something_is_asked_for(desk: Desk) -> None:
    with desk.store.write() as uow:
        set_policy(uow, desk.mailbox, ON_DEMAND, desk.clock)
    email, heard = desk.deliver(RAW), Heard()
    with keeping(desk, heard) as keeper:
        with desk.store.write() as uow:
            ask(uow, email, None, desk.clock)
        keeper.look()
        heard.wait_until(lambda: desk.states(email) == ["here"])
    assert desk.delivered(email) == RAW
    assert desk.shelf.sign_ins == 1


def test_it_waits_for_the_live_sync(desk: Desk) -> None:
    email, heard, looks = desk.deliver(RAW), Heard(), list[MailboxId]()

    def is_live(mailbox_id: MailboxId) -> bool:
        looks.append(mailbox_id)
        assert len(looks) > 3 or desk.shelf.sign_ins == 0
        return len(looks) <= 3

    with keeping(desk, heard, is_live):
        heard.wait_until(lambda: desk.states(email) == ["here"])
    assert len(looks) > 3


def test_a_refused_sign_in_is_told_once_and_not_repeated(desk: Desk) -> None:
    desk.deliver(RAW)
    refused = threading.Event()

    def refuse(_ref: int, _start: int, _count: int) -> bytes:
        refused.set()
        raise NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")

    desk.shelf.lie = refuse
    heard = Heard()

    def has_trouble() -> bool:
        with desk.store.read() as read:
            return read.mailboxes.condition(desk.mailbox.id).trouble is not None

    with keeping(desk, heard) as keeper:
        assert refused.wait(WAIT_S)
        heard.wait_until(has_trouble)
        for _ in range(3):
            keeper.stir()
            keeper.look()
    assert desk.shelf.sign_ins == 1


def test_a_paused_mailbox_is_left_in_peace(desk: Desk) -> None:
    email, heard = desk.deliver(RAW), Heard()
    with desk.store.write() as uow:
        set_state(uow, desk.mailbox.id, MailboxState.PAUSED, desk.clock)
    assert "paused" in desk.words(email)
    with keeping(desk, heard) as keeper:
        keeper.look()
    assert desk.shelf.sign_ins == 0
