"""What the demo's banner says to try next: one thing at a time, gone once it is done."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.domain.ids import JournalId
from desktop.ui import words


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a person is: whether a mailbox is red, how many emails wait, and the newest commands to undo and redo."""

    is_red: bool
    queue: int
    undoable: JournalId | None
    redoable: JournalId | None


class Tour:
    """Goes from step to step as a person does them. *hint* is the first: how the red mailbox is repaired."""

    def __init__(self, hint: str) -> None:
        self._begun: Stand | None = None
        self._was_red = False
        self._steps: list[tuple[Callable[[Stand], str], Callable[[Stand], bool]]] = [
            (lambda _now: hint, self._is_repaired),
            (_review, self._has_decided),
            (_take_back, lambda now: now.redoable is not None),
            (_domain, self._has_decided),
            (_commands, lambda _now: False),
        ]

    def step(self, now: Stand) -> str:
        """Return what to try next, given how far the person is now."""
        self._begun = self._begun or now
        self._was_red = self._was_red or now.is_red
        while self._steps[0][1](now):
            del self._steps[0]
            self._begun = now
        return self._steps[0][0](now)

    def _is_repaired(self, now: Stand) -> bool:
        return self._was_red and not now.is_red

    def _has_decided(self, now: Stand) -> bool:
        """Tell whether a command was carried out since this step is shown, or nothing is left to decide."""
        is_new = self._begun is not None and now.undoable not in {None, self._begun.undoable}
        return (is_new and now.redoable is None) or not now.queue


def _review(now: Stand) -> str:
    return f"{words.counted(now.queue, 'email waits', 'emails wait')} for you: Ctrl+3, then Enter accepts a suggestion."


def _take_back(_now: Stand) -> str:
    return "Ctrl+Z takes back what you did, step by step."


def _domain(_now: Stand) -> str:
    return "In Needs Review, D chooses all mail of one company; Enter files it at once."


def _commands(_now: Stand) -> str:
    return "Ctrl+K finds any command, ? lists the keys."
