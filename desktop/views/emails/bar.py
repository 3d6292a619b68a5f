"""The row of commands above the open email."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.views.emails.acts import ASSIGN, MORE, OPEN, PREVIEW

HEIGHT = 44


class PreviewBar(QWidget):
    """Open and assign in words, the rest as icons and in a menu; made once all its commands are declared."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.setAccessibleName("Commands for this email")
        self._frame = frame
        action = frame.actions.action
        self.open = Button("", kind="primary", small=True).follow(action(OPEN.id), "Open")
        self.assign = Button("", kind="quiet", small=True).follow(action(ASSIGN.id), "Assign")
        self.plain = IconButton("text", "Plain text", small=True)
        self.plain.setCheckable(True)
        self.more = IconButton("ellipsis", "More commands", small=True)
        self.close_it = IconButton("x", "Close the preview", small=True)
        self.menu: QMenu | None = None
        plain = action("mail.plain")
        self.plain.clicked.connect(lambda _on=False: plain.trigger())
        plain.changed.connect(self._follow_plain)
        self.more.clicked.connect(self._show_more)
        self.close_it.clicked.connect(lambda _on=False: action(PREVIEW.id).trigger())
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.open)
        self._row.addWidget(self.assign)
        self._row.addStretch(1)
        for button in (self.plain, self.more, self.close_it):
            self._row.addWidget(button)
        follow_theme(self._dress)
        self._follow_plain()

    def _follow_plain(self) -> None:
        plain = self._frame.actions.action("mail.plain")
        self.plain.setChecked(plain.isChecked())
        self.plain.setEnabled(plain.isEnabled())
        self.plain.set_name("Show the email as it was sent" if plain.isChecked() else "Show as plain text")

    def _show_more(self) -> None:
        menu = QMenu(self.more)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        self.menu = self._frame.actions.fill(menu, MORE)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + scaled(4))))

    def _dress(self) -> None:
        self.setFixedHeight(scaled(HEIGHT))
        self._row.setContentsMargins(scaled(16), 0, scaled(8), 0)
        self._row.setSpacing(scaled(4))
