"""The menu of the columns: which are shown, in which order, how wide, and by which the list is sorted - all by key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.email_list import EmailOrder
from desktop.views.emails.columns import ALWAYS, FLEXIBLE
from desktop.views.emails.table import EmailTable

STEP = 24
"""By how much a column becomes wider or narrower at once, in px at 100 %."""

SORTS = (
    ("Newest first", EmailOrder.NEWEST),
    ("Oldest first", EmailOrder.OLDEST),
    ("Sender", EmailOrder.SENDER),
    ("Sender, reversed", EmailOrder.SENDER_REVERSED),
    ("Customer", EmailOrder.CUSTOMER),
    ("Customer, reversed", EmailOrder.CUSTOMER_REVERSED),
    ("Status", EmailOrder.STATUS),
    ("Status, reversed", EmailOrder.STATUS_REVERSED),
)


def columns_menu(table: EmailTable, parent: QWidget, order: EmailOrder) -> QMenu:
    """Return the menu; it deletes itself when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    titles = {column.key: column.title for column in table.emails.columns}
    arrangement = table.arrangement
    for key, title in titles.items():
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(key in arrangement.shown)
        action.setEnabled(key not in ALWAYS)
        if key in ALWAYS:
            action.setToolTip("This column is always shown.")
        action.triggered.connect(lambda _on=False, key=key: table.arrange(table.arrangement.toggled(key)))
    menu.setToolTipsVisible(True)
    menu.addSeparator()
    sorting = menu.addMenu("&Sort by")
    for text, wanted in SORTS:
        action = sorting.addAction(text)
        action.setCheckable(True)
        action.setChecked(wanted is order)
        action.triggered.connect(lambda _on=False, wanted=wanted: table.order_wanted.emit(wanted))
    for key in arrangement.in_order():
        _add_arranging(menu.addMenu(titles[key]), table, key)
    menu.addSeparator()
    menu.addAction("&Reset columns", table.reset_columns)
    return menu


def _add_arranging(menu: QMenu, table: EmailTable, key: str) -> None:
    keys = table.arrangement.in_order()
    for text, steps, can in (
        ("Move &before", -1, key != keys[0]),
        ("Move &after", 1, key != keys[-1]),
    ):
        action = menu.addAction(text)
        action.setEnabled(can)
        action.triggered.connect(lambda _on=False, steps=steps: table.arrange(table.arrangement.moved(key, steps)))
    if key == FLEXIBLE:
        return
    for text, more in (("&Wider", STEP), ("&Narrower", -STEP)):
        action = menu.addAction(text)
        action.triggered.connect(lambda _on=False, more=more: _widen(table, key, more))


def _widen(table: EmailTable, key: str, more: int) -> None:
    now = table.arrangement
    table.arrange(now.with_width(key, now.widths[key] + more))
