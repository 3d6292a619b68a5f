"""Pictures of customers who are here twice: the flag, the list of pairs, the comparison, what taking back would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from desktop.domain.ids import CustomerId
    from tools.screenshots import Stage

LONG = "Parkside Wholesale and International Forwarding Company of the Northern Harbours"


class _Clock:
    def now(self) -> Any:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def _made(stage: Stage, name: str = "ACME parts") -> tuple[CustomerId, CustomerId]:
    """Make a double of Acme Parts, once; return both."""
    from desktop.services.customers import Details, add_customer

    store = stage.parts.workspace.store
    with store.read() as read:
        acme = next(one for one in read.customers.find(search="Acme Parts") if one.name.startswith("Acme Parts"))
        double = next((one for one in read.customers.find(search=name) if one.name == name), None)
    if double is not None:
        return acme.id, double.id
    details = Details(name, "Acme Parts Ltd", "Jonas Weber", ("wholesale", "leeds"), ("+44 113 496 0188",))
    domain = acme.emails[0].partition("@")[2]
    with store.write() as uow:
        number, change = add_customer(uow, details, [f"orders@{domain}", f"returns@{domain}"], _Clock())
    stage.parts.ops.announce(change)
    return acme.id, number


def _flag(stage: Stage) -> None:
    acme, _ = _made(stage)
    _go(stage, acme)


def _go(stage: Stage, customer_id: CustomerId) -> Any:
    stage.go("customers", customer_id=customer_id)
    screen: Any = stage.window.place("customers")
    screen.twins.look_soon()
    stage.wait_for(lambda: bool(screen.twins.of(customer_id)))
    stage.settle()
    return screen


def _compare(name: str = "ACME parts") -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        acme, double = _made(stage, name)
        screen = _go(stage, acme)
        pair = next(one for one in screen.twins.of(acme) if double in one.key) if name == "ACME parts" else None
        if pair is None:
            from desktop.domain.duplicates import Pair, Strength

            with stage.parts.workspace.store.read() as read:
                first, second = read.customers.by_ids([acme, double])
            pair = Pair(first, second, Strength.LIKELY, ("same domain",))
        stage.opened = screen.twins.compare(pair, acme)
        stage.settle()

    return prepare


def _pairs(stage: Stage) -> None:
    acme, _ = _made(stage)
    screen = _go(stage, acme)
    stage.opened = screen.twins.list_all()
    stage.settle()


def _searching(stage: Stage) -> None:
    from desktop.views.customers.pairs import PairsSheet

    stage.go("customers")
    sheet = PairsSheet(stage.window)
    sheet.show_progress("names", 0.43)
    sheet.open()
    stage.opened = sheet
    stage.settle()


def _no_pairs(stage: Stage) -> None:
    from desktop.domain.duplicates import Duplicates

    _pairs(stage)
    sheet: Any = stage.opened
    sheet.show_found(Duplicates((), 612, 0))


def _problem(stage: Stage) -> None:
    _pairs(stage)
    sheet: Any = stage.opened
    sheet.show_problem("The database is busy. Nothing is lost. Try again in a moment.")


def _unmerge(stage: Stage) -> None:
    from desktop.services.merging import merge_customers
    from desktop.services.undo import undo

    acme, double = _made(stage)
    store = stage.parts.workspace.store
    with store.write() as uow:
        stage.parts.ops.announce(merge_customers(uow, acme, double, None, _Clock()))
        (record, *_) = uow.read.merges.into(acme)

    def back() -> None:
        with store.write() as uow:
            stage.parts.ops.announce(undo(uow, _Clock()))

    stage.afterwards.append(back)
    stage.go("customers", customer_id=acme)
    screen: Any = stage.window.place("customers")
    stage.settle()
    stage.opened = screen.twins.unmerge(record)
    stage.settle()


def _move(stage: Stage) -> None:
    acme, double = _made(stage)
    screen = _go(stage, acme)
    with stage.parts.workspace.store.read() as read:
        address = read.customers.by_ids([acme])[0].emails[0]
    stage.opened = screen.twins.move(acme, double, address)
    stage.settle()


def _offer(stage: Stage) -> None:
    from desktop.services.customers import add_address

    acme, _ = _made(stage)
    screen = _go(stage, acme)
    store = stage.parts.workspace.store
    with store.read() as read:
        waiting = [mail.from_address for mail in read.review.waiting() if "freemail" in mail.from_address]
    with store.write() as uow:
        stage.parts.ops.announce(add_address(uow, acme, waiting[0], _Clock()))
    stage.wait_for(lambda: screen.desk.notices.offer is not None)
    screen.desk.notices.rematch_wanted.emit()
    stage.opened = stage.dialog()
    stage.settle()


def _mirrored(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """Have it read from right to left."""

    def mirrored(stage: Stage) -> None:
        from PySide6.QtCore import Qt

        stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
        prepare(stage)

    return mirrored


BOTH, LIGHT = ("light", "dark"), ("light",)
TWINS: tuple[tuple[str, Callable[[Stage], None], tuple[str, ...]], ...] = (
    ("duplicate", _flag, BOTH),
    ("duplicate_rtl", _mirrored(_flag), LIGHT),
    ("pairs", _pairs, BOTH),
    ("pairs_searching", _searching, BOTH),
    ("pairs_searching_rtl", _mirrored(_searching), LIGHT),
    ("pairs_empty", _no_pairs, LIGHT),
    ("pairs_error", _problem, LIGHT),
    ("compare", _compare(), BOTH),
    ("compare_long", _compare(LONG), LIGHT),
    ("compare_rtl", _mirrored(_compare()), LIGHT),
    ("unmerge", _unmerge, BOTH),
    ("move_address", _move, LIGHT),
    ("rematch", _offer, BOTH),
)
