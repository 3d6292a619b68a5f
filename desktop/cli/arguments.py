"""How commands are declared: one way, so that help reads the same everywhere."""

import argparse
from collections.abc import Callable

from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode

Handler = Callable[[argparse.Namespace], int]

COMMON = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
_common = COMMON.add_argument_group("profile and trust")
_common.add_argument("--profile", metavar="DIR", help="where the database, settings and logs live")
_common.add_argument("--key-file", metavar="FILE", help="the database key, made by 'postroom key new FILE' (mode 0600)")
_common.add_argument("--passphrase-stdin", action="store_true", help="read the profile's passphrase from stdin")
_common.add_argument("--ca-file", metavar="FILE", help="trust one more certificate authority (PEM)")
_common.add_argument("-v", "--verbose", action="count", help="say more on stderr; twice for debugging")


class Commands:
    """A level of commands under a parser."""

    def __init__(self, parser: argparse.ArgumentParser, *, dest: str, required: bool = True) -> None:
        self._level = parser.add_subparsers(dest=dest, metavar="COMMAND", required=required)

    def add(self, name: str, handler: Handler, words: str, *, epilog: str = "") -> argparse.ArgumentParser:
        """Add a command that *handler* carries out; *words* are its help."""
        made = self._make(name, words, epilog)
        made.set_defaults(handler=handler)
        return made

    def group(self, name: str, words: str) -> "Commands":
        """Add a noun with commands of its own."""
        return Commands(self._make(name, words, ""), dest=f"{name}_command")

    def _make(self, name: str, words: str, epilog: str) -> argparse.ArgumentParser:
        return self._level.add_parser(
            name,
            help=words,
            description=words,
            epilog=epilog or None,
            parents=[COMMON],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )


def flag_json(parser: argparse.ArgumentParser) -> None:
    """Let a command answer with one JSON document."""
    parser.add_argument("--json", action="store_true", help="answer with one JSON document on stdout")


def flag_limit(parser: argparse.ArgumentParser, *, shown: int) -> None:
    """Let a list be cut: a person sees *shown* lines unless they ask for more, a program gets everything."""
    words = f"at most N (default {shown}; with --json: all)"
    parser.add_argument("--limit", type=whole_number, default=None, metavar="N", help=words)
    parser.set_defaults(shown=shown)


def limit_of(args: argparse.Namespace) -> int:
    """Return how many entries of a list are wanted."""
    if args.limit is not None:
        return int(args.limit)
    return EVERYTHING if args.json else int(args.shown)


EVERYTHING = 2**31 - 1


def whole_number(text: str) -> int:
    """Read a number of zero or more; argparse turns the error into usage help."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def number_of(text: str, noun: str) -> int:
    """Return the number that *text* names; raises CommandRefused when it cannot be an id."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no {noun} {text!r}: ids are numbers.",
            meaning="Nothing was changed.",
            action=f"'postroom {noun}s list' shows them.",
        )
    return int(text)
