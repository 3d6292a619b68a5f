"""What a command prints: one JSON document, or lines for a person. Also what a failed command says."""

import contextlib
import io
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from typing import Any

from desktop.domain.errors import AppError

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_ATTENTION = 0, 1, 2, 3


def speak_utf8() -> None:
    """Make files and pipes UTF-8 whatever the locale, as JSON is; a terminal shows ``?`` for what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


class OutputLost(Exception):
    """What a command has to say cannot be written: whoever read it is gone, or the disk it goes to is full."""


def give_output_up(lost: OutputLost) -> None:
    """Say why unless the reader just left, and send what is still buffered nowhere: the interpreter ends in peace."""
    cause = lost.__cause__
    if isinstance(cause, OSError) and not isinstance(cause, BrokenPipeError):
        tell(f"The command was carried out, but its output could not be written: {cause.strerror}.")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def wants_json(args: Namespace) -> bool:
    """Tell whether the command was asked for JSON."""
    return bool(getattr(args, "json", False))


def show(args: Namespace, document: Any, lines: Sequence[str]) -> None:
    """Print *document* as JSON, or *lines* for a person; raises OutputLost when they cannot be written."""
    _write([json.dumps(document, ensure_ascii=False, indent=2)] if wants_json(args) else map(printable, lines))


def _write(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            print(line)
        print(end="", flush=True)
    except OSError as error:
        raise OutputLost from error


def fail(args: Namespace, error: AppError) -> int:
    """Say *error* on stderr, and as JSON if asked for; returns the exit code of a failed command."""
    tell(str(error))
    if wants_json(args):
        show(args, error_document(error), [])
    return EXIT_FAILED


def error_document(error: AppError) -> dict[str, Any]:
    """Return the contract's ``{"error": {"code", "message"}}``."""
    message = {"code": error.code.value, "message": str(error)}
    field = getattr(error, "field", None)
    return {"error": {**message, "field": field} if field else message}


def tell(line: str) -> None:
    """Say something beside the output: on stderr, if anybody still reads that."""
    with contextlib.suppress(OSError):
        print(printable(line), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Return *text* without control characters: mail must not steer a terminal."""
    return "".join(ch if ch.isprintable() or ch in " \t" else "\N{REPLACEMENT CHARACTER}" for ch in text)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, widest: int = 48) -> list[str]:
    """Return rows as aligned columns under *headings*; long cells are cut with an ellipsis."""
    cells = [[_cut(cell, widest) for cell in row] for row in [headings, *rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(headings))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cut(text: str, widest: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= widest else flat[: widest - 1] + "…"
