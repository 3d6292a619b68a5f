"""Logging is set up once, redacts everywhere and never fails the work it reports on."""

import io
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.security.logs import configure_logging, guard_uncaught
from tools.pytest_house import ExpectedLogs

log = logging.getLogger("desktop.test")


@pytest.fixture(autouse=True)
def restored(expected_logs: ExpectedLogs) -> Iterator[None]:
    expected_logs.allow("desktop")
    root, own = logging.getLogger(), logging.getLogger("desktop")
    before = (list(root.handlers), root.level, own.level)
    yield
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], root.level, own.level = before[0], before[1], before[2]
    logging.getLogger("desktop").setLevel(before[2])


def test_our_own_loggers_speak_from_the_level_up_and_libraries_warn() -> None:
    stream = io.StringIO()
    configure_logging(logging.DEBUG, stream)
    log.debug("ours")
    logging.getLogger("imapclient").debug("A1 LOGIN ann hunter2")
    logging.getLogger("imapclient").info("theirs")
    assert stream.getvalue() == "DEBUG desktop.test: ours\n"


def test_configuring_again_replaces_the_handlers() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging(logging.INFO, first)
    configure_logging(logging.WARNING, second)
    log.info("quiet")
    log.warning("for ann@example.org")
    assert first.getvalue() == ""
    assert second.getvalue().startswith("WARNING desktop.test: for <address ")
    assert second.getvalue().count("\n") == 1


def test_the_file_is_private_redacted_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.security.logs._FILE_BYTES", 5_000)
    before = os.umask(0)
    try:
        configure_logging(logging.INFO, io.StringIO(), tmp_path / "logs" / "postroom.log")
        for _ in range(500):
            log.info("password=hunter2 of ann@example.org ü")
    finally:
        os.umask(before)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 4
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "hunter2" not in text
        assert "ann@" not in text
        assert len(text) < 6_000
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_file_that_cannot_be_opened_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    for path in (tmp_path / "logs" / "postroom.log", tmp_path):
        stream = io.StringIO()
        configure_logging(logging.INFO, stream, path)
        assert "No log file" in stream.getvalue()


def test_a_stream_that_is_gone_costs_the_line_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logging(logging.INFO, stream)
    stream.close()
    log.warning("password=hunter2")
    captured = capsys.readouterr()
    assert captured.err == ""


def test_a_full_disk_costs_the_line_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    (tmp_path / "full.log").symlink_to("/dev/full")
    configure_logging(logging.INFO, io.StringIO(), tmp_path / "full.log")
    log.warning("password=hunter2")
    configure_logging(logging.INFO, io.StringIO())
    assert capsys.readouterr().err == ""


def test_what_nobody_caught_in_a_thread_is_logged_redacted() -> None:
    stream = io.StringIO()
    configure_logging(logging.INFO, stream)
    undo = guard_uncaught()
    try:

        def fails() -> None:
            raise RuntimeError("no entry for ann@example.org")

        thread = threading.Thread(target=fails)
        thread.start()
        thread.join(10)
    finally:
        undo()
    assert "CRITICAL" in stream.getvalue()
    assert "RuntimeError: no entry for <address " in stream.getvalue()
    assert "ann@" not in stream.getvalue()


PROGRAM = """
import logging, os, sys
from desktop.security.logs import configure_logging, guard_uncaught
from desktop.security.process import harden_process
from desktop.security.secrets import Secret
harden_process()
configure_logging(logging.INFO, sys.stderr)
guard_uncaught()
class Dying:
    def __del__(self):
        raise ValueError("cleaning up for ann@example.org")
Dying()
logging.getLogger("desktop").info("%d", "hunter-2-hunter")
if os.name == "posix":
    import resource
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    assert os.umask(0) == 0o077
raise RuntimeError("refused " + Secret("hunter-2-hunter").reveal())
"""


def test_a_whole_process_that_crashes_shows_nothing() -> None:

    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "hunter" not in done.stderr.replace('Secret("hunter-2-hunter")', "")
    assert "ann@" not in done.stderr
    assert "RuntimeError: refused <secret>" in done.stderr
    assert "cleaning up for <address" in done.stderr
    assert "cannot be written: TypeError" in done.stderr
