"""The foot of the filters: what is done to mail that is here, Revert, and Apply with its effect in its words."""

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.services.filter_rehearsal import REHEARSED, PastPlan, RehearsalReport
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.words import counted, number

NOT_TOUCHED = "The mailbox is not touched."
NO_CHANGE = "No email that is here would change."
_OF_NEWEST = f"Of the newest {number(REHEARSED)} emails; Apply looks through all and shows it first."


class Foot(QWidget):
    """Always seen, whatever is scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self.past = QCheckBox("Also for the mail that is here")
        self.past_words = Label("", "caption", "text3", wrap=True)
        self.revert_button, self.apply_button = Button("Revert"), Button("Apply", kind="primary")
        said = VBox(4)
        said.addWidget(self.past)
        said.addWidget(self.past_words)
        self._row = HBox(8)
        self._row.addLayout(said, 1)
        self._row.addWidget(self.revert_button)
        self._row.addWidget(self.apply_button)
        column = VBox(0, 0, self)
        column.addWidget(Line())
        column.addLayout(self._row)
        self.setAccessibleName("Apply or revert the filters")
        follow_theme(self._dress)
        self.show_state(None, is_edited=False, wrong="")

    def show_state(self, report: RehearsalReport | None, *, is_edited: bool, wrong: str) -> None:
        """Say what Apply would do, or why it cannot be pressed."""
        plan = report.past if report is not None else PastPlan()
        moves = len(plan.leaves) + len(plan.returns)
        is_cut = report is not None and report.looked_at >= REHEARSED
        self.past.setEnabled(bool(moves) or is_cut)
        if not self.past.isEnabled() and self.past.isChecked():
            self.past.setChecked(False)
        words = past_words(plan) if moves else f"{NOT_TOUCHED} {NO_CHANGE}"
        self.past_words.setText(f"{_OF_NEWEST} {words}" if is_cut else words)
        wants_past = self.past.isChecked()
        why_not = wrong if wrong else "" if is_edited or wants_past else "Nothing was changed."
        self.apply_button.setEnabled(not why_not and report is not None)
        self.apply_button.setToolTip(why_not)
        self.apply_button.setText(_apply_words(report, plan if wants_past else None, is_edited=is_edited))
        self.revert_button.setEnabled(is_edited)
        self.revert_button.setToolTip("" if is_edited else "Nothing was changed.")

    def _dress(self) -> None:
        self._row.setContentsMargins(scaled(16), scaled(8), scaled(16), scaled(8))


def past_words(plan: PastPlan) -> str:
    """Return what applying to the past would do, and what it would leave alone."""
    parts = [f"{counted(len(plan.leaves), 'email')} would leave your lists"] if plan.leaves else []
    parts += [f"{counted(len(plan.returns), 'email')} would come back"] if plan.returns else []
    said = [f"{' and '.join(parts)}; nothing is deleted, one undo takes it back."]
    if plan.customers:
        said.append(f"{number(len(plan.customers))} of them from known customers.")
    if plan.stay:
        stays = "1 that you filed by hand stays." if len(plan.stay) == 1 else ""
        said.append(stays or f"{number(len(plan.stay))} that you filed by hand stay.")
    return " ".join(said)


def _apply_words(report: RehearsalReport | None, plan: PastPlan | None, *, is_edited: bool) -> str:
    if report is None:
        return "Apply"
    parts = [f"skip {number(len(report.newly_skipped))} more"] if is_edited and report.newly_skipped else []
    parts += [f"keep {number(len(report.newly_kept))} more"] if is_edited and report.newly_kept else []
    if plan is not None:
        parts = [f"skip {number(len(plan.leaves))} that are here"] if plan.leaves else []
        parts += [f"bring back {number(len(plan.returns))}"] if plan.returns else []
    return f"Apply: {', '.join(parts)}" if parts else "Apply"
