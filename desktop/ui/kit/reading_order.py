"""The tab order is the reading order: of the layouts as they are now, not of when each part was made."""

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QLayout, QSplitter, QWidget


def stops(inside: QWidget) -> Iterator[QWidget]:
    """Yield what Tab stops at in *inside*, itself included: what is laid out first, then what floats above it."""
    if not inside.isVisible() or not inside.isEnabled():
        return
    if inside.focusPolicy() & Qt.FocusPolicy.TabFocus and inside.focusProxy() is None:
        yield inside
    for child in _parts(inside):
        yield from stops(child)


def move_focus(window: QWidget, *, forward: bool) -> bool:
    """Give the focus to the next stop in *window*, or the one before; round at the ends. False if there is none."""
    every = list(stops(window))
    if not every:
        return False
    focus = QApplication.focusWidget()
    at = [place for place, one in enumerate(every) if focus is one or (focus is not None and one.isAncestorOf(focus))]
    if forward:
        following = every[(at[-1] + 1) % len(every) if at else 0]
        following.setFocus(Qt.FocusReason.TabFocusReason)
    else:
        every[at[-1] - 1 if at else -1].setFocus(Qt.FocusReason.BacktabFocusReason)
    return True


def _parts(widget: QWidget) -> list[QWidget]:
    """Return the widgets right inside one, as one reads them: what is laid out first; windows of their own are none."""
    layout = widget.layout()
    inside = [one for one in widget.children() if isinstance(one, QWidget) and not one.isWindow()]
    if isinstance(widget, QSplitter):
        places = [[at] if (at := widget.indexOf(one)) >= 0 else None for one in inside]
    else:
        places = [_place(layout, one) if layout is not None else None for one in inside]
    order = sorted(range(len(inside)), key=lambda at: (places[at] is None, places[at] or []))
    return [inside[at] for at in order]


def _place(layout: QLayout, widget: QWidget) -> list[int] | None:
    """Return where a layout has a widget, as numbers that grow as one reads; None if it has not.

    The layout is never asked for its items: what Python is given of them outlives them, and is taken for whatever is
    made at the same address later.
    """
    at = layout.indexOf(widget)
    if at >= 0:
        return _number(layout, at)
    for inner in layout.children():
        if isinstance(inner, QLayout) and (place := _place(inner, widget)) is not None:
            return [*_number(layout, layout.indexOf(inner)), *place]
    return None


def _number(layout: QLayout, at: int) -> list[int]:
    if not isinstance(layout, QGridLayout):
        return [at]
    row, column, _rows, _columns = cast("tuple[int, int, int, int]", layout.getItemPosition(at))
    return [row, column]
