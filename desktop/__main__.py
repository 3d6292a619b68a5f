"""``python -m desktop`` and the console script ``postroom``: a command, or the window when there is none."""

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.workspace.start import Start


def main() -> int:
    """Run the program; returns its exit code."""
    gc.disable()  # modules are there to stay: looking for garbage among them takes a tenth of the start
    from desktop.cli.main import main as run_command

    return run_command(open_window=_open_window)


def _open_window(start: "Start") -> int:
    from desktop.app.main import open_window

    return open_window(start)


if __name__ == "__main__":
    sys.exit(main())
