"""The page of controls: buttons, chips, avatars, fields, choices, progress."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QWidget,
)

from desktop.ui.kit.buttons import Button, FilterChip, IconButton, Segments, Tabs
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, Field, SearchField, Switch, text_field
from desktop.ui.kit.labels import Avatar, Chip, Count, Icon, KeyCap, Label, Status
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.progress import ProgressBar, Spark
from desktop.ui.kit.surfaces import Card
from tools.kit_page.sheets import POSES, STANDING, Posed, PosedField, page, ringed, row, sheet, wide


def controls_page() -> QWidget:
    """Buttons, chips, avatars, fields, choices, progress."""
    return page(
        "UI kit 1: controls",
        [(668, [buttons_card(), chips_card(), avatars_card()]), (0, [fields_card(), choices_card(), progress_card()])],
    )


def poses(make: Callable[[], Button | IconButton], name: str) -> QHBoxLayout:
    """One kind of button in five states."""
    line = HBox(0)
    label = wide(name, 72)
    label.setFixedHeight(scaled(40))
    line.addWidget(label)
    for pose in (*POSES, "Focused", "Disabled"):
        source = make()
        button = Posed(source.text(), source.face)
        button.setAccessibleName(source.accessibleName())
        button.pose = POSES.get(pose, STANDING)
        button.setEnabled(pose != "Disabled")
        if pose == "Focused":
            ringed(button)
        cell = HBox(0)
        cell.addWidget(button)
        cell.addStretch(1)
        holder = QWidget()
        holder.setLayout(cell)
        holder.setFixedWidth(scaled(108))
        line.addWidget(holder)
    line.addStretch(1)
    return line


def buttons_card() -> Card:
    """Every kind of button."""
    titles = HBox(0)
    titles.addWidget(wide("", 72))
    for pose in (*POSES, "Focused", "Disabled"):
        titles.addWidget(wide(pose, 108))
    titles.addStretch(1)
    column = VBox(0)
    column.addLayout(titles)
    column.addLayout(poses(lambda: Button("Assign", kind="primary"), "Primary"))
    column.addLayout(poses(lambda: Button("Export"), "Secondary"))
    column.addLayout(poses(lambda: Button("Compare", kind="quiet"), "Quiet"))
    column.addLayout(poses(lambda: Button("Delete", kind="danger"), "Danger"))
    column.addLayout(poses(lambda: IconButton("ellipsis", "More"), "Icon"))
    by_domain = Button("By domain", "list-filter", key_hint="G")
    by_domain.face.has_arrow = True
    column.addSpacing(scaled(8))
    column.addLayout(
        row(
            Button("Reconnect", "plug", "primary", "R"),
            Button("Sync all", "refresh-cw", key_hint="F5"),
            by_domain,
            Button("Small", small=True),
            Button("Delete 3 emails", kind="danger_filled"),
        )
    )
    caption = (
        "32 high, padding 12, gap 8, radius 6, 13/500 (filled 600), icon 16, shortcut 12. Small: 28 high, padding 8."
    )
    return sheet("Buttons", caption, [column])


def chips_card() -> Card:
    """Chips, statuses, filters, counts, keys."""
    states = [("ok", "Healthy"), ("warn", "Needs attention"), ("bad", "Disconnected"), ("info", "Syncing")]
    today = FilterChip("Today", 214)
    today.setChecked(True)
    figures = [
        Chip("ok", "92 %", glyph=False),
        Chip("warn", "80 %", glyph=False),
        Chip("mute", "2 owners", glyph=False),
    ]
    filters = (today, FilterChip("Pending", 47), FilterChip("All mailboxes", menu=True))
    dashed = FilterChip("Filter", icon="plus", dashed=True)
    flow = FlowLayout(8)
    for name in ("Tag", "Another", "A third"):
        flow.addWidget(Chip("tag", name))
    return sheet(
        "Chips and badges",
        "Status 20, radius 4, padding 4/8, glyph 14, 12/500. Filter 28, radius 14. Badge 18, min 22 wide. Key cap 18.",
        [
            row(wide("Status", 72), *(Chip(*one) for one in states), Chip("mute", "Paused")),
            row(wide("In rows", 72), Status("ok", "Synced"), 8, Status("half", "Pending"), 8, Chip("bad", "Error")),
            row(wide("Confidence", 72), Label("Exact address"), 8, *figures, 8, Status("none", "No match")),
            row(wide("Filter", 72), *filters, dashed),
            row(
                *(wide("Counts", 72), Count(47), Count(3, is_bad=True), Count(12, is_accent=True), 8),
                *(Chip("tag", "wholesale"), 8, KeyCap("J"), KeyCap("Enter"), KeyCap("Ctrl+Z")),
            ),
        ],
    )


def avatars_card() -> Card:
    """People and companies."""
    people = zip(("Wei Zhang", "Tom Okafor", "Grace Mbeki", "Ana Ruiz"), (24, 28, 32, 40), strict=True)
    firms = zip(("Fjord Outdoor", "Lumen Clinic", "Acme Parts", "Northwind Traders"), (24, 28, 32, 40), strict=True)
    return sheet(
        "Avatars",
        "People round, companies radius 6: 24, 28, 32, 40. Initials 11, 12, 12, 15, weight 600. Seven tints by name.",
        [row(*(Avatar(*one) for one in people), 8, *(Avatar(*one, is_company=True) for one in firms))],
    )


def fields_card() -> Card:
    """Fields in their states."""

    def field(name: str, editor: QWidget, hint: str = "") -> Field:
        editor.setFixedWidth(scaled(256))
        return Field(name, editor, hint, label_at="left", note_at="beside")

    wrong = field("Error", text_field("imap.acme.exmple"))
    wrong.set_error("No such server")
    off = text_field("Ask the owner")
    off.setEnabled(False)
    choice = Choice([("Every 15 minutes", 15), ("Every hour", 60)])
    parts = [
        field("Normal", text_field("support@acme.example")),
        field("Focused", PosedField("Leeds ware")),
        field("Search", SearchField("Search this view", "/")),
        wrong,
        field("Disabled", off, "Only owners"),
        field("Choice", choice),
    ]
    caption = "32 high (28 in rows), padding 10, radius 6, outline 1 px, with focus 2 px inside."
    column = VBox(8)
    for part in parts:
        column.addWidget(part)
    return sheet("Fields", caption, [column])


def choices_card() -> Card:
    """Boxes, circles, switches, segments, tabs."""
    boxes = [QCheckBox(name) for name in ("Off", "On", "Some", "Off", "Focus")]
    boxes[1].setChecked(True)
    boxes[2].setCheckState(Qt.CheckState.PartiallyChecked)
    boxes[3].setEnabled(False)
    ringed(boxes[4])
    circles = [QRadioButton(name) for name in ("Both", "Inbound only", "Manual")]
    circles[1].setChecked(True)
    circles[2].setEnabled(False)
    on = Switch("On")
    on.setChecked(True)
    mine = Segments(["Mine", "Unassigned", "All open"])
    for place, count in enumerate((10, 5, 41)):
        mine.set_count(place, count)
    shades = Segments(["Light", "Dark", "System"], small=True)
    shades.choose(1)
    tabs = Tabs(["Activity", "Errors", "Manual actions"])
    tabs.set_badge(1, 3, is_bad=True)
    tabs.set_badge(2, 47)
    caption = (
        "Box and circle 16, radius 4 or round; the whole row of 24 is the target. Switch 32 by 18. "
        "Segments 32 high, inner 26, radius 4."
    )
    circles_row = row(*circles, Switch("Off"), on, spacing=16)
    return sheet("Choices", caption, [row(*boxes, spacing=16), circles_row, row(mine, shades, spacing=16), tabs])


def progress_card() -> Card:
    """Progress bars and a day in bars."""
    half = ProgressBar()
    half.setRange(0, 950)
    half.setValue(494)
    waiting = ProgressBar()
    waiting.setRange(0, 0)
    line = HBox(24)
    line.addWidget(half)
    line.addWidget(waiting)
    hours = [0, 0, 0, 1, 2, 5, 9, 14, 11, 8, 12, 18, 15, 12, 6, 3, 2, 1, 4, 9, 17, None, None, None]
    caption = "Bar 6 high (8 in dialogs). Counts, Pause and Stop from 5 s on; nothing under 0.5 s."
    return sheet("Progress", caption, [line, row(Spark(hours), Icon("pause", px=14), Icon("x", px=14))])
