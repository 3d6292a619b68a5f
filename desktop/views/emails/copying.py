"""Rows for the clipboard: the columns that are shown, as text separated by tabs and as a table for documents."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QMimeData

from desktop.domain.rows import EmailRow
from desktop.services.spreadsheets import spreadsheet_cell
from desktop.ui.tables import Column

MOST = 10_000


def for_clipboard(rows: Sequence[EmailRow], columns: Sequence[Column[EmailRow]]) -> QMimeData:
    """Return both forms: spreadsheets and editors take what they understand."""
    data = QMimeData()
    data.setText(as_text(rows, columns))
    data.setHtml(as_table(rows, columns))
    return data


def as_text(rows: Sequence[EmailRow], columns: Sequence[Column[EmailRow]]) -> str:
    """Return a head line and one line for each row. A cell is one line, and no spreadsheet takes it for a formula."""
    lines = ["\t".join(column.title for column in columns)]
    lines += ["\t".join(_cell(column.text(row)) for column in columns) for row in rows]
    return "\n".join(lines)


def as_table(rows: Sequence[EmailRow], columns: Sequence[Column[EmailRow]]) -> str:
    """Return an HTML table. What stands in mail is text in it, never markup, and never a formula."""
    head = "".join(f"<th>{escape(column.title)}</th>" for column in columns)
    lines = ("".join(f"<td>{escape(_cell(column.text(row)))}</td>" for column in columns) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<meta charset="utf-8"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(text: str) -> str:
    return spreadsheet_cell(" ".join(text.split()))
