"""The process survives many paints: a binding that loses references to None ends it after some thousand void calls."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MANY = 20_000
PROGRAM = f"""
import sys
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.icons import icon
from desktop.ui.kit.labels import Label
from desktop.ui.kit.paint import paint_chip
from desktop.ui.kit.theme import theme

app = QApplication([])
theme().apply(app)
window = QWidget()
column = QVBoxLayout(window)
label, button, field = Label("x"), Button("Sync", "refresh-cw", "primary", "R"), QLineEdit("x")
for widget in (label, button, field):
    column.addWidget(widget)
window.show()
image = QImage(120, 20, QImage.Format.Format_ARGB32_Premultiplied)
before = sys.getrefcount(None)
painter = QPainter(image)
for number in range({MANY}):
    label.setText(str(number))
    painter.setPen(theme().color("text"))
    painter.fillRect(0, 0, 1, 1, theme().color("line"))
    if number % 200 == 0:
        paint_chip(painter, QRect(0, 0, 120, 20), "ok", "Healthy")
        icon("inbox").paint(painter, QRect(0, 0, 16, 16))
        window.grab()
        theme().set_mode("dark" if number % 400 else "light")
painter.end()
lost = before - sys.getrefcount(None)
print("lost", max(0, lost))
sys.exit(0 if lost < {MANY} // 10 else 3)
"""


def test_many_void_calls_lose_no_references_and_the_program_ends_cleanly() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("lost")
    assert "Traceback" not in done.stderr
