"""Whether a window can be shown is found out before Qt is loaded, and said in a sentence with what to do."""

import importlib
import sys

import pytest

from desktop.app import libraries
from desktop.app.display import require_window
from desktop.app.libraries import Library
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode

THERE = Library("libc6", ("libc.so.6",), "everything")
ABSENT = Library("libnothing1", ("libnothing.so.1", "libnothing-more.so.1"), "nothing")


def refused(environ: dict[str, str], *, platform: str = "linux") -> AppError:
    with pytest.raises(AppError) as caught:
        require_window(environ, platform=platform)
    assert caught.value.code is ReasonCode.NOT_AVAILABLE
    assert "postroom --help" in caught.value.meaning
    return caught.value


def test_without_a_display_nothing_is_tried() -> None:
    assert "no display" in refused({}).what
    assert "ssh -X" in refused({"DISPLAY": ""}).action


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_any_display_will_do(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(libraries, "WIDGETS", (THERE,))
    monkeypatch.setattr(libraries, "X11", (THERE,))
    require_window({name: "offscreen"}, platform="linux")


def test_elsewhere_than_on_linux_there_is_always_one() -> None:
    require_window({}, platform="darwin")


def test_missing_libraries_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "WIDGETS", (THERE, ABSENT))
    monkeypatch.setattr(libraries, "X11", ())
    error = refused({"DISPLAY": ":0"})
    assert "libnothing.so.1" in error.what
    assert error.action.endswith("sudo apt-get install -y --no-install-recommends libnothing1")


@pytest.mark.parametrize(
    ("environ", "is_x11"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_the_libraries_of_x11_are_asked_for_on_x11(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], is_x11: bool
) -> None:
    monkeypatch.setattr(libraries, "WIDGETS", ())
    monkeypatch.setattr(libraries, "X11", (ABSENT,))
    if is_x11:
        refused(environ)
    else:
        require_window(environ, platform="linux")


def test_qt_that_cannot_be_loaded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        raise ImportError(f"libEGL.so.1: cannot open shared object file ({name})")

    monkeypatch.setattr(importlib, "import_module", broken)
    error = refused({}, platform="darwin")
    assert "Qt (PySide6) cannot be loaded" in error.what
    assert "libEGL" in error.detail


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loader's names are Linux's")
def test_the_loader_is_asked_not_the_package_database() -> None:
    assert libraries.missing([THERE, ABSENT]) == [ABSENT]
    assert libraries.missing(libraries.WIDGETS) == [], "this machine shows no windows"
