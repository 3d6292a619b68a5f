"""The rules that people wrote, each with its sentence, in the order in which they count."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.ids import RuleId
from desktop.domain.match_rule import MatchRule
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.views.settings.rows import Found

EDIT, REMOVE, UP, DOWN, APPLY = "edit", "remove", "up", "down", "apply"
NONE_YET = (
    "No rule of your own yet. A rule suggests a customer, gives a tag, or has you look, when a mail is as you say. "
    "It never files anything by itself."
)


class RuleRow(QWidget):
    """One rule. ``asked`` with what is to be done about it."""

    asked = Signal(str)

    def __init__(self, rule: MatchRule, number: int, count: int) -> None:
        super().__init__()
        self.rule = rule
        self._number = Label(str(number), "caption", "text3")
        self._texts = VBox(0)
        self._texts.addWidget(Label(rule.name, "strong", wrap=True))
        self._texts.addWidget(Label(rule.words, "caption", "text2", wrap=True))
        self.buttons = {
            UP: IconButton("arrow-up", f"Move {rule.name} up", small=True),
            DOWN: IconButton("arrow-down", f"Move {rule.name} down", small=True),
            APPLY: IconButton("history", f"Apply {rule.name} to stored mail", small=True),
            EDIT: IconButton("pencil", f"Change {rule.name}", small=True),
            REMOVE: IconButton("x", f"Remove {rule.name}", small=True),
        }
        self.buttons[UP].setEnabled(number > 1)
        self.buttons[DOWN].setEnabled(number < count)
        self.setAccessibleName(f"{number}. {rule.name}. {rule.words}")
        self._line = HBox(8, 0, self)
        self._line.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addLayout(self._texts, 1)
        for act, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, act=act: self.asked.emit(act))
            button.installEventFilter(self)
            self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        follow_theme(self._dress)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """On each button, Alt and an arrow move the rule and Delete removes it."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if is_alt and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            act = UP if event.key() == Qt.Key.Key_Up else DOWN
            if self.buttons[act].isEnabled():
                self.asked.emit(act)
        elif event.key() == Qt.Key.Key_Delete:
            self.asked.emit(REMOVE)
        else:
            return False
        return True

    def menu(self) -> QMenu:
        """Return what can be done, as a menu."""
        menu = QMenu(self)
        for act, button in self.buttons.items():
            entry = menu.addAction(button.accessibleName(), partial(self.asked.emit, act))
            entry.setEnabled(button.isEnabled())
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the same by the second button and the Menu key."""
        self.menu().popup(event.globalPos() if not event.globalPos().isNull() else self.mapToGlobal(QPoint(0, 0)))

    def _dress(self) -> None:
        self._line.setContentsMargins(scaled(16), scaled(8), scaled(8), scaled(8))
        self._line.setSpacing(scaled(8))
        self._number.setMinimumWidth(scaled(16))


class RuleList(Found):
    """All rules, and a way to add one. ``asked`` with an act and the rule; ``add_wanted`` for a new one."""

    asked = Signal(str, int)
    add_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RuleRow] = []
        self._rules: Sequence[MatchRule] = ()
        self.none = Label(NONE_YET, "body", "text2", wrap=True)
        self.add = Button("Add rule", "plus", "quiet", small=True)
        self.add.clicked.connect(lambda _checked=False: self.add_wanted.emit())
        self._hint = Label("Alt+Up, Alt+Down to move a rule", "caption", "text3")
        self._list, self._foot = VBox(0), HBox(8)
        self._foot.addWidget(self.add)
        self._foot.addStretch(1)
        self._foot.addWidget(self._hint)
        column = VBox(0, 0, self)
        column.addWidget(self.none)
        column.addLayout(self._list)
        column.addWidget(Line(color="line"))
        column.addLayout(self._foot)
        self._say()
        follow_theme(self._dress)

    def show_rules(self, rules: Sequence[MatchRule]) -> None:
        """Show the rules as they are now; the focus stays with the rule and the button that had it."""
        if list(rules) == list(self._rules):
            return
        focused = self._focused()
        self._rules = tuple(rules)
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        for number, rule in enumerate(rules, 1):
            if number > 1:
                self._list.addWidget(Line(color="line"))
            row = RuleRow(rule, number, len(rules))
            row.asked.connect(lambda act, rule=rule: self.asked.emit(act, rule.id))
            self.rows.append(row)
            self._list.addWidget(row)
        self._say()
        if focused is not None:
            self.focus_on(*focused)

    def focus_on(self, rule_id: RuleId, act: str) -> None:
        """Give the focus to a button of a rule, to its neighbour where it cannot be pressed, or to "Add rule"."""
        row = next((one for one in self.rows if one.rule.id == rule_id), None)
        if row is None:
            (self.rows[-1].buttons[EDIT] if self.rows else self.add).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        wanted = row.buttons[act]
        (wanted if wanted.isEnabled() else row.buttons[EDIT]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self) -> tuple[RuleId, str] | None:
        for row in self.rows:
            for act, button in row.buttons.items():
                if button.hasFocus():
                    return row.rule.id, act
        return None

    def _say(self) -> None:
        self.none.setVisible(not self._rules)
        self._hint.setVisible(len(self._rules) > 1)
        told = " ".join(f"{rule.name} {rule.words}" for rule in self._rules)
        self.words = f"rules own custom condition pattern tag {NONE_YET} {told}"

    def _dress(self) -> None:
        self.none.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._foot.setContentsMargins(scaled(8), scaled(8), scaled(16), scaled(8))
