"""The shape of an HTML page: how deep and how large it is, and the same page made flat enough for a simple view.

Layout costs what nesting makes of it (reliability K2): Qt's rich text takes twice the time for each table within a
table, Chromium gives up on 5,000. So a page is measured before anything lays it out.
"""

import re
from dataclasses import dataclass

from desktop.parsing import limits
from desktop.parsing.htmltext import is_hidden

_RAW_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^"<>]++|"[^"]*+")*+)>')
"""A tag as the sanitiser writes it: lower case, every value in double quotes, every quote inside one escaped."""
_STYLE = re.compile(r"<style[^>]*>.*?</style>", re.DOTALL)
_VOID = frozenset(["area", "br", "col", "hr", "img", "wbr", "input", "meta", "link", "source"])
_CELLS = frozenset(["td", "th"])
_TABLE_PARTS = _CELLS | {"table", "tbody", "thead", "tfoot", "tr", "caption", "colgroup", "col"}
_INDENTS = frozenset(["ul", "ol", "dir", "dl", "blockquote"])
_ITEMS = frozenset(["li", "dd", "dt"])
_LONG_WORD = re.compile(rf"(?:&#?\w{{1,10}};|[^\s<>&]){{{limits.RICH_WORD_CHARS}}}")
_LOOK_BACK = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """Tags, table cells, the deepest nesting of anything, and of tables in tables."""

    tags: int
    cells: int
    depth: int
    tables: int


def piled_up(source: str) -> int:
    """Return about how deep the tags of any HTML pile up, by a look that costs the same whatever it holds.

    Too high for tags that are never closed; too low for closing tags hidden in values, which only hostile mail has.
    """
    stack: list[str] = []
    deepest = 0
    for match in _RAW_TAG.finditer(source):
        name = match[2].lower()
        if not match[1]:
            if name not in _VOID:
                stack.append(name)
                deepest = max(deepest, len(stack))
        elif name in stack[-_LOOK_BACK:]:
            while stack.pop() != name:
                pass
    return deepest


def measure(page: str) -> Shape:
    """Return the shape of a page that the sanitiser wrote."""
    tags = cells = depth = deepest = tables = most = 0
    for match in _TAG.finditer(_STYLE.sub("", page)):
        name = match[2]
        step = -1 if match[1] else 1
        tags += not match[1]
        cells += name in _CELLS and not match[1]
        if name not in _VOID:
            depth += step
            deepest = max(deepest, depth)
        if name == "table":
            tables += step
            most = max(most, tables)
    return Shape(tags, cells, deepest, most)


def simplified(page: str) -> str:
    """Return a page that the sanitiser wrote, flat enough for a rich-text view.

    What is hidden is left out. Tables and lists deeper than their limit become blocks one below the other, other
    nesting beyond its limit is undone, and a word without end gets places to break.
    """
    return _Simplifier(_STYLE.sub("", page)).write()


class _Simplifier:
    """One pass. ``open`` has the closing tag to write for each element that is open, ``""`` if it was left out."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.out: list[str] = []
        self.open: list[str] = []
        self.depth = 0
        self.tables = 0
        self.indents = 0
        self.hidden_from: int | None = None

    def write(self) -> str:
        at = 0
        for match in _TAG.finditer(self.page):
            self._text(self.page[at : match.start()])
            at = match.end()
            name = match[2]
            if name in _VOID:
                self._void(name, match[0])
            elif match[1]:
                self._close(name)
            else:
                self._open(name, match[3], match[0])
        self._text(self.page[at:])
        return "".join(self.out)

    def _text(self, text: str) -> None:
        if self.hidden_from is None and text:
            self.out.append(_LONG_WORD.sub("\\g<0>\u200b", text))

    def _void(self, name: str, tag: str) -> None:
        if self.hidden_from is None and name not in _TABLE_PARTS:
            self.out.append(tag)

    def _open(self, name: str, attributes: str, tag: str) -> None:
        self.tables += name == "table"
        self.indents += name in _INDENTS
        if self.hidden_from is None and is_hidden(attributes):
            self.hidden_from = len(self.open)
        end = "" if self.hidden_from is not None else self._opened(name, tag)
        self.depth += bool(end)
        self.open.append(end)

    def _opened(self, name: str, tag: str) -> str:
        """Write the beginning of an element that is seen; return its closing tag, or ``""`` if it is left out."""
        if self.depth >= limits.RICH_DEPTH:
            return ""
        in_table = name in _TABLE_PARTS and self.tables > limits.RICH_TABLES
        in_list = name in _INDENTS | _ITEMS and self.indents > limits.RICH_INDENTS
        if in_table or in_list:
            if name not in _CELLS | _ITEMS:
                return ""
            name, tag = "div", "<div>"
        self.out.append(tag)
        return f"</{name}>"

    def _close(self, name: str) -> None:
        self.tables -= name == "table"
        self.indents -= name in _INDENTS
        if not self.open:
            return
        end = self.open.pop()
        self.depth -= bool(end)
        self.out.append(end)
        if self.hidden_from is not None and len(self.open) <= self.hidden_from:
            self.hidden_from = None
