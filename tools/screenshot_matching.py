"""Pictures of Settings > Matching: rules with their record, one being written, a pattern that is too long, mirrored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.domain.match_rule import MatchRule
    from tools.screenshots import Stage

TAKEN = 24
"""So many suggestions are decided, so that there is something to say of the rules."""


def _rules(stage: Stage) -> list[MatchRule]:
    from desktop.domain.customer import CustomerRef
    from desktop.domain.email_list import EmailFilter
    from desktop.domain.ids import RuleId
    from desktop.domain.match_rule import Action, Condition, MatchRule, Where

    with stage.parts.workspace.store.read() as read:
        rows = read.emails.page(EmailFilter(search="order"), limit=200)
    found = next(row for row in rows if row.customer)
    assert found.customer_id is not None
    who = CustomerRef(found.customer_id, found.customer)
    conditions = (Condition(Where.SUBJECT, "order"), Condition(Where.SENDER, "*@*.example"))
    return [
        MatchRule(RuleId(0), "Orders", conditions, Action.CUSTOMER, who),
        MatchRule(RuleId(0), "Freight", (Condition(Where.BODY, "pallet*delivery"),), Action.TAG, None, "freight"),
        MatchRule(RuleId(0), "Payment changed", (Condition(Where.SUBJECT, "bank"),), Action.REVIEW),
    ]


def _fill(stage: Stage) -> Any:
    """Store rules and decide on mail, and show the page; all is taken back after the picture."""
    from desktop.services.match_rules import add_rule
    from desktop.services.review import assign
    from desktop.services.suggestions import review_queue
    from desktop.services.undo import undo

    store, clock = stage.parts.workspace.store, stage.parts.workspace.clock
    steps = 0
    for rule in _rules(stage):
        with store.write() as uow:
            add_rule(uow, rule, clock)
        steps += 1
    with store.read() as read:
        waiting = [item for item in review_queue(read) if item.suggestions][:TAKEN]
    for at, item in enumerate(waiting):
        wrong = at % 3 == 0 and len(item.suggestions) > 1
        with store.write() as uow:
            chosen = item.suggestions[1 if wrong else 0].customer.id
            assign(uow, [item.mail.id], chosen, remember=False, clock=clock)
        steps += 1

    def take_back() -> None:
        for _ in range(steps):
            with store.write() as uow:
                undo(uow, clock)

    stage.afterwards.append(take_back)
    return _open(stage)


def _open(stage: Stage) -> Any:
    stage.go("dashboard")
    stage.go("settings", part="matching")
    screen: Any = stage.window.place("settings")
    page = screen.page
    page.area.verticalScrollBar().setValue(0)
    return page


def _normal(stage: Stage) -> None:
    _fill(stage)


def _below(stage: Stage) -> None:
    page = _fill(stage)
    page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    stage.settle()


def _written(stage: Stage) -> Any:
    from desktop.domain.match_rule import Where

    page = _fill(stage)
    page.rules.add.click()
    editor = page.editor
    rule = _rules(stage)[0]
    editor.name.setText("Orders of the shop")
    editor.conditions[0].where.choose(Where.SUBJECT)
    editor.conditions[0].pattern.setText("order")
    editor.customer.choose(rule.customer)
    stage.settle()
    stage.wait_for(lambda: bool(editor.preview.shown))
    page.area.ensureWidgetVisible(editor.save, 0, 40)
    stage.settle()
    stage.afterwards.append(editor.close_it)
    return page


def _editor(stage: Stage) -> None:
    _written(stage)


def _wrong(stage: Stage) -> None:
    page = _written(stage)
    page.editor.conditions[0].pattern.setText("order " * 50)
    stage.settle()


def _asked(stage: Stage, name: str) -> None:
    """Ask before the rule of that name is applied to stored mail."""
    from desktop.views.settings.matching_rules import APPLY

    page: Any = stage.window.place("settings")
    page = page.page
    stage.wait_for(lambda: any(row.rule.name == name for row in page.rules.rows))
    next(row for row in page.rules.rows if row.rule.name == name).buttons[APPLY].click()
    stage.wait_for(lambda: page.sheet is not None and bool(page.sheet.lines))
    stage.opened = page.sheet
    stage.settle()


def _applied_to_nothing(stage: Stage) -> None:
    _fill(stage)
    _asked(stage, "Freight")


def _applied(stage: Stage) -> None:
    from desktop.domain.ids import RuleId
    from desktop.domain.match_rule import Action, Condition, MatchRule, Where
    from desktop.services.match_rules import add_rule
    from desktop.services.undo import undo

    _fill(stage)
    store, clock = stage.parts.workspace.store, stage.parts.workspace.clock
    rule = MatchRule(RuleId(0), "About orders", (Condition(Where.SUBJECT, "order"),), Action.TAG, None, "order")
    with store.write() as uow:
        add_rule(uow, rule, clock)

    def take_back() -> None:
        with store.write() as uow:
            undo(uow, clock)

    stage.afterwards.append(take_back)
    _open(stage)
    _asked(stage, rule.name)


def _mirrored_applied(stage: Stage) -> None:
    from PySide6.QtCore import Qt

    stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
    _applied(stage)


def _mirrored(stage: Stage) -> None:
    from PySide6.QtCore import Qt

    stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
    _written(stage)


def _mirrored_top(stage: Stage) -> None:
    from PySide6.QtCore import Qt

    stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
    _fill(stage)


def _plain(stage: Stage) -> None:
    _open(stage)


def _told(stage: Stage, *, parties: Any = None, delivery: Any = None) -> None:
    """Show an email in the preview with something to tell about who is behind it, or about its delivery."""
    from dataclasses import replace

    from desktop.domain.email_list import EmailFilter

    stage.go("emails")
    screen: Any = stage.window.place("emails")
    with stage.parts.workspace.store.read() as read:
        email_id = next(row.id for row in read.emails.page(EmailFilter(), limit=50) if row.customer and row.id)
    stage.go("emails", email_id=email_id)
    letter = screen.preview.letter
    changed = replace(letter, **{k: v for k, v in (("parties", parties), ("delivery", delivery)) if v is not None})
    screen.preview.page.show_letter(changed)
    stage.settle()


def _handed_on(stage: Stage) -> None:
    from desktop.services.parties import Parties

    _told(stage, parties=Parties("ana@acme.example forwarded a mail of wei@acme-parts.example."))


def _unproven(stage: Stage) -> None:
    from desktop.services.parties import Parties

    warning = "The mail server found that it was not sent by acme-parts.example (DMARC fail)."
    _told(stage, parties=Parties("", f"{warning} It may be forged: compare with earlier mail."))


def _came_back(stage: Stage) -> None:
    from desktop.domain.ids import EmailId
    from desktop.ui.preview.letter import Delivery

    words = "It could not be delivered to wei@acme-parts.example: the mailbox is full."
    _told(stage, delivery=Delivery("", (words,), EmailId(1), has_failed=True))


def _mirrored_back(stage: Stage) -> None:
    from PySide6.QtCore import Qt

    stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
    _came_back(stage)


BOTH, LIGHT = ("light", "dark"), ("light",)
MATCHING: tuple[tuple[str, str, Callable[[Stage], None], tuple[str, ...]], ...] = (
    ("matching", "normal", _normal, BOTH),
    ("matching_below", "normal", _below, BOTH),
    ("matching_editor", "normal", _editor, BOTH),
    ("matching_wrong", "normal", _wrong, LIGHT),
    ("matching_rtl", "normal", _mirrored_top, LIGHT),
    ("matching_editor_rtl", "normal", _mirrored, LIGHT),
    ("matching_apply", "normal", _applied, BOTH),
    ("matching_apply_none", "normal", _applied_to_nothing, LIGHT),
    ("matching_apply_rtl", "normal", _mirrored_applied, LIGHT),
    ("matching_none", "normal", _plain, LIGHT),
    ("matching_long", "long", _written, LIGHT),
    ("matching_error", "error", _plain, LIGHT),
    ("matching_loading", "loading", _plain, LIGHT),
)
"""State, world, what is done before the picture, and the themes it is taken in."""
PREVIEW: tuple[tuple[str, Callable[[Stage], None], tuple[str, ...]], ...] = (
    ("handed_on", _handed_on, BOTH),
    ("unproven", _unproven, LIGHT),
    ("came_back", _came_back, BOTH),
    ("came_back_rtl", _mirrored_back, LIGHT),
)
"""The same of the preview of an email, in the normal world."""
