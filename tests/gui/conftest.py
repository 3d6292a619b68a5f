"""What every test of the window starts from: no display, Qt's warnings fail, a real store behind the lanes.

POSTROOM_TEST_PLATFORM=xcb shows the windows on the display instead (under Xvfb, or to watch).
"""

import gc
import os

os.environ["QT_QPA_PLATFORM"] = os.environ.get("POSTROOM_TEST_PLATFORM", "offscreen")  # before the first import of Qt
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--ignore-certificate-errors"  # the canary in mail_view/ signs for itself
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # as root the engine would end the tests instead of starting

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.store.store import Store
from desktop.ui.ops import Ops
from desktop.ui.screen import Screen
from tests.helpers.mails import FixedClock, new_store

HERE = Path(__file__).parent
PATIENCE_MS = 30_000
NO_HINTS = r"This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
"""What the offscreen platform says of every dialog and menu: it has no window manager to tell."""
ENGINE_STARTS = (
    r"Sandboxing disabled by user\.",
    r"QRhiGles2: Failed to create (temporary )?context",
    r"Failed to create RHI for backend",
    r"This plugin does not support createPlatformVulkanInstance",
    r"QVulkanInstance: Failed to initialize Vulkan",
    r"GBM is not supported with the current configuration",
    r"GPUInfo not initialized on GpuInfoUpdate",
    r"Failed to load vulkan",
    r"initInstance: No Vulkan library available",
    r"Failed to create platform Vulkan instance",
    r"Unable to detect GPU vendor",
)
"""What the browser engine says once, in the test that starts it, of a machine without a graphics card."""

QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)  # what the browser engine asks for


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a warning of Qt fail the test it comes in; what needs a display is left to the run that has one."""
    if os.environ["QT_QPA_PLATFORM"] != "xcb":
        shown = [item for item in items if item.get_closest_marker("display") is not None]
        config.hook.pytest_deselected(items=shown)
        items[:] = [item for item in items if item not in shown]
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(NO_HINTS, *ENGINE_STARTS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """Collect garbage in this thread only: in a worker's, a widget in a cycle would end the process."""
    if HERE not in item.path.parents:
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        _forget_windows()
        gc.collect()
        gc.freeze()  # what is left is looked at no more: after the next test, only what that one made is
        gc.enable()


def _forget_windows() -> None:
    """Let no window of this test hear what the next one does: a change of theme reaches whatever is alive."""
    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _never_resting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let screens read again at once: how long they rest between two readings is for people, and is not waited for."""
    for kind in (Screen, *Screen.__subclasses__()):
        monkeypatch.setattr(kind, "rest_ms", 0)


class PatientBot(QtBot):
    """Waits as long as a busy machine may need: a test that fails for want of a processor says nothing."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        """Wait until *callback* holds."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        """Wait for *signal*."""
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """What presses keys and waits."""
    return PatientBot(request)


@pytest.fixture
def clock() -> FixedClock:
    """The clock behind the lanes; it stands still until it is told to go on."""
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a folder of its own."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def ops(qtbot: QtBot, store: Store, clock: FixedClock) -> Iterator[Ops]:
    """The lanes over that store, closed at the end; `qtbot.waitUntil(ops.is_idle)` waits for every answer."""
    made = Ops(store, clock)
    yield made
    made.close()
