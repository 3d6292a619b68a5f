"""Two windows, or another process, on one queue: who comes second is told, and nothing is overwritten."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.changes import ChangeSet
from desktop.domain.ids import EmailId
from desktop.store.opening import open_store
from desktop.ui.ops import Ops
from desktop.views.review import filing
from desktop.views.review.queue import MailRow
from desktop.views.review.screen import ReviewScreen
from tests.gui.frames import make_frame
from tests.gui.review.conftest import CTRL, Make, Scene
from tests.gui.review.queue_data import LETTERS
from tests.helpers.mails import KEY

Key = Qt.Key
FIRST, SECOND = LETTERS[0].subject, LETTERS[1].subject
TAKEN = "Taken by somebody else: filed with Fjord Outdoor"
ELSEWHERE = """
import sys
from desktop.domain.ids import CustomerId, EmailId
from desktop.services.review import assign
from desktop.store.opening import open_store
from desktop.workspace.clock import SystemClock
from pathlib import Path
store = open_store(Path(sys.argv[1]), sys.argv[2], writing=True)
with store.write() as uow:
    emails = [EmailId(int(one)) for one in sys.argv[4].split(",")]
    assign(uow, emails, CustomerId(int(sys.argv[3])), remember=False, clock=SystemClock())
store.close()
"""


def file_elsewhere(scene: Scene, profile: Path, *emails: EmailId) -> None:
    """Let another process file emails with Fjord Outdoor."""
    words = [str(profile), KEY, str(scene.ids["Fjord Outdoor"]), ",".join(map(str, emails))]
    subprocess.run([sys.executable, "-c", ELSEWHERE, *words], check=True, timeout=60)


def fading(scene: Scene) -> dict[str, str]:
    rows = [row for row in scene.screen.model.rows if isinstance(row, MailRow) and row.taken]
    return {row.item.mail.subject: row.taken for row in rows}


def test_an_email_that_another_process_has_filed_is_not_filed_again(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "FADE_MS", 400)
    scene = make(*LETTERS)
    number = scene.id_of(FIRST)
    file_elsewhere(scene, tmp_path, number)
    scene.press(Key.Key_Return)
    assert scene.said == [TAKEN]
    assert (scene.stored(number).customer, scene.current(), scene.has_focus()) == ("Fjord Outdoor", SECOND, True)
    assert fading(scene) == {FIRST: TAKEN}
    assert scene.screen.filing.sitting.filed == []
    scene.press("K")
    assert scene.current() == SECOND, "what is taken is passed over"
    scene.qtbot.waitUntil(lambda: fading(scene) == {})
    assert FIRST not in scene.subjects()


def test_of_a_domain_the_rest_is_filed(make: Make, tmp_path: Path) -> None:
    scene = make(*LETTERS)
    taken = scene.id_of(SECOND)
    file_elsewhere(scene, tmp_path, taken)
    scene.press("D")
    others = [item.mail.id for item in scene.screen.choice().items if item.mail.id != taken]
    scene.press(Key.Key_Return)
    assert scene.said == [f"Assigned 5 emails to Acme Parts. {TAKEN}"]
    assert {scene.stored(one).customer for one in others} == {"Acme Parts"}
    assert scene.stored(taken).customer == "Fjord Outdoor"
    scene.press(Key.Key_Z, CTRL)
    assert {scene.stored(one).customer for one in others} == {""}
    assert scene.stored(taken).customer == "Fjord Outdoor"


@pytest.mark.parametrize("act", ["review.ignore", "review.accept"])
def test_two_windows_on_one_email(make: Make, tmp_path: Path, qtbot: QtBot, act: str) -> None:
    scene = make(*LETTERS)
    number = scene.id_of(FIRST)
    store = open_store(tmp_path, KEY, writing=True)
    ops, window, heard = Ops(store, scene.clock), QMainWindow(), []
    qtbot.addWidget(window)

    def hear(change: ChangeSet) -> None:
        heard.append(change.words)

    ops.said.connect(hear)
    other = ReviewScreen(make_frame(ops, scene.clock, window)[0])
    window.setCentralWidget(other)
    window.resize(1072, 740)
    window.show()
    qtbot.waitUntil(lambda: other.model.rowCount() > 0 and ops.is_idle())
    scene.window.activateWindow()
    qtbot.waitUntil(scene.window.isActiveWindow)
    scene.screen.view.setFocus()
    scene.press("A")
    scene.type("fjord")
    scene.press(Key.Key_Return)
    assert scene.said == ["Assigned 1 email to Fjord Outdoor"]
    other.view.select({number})
    assert [item.mail.id for item in other.choice().items] == [number], "it is still shown there"
    other.frame.actions.action(act).trigger()
    qtbot.waitUntil(lambda: bool(heard) and ops.is_idle())
    assert heard == [TAKEN]
    assert scene.stored(number).customer == "Fjord Outdoor"
    assert scene.stored(number).code == "SYNCED"
    ops.close()
    store.close()
