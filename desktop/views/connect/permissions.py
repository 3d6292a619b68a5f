"""What is asked of the provider, in lines a person reads before consenting; what is optional has a box to tick."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.domain.signing_in import Permission, PermissionLine
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Icon, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox

ICONS = {Permission.READ: "mail", Permission.SEND: "send", Permission.IDENTITY: "shield-check"}
LINE = 40
ON, OFF = "Optional, on", "Optional, off"


class PermissionRow(QWidget):
    """One permission."""

    ticked = Signal(bool)

    def __init__(self, line: PermissionLine, *, is_on: bool) -> None:
        super().__init__()
        self.line = line
        self.box: QCheckBox | None = None
        row = HBox(12, 0, self)
        row.addWidget(Icon(ICONS[line.permission], "text2", px=20))
        texts = VBox(0)
        texts.addStretch(1)
        texts.addWidget(Label(line.words, "body", wrap=True))
        texts.addWidget(Label(line.more, "caption", "text3", wrap=True))
        texts.addStretch(1)
        row.addLayout(texts, 1)
        if line.is_needed:
            row.addWidget(Label("Needed", "caption", "text2"))
        else:
            row.addWidget(self._tick(is_on))
        self.setToolTip("\n".join(line.scopes))
        self.setAccessibleName(f"{line.words}. {line.more}. {'Needed' if line.is_needed else 'Optional'}")
        follow_theme(self._dress)

    def _tick(self, is_on: bool) -> QCheckBox:
        self.box = QCheckBox(ON if is_on else OFF)
        self.box.setChecked(is_on)
        self.box.setAccessibleName(self.line.words)
        self.box.setAccessibleDescription(self.line.more)
        self.box.clicked.connect(self._said)
        return self.box

    def _said(self, on: bool) -> None:
        if self.box is not None:
            self.box.setText(ON if on else OFF)
            self.box.setAccessibleName(self.line.words)
        self.ticked.emit(on)

    def _dress(self) -> None:
        self.setMinimumHeight(scaled(LINE))


class PermissionList(QWidget):
    """All of them. ``changed`` when an optional one was ticked, or not any more."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[PermissionRow] = []
        self._wanted: set[Permission] = set()
        self._column = VBox(0, 0, self)

    @property
    def asked(self) -> frozenset[Permission]:
        """What is going to be asked for: the needed ones, and those that are ticked."""
        return frozenset(
            row.line.permission for row in self.rows if row.line.is_needed or row.line.permission in self._wanted
        )

    @property
    def wants_sending(self) -> bool:
        """Whether sending is asked for."""
        return Permission.SEND in self.asked

    def show_lines(self, lines: Sequence[PermissionLine]) -> None:
        """Show what a provider is asked for; what was ticked stays so."""
        for old in self.rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = [PermissionRow(line, is_on=line.permission in self._wanted) for line in lines]
        for row in self.rows:
            self._column.addWidget(row)
            row.ticked.connect(self._noting(row.line.permission))
            row.show()

    def words(self) -> list[str]:
        """Return what is going to be asked for, in words."""
        asked = self.asked
        return [row.line.words for row in self.rows if row.line.permission in asked]

    def _noting(self, permission: Permission) -> Callable[[bool], None]:
        return lambda on: self.note(permission, on=on)

    def note(self, permission: Permission, *, on: bool) -> None:
        """Ask for an optional permission, or not."""
        (self._wanted.add if on else self._wanted.discard)(permission)
        self.changed.emit()
