"""A mail in the simple form: Qt's own rich text, in the colours of the program. It loads nothing but our pictures."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.parsing.shown import Picture

MAX_PIXELS = 8_000_000
"""Of all pictures of one mail together: they are decoded while the window waits."""


class RichView(QTextBrowser):
    """Read-only rich text of :attr:`ShownMail.rich`.

    ``loadResource`` must answer with something real for every request: given nothing, Qt goes and opens the file itself
    (reliability K3).

    Signals: ``link_clicked`` (address), ``link_hovered`` (address, empty when over none), ``left`` on Esc.
    """

    link_clicked = Signal(str)
    link_hovered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: tuple[Picture, ...] = ()
        self._room = MAX_PIXELS
        self._empty = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._empty.fill(Qt.GlobalColor.transparent)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setAccessibleName("Text of the mail")
        self.document().setDocumentMargin(12)
        self.anchorClicked.connect(self._on_clicked)
        self.highlighted.connect(self._on_hovered)

    def show_page(self, page: str, pictures: tuple[Picture, ...]) -> None:
        """Show a page with its pictures, from its beginning."""
        self._pictures, self._room = pictures, MAX_PIXELS
        self.document().clear()
        self.setHtml(page)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Answer with a picture of the mail, or with nothing that can be seen; never ask the system."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QByteArray(b" ")
        address = name.toString() if isinstance(name, QUrl) else str(name)
        number = address.removeprefix("part/")
        if number.isdecimal() and int(number) < len(self._pictures):
            return self._decoded(self._pictures[int(number)])
        return self._empty

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _decoded(self, picture: Picture) -> QImage:
        data = QByteArray(picture.data)
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer, QByteArray(picture.kind.partition("/")[2].encode()))
        reader.setAutoDetectImageFormat(False)
        size = reader.size()
        pixels = size.width() * size.height()
        if not size.isValid() or pixels > self._room:
            return self._empty
        self._room -= pixels
        image = reader.read()
        return self._empty if image.isNull() else image

    def _on_clicked(self, url: QUrl) -> None:
        self.link_clicked.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _on_hovered(self, url: QUrl) -> None:
        self.link_hovered.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
