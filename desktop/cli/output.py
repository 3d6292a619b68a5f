"""What a command prints: one JSON document, or lines for a person. Also what a failed command says."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from desktop.domain.errors import AppError

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_ATTENTION = 0, 1, 2, 3


def wants_json(args: Namespace) -> bool:
    """Tell whether the command was asked for JSON."""
    return bool(getattr(args, "json", False))


def show(args: Namespace, document: Any, lines: Sequence[str]) -> None:
    """Print *document* as JSON, or *lines* for a person."""
    if wants_json(args):
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(printable(line))


def fail(args: Namespace, error: AppError) -> int:
    """Say *error* on stderr, and as JSON if asked for; returns the exit code of a failed command."""
    if wants_json(args):
        print(json.dumps(error_document(error), ensure_ascii=False, indent=2))
    tell(str(error))
    return EXIT_FAILED


def error_document(error: AppError) -> dict[str, Any]:
    """Return the contract's ``{"error": {"code", "message"}}``."""
    message = {"code": error.code.value, "message": str(error)}
    field = getattr(error, "field", None)
    return {"error": {**message, "field": field} if field else message}


def tell(line: str) -> None:
    """Say something beside the output: on stderr."""
    print(printable(line), file=sys.stderr)


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
