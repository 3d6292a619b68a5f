"""A listener that notes what runners tell, and waits for it."""

import threading
from collections.abc import Callable

from desktop.domain.changes import Changed
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStage, SyncStarted

LIMIT_S = 20.0

Event = SyncStarted | SyncProgress | SyncFinished | Changed


class Notes:
    """Everything heard, in order."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self._more = threading.Condition()

    def started(self, event: SyncStarted) -> None:
        self._note(event)

    def progressed(self, event: SyncProgress) -> None:
        self._note(event)

    def finished(self, event: SyncFinished) -> None:
        self._note(event)

    def committed(self, changed: Changed) -> None:
        self._note(changed)

    def _note(self, event: Event) -> None:
        with self._more:
            self.heard.append(event)
            self._more.notify_all()

    def wait_for(self, is_it: Callable[[Event], bool], *, count: int = 1) -> Event:
        """Wait until *count* such events were heard; returns the last of them."""
        with self._more:
            came = self._more.wait_for(lambda: sum(map(is_it, self.heard)) >= count, LIMIT_S)
            assert came, f"it was not heard {count} times: {self.heard}"
            return [event for event in self.heard if is_it(event)][count - 1]

    def finish(self, count: int = 1, *, address: str = "") -> SyncFinished:
        """Wait until *count* passes (of one mailbox) are over; returns the last of them."""
        event = self.wait_for(
            lambda one: isinstance(one, SyncFinished) and (not address or one.address == address), count=count
        )
        assert isinstance(event, SyncFinished)
        return event

    def stage(self, stage: SyncStage) -> SyncProgress:
        """Wait until a pass is at this stage."""
        event = self.wait_for(lambda one: isinstance(one, SyncProgress) and one.stage is stage)
        assert isinstance(event, SyncProgress)
        return event

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until something else holds; looked at often."""
        pause, tries = threading.Event(), int(LIMIT_S / 0.01)
        assert any(holds() or pause.wait(0.01) for _ in range(tries)), "it never held"

    def passes(self, address: str = "") -> int:
        """How many passes have begun."""
        return sum(isinstance(one, SyncStarted) and (not address or one.address == address) for one in self.heard)
