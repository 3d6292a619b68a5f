"""The page about the program: versions, and the licences of what it is built from."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass

import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

import desktop
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.resources import resource
from desktop.views.settings.page import Page
from desktop.views.settings.rows import Row, Section


@dataclass(frozen=True, slots=True)
class Part:
    """Something Postroom is built from. ``licence_file`` is where its text ships, from ``resources/`` down."""

    name: str
    use: str
    licence: str
    licence_file: tuple[str, ...] = ()


PARTS = (
    Part(
        "Inter", "The letters on Linux, by The Inter Project Authors", "SIL Open Font License 1.1", ("fonts", "LICENSE")
    ),
    Part("Lucide", "The icons, by the Lucide contributors", "ISC License", ("icons", "lucide", "LICENSE")),
    Part("Qt and PySide6", "The window, by The Qt Company", "GNU LGPL 3; used as it is, and may be exchanged"),
    Part("SQLCipher", "The encrypted database, by Zetetic", "BSD 3-Clause"),
)


def versions() -> Sequence[tuple[str, str]]:
    """Return what runs here, by name."""
    return (
        ("Postroom", desktop.__version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", PySide6.__version__),
        ("System", f"{platform.system()} {platform.release()}"),
    )


class LicenceDialog(QDialog):
    """The text of a licence."""

    def __init__(self, part: Part, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Licence of {part.name}")
        self.setAccessibleName(self.windowTitle())
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.windowTitle())
        close = Button("Close", None, "primary")
        close.setDefault(True)
        close.clicked.connect(lambda _checked=False: self.accept())
        column = VBox(16, 24, self)
        column.addWidget(Label(f"{part.name}: {part.licence}", "section", wrap=True))
        column.addWidget(self.text, 1)
        foot = HBox(8)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        self.resize(scaled(640), scaled(520))


class AboutPage(Page):
    """What this is."""

    id = "about"
    title = "About"
    icon = "info"
    keywords = "version licence license credits open source"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.copy = Button("Copy", "copy", small=True)
        self.copy.setAccessibleName("Copy the versions")
        self.copy.clicked.connect(lambda _checked=False: self._copy())
        self.licences: dict[str, Button] = {}
        (name, version), *others = versions()
        rows = [
            Row(f"{name} {version}", "MIT License. Every mail has one verdict, with a reason you can read.", self.copy)
        ]
        rows += [_fact(name, version) for name, version in others]
        self.add_section(Section("", rows))
        self.add_section(Section("Built from", [self._part_row(part) for part in PARTS]))

    def _part_row(self, part: Part) -> Row:
        if not part.licence_file:
            return Row(part.name, f"{part.use}. {part.licence}.")
        button = Button("Read the licence", small=True)
        button.setAccessibleName(f"Read the licence of {part.name}")
        button.clicked.connect(lambda _checked=False: self._read(part))
        self.licences[part.name] = button
        return Row(part.name, f"{part.use}. {part.licence}.", button)

    def _read(self, part: Part) -> None:
        def read(_job: object) -> str:
            return resource(*part.licence_file).read_text(encoding="utf-8")

        self.frame.ops.work(self, read, lambda text: LicenceDialog(part, text, self.window()).open(), slot="licence")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{name} {version}" for name, version in versions()))
        self.frame.doors.toast("The versions are copied.")


def _fact(name: str, value: str) -> Row:
    return Row(name, "", Label(value, "body", "text2"), keywords=value, is_low=True)
