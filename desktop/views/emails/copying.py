"""Rows as text for the clipboard: the columns that are shown, separated by tabs."""

from collections.abc import Sequence

from desktop.domain.rows import EmailRow
from desktop.services.customer_csv import spreadsheet_cell
from desktop.ui.tables import Column

MOST = 10_000


def as_text(rows: Sequence[EmailRow], columns: Sequence[Column[EmailRow]]) -> str:
    """Return a head line and one line for each row. A cell is one line, and no spreadsheet takes it for a formula."""
    lines = ["\t".join(column.title for column in columns)]
    lines += ["\t".join(_cell(column.text(row)) for column in columns) for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return spreadsheet_cell(" ".join(text.split()))
