"""Writes docs/settings.md from the declarations of the settings: python -m tools.settings_docs [--check]."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.settings.registry import DELETED, RENAMED, SETTINGS
from desktop.settings.setting import AnySetting
from tools.bootstrap import ROOT

PAGE = Path("docs") / "settings.md"

HEAD = """\
# Settings

This page is written by `python -m tools.settings_docs`; edit `desktop/settings/registry.py` instead.

Settings live in `settings.json` in the profile's folder: one JSON object, the keys below, only what differs from the
default. A value that is out of bounds or of the wrong type is reported and its default used; an unknown key is reported
and kept; a file that cannot be read is reported, defaults are used, and it is kept as `settings.json.unreadable` when
settings are next saved. No secret is ever a setting.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for group in dict.fromkeys(setting.key.partition(".")[0] for setting in SETTINGS):
        rows = [_row(setting) for setting in SETTINGS if setting.key.startswith(f"{group}.")]
        table = "\n".join(("| Key | What it does | Default | Allowed |", "| --- | --- | --- | --- |", *rows))
        parts.append(f"## {group.capitalize()}\n\n{table}\n")
    if RENAMED:
        lines = "\n".join(f"- `{old}` is `{new}` now; the old name is still read." for old, new in RENAMED.items())
        parts.append(f"## Renamed\n\n{lines}\n")
    if DELETED:
        parts.append("## Gone\n\n" + "\n".join(f"- `{key}`" for key in sorted(DELETED)) + "\n")
    return "\n".join(parts)


def _row(setting: AnySetting) -> str:
    cells = (
        f"`{setting.key}`",
        f"**{setting.words}.** {setting.description}",
        _default(setting),
        setting.bounds_words or "any",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(setting: AnySetting) -> str:
    """The default as a person says it, and as the file writes it where that is not the same."""
    words = setting.value_words(setting.default)
    return f"{words} (`{setting.default}`)" if setting.unit == "bytes" else words


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with --check only tell whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when the page is not current")
    path = ROOT / PAGE
    if not parser.parse_args(arguments).check:
        path.write_text(page(), encoding="utf-8")
        print(f"Wrote {PAGE}.")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE} is not current; write it with: python -m tools.settings_docs", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
