"""The worlds that pictures are taken of: the demo's profile as it is, changed, or behind lanes that stall or fail."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from desktop.store.attachment_files import AttachmentFiles

if TYPE_CHECKING:
    from desktop.app.parts import Parts

NOW = datetime(2025, 11, 21, 10, 46, tzinfo=UTC)
SEED = 7
LONG = " und Gesellschaft für internationale Versorgung"


class _StalledStore:
    """A store whose reads wait: what loading looks like."""

    files = AttachmentFiles(Path())

    def __init__(self, gate: Event) -> None:
        self._gate = gate

    def read(self) -> AbstractContextManager[Any]:
        """Wait, then fail."""
        self._gate.wait()
        raise _trouble()

    walk = write = read


class _BrokenStore:
    """A store that cannot be read: what an error looks like."""

    files = AttachmentFiles(Path())

    def read(self) -> AbstractContextManager[Any]:
        """Fail."""
        raise _trouble()

    walk = write = read


def _trouble() -> Exception:
    from desktop.domain.errors import StoreError
    from desktop.domain.reasons import ReasonCode

    return StoreError(
        ReasonCode.STORE_DAMAGED,
        "The database cannot be read: a page of it is damaged.",
        meaning="Nothing was changed; your mailboxes still have everything.",
        action="Put the database back from a backup, or try again.",
    )


@contextmanager
def demo_profile() -> Iterator[Any]:
    """The demo's profile, synced and frozen."""
    from desktop.app.demo import Demo
    from desktop.workspace.opening import Given
    from desktop.workspace.start import DemoWish

    profile = Demo(DemoWish(SEED, NOW)).open(Given())
    try:
        yield profile
    finally:
        profile.stack.close()


@contextmanager
def world(name: str, profile: Any) -> Iterator["Parts"]:
    """Parts on the demo's profile as this world has it: its data changed, or its lanes stalled or broken."""
    from desktop.app.session import Session
    from desktop.ui.ops import Ops
    from desktop.ui.state import UiState

    session = Session(profile)
    session.profile = replace(profile, state=UiState())
    parts = replace(
        session.parts(),
        state=UiState(),
        is_demo=name not in {"first_run", "loading", "error"},
        open_demo=(lambda: None) if name == "first_run" else None,
    )
    gate = Event()
    other: Ops | None = None
    if name == "loading":
        other = Ops(_StalledStore(gate), profile.workspace.clock)
    elif name == "error":
        other = Ops(_BrokenStore(), profile.workspace.clock)
    elif name != "normal":
        CHANGES.get(name, lambda _store: None)(profile.workspace.store)
    if other is not None:
        parts = replace(parts, ops=other)
    try:
        yield parts
    finally:
        gate.set()
        if other is not None:
            other.close()
        session.sync.stop()
        session.ops.close()


def _offline(store: Any) -> None:
    from datetime import timedelta

    from desktop.domain.errors import Transient
    from desktop.domain.health import Trouble
    from desktop.domain.health_events import PassFailed
    from desktop.domain.reasons import ReasonCode
    from desktop.services import health

    error = Transient(ReasonCode.OFFLINE, "This computer is offline.", action="It is tried again by itself.")
    with store.write() as uow:
        for mailbox in uow.read.mailboxes.every():
            health.note(uow, mailbox.id, PassFailed(Trouble.of(error), timedelta(seconds=30)), now=NOW)


def _long_words(store: Any) -> None:
    with store.write() as uow:
        for customer in uow.read.customers.find(limit=60):
            uow.customers.update(replace(customer, name=customer.name + LONG, company=customer.company + LONG))


def _empty(store: Any) -> None:
    from desktop.domain.decision import PERSON, Decision
    from desktop.domain.reasons import ReasonCode

    with store.write() as uow:
        waiting = [mail.id for mail in uow.read.review.waiting()]
        first = uow.read.customers.find(limit=1)[0]
        done = Decision(ReasonCode.SYNCED, "Assigned by hand.", PERSON, first.id, 100)
        uow.decisions.decide_by_hand(waiting, done, NOW)


def _no_mailbox(store: Any) -> None:
    """Leave nothing: a world nobody can reach by commands, a profile before its first mailbox."""
    from desktop.store.tables import metadata

    with store.write() as uow:
        run = uow.read.mailboxes._run  # noqa: SLF001
        run.exec_driver_sql("DELETE FROM email_fts")
        for table in reversed(metadata.sorted_tables):
            run.exec_driver_sql(f"DELETE FROM {table.name}")


CHANGES: dict[str, Callable[[Any], None]] = {
    "offline": _offline,
    "long": _long_words,
    "empty": _empty,
    "first_run": _no_mailbox,
}
WORLDS = ("normal", "loading", "error", "offline", "long", "empty", "first_run")
"""In this order: those that change the data come last, the one that deletes it at the very end."""
