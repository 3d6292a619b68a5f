"""``python -m desktop`` and the console script ``postroom``: the arguments go to the command line."""

import sys


def main() -> int:
    """Run the program; returns its exit code."""
    from desktop.cli.main import main as run_command

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
