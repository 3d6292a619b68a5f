"""Draw every widget of the kit on pages like the mockups' 16a and 16c, to compare by eye.

python -m tools.kit_page kit.png [--dark] [--scale 2] [--text 150] [--mirrored]
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Write the picture; the platform and its scale have to be known before Qt is."""
    parser = argparse.ArgumentParser(prog="python -m tools.kit_page", description="Draw the kit on one page.")
    parser.add_argument("picture", type=Path, help="where the PNG goes")
    parser.add_argument("--dark", action="store_true", help="in the dark theme")
    parser.add_argument("--scale", default="1", help="device pixels per pixel")
    parser.add_argument("--text", type=int, default=100, help="size of text and controls in percent")
    parser.add_argument("--mirrored", action="store_true", help="from right to left")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    from tools.kit_page.drawing import draw_pages

    draw_pages(chosen.picture, is_dark=chosen.dark, percent=chosen.text, is_mirrored=chosen.mirrored)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
