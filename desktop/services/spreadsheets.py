"""Cells of CSV files for people: what a spreadsheet would run is made safe."""

import re

FORMULA = re.compile("['\"\\s\u00ad\u200b\u200e\u200f\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")
"""How a cell begins that a spreadsheet would run (OWASP, CSV injection), or that looks like one made safe.

Some programs pass over blanks, quotes and what is invisible before they look for the sign.
"""


def spreadsheet_cell(text: str) -> str:
    """Return *text* as it is written to CSV for people: an apostrophe keeps spreadsheets from running it.

    Reading takes off one apostrophe before a formula's first character, so one is put before such a pair as well.
    """
    return f"'{text}" if FORMULA.match(text) else text
