"""Reads a table of customers from the bytes of a CSV file, whatever program in whatever country wrote it. Pure.

Columns are found by their headers (:mod:`desktop.services.customer_columns`). What is wrong with a row is a sentence
beside its line number, and the rows around it are read all the same; only a file that is no such table is refused.

- A row needs an address. Without a name it is called by its company, else by its first address, and such a makeshift
  name never replaces one that is known.
- Line numbers are those of a text editor: the header is line 1, a cell with line breaks takes several.
- Spreadsheets run a cell that begins with ``=`` as a formula, so those we write get an apostrophe
  (``services.spreadsheets``); reading takes it off again.
"""

import codecs
import csv
import io
import itertools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.errors import CommandRefused
from desktop.parsing.clean import one_line
from desktop.services.customer_columns import Columns, find_columns, parse_mapping, recognised
from desktop.services.customer_values import (
    addresses_in,
    bad_input,
    few_addresses,
    few_phones,
    numbers_in,
    tags_in,
    tags_of,
    text_of,
)
from desktop.services.spreadsheets import FORMULA

__all__ = ["BadRow", "CsvRow", "CsvTable", "parse_mapping", "read_csv", "read_headers"]

MAX_BYTES = 100_000_000
MAX_ROWS = 250_000
DELIMITERS = ",;\t|"
_HEAD_CHARS = 1 << 16
"""How far the header line may reach."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 before UTF-16: the mark of one begins with that of the other."""
_OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel, OpenDocument or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"%PDF", "a PDF"),
)
_SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;\t|])"?\s*', re.IGNORECASE)
"""A first line that only Excel knows: it names the delimiter."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row that can be imported. ``emails`` are in comparable form; ``name`` may be empty, ``called`` is not."""

    line: int
    name: str
    emails: tuple[str, ...]
    company: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The name, or what stands in for it: the company, else the first address."""
        return self.name or self.company or self.emails[0]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported: where it begins in the file, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class CsvTable:
    """What a file holds. ``columns`` are (field, header) pairs; ``notes`` are sentences for the preview."""

    rows: tuple[CsvRow, ...]
    bad: tuple[BadRow, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_csv(data: bytes, mapping: Mapping[str, str] | None = None) -> CsvTable:
    """Return the customers in *data*; *mapping* says of columns which field they are (see ``parse_mapping``).

    Raises CommandRefused when the file is too large, no table, or has no column of addresses.
    """
    _refuse_unfit(data)
    encoding, notes = _encoding_of(data)
    delimiter = _delimiter_of(data, encoding, mapping or {})
    records = _records(data, encoding, delimiter)
    _, header = next(records, (0, None))
    if not isinstance(header, list):
        raise bad_input(header or "The file is empty.", "A first line with column names is needed.")
    columns = find_columns(header, mapping)
    rows: list[CsvRow] = []
    bad: list[BadRow] = []
    for line, record in records:
        if len(rows) + len(bad) == MAX_ROWS:
            raise bad_input(f"The file has more than {MAX_ROWS:,} rows.", "Divide it and import the parts.")
        read = _read_row(line, record, columns)
        if isinstance(read, CsvRow):
            rows.append(read)
        else:
            bad.append(read)
    return CsvTable(tuple(rows), tuple(bad), columns.used(), columns.unused(), (*notes, *columns.notes))


def read_headers(data: bytes) -> tuple[str, ...]:
    """Return the names of the columns of *data*, for a person to say which is which; raises as :func:`read_csv`."""
    _refuse_unfit(data)
    encoding, _ = _encoding_of(data)
    _, header = next(_records(data, encoding, _delimiter_of(data, encoding, {})), (0, None))
    if not isinstance(header, list):
        raise bad_input(header or "The file is empty.", "A first line with column names is needed.")
    return tuple(one_line(name, 200) for name in header)


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _refuse_unfit(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise bad_input(
            f"The file has {len(data) // 1_000_000} MB, more than {MAX_BYTES // 1_000_000}.",
            "Divide it and import the parts.",
        )
    for start, kind in _OTHER_FORMATS:
        if data.startswith(start):
            raise bad_input(f"This is {kind}, not CSV.", "Open it and save it as 'CSV UTF-8', then import that.")


def _encoding_of(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the encoding and what to say about it: a byte order mark decides, else what the bytes can be."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, ()
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        sample = data[first:2000:2]
        if sample.count(0) > len(sample) // 2 and data[1 - first : 2000 : 2].count(0) < len(sample) // 8:
            return name, ("The file has no byte order mark; it was read as UTF-16.",)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not data[: error.start].isascii():  # letters that are UTF-8 come in no other encoding by chance
            return "utf-8", ("The file is UTF-8, but some of its bytes are damaged.",)
        return "cp1252", (
            "The file is not UTF-8; it was read as Windows-1252 (Western European). Look whether accents are right.",
        )
    return "utf-8", ()


def _lines(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Return the text by lines, ended by LF, CR LF or CR; bytes that are no character become U+FFFD."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def _delimiter_of(data: bytes, encoding: str, mapping: Mapping[str, str]) -> str:
    """Return the delimiter by which most of the header makes sense, else the one that divides it most."""
    head = _lines(data, encoding).read(_HEAD_CHARS).lstrip("\r\n \x00")
    if named := _SEPARATOR_LINE.fullmatch(head.partition("\n")[0].partition("\r")[0]):
        return named[1]

    def sense(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True)
        try:
            header = next((cells for cells in reader if any(cells)), [])
        except csv.Error:
            header = []
        return recognised(header[:1000], mapping), len(header)

    return max(DELIMITERS, key=sense)


class _Ended:
    """Passes lines on and one more after the last, so that a cell which is still open then is found out."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        """Yield the lines, then the one that is no part of the file."""
        yield from self._lines
        self._ended = True
        yield "end"

    def ended(self) -> bool:
        """Tell whether that last line has been taken."""
        return self._ended


def _records(data: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the rows that are not blank with the lines they begin at; a sentence where the file cannot be divided."""
    lines = _Ended(_lines(data, encoding))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    is_first = True
    while not lines.ended():
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except csv.Error:
            yield line, f"A cell goes on for more than {csv.field_size_limit():,} characters; {_QUOTE}"
            continue
        if lines.ended() and (len(cells) > 1 or reader.line_num > line):
            yield line, f"A cell that begins here goes on to the end of the file; {_QUOTE}"
        elif not lines.ended() and any(cell and not cell.isspace() for cell in cells):
            if not (is_first and _SEPARATOR_LINE.fullmatch(delimiter.join(cells))):
                yield line, cells
            is_first = False


_QUOTE = "a quotation mark is probably missing."


def _read_row(line: int, record: Sequence[str] | str, columns: Columns) -> CsvRow | BadRow:
    if isinstance(record, str):
        return BadRow(line, record)
    try:
        return _row(line, record, columns)
    except CommandRefused as refused:
        return BadRow(line, refused.what)


def _row(line: int, record: Sequence[str], columns: Columns) -> CsvRow:
    width = len(columns.headers)
    if any(cell.strip() for cell in record[width:]):
        raise bad_input(f"The row has {len(record)} cells, but there are {width} columns.")
    emails = few_addresses(address for cell in columns.cells("email", record) for address in addresses_in(_plain(cell)))
    if not emails:
        raise bad_input("The row has no mail address.")
    company, owner = (_text(columns, field, record) for field in ("company", "owner"))
    tags = _tags(columns, record)
    phones = few_phones(one for cell in columns.cells("phone", record) for one in numbers_in(_plain(cell)))
    return CsvRow(line, _name(columns, record), emails, sys.intern(company), sys.intern(owner), tags, phones)


def _text(columns: Columns, field: str, record: Sequence[str], called: str = "") -> str:
    parts = [_plain(cell) for cell in columns.cells(field, record) if cell]
    if not parts:
        return ""
    for part in parts:
        if "@" in part and ("\n" in part or "\r" in part):
            raise bad_input(f"The {called or field} runs over several lines with an address in them; {_QUOTE}")
    return text_of(" ".join(parts), called or field)


def _name(columns: Columns, record: Sequence[str]) -> str:
    """Return the full name; a table of first names beside 'Name' means family names by it, as German ones do."""
    full = _text(columns, "name", record)
    given = _text(columns, "given", record, "first name")
    family = _text(columns, "family", record, "last name")
    if full and ("family" in columns.places or given.casefold() in full.casefold()):
        return full
    return text_of(" ".join(part for part in (given, full or family) if part), "name")


def _tags(columns: Columns, record: Sequence[str]) -> tuple[str, ...]:
    cells = [_plain(cell) for cell in columns.cells("tags", record)]
    return tags_in(cells[0]) if len(cells) == 1 else tags_of(itertools.chain.from_iterable(map(tags_in, cells)))
