"""The page of all widgets draws without a word from Qt, in every dress."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from desktop.ui.kit.tokens import DARK, LIGHT

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("options", "size", "ground"),
    [
        ([], (1280, 2400), LIGHT.window),
        (["--dark", "--mirrored"], (1280, 2400), DARK.window),
        (["--scale", "2", "--text", "150"], (3840, 7200), LIGHT.window),
    ],
    ids=["light", "dark, mirrored", "150 % at two dots per px"],
)
def test_the_page_draws(tmp_path: Path, options: list[str], size: tuple[int, int], ground: str) -> None:
    picture = tmp_path / "kit.png"
    done = subprocess.run(
        [sys.executable, "-m", "tools.kit_page", str(picture), *options],
        check=False,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    said = {line for line in done.stderr.splitlines() if "propagateSizeHints" not in line}
    assert said == set()
    image = QImage(str(picture))
    assert (image.width(), image.height()) == size
    assert image.pixelColor(4, 4) == QColor(ground)
