"""An email in a window of its own, beside the list and as large as one likes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.ids import EmailId
from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.preview.preview import MailPreview
from desktop.ui.preview.reading_acts import ACTS
from desktop.ui.preview.verdicts import subject_of

WIDTH, HEIGHT, STATE = 760, 800, "emails.window"


class MailWindow(QWidget):
    """Shows one email. It goes with the main window, and with Esc."""

    def __init__(self, frame: Frame, email_id: EmailId, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Email")
        self.email_id = email_id
        self._state = frame.state
        self.preview = MailPreview(frame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.preview)
        for act in ACTS:
            self.addAction(frame.actions.action(act.id))
        self.preview.left.connect(self.close)
        self.preview.shown.connect(self._name)
        self.resize(scaled(WIDTH), scaled(HEIGHT))
        geometry = self._state.get_bytes(STATE)
        if geometry:
            self.restoreGeometry(geometry)
        self.preview.show_email(email_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where it was."""
        self._state.set_bytes(STATE, bytes(self.saveGeometry().data()))
        super().closeEvent(event)

    def _name(self) -> None:
        letter = self.preview.letter
        if letter is not None:
            self.setWindowTitle(subject_of(letter.row))
