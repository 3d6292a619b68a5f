"""A rule being written: its conditions, what it does, and at every pause what that would come to."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError, Stopped
from desktop.domain.ids import RuleId
from desktop.domain.match_rule import CONDITIONS, PATTERN_CHARS, Action, Condition, MatchRule, Where
from desktop.domain.rows import EmailRow
from desktop.matching.patterns import TEXT_CHARS
from desktop.services.match_rules import RulePreview, RuleRehearsal, add_rule, change_rule
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, Field, text_field
from desktop.ui.kit.labels import Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.ops import Job
from desktop.ui.words import number
from desktop.views.settings.customer_choice import CustomerChoice
from desktop.views.settings.rule_conditions import ConditionRow
from desktop.views.settings.rule_preview import RulePreviewPanel, to_show

PAUSE_MS = 150
THEN = {Action.CUSTOMER: "suggest the customer", Action.TAG: "give the tag", Action.REVIEW: "have a person look at it"}
LIMITS = (
    f"* stands for anything, ? for one character. A pattern has at most {PATTERN_CHARS} characters, and of a text the "
    f"first {number(TEXT_CHARS)} are looked at, so no pattern takes long."
)
FOOT = "For mail from now on, and at once for what waits. To mail that is here it is applied from the list of rules."
NEW = RuleId(0)


class RuleEditor(QWidget):
    """Writes a new rule, or changes one. ``closed`` when it is done or given up."""

    closed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._id = NEW
        self._sample: RuleRehearsal | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._preview)
        self.head = Label("", "section", wrap=True)
        self.name = text_field(placeholder="Pallets to Acme Parts")
        self.name_field = Field("Name", self.name)
        self.conditions: list[ConditionRow] = []
        self.more = Button("Condition", "plus", "quiet", small=True)
        self.action = Choice([(words, one) for one, words in THEN.items()], name="What the rule does")
        self.customer = CustomerChoice(frame)
        self.tag = text_field(placeholder="freight", name="The tag")
        self.error = Note("bad", "", glyph=True)
        self.preview = RulePreviewPanel()
        self.save, self.cancel = Button("", kind="primary"), Button("Cancel")
        self._rows = VBox(8)
        self._column = VBox(12, 0, self)
        self._assemble()
        self._listen()
        self.hide()

    # --- what the page asks for -------------------------------------------------------------------------------------

    def open(self, rule: MatchRule | None) -> None:
        """Begin with *rule*, or with an empty one."""
        self._id = rule.id if rule is not None else NEW
        self.customer.choose(rule.customer if rule is not None else None)
        self.head.setText(f"Change the rule {rule.name}" if rule is not None else "New rule")
        self.save.setText("Save the rule" if rule is not None else "Add the rule")
        self.name.setText(rule.name if rule is not None else "")
        self.action.choose(rule.action if rule is not None else Action.CUSTOMER)
        self.tag.setText(rule.tag if rule is not None else "")
        while self.conditions:
            self._drop(self.conditions[-1])
        for one in rule.conditions if rule is not None else (Condition(Where.SUBJECT, ""),):
            self._put(one)
        self.error.hide()
        self.name_field.clear_error()
        self._show_action()
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read_sample()

    def close_it(self) -> None:
        """Give it up: nothing is stored."""
        self.hide()
        self._pause.stop()
        self._sample = None
        self.closed.emit()

    @property
    def rule(self) -> MatchRule:
        """What is written so far."""
        action = Action(str(self.action.value))
        return MatchRule(
            self._id,
            self.name.text(),
            tuple(row.condition for row in self.conditions if not row.is_empty),
            action,
            self.customer.customer if action is Action.CUSTOMER else None,
            self.tag.text() if action is Action.TAG else "",
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives it up, Enter in a field stores it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._store()
        else:
            super().keyPressEvent(event)

    # --- preview ----------------------------------------------------------------------------------------------------

    def _read_sample(self) -> None:
        self.preview.show_words("Reading the newest emails…")
        self._frame.ops.read(self, RuleRehearsal, self._take_sample, failed=self._no_preview, slot="sample")

    def _take_sample(self, sample: RuleRehearsal) -> None:
        self._sample = sample
        self._preview()

    def _changed(self) -> None:
        for row in self.conditions:
            row.check()
        self.error.hide()
        self._pause.start()

    def _preview(self) -> None:
        sample, rule = self._sample, self._complete()
        if sample is None or not self.isVisible():
            return
        if rule is None:
            is_wrong = any(row.error for row in self.conditions)
            self.preview.show_words(
                "No preview while a condition is wrong."
                if is_wrong
                else "Say what a mail must have, and what it fits is shown here."
            )
            return
        self._frame.ops.work(
            self,
            partial(_try, sample, rule),
            lambda answer: self.preview.show_preview(*answer),
            failed=self._no_preview,
            slot="preview",
        )

    def _complete(self) -> MatchRule | None:
        """Return the rule as far as it can be tried: what is still missing beside its conditions does not matter."""
        rule = self.rule
        return _tried(rule) if rule.conditions and not any(row.error for row in self.conditions) else None

    def _no_preview(self, error: AppError) -> None:
        self.preview.show_words(str(error))

    # --- storing ----------------------------------------------------------------------------------------------------

    def _store(self) -> None:
        wrong = [row for row in self.conditions if not row.check()]
        if wrong:
            wrong[0].pattern.setFocus()
            return
        if not self.name.text().strip():
            self.name_field.set_error("A rule needs a name.")
            self.name.setFocus()
            return
        rule = self.rule

        def command(uow: Any, clock: Clock) -> ChangeSet:
            return add_rule(uow, rule, clock)[1] if rule.id == NEW else change_rule(uow, rule, clock)

        self._frame.ops.run(self, command, then=lambda _change: self.close_it(), failed=self._refuse)

    def _refuse(self, error: AppError) -> None:
        self._refuse_words(f"{error.what} {error.action}".strip())

    def _refuse_words(self, words: str) -> None:
        self.error.show_note("bad", words)
        self.error.show()

    # --- conditions and what it does --------------------------------------------------------------------------------

    def _put(self, condition: Condition) -> ConditionRow:
        row = ConditionRow(condition)
        row.changed.connect(self._changed)
        row.gone.connect(lambda: self._take_away(row))
        self.conditions.append(row)
        self._rows.addWidget(row)
        self._count()
        return row

    def _take_away(self, row: ConditionRow) -> None:
        at = self.conditions.index(row)
        self._drop(row)
        self.conditions[min(at, len(self.conditions) - 1)].pattern.setFocus()
        self._changed()

    def _drop(self, row: ConditionRow) -> None:
        self.conditions.remove(row)
        row.hide()
        row.setParent(None)
        row.deleteLater()
        self._count()

    def _count(self) -> None:
        for row in self.conditions:
            row.remove.setEnabled(len(self.conditions) > 1)
        is_full = len(self.conditions) >= CONDITIONS
        self.more.setEnabled(not is_full)
        self.more.setToolTip(f"A rule has at most {CONDITIONS} conditions." if is_full else "")

    def _show_action(self) -> None:
        action = Action(str(self.action.value))
        self.customer.setVisible(action is Action.CUSTOMER)
        self.tag.setVisible(action is Action.TAG)
        self._changed()

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        then, foot, more = HBox(8), HBox(8), HBox(8)
        then.addWidget(Label("Then", "body"))
        then.addWidget(self.action)
        then.addWidget(self.customer)
        then.addWidget(self.tag, 1)
        then.addStretch(1)
        more.addWidget(self.more)
        more.addStretch(1)
        foot.addWidget(Label(FOOT, "caption", "text3", wrap=True), 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        self._column.addWidget(self.head)
        self._column.addWidget(self.name_field)
        self._column.addWidget(Label("When all of these fit", "body"))
        self._column.addLayout(self._rows)
        self._column.addLayout(more)
        self._column.addWidget(Label(LIMITS, "caption", "text3", wrap=True))
        self._column.addLayout(then)
        self._column.addWidget(self.error)
        self._column.addWidget(Line(color="line"))
        self._column.addWidget(self.preview)
        self._column.addWidget(Line(color="line"))
        self._column.addLayout(foot)
        self.setAccessibleName("The rule that is being written")
        follow_theme(self._dress)

    def _listen(self) -> None:
        self.name.textChanged.connect(self.name_field.clear_error)
        self.more.clicked.connect(lambda _checked=False: self._put(Condition(Where.SENDER, "")).pattern.setFocus())
        self.action.currentIndexChanged.connect(self._show_action)
        self.tag.textChanged.connect(self._changed)
        self.customer.chosen.connect(self._changed)
        self.customer.refused.connect(self._refuse_words)
        self.save.clicked.connect(lambda _checked=False: self._store())
        self.cancel.clicked.connect(lambda _checked=False: self.close_it())

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._column.setSpacing(scaled(12))


def _try(sample: RuleRehearsal, rule: MatchRule, job: Job) -> tuple[RulePreview, Sequence[EmailRow]]:
    """In a worker: what the rule fits, and the rows to show."""

    def check() -> None:
        if job.cancelled.is_set():
            raise Stopped

    found = sample.preview(rule, check)
    wanted = to_show(found)
    rows = {row.id: row for row in sample.rows(wanted)}
    return found, [rows[one] for one in wanted]


def _tried(rule: MatchRule) -> MatchRule:
    """Return *rule* with something in place of what is not filled in yet; a tag contradicts nothing."""
    is_whole = {Action.CUSTOMER: rule.customer is not None, Action.TAG: bool(rule.tag.strip())}
    action = rule.action if is_whole.get(rule.action, True) else Action.TAG
    return MatchRule(rule.id, rule.name.strip() or "New rule", rule.conditions, action, rule.customer, "new")
