"""One window per profile: the second start raises the first, however the profile's path is written."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.instance import Instance, socket_name


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A profile whose socket lies in a short folder of its own: a socket's path may have some hundred letters."""
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield tmp_path / "profile"


def in_another_process(profile: Path) -> str:
    """Start once more; tells whether that one was the first."""
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
        "from desktop.app.instance import Instance\n"
        "app = QCoreApplication([]); instance = Instance(Path(sys.argv[1]))\n"
        "print('first' if instance.is_first() else 'guest', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(profile)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        said = started.stdout.readline().strip()
        started.kill()
    return said


def test_the_second_start_raises_the_first(qtbot: QtBot, profile: Path) -> None:
    first, second = Instance(profile), Instance(profile.parent / "." / profile.name)
    assert first.is_first()
    with qtbot.waitSignal(first.raised):
        assert not second.is_first()
    first.close()
    assert second.is_first()
    second.close()


def test_two_profiles_are_two_windows(qtbot: QtBot, profile: Path) -> None:
    first, second = Instance(profile), Instance(profile.with_name("other"))
    assert first.is_first()
    assert second.is_first()
    first.close()
    second.close()


def test_another_process_is_a_guest_and_what_a_killed_one_left_is_no_obstacle(qtbot: QtBot, profile: Path) -> None:
    assert in_another_process(profile) == "first"
    assert Path(socket_name(profile)).exists(), "it was killed and left its socket"
    first = Instance(profile)
    assert first.is_first()
    with qtbot.waitSignal(first.raised):
        assert in_another_process(profile) == "guest"
    first.close()


def test_where_there_is_no_private_folder_the_temporary_one_serves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    assert Path(socket_name(tmp_path)).parent == Path(tempfile.gettempdir())
