"""The pages of lists, and of surfaces and messages."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QListWidget,
    QMenu,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import icon
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Banner, KeyLane, Note, Toast
from desktop.ui.kit.states import EmptyState, ErrorPanel, LoadingRows
from desktop.ui.kit.surfaces import Card
from tools.kit_page.sheets import page, ringed, row, sheet


def surfaces_page() -> QWidget:
    """Messages, menus, empty states, tables."""
    left = [banners_card(), notes_card(), toasts_card(), lane_card()]
    return page(
        "UI kit 3: surfaces and messages",
        [(600, left), (350, [menu_card(), card_card()]), (0, [empty_card()])],
    )


def lists_page() -> QWidget:
    """Qt's own tables and lists, rows that load, errors."""
    return page("UI kit 2: lists", [(656, [table_card(), error_card()]), (0, [loading_card(), edits_card()])])


def banners_card() -> Card:
    """Four banners."""
    column = VBox(4)
    bad = Banner(
        "bad", "since 17:20. Mail waits there.", "Reconnect", can_close=True, strong="billing@ is disconnected"
    )
    column.addWidget(bad)
    limits = "Microsoft limits sales@. Next try in 4 min, nothing is lost."
    column.addWidget(Banner("warn", limits, "See the log", can_close=True))
    offline = "Offline since 10:42. You can keep working; 6 changes wait."
    column.addWidget(Banner("mute", offline, "Show them", icon="wifi-off"))
    demo = "Demo data. Nothing leaves this computer."
    column.addWidget(Banner("info", demo, "Connect a real inbox", icon="flask-conical"))
    caption = "40 high, padding 16/8, glyph 16, one action, full width. One at a time, the most severe."
    return sheet("Banner, for ongoing states only", caption, [column])


def notes_card() -> Card:
    """Three notes."""
    line = HBox(8)
    line.addWidget(Note("bad", "The password was changed at the provider."), 1)
    line.addWidget(Note("warn", "3 of these 310 come from known customers."), 1)
    line.addWidget(Note("info", "Backfill waits for quiet hours, 20:00."), 1)
    caption = "Inside a card: radius 6, padding 8/12, 12 on 16. Beside the cause, never over it."
    return sheet("Inline note", caption, [line])


def toasts_card() -> Card:
    """A toast that offers Undo, and one that tells of trouble."""
    good = Toast("Assigned 12 emails to Acme Parts", "Undo", "Ctrl+Z")
    bad = Toast("Could not assign: Ana took it first", "Show", is_bad=True)
    return sheet("Toast, for events", "36 high, radius 8, bottom centre.", [row(good), row(bad)], spacing=4)


def lane_card() -> Card:
    """A lane of keys."""
    hints = [("J", "K", "Move"), ("Enter", "Accept"), ("D", "Whole domain"), ("Ctrl+Z", "Undo")]
    return sheet("Key lane", "36 high.", [KeyLane(hints)])


def table_card() -> Card:
    """Qt's own table in our style."""
    table = QTableWidget(3, 3)
    table.setHorizontalHeaderLabels(["From", "Subject", "Status"])
    table.setShowGrid(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSortIndicatorShown(True)
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    for place in range(3):
        table.setItem(place, 0, QTableWidgetItem("Wei Zhang"))
        table.setItem(place, 1, QTableWidgetItem("Two orders merged into one"))
        table.setItem(place, 2, QTableWidgetItem("Synced"))
    table.selectRow(1)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setMinimumHeight(scaled(60))
    return sheet("Table", "Header 28, padding 12.", [table])


def menu_card() -> Card:
    """A menu, drawn where it would pop up."""
    menu = QMenu()
    for name, words, key in (
        ("user", "&Assign to...", "A"),
        ("users-round", "&Open customer", "O"),
        ("circle-question-mark", "Why &matched like this?", "M"),
        ("", "", ""),
        ("mail-search", "Why &missing?", "Ctrl+Shift+W"),
        ("copy", "&Copy rows", "Ctrl+C"),
        ("download", "&Save as .eml", "Ctrl+Shift+S"),
        ("", "", ""),
        ("trash-2", "&Delete from Postroom only", "Del"),
    ):
        if not words:
            menu.addSeparator()
            continue
        action = QAction(icon(name), f"{words}\t{key}", menu)
        action.setEnabled(key != "Del")
        menu.addAction(action)
    menu.setActiveAction(menu.actions()[0])
    picture = Label()
    picture.setPixmap(menu.grab())
    caption = "Item 28, radius 4, padding 8/12, icon 16, gap 10, shortcut right, 12 text3. Frame 4, radius 8."
    return sheet("Menu", caption, [picture])


def loading_card() -> Card:
    """Rows that are being read."""
    return sheet("Loading", "8 px bars.", [LoadingRows(3, avatar=True)])


def card_card() -> Card:
    """Cards in three states."""
    column = QVBoxLayout()
    column.setSpacing(scaled(8))
    for name in ("Normal", "Focused", "Chosen"):
        card = Card()
        VBox(0, (8, 13), card).addWidget(Label(name))
        card.set_chosen(chosen=name == "Chosen")
        column.addWidget(ringed(card) if name == "Focused" else card)
    return sheet("Card", "Radius 8, 1 px border, padding 16.", [column])


def empty_card() -> Card:
    """An empty list."""
    empty = EmptyState(
        "mail-search",
        "No email matches",
        "Filter “status: error” leaves nothing from today.",
        "Clear filter",
        "Why missing?",
    )
    return sheet("Empty state", "Glyph 24, 15/600, why it is empty, one action. Centred.", [empty])


def error_card() -> Card:
    """An error in three sentences."""
    error = ErrorPanel(
        "The mail server refused the password.",
        "New mail waits at the provider.",
        "Reconnect and enter the new password.",
        [Button("Reconnect", small=True)],
    )
    return sheet("Error", "What happened, what it means, what to do.", [error])


def edits_card() -> Card:
    """Numbers, text of several lines, a list."""
    number = QSpinBox()
    number.setSuffix(" days")
    number.setValue(14)
    listed = QListWidget()
    listed.addItems(["Every 15 minutes", "Every hour", "Every day", "Never", "By hand", "At night"])
    listed.setCurrentRow(1)
    listed.setFixedHeight(scaled(100))
    written = QTextEdit("Several lines\nof text")
    written.setFixedHeight(scaled(80))
    editable = QComboBox()
    editable.setEditable(True)
    editable.addItems(["imap.acme.example"])
    tool = QToolButton()
    tool.setText("Tool")
    tool.setAutoRaise(True)
    return sheet("Edits", "Qt's own.", [row(number, editable, tool), listed, written])
