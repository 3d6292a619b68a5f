"""Pictures of the sync log: what runs, an error opened, its three lists, a search with and without a hit, one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from tools.screenshots import Stage

LONG = "Kundenbetreuung und Auftragsbearbeitung der Niederlassung Nordrhein-Westfalen"


def _screen(stage: Stage) -> Any:
    stage.go("sync_log")
    screen: Any = stage.window.place("sync_log")
    screen._filters.clear()  # noqa: SLF001 - a picture may set up what a person does in several steps
    screen._search.clear()  # noqa: SLF001
    screen.refresh()
    stage.settle()
    return screen


def _opened(stage: Stage) -> None:
    screen = _screen(stage)
    entry = next(entry for entry in screen._model.entries if entry.can_open and entry.word == "Failed")  # noqa: SLF001
    screen._table.go_to(screen._model.row_of(entry.key))  # noqa: SLF001
    screen._table.setFocus()  # noqa: SLF001
    screen._toggle(entry.key)  # noqa: SLF001
    stage.settle()
    stage.afterwards.append(lambda: screen._toggle(entry.key))  # noqa: SLF001


def _tab(name: str) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        from desktop.views.sync_log.contents import Tab

        screen = _screen(stage)
        screen._choose_tab(Tab(name))  # noqa: SLF001
        stage.settle()
        stage.afterwards.append(lambda: screen._choose_tab(Tab.ACTIVITY))  # noqa: SLF001

    return prepare


def _running(stage: Stage) -> None:
    """A sync in the middle, one that rests, a file that comes, and a backfill that waits for the evening."""
    from desktop.domain.receipt import MailboxReceipt
    from desktop.domain.syncing import Download, SyncFinished, SyncProgress, SyncStage
    from desktop.services import backfills

    screen = _screen(stage)
    sync = screen.frame.sync
    store = stage.parts.workspace.store
    with store.read() as read:
        boxes = [one for one in read.mailboxes.every() if not read.mailboxes.health(one.id).is_at_rest]
    sync.progressed.emit(SyncProgress(boxes[0].id, boxes[0].address, "INBOX", 412, 1240))
    sync.progressed.emit(SyncProgress(boxes[1].id, boxes[1].address, "Archive", 12, 80, SyncStage.PAUSED))
    sync.downloading.emit(Download(boxes[0].id, boxes[0].address, "Grundriss Halle 3.pdf", 3_100_000, 14_200_000))
    clock = stage.parts.workspace.clock
    with store.write() as uow:
        one, _ = backfills.begin(uow, boxes[0], 14, clock, quiet_hours=True)
        run = uow.records._run  # noqa: SLF001 - as far as only a run gets it
        run.exec_driver_sql(
            "UPDATE backfill SET reason = 'It goes on at 20:00, in the quiet hours.', total = 860, stored = 310 "
            f"WHERE id = {one.id}"
        )
    screen.refresh()
    stage.settle()

    def end() -> None:
        for box in boxes[:2]:
            sync.finished.emit(SyncFinished(box.id, box.address, MailboxReceipt(box.address)))
        sync.downloading.emit(Download(boxes[0].id, boxes[0].address, is_over=True))
        with store.write() as uow:
            held = uow.read.backfills.one(one.id)
            assert held is not None
            backfills.cancel(uow, held, clock)
        screen.refresh()
        stage.settle()

    stage.afterwards.append(end)


def _search(words: str) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        screen = _screen(stage)
        screen._search.setText(words)  # noqa: SLF001
        stage.wait_for(lambda: not screen._typing.isActive())  # noqa: SLF001
        stage.settle()

    return prepare


def _one_run(stage: Stage) -> None:
    screen = _screen(stage)
    entry = next(entry for entry in screen._model.entries if entry.run is not None and "fetched" in entry.what)  # noqa: SLF001
    screen._filters.choose_run(entry.run)  # noqa: SLF001
    stage.settle()


def _long(stage: Stage) -> None:
    """Long names of folders, and sentences of servers that go on and on."""
    from desktop.domain.errors import Misconfigured
    from desktop.domain.reasons import ReasonCode

    with stage.parts.workspace.store.write() as uow:
        box = uow.read.mailboxes.every()[0]
        words = f'There is no folder "{LONG}/{LONG}" that can be opened.'
        said = f'The server says: "{" ".join([LONG] * 4)}"'
        error = Misconfigured(
            ReasonCode.FOLDER_MISSING, words, meaning=said, action=f"Choose the folders again. {LONG}."
        )
        uow.records.say_error(error, NOW, mailbox_id=box.id)
    screen = _screen(stage)
    entry = next(entry for entry in screen._model.entries if LONG in entry.what)  # noqa: SLF001
    screen._table.go_to(screen._model.row_of(entry.key))  # noqa: SLF001
    screen._toggle(entry.key)  # noqa: SLF001
    stage.settle()


BOTH, LIGHT = ("light", "dark"), ("light",)
LOG: tuple[tuple[str, Callable[[Stage], None], tuple[str, ...]], ...] = (
    ("opened", _opened, BOTH),
    ("errors", _tab("errors"), BOTH),
    ("manual", _tab("tasks"), LIGHT),
    ("running", _running, BOTH),
    ("found", _search("refused billing@"), LIGHT),
    ("no_result", _search("nothing is called like this"), LIGHT),
    ("one_run", _one_run, LIGHT),
    ("long", _long, BOTH),
)
"""``long`` comes last: what it writes stays in the log of its world."""
