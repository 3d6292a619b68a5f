"""The suggestions for what is chosen: a key, a company, how sure, and why."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.domain.review_item import SUREST
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.paint import (
    chip_width,
    draw_text,
    elided,
    keycap_width,
    leading,
    mirrored_in,
    paint_avatar,
    paint_box,
    paint_chip,
    paint_keycap,
    saved,
    text_width,
)
from desktop.ui.kit.theme import theme
from desktop.views.review.choice import Offer

Index = QModelIndex | QPersistentModelIndex
OFFER = Qt.ItemDataRole.UserRole
ROW, STEP, PAD, GAP, AVATAR = 44, 48, 8, 10, 28
LINE_ROW, LINE_STEP = 28, 28
"""Of an offer on one line."""


class OfferModel(QAbstractListModel):
    """Up to three offers; ``enters`` says whether Enter takes the first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.offers: Sequence[Offer] = ()
        self.enters = False
        self.is_short = False

    def show(self, offers: Sequence[Offer], *, enters: bool) -> None:
        """Show these offers."""
        self.beginResetModel()
        self.offers, self.enters = offers, enters
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many offers there are."""
        return 0 if parent.isValid() else len(self.offers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a view, a delegate or a screen reader asks of an offer."""
        if not index.isValid():
            return None
        offer = self.offers[index.row()]
        if role == OFFER:
            return offer
        if role == Qt.ItemDataRole.DisplayRole:
            return offer.customer.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{index.row() + 1}, {offer.customer.name}, {offer.percent} percent. {offer.reason}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{offer.customer.name}\n{offer.reason}"
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, offers: OfferModel, parent: QObject) -> None:
        super().__init__(parent)
        self._offers = offers

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(scaled(120), scaled(_step(is_short=self._offers.is_short)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer: Offer = index.data(OFFER)
        is_short = self._offers.is_short
        row = LINE_ROW if is_short else ROW
        box = QRectF(option.rect).adjusted(0, 0, 0, scaled(row) - scaled(_step(is_short=is_short)))
        if option.state & QStyle.StateFlag.State_MouseOver:
            paint_box(painter, box, scaled(6), theme().color("hover"))
        elif index.row() == 0 and self._offers.enters:
            paint_box(painter, box, scaled(6), theme().color("info_bg"))
        key = str(index.row() + 1)
        cap = QRectF(box.left() + scaled(PAD), box.center().y() - scaled(9), keycap_width(key), scaled(18))
        paint_keycap(painter, mirrored_in(painter, cap, box), key)
        if is_short:
            _paint_line(painter, box, cap.right() + scaled(GAP), offer)
            return
        side = scaled(AVATAR)
        avatar = QRectF(cap.right() + scaled(GAP), box.center().y() - side / 2, side, side)
        paint_avatar(painter, mirrored_in(painter, avatar, box), offer.customer.name, is_company=True)
        _paint_words(painter, box, avatar.right() + scaled(GAP), offer)


def _step(*, is_short: bool) -> int:
    return LINE_STEP if is_short else STEP


def _paint_line(painter: QPainter, box: QRectF, left: float, offer: Offer) -> None:
    """Paint name, figure and reason on one line; a long name leaves the reason some room."""
    right = box.right() - scaled(PAD)
    figure, strong = f"{offer.percent} %", font("strong")
    chip = chip_width("ok", figure, glyph=False)
    room = max(0.0, right - left - chip - 2 * scaled(8))
    reason = offer.reason.removesuffix(".")
    kept = min(text_width(reason, font("caption")), room * 2 / 5)
    wide = min(text_width(offer.customer.name, strong), room - kept)
    shown = elided(offer.customer.name, strong, wide)
    name = QRectF(left, box.top(), wide + 1, box.height())
    pill = QRectF(name.right() + scaled(8) - 1, box.center().y() - scaled(10), chip, scaled(20))
    why = QRectF(pill.right() + scaled(8), box.top(), max(0.0, right - pill.right() - scaled(8)), box.height())
    state = "ok" if offer.percent >= SUREST else "warn"
    paint_chip(painter, mirrored_in(painter, pill, box), state, figure, glyph=False)
    with saved(painter):
        painter.setPen(theme().color("text"))
        draw_text(painter, mirrored_in(painter, name, box), shown, leading(painter), strong)
        painter.setPen(theme().color("text3"))
        reason = elided(reason, font("caption"), why.width())
        draw_text(painter, mirrored_in(painter, why, box), reason, leading(painter), font("caption"))


def _paint_words(painter: QPainter, box: QRectF, left: float, offer: Offer) -> None:
    right = box.right() - scaled(PAD)
    figure, strong = f"{offer.percent} %", font("strong")
    chip = chip_width("ok", figure, glyph=False)
    room = max(0.0, right - left - chip - scaled(8))
    name = elided(offer.customer.name, strong, room)
    wide = min(text_width(name, strong), room)
    first = QRectF(left, box.top() + scaled(5), wide + 1, scaled(18))
    state = "ok" if offer.percent >= SUREST else "warn"
    pill = QRectF(left + wide + scaled(8), box.top() + scaled(4), chip, scaled(20))
    paint_chip(painter, mirrored_in(painter, pill, box), state, figure, glyph=False)
    second = QRectF(left, box.top() + scaled(23), max(0.0, right - left), scaled(16))
    with saved(painter):
        painter.setPen(theme().color("text"))
        draw_text(painter, mirrored_in(painter, first, box), name, leading(painter), strong)
        painter.setPen(theme().color("text3"))
        reason = elided(offer.reason.removesuffix("."), font("caption"), second.width())
        draw_text(painter, mirrored_in(painter, second, box), reason, leading(painter), font("caption"))


class OfferList(QListView):
    """The offers; a click takes one. It never has the focus: the keys are those of the queue."""

    taken = Signal(int)
    """The place of the offer that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.offers = OfferModel(self)
        self.setModel(self.offers)
        self.setItemDelegate(_Delegate(self.offers, self))
        self.setAccessibleName("Suggestions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(lambda index: self.taken.emit(index.row()))
        follow_theme(self._fit)

    def show_offers(self, offers: Sequence[Offer], *, enters: bool) -> None:
        """Show these offers, as high as they are."""
        self.offers.show(offers, enters=enters)
        self._fit()

    def set_short(self, *, is_short: bool) -> None:
        """Show each offer on one line, or on two with its avatar."""
        if self.offers.is_short != is_short:
            self.offers.is_short = is_short
            self.scheduleDelayedItemsLayout()
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(scaled(_step(is_short=self.offers.is_short)) * len(self.offers.offers))
        self.setVisible(bool(self.offers.offers))
