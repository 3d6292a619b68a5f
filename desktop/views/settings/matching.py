"""The page of matching: the mode, your own rules, how right every rule has been, and what counts as ours."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import RuleId
from desktop.domain.match_rule import MatchRule
from desktop.domain.rule_limits import MatchingMode
from desktop.domain.rule_record import RuleRecord
from desktop.services.match_rules import move_rule, remove_rule
from desktop.services.matching import add_our_name, loosen, remove_our_name, set_mode, tighten
from desktop.services.rule_past import Ruled, RulePast, apply_rule_past, preview_rule_past
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.long_plan import LongPlanSheet, Step
from desktop.ui.ops import Command
from desktop.ui.plan_sheet import Plan, Question
from desktop.ui.preview.verdicts import sender_of, subject_of
from desktop.views.settings.matching_known import MatchingKnown, ask_matching
from desktop.views.settings.matching_mode import ModeRows
from desktop.views.settings.matching_rules import APPLY, EDIT, REMOVE, UP, RuleList
from desktop.views.settings.ours_rows import OursRows, SharedRows, told_of
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known
from desktop.views.settings.rows import Found, Section
from desktop.views.settings.rule_editor import RuleEditor
from desktop.views.settings.rule_table import RuleTable

SHOWN = 8
"""So many emails are named before a rule is applied to them."""


class _Rules(Found):
    """The list of rules, and below it the one that is being written."""

    def __init__(self, rules: RuleList, editor: RuleEditor) -> None:
        super().__init__()
        self._rules = rules
        column = VBox(0, 0, self)
        column.addWidget(rules)
        column.addWidget(editor)

    def narrow(self, typed: str) -> bool:
        """Be shown where the list fits what was typed."""
        self.words = self._rules.words
        return super().narrow(typed)


class MatchingPage(Page):
    """Whose mail is it?"""

    id = "matching"
    title = "Matching"
    icon = "crosshair"
    hint = "Everything here can be undone"
    keywords = "match customers confidence strict"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.known: MatchingKnown | None = None
        self.sheet: LongPlanSheet | None = None
        self._edited: RuleId | None = None
        self._typed = ""
        self._records: Sequence[RuleRecord] = ()
        self.mode, self.rules, self.editor = ModeRows(), RuleList(), RuleEditor(frame)
        self.table, self.ours, self.shared = RuleTable(), OursRows(), SharedRows()
        self.loading = LoadingRows(4, 64)
        self.trouble = EmptyState("triangle-alert", "Matching cannot be read", "", "Try again")
        self.trouble.hide()
        self.content.addWidget(self.loading)
        self.content.addWidget(self.trouble)
        for title, rows, hint in (
            ("What counts as a match", [self.mode], ""),
            ("Your own rules", [_Rules(self.rules, self.editor)], ""),
            (
                "How right each rule has been",
                [self.table],
                (
                    "What a rule suggested first or filed, against with whom people then filed the mail. Mail that a "
                    "rule filed and nobody decided on since counts as not looked at, neither right nor wrong."
                ),
            ),
            ("What counts as ours", [self.ours], ""),
            ("Free mail and shared hosts", [self.shared], ""),
        ):
            self.add_section(Section(title, rows, hint)).hide()
        self._listen()

    # --- reading ----------------------------------------------------------------------------------------------------

    def show_known(self, known: Known) -> None:
        """Something of the store changed: read again what is shown."""
        if self.isVisible():
            self._read_state()

    def showEvent(self, event: QShowEvent) -> None:
        """Read when the page comes to be seen: how right the rules were is dear to count."""
        super().showEvent(event)
        self._read()

    def show_failure(self, error: AppError) -> None:
        """Say that nothing could be read."""
        if self.known is None:
            self.trouble.show_words("Matching cannot be read", str(error), "Try again")
            self.loading.hide()
            self.trouble.show()

    def narrow(self, typed: str) -> bool:
        """Show what fits, once it is read."""
        self._typed = typed
        found = super().narrow(typed)
        if self.known is None:
            for section in self.sections:
                section.hide()
        return found

    def _read(self) -> None:
        self._read_state()
        self.frame.ops.read(
            self, lambda read: read.rule_records.every(), self._show_records, failed=_unsaid, slot="records"
        )

    def _read_state(self) -> None:
        self.frame.ops.read(self, ask_matching, self._show, failed=self.show_failure, slot="matching")

    def _show_records(self, records: Sequence[RuleRecord]) -> None:
        self._records = records
        if self.known is not None:
            self._show(self.known)

    def _show(self, known: MatchingKnown) -> None:
        was_known, self.known = self.known is not None, known
        self.loading.hide()
        self.trouble.hide()
        self.mode.show_mode(known.mode)
        self.rules.show_rules(known.rules)
        self.table.show_records(self._records, known.limits)
        self.ours.show_ours(known.ours)
        if not was_known:
            self.narrow(self._typed)

    # --- doing ------------------------------------------------------------------------------------------------------

    def _run(self, command: Command) -> None:
        self.frame.ops.run(self, command, then=lambda _change: self._read())

    def _choose(self, mode: MatchingMode) -> None:
        def refused(error: AppError) -> None:
            if self.known is not None:
                self.mode.show_mode(self.known.mode)
            self.mode.refuse(str(error))

        self.frame.ops.run(
            self,
            lambda uow, clock: set_mode(uow, mode, clock),
            then=lambda _change: self._read(),
            failed=refused,
        )

    def _rule(self, act: str, number: int) -> None:
        rules = self.known.rules if self.known is not None else ()
        at = next((at for at, one in enumerate(rules, 1) if one.id == number), 0)
        if not at:
            return
        rule_id = RuleId(number)
        if act == EDIT:
            self._edit(rule_id)
        elif act == APPLY:
            self._apply(rules[at - 1])
        elif act == REMOVE:
            self._run(lambda uow, clock: remove_rule(uow, rule_id, clock))
        else:
            place = at - 1 if act == UP else at + 1
            self._run(lambda uow, clock: move_rule(uow, rule_id, place, clock))

    def _apply(self, rule: MatchRule) -> None:
        """Show what the rule would change of mail that is here, and ask."""
        lead = "A rule counts for mail from now on. This applies it to mail that came before, with one undo."
        question = Question("Apply to stored mail", f"Apply {words.short(rule.name)}?", lead, "Apply")

        seen: list[RulePast] = []

        def ask(read: Any, step: Step) -> Plan:
            found = preview_rule_past(read, rule.id, step)
            seen[:] = [found]
            rows = [(f"{sender_of(one.row)}: {subject_of(one.row)}", said_of(one)) for one in found.shown[:SHOWN]]
            return Plan([("inbox", found.words)], rows, len(found.emails) - len(rows), bool(found.emails))

        def command(uow: Any, clock: Clock, step: Step) -> ChangeSet:
            return apply_rule_past(uow, seen[0], clock, step)

        self.sheet = LongPlanSheet(self.frame, self.window(), question, ask, command, self._read)
        self.sheet.open()

    def _edit(self, rule_id: RuleId | None) -> None:
        rules = self.known.rules if self.known is not None else ()
        self._edited = rule_id
        self.editor.open(next((one for one in rules if one.id == rule_id), None))
        self.rules.add.setEnabled(False)
        self.reveal(self.editor)

    def _edit_ended(self) -> None:
        self.rules.add.setEnabled(True)
        if self._edited is not None:
            self.rules.focus_on(self._edited, EDIT)
        else:
            self.rules.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def _add_ours(self, typed: str) -> None:
        def taken(_change: object) -> None:
            self.ours.taken()
            self._read()

        self.frame.ops.run(
            self,
            lambda uow, clock: add_our_name(uow, typed, clock),
            then=taken,
            failed=lambda error: self.ours.refuse(f"{error.what} {error.action}".strip()),
        )

    def _look_up(self, typed: str) -> None:
        self.frame.ops.work(self, lambda _job: told_of(typed), self.shared.show_answer, slot="shared")

    def _listen(self) -> None:
        self.mode.chosen.connect(self._choose)
        self.rules.add_wanted.connect(partial(self._edit, None))
        self.rules.asked.connect(self._rule)
        self.editor.closed.connect(self._edit_ended)
        self.table.tighten_wanted.connect(lambda rule: self._run(lambda uow, clock: tighten(uow, rule, clock)))
        self.table.loosen_wanted.connect(lambda rule: self._run(lambda uow, clock: loosen(uow, rule, clock)))
        self.ours.add_wanted.connect(self._add_ours)
        self.ours.remove_wanted.connect(lambda name: self._run(lambda uow, clock: remove_our_name(uow, name, clock)))
        self.shared.asked.connect(self._look_up)
        self.trouble.primary.clicked.connect(lambda _checked=False: self._read())


def said_of(one: Ruled) -> str:
    """Return what an email that a rule would change is now, or would be."""
    if one.decision is not None:
        return one.decision.reason
    return f"Filed with {one.row.customer}" if one.row.customer else one.row.reason


def _unsaid(_error: AppError) -> None:
    """The rest of the page says that nothing can be read."""
