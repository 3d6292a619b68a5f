"""Draws the pages into one picture."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFocusFrame,
)

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.theme import theme
from tools.kit_page.controls import controls_page
from tools.kit_page.sheets import RINGED
from tools.kit_page.surfaces import lists_page, surfaces_page

WIDTH, HEIGHT = 1280, 800


def draw_pages(picture: Path, *, is_dark: bool, percent: int, is_mirrored: bool) -> None:
    """Draw the pages below each other into *picture*."""
    app = QApplication.instance() or QApplication([])
    if not isinstance(app, QApplication):
        raise TypeError("the kit needs an application with widgets")
    theme().set_mode("dark" if is_dark else "light")
    theme().set_text_scale(percent)
    theme().apply(app)
    if is_mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    images = []
    for make in (controls_page, lists_page, surfaces_page):
        page = make()
        page.resize(scaled(WIDTH), scaled(HEIGHT))
        page.show()
        page.activateWindow()
        page.setFocus()
        app.processEvents()
        frames = [QFocusFrame(page) for _ in RINGED]
        for frame, ringed_one in zip(frames, RINGED, strict=True):
            frame.setWidget(ringed_one)
        app.processEvents()
        images.append(page.grab().toImage())
        page.hide()
        RINGED.clear()
    whole = QImage(images[0].width(), sum(one.height() for one in images), QImage.Format.Format_RGB32)
    painter = QPainter(whole)
    top = 0
    for image in images:
        image.setDevicePixelRatio(1)
        painter.drawImage(0, top, image)
        top += image.height()
    painter.end()
    whole.save(str(picture))
