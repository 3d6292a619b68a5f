"""What only a real display shows: windows under X11, dragged with a mouse, in a run of their own under Xvfb."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def display() -> Iterator[str]:
    """Give the name of a display of our own; the server says its number when it is ready."""
    program = shutil.which("Xvfb")
    if program is None:
        reason = "Xvfb is not installed here: apt install xvfb"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    reading, writing = os.pipe()
    command = [str(program), "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.kill()  # it keeps nothing that would have to be put away
        server.wait(10)


@pytest.mark.server
@pytest.mark.timeout(240)
def test_the_window_on_x11() -> None:
    with display() as name:
        environment = {**os.environ, "DISPLAY": name, "POSTROOM_TEST_PLATFORM": "xcb", "QT_QPA_PLATFORM": "xcb"}
        environment.pop("PYTEST_XDIST_WORKER", None)
        command = [sys.executable, "-m", "pytest", "-q", "-m", "display", "-p", "no:cacheprovider", "tests/gui"]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
