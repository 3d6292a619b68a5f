"""The tab order is the reading order: of the layouts as they are now, not of when each part was made."""

from collections.abc import Iterator

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


def _parts(widget: QWidget) -> Iterator[QWidget]:
    """Yield the widgets right inside one, as one reads them; windows of their own are none."""
    layout = widget.layout()
    if isinstance(widget, QSplitter):
        placed = [part for at in range(widget.count()) if (part := widget.widget(at)) is not None]
    else:
        placed = list(_laid_out(layout)) if layout is not None else []
    yield from placed
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow() and child not in placed:
            yield child


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    order = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        order.sort(key=lambda at: tuple(layout.getItemPosition(at))[:2])  # type: ignore[arg-type]
    for at in order:
        item = layout.itemAt(at)
        inner, part = (item.layout(), item.widget()) if item is not None else (None, None)
        if inner is not None:
            yield from _laid_out(inner)
        elif part is not None:
            yield part
