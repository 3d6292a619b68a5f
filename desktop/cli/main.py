"""The console script: reads the arguments, runs one command, turns what goes wrong into a sentence and an exit code."""

import argparse
import gc
import logging
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module

from desktop import __version__
from desktop.cli import window
from desktop.cli.arguments import COMMON, Commands
from desktop.cli.output import EXIT_FAILED, OutputLost, fail, give_output_up, speak_utf8, tell
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.security.logs import configure_logging, guard_uncaught
from desktop.security.process import harden_process
from desktop.store.errors import explain

log = logging.getLogger(__name__)

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "window": ("demo",),
    "mailboxes": ("mailboxes",),
    "syncing": ("sync", "watch", "reparse"),
    "backfills": ("backfill",),
    "customers": ("customers",),
    "filters": ("filters",),
    "rules": ("rules",),
    "matching": ("ours",),
    "emails": ("emails", "review"),
    "journal": ("undo", "redo"),
    "log_entries": ("log",),
    "checks": ("health", "audit", "verify"),
    "keys": ("key",),
    "settings": ("settings",),
}
"""The modules of commands and the words that each answers to. All of them take a third of a second to load, so when a
command line begins with such a word, only its module is."""

_EPILOG = """\
Without a command the window is opened.
A first time through:
  postroom key new ~/postroom.key                         (not needed where there is a desktop keyring)
  export POSTROOM_KEY_FILE=~/postroom.key
  postroom mailboxes add --address support@example.com --imap imap.example.com --password-stdin
  postroom customers import customers.csv
  postroom sync
  postroom review list
Your mailbox is only ever read: nothing in it is flagged, moved or deleted.
"""


def build_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Return the whole command line, or as much of it as *words* take: one command, or none for the window."""
    parser = argparse.ArgumentParser(
        prog="postroom",
        description="Brings customer mail from connected inboxes into one encrypted place. "
        "Each mail has one verdict, with a reason.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[COMMON],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"postroom {__version__}")
    parser.set_defaults(handler=window.run_window)
    window.demo_flags(parser)
    commands = Commands(parser, dest="command", required=False)
    for name in COMMANDS if words is None else _modules_for(words):
        import_module(f"desktop.cli.{name}").register(commands)
    return parser


def _modules_for(words: Sequence[str]) -> Collection[str]:
    """Return the modules of commands that a command line needs: all of them when in doubt, for help and complaints."""
    named = [name for name, theirs in COMMANDS.items() if words and words[0] in theirs]
    if named:
        return named
    alone = argparse.ArgumentParser(parents=[COMMON], add_help=False, allow_abbrev=False, exit_on_error=False)
    window.demo_flags(alone)
    try:
        _, unknown = alone.parse_known_args(words)
    except argparse.ArgumentError:
        return COMMANDS
    return COMMANDS if unknown else ()


def main(argv: Sequence[str] | None = None, open_window: window.OpenWindow | None = None) -> int:
    """Run one command, or *open_window* when there is none.

    Returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 needs attention.
    """
    speak_utf8()
    words = sys.argv[1:] if argv is None else argv
    args = build_parser(words).parse_args(words)
    gc.enable()
    args.open_window = open_window
    levels = {0: logging.WARNING, 1: logging.INFO}
    configure_logging(levels.get(getattr(args, "verbose", 0) or 0, logging.DEBUG), sys.stderr)
    guard_uncaught()
    harden_process()
    try:
        return _carried_out(args)
    except OutputLost as lost:
        give_output_up(lost)
        return EXIT_FAILED


def _carried_out(args: argparse.Namespace) -> int:
    try:
        return int(args.handler(args))
    except OutputLost:
        raise
    except AppError as error:
        return fail(args, error)
    except KeyboardInterrupt:
        tell("Stopped.")
        return EXIT_FAILED
    except Exception as error:  # noqa: BLE001 - the top of the program: a person gets a sentence, the log gets the rest
        return _unexpected(args, error)


def _unexpected(args: argparse.Namespace, error: Exception) -> int:
    known = explain(error)
    if known is not None:
        return fail(args, known)
    log.error("unexpected error", exc_info=error)
    sentence = AppError(
        ReasonCode.INTERNAL_ERROR,
        f"Postroom made a mistake of its own ({type(error).__name__}).",
        meaning="What was stored before is whole.",
        action="Please report it with the lines above.",
    )
    return fail(args, sentence)
