"""``undo`` and ``redo``."""

from argparse import Namespace
from collections.abc import Callable

from desktop.cli.arguments import Commands, flag_json, whole_number
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, show, tell
from desktop.cli.workspace import opened
from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import CommandRefused
from desktop.services.undo import redo, undo
from desktop.store.writing.unit_of_work import UnitOfWork

Step = Callable[[UnitOfWork, Clock], ChangeSet]


def register(commands: Commands) -> None:
    """Add the commands."""
    back = commands.add("undo", run_undo, "Take the newest command back: an assignment, an import, an added customer.")
    back.add_argument("--count", type=whole_number, default=1, metavar="N", help="this many commands (default 1)")
    flag_json(back)
    again = commands.add("redo", run_redo, "Do what was undone again.")
    again.add_argument("--count", type=whole_number, default=1, metavar="N", help="this many commands (default 1)")
    flag_json(again)


def run_undo(args: Namespace) -> int:
    """Undo."""
    return _turn(args, "undone", undo)


def run_redo(args: Namespace) -> int:
    """Redo."""
    return _turn(args, "redone", redo)


def _turn(args: Namespace, name: str, step: Step) -> int:
    """Take the steps one by one; when one is refused, those before it stand and are said."""
    words: list[str] = []
    with opened(args, writing=True) as workspace:
        try:
            for _ in range(args.count):
                with workspace.store.write() as uow:
                    words.append(step(uow, workspace.clock).words)
        except CommandRefused as refused:
            if not words:
                raise
            tell(str(refused))
    show(args, {name: words}, [f"{line}." for line in words])
    return EXIT_DONE if len(words) == args.count else EXIT_FAILED
