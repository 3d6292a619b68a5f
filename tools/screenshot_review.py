"""Pictures of Needs Review: what is shown before it is done, a doubtful sender, who came second, a form, a drag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.screenshots import Stage

SURE_ONES = 7


def _screen(stage: Stage) -> Any:
    stage.go("review")
    screen: Any = stage.window.place("review")
    screen.view.setFocus()
    return screen


def _undo(stage: Stage, times: int = 1) -> Callable[[], None]:
    def take_back() -> None:
        from desktop.services.undo import undo

        for _ in range(times):
            with stage.parts.workspace.store.write() as uow:
                change = undo(uow, stage.parts.workspace.clock)
            stage.parts.ops.announce(change)  # the figures of the window have to hear of it too
        stage.settle()

    return take_back


def _make_sure(stage: Stage, screen: Any) -> None:
    """Give customers addresses that differ from waiting ones by a tag: what they write is sure enough then."""
    from desktop.services.customers import add_address

    made: set[str] = set()
    for item in screen.shelf.waiting:
        address = item.mail.from_address
        if item.best is not None and not item.one_by_one and address not in made and len(made) < SURE_ONES:
            made.add(address)
            local, _, domain = address.partition("@")
            with stage.parts.workspace.store.write() as uow:
                add_address(uow, item.best.customer.id, f"{local}+orders@{domain}", stage.parts.workspace.clock)
    stage.afterwards.append(_undo(stage, len(made)))
    screen.refresh()
    stage.settle()


def _sure(stage: Stage) -> None:
    screen = _screen(stage)
    _make_sure(stage, screen)
    stage.act("review.accept_sure")
    stage.opened = stage.dialog()


def _sure_rows(stage: Stage) -> None:
    screen = _screen(stage)
    _make_sure(stage, screen)
    first = screen.shelf.sure()[0]
    screen.shelf.uncover([first.mail.id])
    screen.show_queue()
    screen.view.select({first.mail.id})
    stage.settle()


def _sender(stage: Stage) -> None:
    screen = _screen(stage)
    item = next(one for one in screen.shelf.waiting if not one.suggestions and not one.mail.sent_to)
    screen.shelf.uncover([item.mail.id])
    screen.show_queue()
    screen.view.select({item.mail.id})
    stage.act("review.ignore_sender")
    stage.opened = stage.dialog()


def _known_sender(stage: Stage) -> None:
    """A sender who is a customer's and has mail that is filed."""
    from desktop.services.review import assign

    screen = _screen(stage)
    counts: dict[str, list[Any]] = {}
    for one in screen.shelf.waiting:
        counts.setdefault(one.mail.from_address, []).append(one)
    items = max((each for each in counts.values() if each[0].best is not None), key=len)
    best = items[0].best.customer
    with stage.parts.workspace.store.write() as uow:
        assign(uow, [items[0].mail.id], best.id, remember=True, clock=stage.parts.workspace.clock)
    stage.afterwards.append(_undo(stage))
    screen.refresh()
    stage.settle()
    screen.shelf.uncover()
    screen.show_queue()
    screen.view.select({items[-1].mail.id})
    screen.commands.previews.ask_sender(screen.shelf.choice_of([items[-1].mail.id]) if items[1:] else screen.choice())
    stage.opened = stage.dialog()


def _warned(stage: Stage) -> None:
    from desktop.domain.decision import Decision
    from desktop.domain.reasons import ReasonCode

    screen = _screen(stage)
    item = next(one for one in screen.shelf.waiting if one.best is not None)
    domain = item.domain
    reason = (
        f"The mail server of the mailbox found that {domain} did not send it (DMARC). "
        "It may be forged: compare with earlier mail before you file it."
    )
    forged = Decision(ReasonCode.SENDER_UNAUTHENTICATED, reason, "rule:review", needs_review=True)
    held = Decision(ReasonCode(item.mail.code), item.mail.reason, "rule:review", needs_review=True)
    store = stage.parts.workspace.store
    with store.write() as uow:
        uow.decisions.decide_by_rule(item.mail.id, forged, NOW)
    screen.refresh()
    stage.settle()
    screen.shelf.uncover([item.mail.id])
    screen.show_queue()
    shown: list[bool] = []
    screen.desk.preview.shown.connect(lambda: shown.append(True))
    screen.view.select({item.mail.id})
    stage.wait_for(lambda: bool(shown))

    def back() -> None:
        with store.write() as uow:
            uow.decisions.decide_by_rule(item.mail.id, held, NOW)
        screen.refresh()
        stage.settle()

    stage.afterwards.append(back)


def _small(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """In the smallest window there is."""

    def small(stage: Stage) -> None:
        before = stage.window.size()
        stage.window.resize(960, 600)
        stage.afterwards.append(lambda: stage.window.resize(before))
        prepare(stage)

    return small


def _taken(stage: Stage) -> None:
    """Somebody else was quicker: the row fades, and the toast says so."""
    from desktop.services.customers import Details, make_customer
    from desktop.services.review import assign

    screen = _screen(stage)
    clock = stage.parts.workspace.clock
    with stage.parts.workspace.store.write() as uow:
        other, _ = make_customer(uow, Details("Fjord Outdoor Nord"), (), clock.now())
        assign(uow, [screen.choice().items[0].mail.id], other, remember=False, clock=clock)
    screen.view.setFocus()
    stage.act("review.accept")
    stage.afterwards.append(_undo(stage))


def _new(stage: Stage) -> None:
    screen = _screen(stage)
    item = next(one for one in screen.shelf.waiting if one.mail.from_name and not one.suggestions)
    screen.shelf.uncover([item.mail.id])
    screen.show_queue()
    screen.view.select({item.mail.id})
    stage.act("review.new")

    def close() -> None:
        from desktop.ui.customer_form import CustomerForm

        for form in stage.window.findChildren(CustomerForm):
            if form.isVisible():
                form.reject()
        stage.settle()

    stage.afterwards.append(close)


def _zones(stage: Stage) -> None:
    """A drag of one email: it may be ignored as well."""
    screen = _screen(stage)
    screen.view.drag_began.emit()
    stage.settle()
    stage.afterwards.append(screen.view.drag_ended.emit)


def _dropped(stage: Stage) -> None:
    """Two emails over a customer of the list, where the sidebar opened under them."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
    from PySide6.QtWidgets import QApplication

    from desktop.ui.mail_drag import mail_mime

    ids = [one.mail.id for one in _screen(stage).shelf.waiting[:2]]
    stage.go("customers")
    view: Any = stage.window.place("customers").panes()[0]
    viewport = view.viewport()
    data, move = mail_mime(ids, []), Qt.DropAction.MoveAction
    button, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QDragEnterEvent(QPoint(80, 230), move, data, button, plain))
    stage.settle()

    def leave() -> None:
        QApplication.sendEvent(viewport, QDragLeaveEvent())

    stage.afterwards.append(leave)


def _mirrored(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    def mirrored(stage: Stage) -> None:
        from PySide6.QtCore import Qt

        stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
        prepare(stage)

    return mirrored


REVIEW = (
    ("sure", _sure, ("light", "dark")),
    ("sure_rows", _sure_rows, ("light",)),
    ("ignore_sender", _sender, ("light", "dark")),
    ("ignore_known_sender", _known_sender, ("light",)),
    ("warned", _warned, ("light", "dark")),
    ("small", _small(lambda stage: stage.go("review")), ("light",)),
    ("warned_small", _small(_warned), ("light",)),
    ("taken", _taken, ("light", "dark")),
    ("new_customer", _new, ("light", "dark")),
    ("zones", _zones, ("light",)),
    ("dropped_in_customers", _dropped, ("light", "dark")),
    ("rtl", _mirrored(lambda stage: stage.go("review")), ("light",)),
    ("sure_rtl", _mirrored(_sure), ("light",)),
    ("zones_rtl", _mirrored(_zones), ("light",)),
)
