"""What a drag of emails carries, and the card that hangs on the pointer."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.ids import EmailId
from desktop.ui.kit.theme import theme
from desktop.ui.mail_drag import MIME, DraggedMail, card_pixmap, carries_emails, dragged_ids, mail_drag, mail_mime

IDS = [EmailId(7), EmailId(12), EmailId(3)]
CARD = DraggedMail("Wei Zhang", "Two orders merged into one shipment", 12)


def test_ids_come_out_as_they_went_in_and_subjects_are_text_for_others() -> None:
    data = mail_mime(IDS, ["Order 1", "Order 2", "Order 3"])
    assert carries_emails(data)
    assert dragged_ids(data) == tuple(IDS)
    assert data.text() == "Order 1\nOrder 2\nOrder 3"


def test_what_is_no_list_of_ids_is_no_emails() -> None:
    strange = QMimeData()
    strange.setText("1,2,3")
    assert (carries_emails(strange), dragged_ids(strange)) == (False, ())
    for broken in (b"", b"1,x", b"1;2", b"-4", b"\xff"):
        strange.setData(MIME, broken)
        assert dragged_ids(strange) == ()


def test_the_card_is_sharp_and_shows_how_many(qtbot: QtBot) -> None:
    once, twice = card_pixmap(CARD, 1.0), card_pixmap(CARD, 2.0)
    assert twice.size() == once.size() * 2
    assert twice.deviceIndependentSize() == once.deviceIndependentSize()
    badge = once.toImage().pixelColor(once.width() - 6, 32)
    assert badge == QColor(theme().tokens.accent)
    alone = card_pixmap(DraggedMail("Wei Zhang", "Two orders", 1), 1.0).toImage()
    assert alone.pixelColor(alone.width() - 6, 32).alpha() == 0


def test_the_card_hangs_to_the_inner_side_of_the_pointer(qtbot: QtBot) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    right = mail_drag(source, mail_mime(IDS, []), CARD)
    left = mail_drag(source, mail_mime(IDS, []), CARD, targets_left=True)
    assert right.hotSpot().x() == right.pixmap().deviceIndependentSize().width() - 1
    assert left.hotSpot().x() == 0
    assert right.hotSpot().y() == 0
