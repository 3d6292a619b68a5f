"""The system's libraries that Qt needs on Linux, and the Debian packages they come in. Standard library only.

The doors read this table before there is an environment; the window reads it when Qt cannot be loaded.
"""

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Library:
    """One package, the libraries of it that are looked for, and what they are for."""

    package: str
    names: tuple[str, ...]
    why: str


WIDGETS = (
    Library("libglib2.0-0", ("libglib-2.0.so.0", "libgthread-2.0.so.0"), "runs the window"),
    Library("libegl1", ("libEGL.so.1",), "draws the window"),
    Library("libgl1", ("libGL.so.1",), "draws the window"),
    Library("libxkbcommon0", ("libxkbcommon.so.0",), "knows the keyboards"),
    Library("libdbus-1-3", ("libdbus-1.so.3",), "lets the window talk to the desktop"),
    Library("libfontconfig1", ("libfontconfig.so.1",), "finds the fonts of the window"),
)
X11 = (
    Library("libxkbcommon-x11-0", ("libxkbcommon-x11.so.0",), "shows the window on X11"),
    Library("libxcb-cursor0", ("libxcb-cursor.so.0",), "shows the window on X11"),
    Library("libxcb-icccm4", ("libxcb-icccm.so.4",), "shows the window on X11"),
    Library("libxcb-keysyms1", ("libxcb-keysyms.so.1",), "shows the window on X11"),
    Library("libxcb-shape0", ("libxcb-shape.so.0",), "shows the window on X11"),
)
ENGINE = (
    Library("libnss3", ("libnss3.so", "libsmime3.so"), "shows mail as it was sent, by the browser engine"),
    Library("libasound2", ("libasound.so.2",), "shows mail as it was sent, by the browser engine"),
    Library("libxcomposite1", ("libXcomposite.so.1",), "shows mail as it was sent, by the browser engine"),
    Library("libxdamage1", ("libXdamage.so.1",), "shows mail as it was sent, by the browser engine"),
    Library("libxtst6", ("libXtst.so.6",), "shows mail as it was sent, by the browser engine"),
    Library("libxrandr2", ("libXrandr.so.2",), "shows mail as it was sent, by the browser engine"),
    Library("libxkbfile1", ("libxkbfile.so.1",), "shows mail as it was sent, by the browser engine"),
)


def is_loadable(name: str) -> bool:
    """Tell whether the system's loader finds the library *name*, wherever it lies."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(wanted: Iterable[Library]) -> list[Library]:
    """Return those of *wanted* that cannot be loaded, in their order."""
    return [library for library in wanted if not all(is_loadable(name) for name in library.names)]


def command_for(lacking: Iterable[Library]) -> str:
    """Return the command that a person copies to install them."""
    packages = " ".join(library.package for library in lacking)
    return f"sudo apt-get install -y --no-install-recommends {packages}"
