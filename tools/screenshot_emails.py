"""Pictures of the Emails screen at work: operators, what is not understood, tags, a long job, views, explanations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.domain.ids import EmailId
    from tools.screenshots import Stage

LONG = "Waiting for a freight forwarder's customs declaration since before the holidays"


def _take_back(stage: Stage, steps: int) -> None:
    from desktop.services.undo import undo

    store, clock = stage.parts.workspace.store, stage.parts.workspace.clock

    def undo_all() -> None:
        for _ in range(steps):
            with store.write() as uow:
                undo(uow, clock)
        _tell(stage)

    stage.afterwards.append(undo_all)


def _tell(stage: Stage) -> None:
    from desktop.domain.changes import Changed, ChangeSet

    stage.parts.ops.announce(ChangeSet(Changed.EMAILS | Changed.VIEWS))
    stage.settle()


def _newest(stage: Stage, count: int) -> list[EmailId]:
    from desktop.domain.email_list import EmailFilter

    with stage.parts.workspace.store.read() as read:
        return [row.id for row in read.email_list.first_page(EmailFilter(), limit=count) if row.id is not None]


def _screen(stage: Stage, search: str = "") -> Any:
    stage.go("emails", search=search or " ")
    screen: Any = stage.window.place("emails")
    if not search:
        screen.search_field().clear()
        stage.settle()
    stage.afterwards.append(lambda: stage.go("emails", search=" "))
    return screen


def _tag(stage: Stage) -> None:
    from desktop.services.tags import add_tag

    store, clock = stage.parts.workspace.store, stage.parts.workspace.clock
    newest = _newest(stage, 12)
    given = (("VIP", newest[:9:2]), ("freight", newest[1:8:3]), ("urgent", newest[:3]), (LONG, newest[4:5]))
    for name, emails in given:
        with store.write() as uow:
            add_tag(uow, emails, name, clock)
    _take_back(stage, len(given))
    _tell(stage)


def _tags(stage: Stage) -> None:
    _tag(stage)
    screen = _screen(stage)
    screen.table.go_to(0)
    stage.settle()
    stage.act("emails.tag")
    stage.afterwards.append(screen.commands.tags.close_it)


def _type(stage: Stage, text: str) -> Any:
    from PySide6.QtTest import QTest

    screen = _screen(stage)
    field = screen.top.search
    stage.window.activateWindow()
    field.setFocus()
    QTest.keyClicks(field, text)
    stage.settle()
    stage.afterwards.append(screen.hints.box.hide)
    return screen


def _operators(stage: Stage) -> None:
    _type(stage, "from:ann st")


def _values(stage: Stage) -> None:
    screen = _type(stage, "-code:")
    screen.hints.box.list.step(1)
    stage.settle()


def _unknown(stage: Stage) -> None:
    screen = _screen(stage, "status:done form:ann tag:nobody")
    screen.sides.main.setFocus()
    stage.settle()


def _job(stage: Stage) -> None:
    screen = _screen(stage)
    screen.table.select_all()
    stage.settle()
    screen.commands.changing.progressed.emit(2_500, 4_200, "Assigning")
    stage.settle()
    stage.afterwards.append(lambda: screen.commands.changing.progressed.emit(0, 0, ""))


def _undoing(stage: Stage) -> None:
    from desktop.app.turning import Turning

    _screen(stage)
    (turning,) = stage.window.findChildren(Turning)
    turning.progressed.emit("Undoing", 412_000, 1_000_000)
    stage.settle()
    stage.afterwards.append(turning.clear)


def _explained(stage: Stage) -> None:
    screen = _screen(stage)
    screen.table.go_to(1)
    stage.settle()
    stage.act("mail.explain")
    stage.afterwards.append(lambda: stage.act("mail.explain"))


def _views(stage: Stage) -> None:
    from desktop.domain.saved_view import ViewContent
    from desktop.services.saved_views import save_view

    store, clock = stage.parts.workspace.store, stage.parts.workspace.clock
    views = (("VIP, unanswered", "tag:VIP"), ("No match > 1 day", "code:NO_MATCH before:today"), (LONG[:58], "freight"))
    for name, search in views:
        with store.write() as uow:
            save_view(uow, name, ViewContent(search), clock)
    _take_back(stage, len(views))
    _tag(stage)
    with store.read() as read:
        first = read.saved_views.every()[0]
    stage.go("emails", part=f"view:{first.id}")
    screen: Any = stage.window.place("emails")
    stage.afterwards.append(lambda: stage.go("emails", search=" "))
    stage.act("emails.save_view")
    screen.keeping.box.refuse(_refused())
    stage.settle()
    stage.afterwards.append(screen.keeping.box.close_it)


def _refused() -> Any:
    from desktop.services.customer_values import bad_input

    return bad_input("A view needs a name.")


def _mirrored(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        from PySide6.QtCore import Qt

        stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
        prepare(stage)

    return show


def _large(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        from desktop.ui.kit.theme import theme

        theme().set_text_scale(200)
        stage.afterwards.append(lambda: theme().set_text_scale(100))
        prepare(stage)

    return show


BOTH, LIGHT = ("light", "dark"), ("light",)
EMAILS: tuple[tuple[str, Callable[[Stage], None], tuple[str, ...]], ...] = (
    ("tags", _tags, BOTH),
    ("tags_rtl", _mirrored(_tags), LIGHT),
    ("tags_200", _large(_tags), LIGHT),
    ("operators", _operators, BOTH),
    ("values", _values, LIGHT),
    ("not_understood", _unknown, BOTH),
    ("not_understood_200", _large(_unknown), LIGHT),
    ("long_job", _job, LIGHT),
    ("undoing", _undoing, BOTH),
    ("undoing_rtl", _mirrored(_undoing), LIGHT),
    ("undoing_200", _large(_undoing), LIGHT),
    ("explained", _explained, BOTH),
    ("explained_rtl", _mirrored(_explained), LIGHT),
    ("views", _views, BOTH),
    ("views_rtl", _mirrored(_views), LIGHT),
    ("views_200", _large(_views), LIGHT),
)
