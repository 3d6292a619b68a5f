"""Pages of the documentation that the program writes itself: the check that they are current, and the command that
writes them: python -m tools.generated.

A page is one line in PAGES: the file, and the function that gives its whole text as "module:function".
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap import ROOT


@dataclass(frozen=True, slots=True)
class Page:
    """One generated page: where it is, and the function that gives its text."""

    path: str
    maker: str

    def text(self) -> str:
        """The page as the program of now writes it."""
        module, _, function = self.maker.partition(":")
        made: str = getattr(importlib.import_module(module), function)()
        return made


PAGES: tuple[Page, ...] = (Page("docs/settings.md", "tools.settings_docs:page"),)


def complaints(root: Path, pages: Sequence[Page] = PAGES) -> str:
    """The pages that are not as the program writes them, one line each; empty when all are."""
    return "\n".join(
        f"{page.path} is not what {page.maker} writes now; write it with: python -m tools.generated"
        for page in pages
        if not _is_current(root / page.path, page)
    )


def _is_current(path: Path, page: Page) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == page.text()


def main() -> int:
    """Write every page."""
    for page in PAGES:
        (ROOT / page.path).write_text(page.text(), encoding="utf-8")
        print(f"Wrote {page.path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
