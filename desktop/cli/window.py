"""``postroom`` alone and ``demo``: what the words of the command line ask of the window, which is opened elsewhere."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import UTC, datetime

from desktop.cli.arguments import Commands, whole_number
from desktop.cli.workspace import unlocking_in
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.workspace.start import DEMO_SEED, DemoWish, Start

OpenWindow = Callable[[Start], int]
PICTURE_TIME = "2026-03-10T10:44:00+00:00"


def register(commands: Commands) -> None:
    """Add the command."""
    demo_flags(commands.add("demo", run_window, "Open the window on a demo: nothing leaves this computer."), demo=True)


def demo_flags(parser: ArgumentParser, *, demo: bool = False) -> None:
    """Add what says how the demo is wanted; without *demo*, also the flag that asks for it."""
    if demo:
        parser.set_defaults(demo=True)
    else:
        parser.add_argument("--demo", action="store_true", default=SUPPRESS, help="open the demo, as 'postroom demo'")
    words = f"another office, the same for the same number (default {DEMO_SEED})"
    parser.add_argument("--seed", type=whole_number, metavar="N", default=SUPPRESS, help=words)
    parser.add_argument(
        "--freeze-time",
        type=_moment,
        nargs="?",
        const=_moment(PICTURE_TIME),
        metavar="ISO",
        default=SUPPRESS,
        help="the demo's time stands still: the same pictures each time",
    )


def run_window(args: Namespace) -> int:
    """Open the window on the profile of *args*, or on the demo; ends when it is closed."""
    open_window: OpenWindow | None = getattr(args, "open_window", None)
    if open_window is None:
        raise AppError(ReasonCode.NOT_AVAILABLE, "This program was started without its window.")
    demo = None
    if getattr(args, "demo", False):
        demo = DemoWish(getattr(args, "seed", DEMO_SEED), getattr(args, "freeze_time", None))
    return open_window(Start(unlocking_in(args), demo))


def _moment(text: str) -> datetime:
    """Read an instant; one without a zone is in UTC, so that pictures are the same everywhere."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("must be a time such as 2026-03-10T10:44") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
