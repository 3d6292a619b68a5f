"""The page with the receipt of a reconnection."""

from desktop.ui.frame import Frame
from desktop.views.connect.page import Foot, Page
from desktop.views.connect.receipt_view import ReceiptView


class ReceiptPage(Page):
    """The receipt has words of its own on top."""

    def __init__(self, frame: Frame) -> None:
        super().__init__("", "")
        self.heading.hide()
        self.receipt = ReceiptView(frame)
        self.column.addWidget(self.receipt, 1)

    @property
    def name(self) -> str:
        """What the receipt says on top."""
        return self.receipt.heading.head.text()

    def foot(self) -> Foot:
        """The sync goes on without the dialog too."""
        return Foot("Done", back=False, cancel=False)
