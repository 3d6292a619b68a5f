"""A window to open forms and pickers in, and a store with a few customers."""

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.ids import CustomerId
from desktop.services.customers import Details, add_customer
from desktop.store.store import Store
from desktop.ui.frame import Frame
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from tests.gui.frames import make_frame
from tests.helpers.mails import FixedClock

PEOPLE = {
    "Acme Parts": ("wei@acme-parts.example", "orders@acme-parts.example"),
    "Acme Retail": ("zhang@acme-retail.example",),
    "Zhang Imports": ("hello@zhang.example",),
    "Lumen Clinic": ("front@lumenclinic.example",),
    "Nobody Yet": (),
}


@dataclass
class Scene:
    window: QMainWindow
    anchor: QPushButton
    frame: Frame
    ids: dict[str, CustomerId]


def add_people(store: Store, clock: FixedClock) -> dict[str, CustomerId]:
    ids = {}
    for name, addresses in PEOPLE.items():
        with store.write() as uow:
            ids[name], _ = add_customer(uow, Details(name), addresses, clock)
    return ids


@pytest.fixture
def scene(qapp: QApplication, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    theme().apply(qapp)
    window = QMainWindow()
    whole = QWidget()
    column = QVBoxLayout(whole)
    anchor = QPushButton("Assign")
    column.addWidget(anchor)
    column.addStretch(1)
    window.setCentralWidget(whole)
    window.resize(960, 700)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    anchor.setFocus()
    frame, *_ = make_frame(ops, clock, window)
    return Scene(window, anchor, frame, add_people(store, clock))
