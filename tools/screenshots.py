"""Pictures of every screen and state, from the demo's data at a frozen time: the same bytes in, the same pixels out.

    python -m tools.screenshots OUT [--only PART] [--scale 1 2]

Each picture is named screen__state__theme__scale. One process per scale, because Qt reads it once.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.screenshot_attachments import ATTACHMENTS
from tools.screenshot_audit import AUDIT
from tools.screenshot_backfill import BACKFILL
from tools.screenshot_emails import EMAILS
from tools.screenshot_filters import FILTERS
from tools.screenshot_log import LOG
from tools.screenshot_matching import MATCHING, PREVIEW
from tools.screenshot_review import REVIEW
from tools.screenshot_sheets import SHEETS
from tools.screenshot_twins import TWINS
from tools.screenshot_wizard import PICTURES
from tools.screenshot_worlds import WORLDS, demo_profile, world

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from desktop.app.parts import Parts
    from desktop.ui.window import MainWindow

SIZE = (1280, 800)
SCREEN = (1440, 900)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its screen, its state, which world it is of, and what is done before it is taken."""

    screen: str
    state: str
    world: str
    prepare: Callable[["Stage"], None]
    themes: tuple[str, ...] = ("light", "dark")


class Stage:
    """A window on one world, and what a person would do in it."""

    def __init__(self, app: "QApplication", window: "MainWindow", parts: "Parts") -> None:
        self.app, self.window, self.parts = app, window, parts
        self.opened: QWidget | None = None
        self.afterwards: list[Callable[[], None]] = []

    def settle(self, *, idle: bool = True) -> None:
        """Let everything be read and painted."""
        from PySide6.QtCore import QDeadlineTimer
        from PySide6.QtTest import QTest

        deadline = QDeadlineTimer(8000)
        quiet = 0
        while quiet < 16 and not deadline.hasExpired():
            QTest.qWait(20)  # longer than any timer that gathers changes
            quiet = quiet + 1 if not idle or self.parts.ops.is_idle() else 0

    def go(self, screen: str, **what: Any) -> None:
        """Go to a place."""
        from desktop.ui.frame import Place

        self.window.go(Place(screen, **what))
        self.settle()

    def act(self, act_id: str) -> None:
        """Carry out a command."""
        self.window.actions_of_window.action(act_id).trigger()
        self.settle()

    def wait_for(self, is_there: Callable[[], bool]) -> None:
        """Let things happen until something is there."""
        from PySide6.QtCore import QDeadlineTimer

        deadline = QDeadlineTimer(8000)
        while not is_there() and not deadline.hasExpired():
            self.app.processEvents()
        self.settle()

    def dialog(self) -> "QWidget":
        """Return the dialog that is open."""
        from PySide6.QtWidgets import QDialog

        self.wait_for(lambda: any(one.isVisible() for one in self.window.findChildren(QDialog)))
        return next(one for one in self.window.findChildren(QDialog) if one.isVisible())


# --- shots ----------------------------------------------------------------------------------------------------------

SETTINGS = ("appearance", "frequency", "network", "sign_in", "privacy")
PLACES = ("dashboard", "emails", "review", "sync_log", "customers", "settings")


def _go(screen: str, **what: Any) -> Callable[[Stage], None]:
    return lambda stage: stage.go(screen, **what)


def _emails_preview(stage: Stage) -> None:
    stage.go("emails")
    table: Any = stage.window.place("emails").panes()[0]
    row = 0
    with stage.parts.workspace.store.read() as read:
        from desktop.domain.email_list import EmailFilter, EmailOrder

        rows = read.email_list.first_page(EmailFilter(), EmailOrder.NEWEST, limit=60)
        row = next((at for at, one in enumerate(rows) if "PO-2291" in one.subject), 0)
    table.go_to(row)
    stage.settle()


def _emails_list(stage: Stage) -> None:
    stage.go("emails")
    stage.act("emails.preview")
    stage.afterwards.append(lambda: stage.act("emails.preview"))


def _emails_nothing(stage: Stage) -> None:
    stage.go("emails")
    field = stage.window.place("emails").search_field()
    if field is not None:
        field.setText("nothing is called like this")
    stage.settle()


def _customer(stage: Stage) -> None:
    with stage.parts.workspace.store.read() as read:
        found = [one for one in read.customers.find(search="Acme Parts") if one.name.startswith("Acme Parts")]
    stage.go("customers", customer_id=found[0].id)


def _palette(stage: Stage) -> None:
    stage.go("emails")
    stage.act("go.palette")
    box = stage.window.palette_box
    if box is not None:
        box.field.setText("re")
    stage.settle()


def _toast(stage: Stage) -> None:
    from desktop.ui.toasts import Words

    stage.go("review")
    stage.window.toasts.show(Words("Assigned 12 emails to Acme Parts", "Undo", "Ctrl+Z", lambda: None))
    stage.settle()


def _drag(stage: Stage) -> None:
    """Twelve emails over a customer: what the drag's own events show, and the card where the pointer would be."""
    from PySide6.QtWidgets import QLabel

    from desktop.ui.mail_drag import DraggedMail, card_pixmap

    stage.go("review")
    screen: Any = stage.window.place("review")
    stage.act("review.domain")
    choice = screen.choice()
    screen.view.setFocus()
    screen.view.drag_began.emit()
    pane = screen.desk.customers
    first = choice.items[0]
    row = next(at for at, line in enumerate(pane.model.lines) if getattr(line, "name", "") == "Acme Parts")
    pane.model.light(row, f"Assign {len(choice.items)} emails")
    stage.window.status.tell(f"Drop to assign {len(choice.items)} emails to Acme Parts. Esc cancels.")
    mail = DraggedMail(first.mail.from_name, first.mail.subject, len(choice.items))
    card = QLabel(stage.window)
    card.setPixmap(card_pixmap(mail, stage.window.devicePixelRatioF()))
    card.adjustSize()
    target = pane.list.visualRect(pane.model.index(row, 0))
    tip = pane.list.viewport().mapTo(stage.window, target.center())
    card.move(tip.x() - card.width(), tip.y() + 14)
    card.show()
    stage.settle()

    def end() -> None:
        card.hide()
        card.setParent(None)
        screen.view.drag_ended.emit()
        screen.view.go_to(1)

    stage.afterwards.append(end)


def _shortcuts(stage: Stage) -> None:
    from desktop.ui.shortcuts import ShortcutSheet

    stage.opened = ShortcutSheet(stage.window.actions_of_window, stage.window)
    stage.opened.show()
    stage.settle()


def _connect(stage: Stage) -> None:
    stage.act("file.connect")
    stage.opened = stage.dialog()


def _import(stage: Stage) -> None:
    from desktop.views.customer_import.dialog import ImportDialog, sample_csv

    stage.act("file.import")
    dialog = stage.dialog()
    assert isinstance(dialog, ImportDialog)
    path = Path(os.environ["POSTROOM_SHOTS"]) / "customers.csv"
    path.write_text(sample_csv() + "Nobody,not an address,,,\r\n", encoding="utf-8")
    dialog.load(path)
    stage.settle()
    path.unlink()
    stage.opened = dialog


def _disconnect(stage: Stage) -> None:
    stage.go("dashboard")
    with stage.parts.workspace.store.read() as read:
        mailbox = read.mailboxes.every()[-1]
    from desktop.views.connect.disconnect import DisconnectDialog

    frame = stage.window.place("dashboard").frame
    stage.opened = DisconnectDialog(frame, stage.window, mailbox)
    stage.opened.show()
    stage.settle()


def _reconnect(stage: Stage) -> None:
    with stage.parts.workspace.store.read() as read:
        mailbox = read.mailboxes.every()[-1]
    stage.window.place("dashboard").frame.doors.reconnect(mailbox.id)
    stage.opened = stage.dialog()


def _settings(part: str) -> Callable[[Stage], None]:
    return lambda stage: stage.go("settings", part=part)


def _large(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """With text of twice its size, as it is set under Appearance."""

    def large(stage: Stage) -> None:
        from desktop.ui.kit.theme import theme

        theme().set_text_scale(200)
        stage.afterwards.append(lambda: theme().set_text_scale(100))
        prepare(stage)

    return large


def _mirrored(prepare: Callable[[Stage], None]) -> Callable[[Stage], None]:
    def mirrored(stage: Stage) -> None:
        from PySide6.QtCore import Qt

        stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        stage.afterwards.append(lambda: stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight))
        prepare(stage)

    return mirrored


SHOTS: tuple[Shot, ...] = (
    *(Shot(place, "normal", "normal", _go(place)) for place in PLACES if place not in {"customers", "emails"}),
    Shot("emails", "list", "normal", _emails_list),
    Shot("emails", "normal", "normal", _emails_preview),
    *(Shot("emails", state, "normal", prepare, themes) for state, prepare, themes in EMAILS),
    Shot("emails", "no_result", "normal", _emails_nothing, ("light",)),
    Shot("customers", "normal", "normal", _customer),
    Shot("review", "toast", "normal", _toast, ("light",)),
    Shot("review", "drag", "normal", _drag),
    Shot("palette", "normal", "normal", _palette),
    Shot("shortcuts", "normal", "normal", _shortcuts, ("light",)),
    Shot("connect", "demo", "normal", _connect, ("light",)),
    *(Shot("connect", state, "normal", prepare, themes) for state, prepare, themes in PICTURES),
    Shot("connect", "reconnect", "normal", _reconnect, ("light",)),
    Shot("disconnect", "normal", "normal", _disconnect, ("light",)),
    Shot("import", "normal", "normal", _import),
    *(Shot(screen, state, "normal", prepare) for (screen, state), prepare in SHEETS.items()),
    *(Shot("audit", state, "normal", prepare, themes) for state, prepare, themes in AUDIT),
    *(Shot("customers", state, "normal", prepare, themes) for state, prepare, themes in TWINS),
    *(Shot(screen, state, "normal", prepare, themes) for screen, state, prepare, themes in ATTACHMENTS),
    *(Shot("review", state, "normal", prepare, themes) for state, prepare, themes in REVIEW),
    Shot("review", "sure_long", "long", REVIEW[0][1], ("light",)),
    *(Shot("sync_log", state, "normal", prepare, themes) for state, prepare, themes in LOG),
    *(Shot("backfill", state, "normal", prepare, themes) for state, prepare, themes in BACKFILL),
    *(Shot("settings", part, "normal", _settings(part), ("light",)) for part in SETTINGS),
    *(Shot("settings", state, where, prepare, themes) for state, where, prepare, themes in MATCHING),
    *(Shot("emails", state, "normal", prepare, themes) for state, prepare, themes in PREVIEW),
    *(Shot(screen, state, "normal", prepare, themes) for screen, state, prepare, themes in FILTERS),
    *(Shot(place, "loading", "loading", _go(place), ("light",)) for place in PLACES[:5]),
    *(Shot(place, "error", "error", _go(place), ("light",)) for place in PLACES[:5]),
    *(Shot(place, "offline", "offline", _go(place), ("light",)) for place in ("dashboard", "review", "sync_log")),
    *(Shot(place, "long", "long", _go(place), ("light",)) for place in ("customers", "review", "emails")),
    *(Shot(place, "text_200", "normal", _large(_go(place)), ("light",)) for place in PLACES),
    *(Shot(place, "rtl", "normal", _mirrored(_go(place)), ("light",)) for place in PLACES if place != "review"),
    Shot("review", "empty", "empty", _go("review")),
    Shot("sync_log", "empty", "first_run", _go("sync_log"), ("light",)),
    Shot("welcome", "normal", "first_run", lambda stage: stage.settle()),
)


# --- taking them ----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="take only pictures whose name has this in it")
    parser.add_argument("--scale", nargs="+", default=["1"], choices=["1", "1.5", "2"])
    parser.add_argument("--in-process", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.in_process:
        return _take(args.out.resolve(), args.only, args.scale[0])
    screen = args.out.resolve() / "screen.json"
    for scale in args.scale:
        screen.write_text(json.dumps({"screens": [_screen(float(scale))]}), encoding="utf-8")
        command = [sys.executable, "-m", "tools.screenshots", str(args.out), "--only", args.only, "--scale", scale]
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
            "QT_SCALE_FACTOR": scale,
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
            "POSTROOM_SHOTS": str(args.out.resolve()),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run([*command, "--in-process"], check=False, env=environment)
        screen.unlink()
        if done.returncode:
            return done.returncode
    return 0


def _screen(scale: float) -> dict[str, object]:
    """Return a screen that has room for the window and every sheet; by itself the platform's has 800 x 800 pixels."""
    width, height = (round(side * scale) for side in SCREEN)
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    return {"name": "desk", "x": 0, "y": 0, "width": width, "height": height, **dots}


def _take(out: Path, only: str, scale: str) -> int:
    from PySide6.QtWidgets import QApplication

    from desktop.ui.kit.theme import theme
    from desktop.ui.mail_view import register_schemes

    register_schemes()
    app = QApplication([])
    theme().apply(app)
    wanted = [shot for shot in SHOTS if any(only in _name(shot, each, scale) for each in shot.themes)]
    with demo_profile() as profile:
        for name in WORLDS:
            shots = [shot for shot in wanted if shot.world == name]
            if shots:
                with world(name, profile) as parts:
                    _take_all(app, parts, shots, lambda shot, each: out / f"{_name(shot, each, scale)}.png")
    return 0


def _take_all(app: Any, parts: "Parts", shots: Sequence[Shot], path: Callable[[Shot, str], Path]) -> None:
    from desktop.app.window import build_window
    from desktop.settings import registry

    window = build_window(parts)
    stage = Stage(app, window, parts)
    window.resize(*SIZE)
    window.show()
    stage.settle(idle=parts.ops.is_idle())
    for shot in shots:
        for each in shot.themes:
            parts.preferences.set(registry.THEME, each)
            window.activateWindow()
            shot.prepare(stage)
            taken = stage.opened or window
            taken.grab().save(str(path(shot, each)))
            print(path(shot, each).name, flush=True)
            if stage.opened is not None:
                stage.opened.close()
                stage.opened = None
            _back(stage)
    window.close()


def _back(stage: Stage) -> None:
    """Leave nothing of one picture to the next."""
    while stage.afterwards:
        stage.afterwards.pop()()
    stage.window.toasts.close()
    if stage.window.palette_box is not None:
        stage.window.palette_box.close_it()
    for place in PLACES:
        field = stage.window.place(place).search_field()
        if field is not None and field.text():
            field.clear()


def _name(shot: Shot, theme_name: str, scale: str) -> str:
    return f"{shot.screen}__{shot.state}__{theme_name}__{scale}x"


if __name__ == "__main__":
    sys.exit(main())
