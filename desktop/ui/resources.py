"""Finds the files that ship with the program: icons, fonts, demo data."""

import sys
from functools import cache
from pathlib import Path


class MissingResource(RuntimeError):
    """A file that ships with Postroom is not there."""


def resource(*parts: str) -> Path:
    """Return the path of a shipped file, named from ``resources/`` down; raises :class:`MissingResource`."""
    path = resources_folder().joinpath(*parts)
    if not path.exists():
        raise MissingResource(
            f"Postroom cannot find its own file {'/'.join(parts)} in {resources_folder()}. "
            "The installation is incomplete; install Postroom again."
        )
    return path


@cache
def resources_folder() -> Path:
    """Return the folder of the shipped files: beside the package in a checkout, in the bundle when frozen."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle if bundle else Path(__file__).resolve().parents[2]) / "resources"
