"""The style of Postroom: Fusion with our own buttons, fields, marks, bars, menus and focus ring."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QMenu,
    QPlainTextEdit,
    QProxyStyle,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionComplex,
    QTextEdit,
    QWidget,
)

from desktop.ui.kit.drawing import bars, buttons, choices, fields, menus, rows
from desktop.ui.kit.drawing.ring import draw_ring
from desktop.ui.kit.drawing.words import shows_mnemonics
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import glyph_icon
from desktop.ui.kit.theme import theme

CE, PE, CC, CT = QStyle.ControlElement, QStyle.PrimitiveElement, QStyle.ComplexControl, QStyle.ContentsType
PM, SH, SE, SP = QStyle.PixelMetric, QStyle.StyleHint, QStyle.SubElement, QStyle.StandardPixmap
Draw = Callable[[Any, QPainter, QWidget | None], None]

METRICS = {
    PM.PM_ScrollBarExtent: 10,
    PM.PM_ScrollBarSliderMin: 24,
    PM.PM_SmallIconSize: 16,
    PM.PM_ButtonIconSize: 16,
    PM.PM_ListViewIconSize: 16,
    PM.PM_IconViewIconSize: 16,
    PM.PM_ToolBarIconSize: 16,
    PM.PM_LineEditIconSize: 16,
    PM.PM_MessageBoxIconSize: 24,
    PM.PM_FocusFrameHMargin: 3,
    PM.PM_FocusFrameVMargin: 3,
    PM.PM_HeaderMargin: 4,
    PM.PM_HeaderDefaultSectionSizeVertical: 30,
    PM.PM_IndicatorWidth: 16,
    PM.PM_IndicatorHeight: 16,
    PM.PM_ExclusiveIndicatorWidth: 16,
    PM.PM_ExclusiveIndicatorHeight: 16,
    PM.PM_CheckBoxLabelSpacing: 8,
    PM.PM_RadioButtonLabelSpacing: 8,
    PM.PM_MenuHMargin: 4,
    PM.PM_MenuVMargin: 4,
    PM.PM_MenuBarHMargin: 8,
    PM.PM_MenuBarVMargin: 2,
    PM.PM_ToolTipLabelFrameWidth: 5,
    PM.PM_LayoutLeftMargin: 16,
    PM.PM_LayoutRightMargin: 16,
    PM.PM_LayoutTopMargin: 16,
    PM.PM_LayoutBottomMargin: 16,
    PM.PM_LayoutHorizontalSpacing: 8,
    PM.PM_LayoutVerticalSpacing: 8,
    PM.PM_SubMenuOverlap: -2,
}
FIXED = {
    PM.PM_SplitterWidth: 1,
    PM.PM_MenuPanelWidth: 1,
    PM.PM_MenuBarPanelWidth: 0,
    PM.PM_MenuBarItemSpacing: 0,
    PM.PM_ButtonShiftHorizontal: 0,
    PM.PM_ButtonShiftVertical: 0,
    PM.PM_ComboBoxFrameWidth: 1,
    PM.PM_SpinBoxFrameWidth: 1,
    PM.PM_ScrollView_ScrollBarSpacing: 0,
}
ITEM_MARGIN = 11
"""Room at both ends of the cells of Qt's own lists; the delegate adds one."""
TEXT_MARGIN = 6
HINTS = {
    SH.SH_ToolTip_WakeUpDelay: 600,
    SH.SH_FocusFrame_Mask: 0,
    SH.SH_FocusFrame_AboveWidget: 1,
    SH.SH_EtchDisabledText: 0,
    SH.SH_ComboBox_Popup: 0,
    SH.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    SH.SH_ItemView_ShowDecorationSelected: 1,
    SH.SH_ItemView_ChangeHighlightOnFocus: 0,
    SH.SH_ScrollBar_Transient: 0,
    SH.SH_Menu_Scrollable: 1,
    SH.SH_MenuBar_MouseTracking: 1,
    SH.SH_ComboBox_PopupFrameStyle: QFrame.Shape.StyledPanel.value | QFrame.Shadow.Plain.value,
    SH.SH_MessageBox_TextInteractionFlags: (
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    ).value,
}


def _nothing(_option: Any, _painter: QPainter, _widget: QWidget | None) -> None:
    """Some things of Fusion are not drawn at all."""


def _plain(draw: Callable[[Any, QPainter], None]) -> Draw:
    return lambda option, painter, _widget: draw(option, painter)


CONTROLS: dict[QStyle.ControlElement, Draw] = {
    CE.CE_PushButton: buttons.draw_button,
    CE.CE_ComboBoxLabel: _plain(fields.draw_combo_label),
    CE.CE_CheckBoxLabel: _plain(choices.draw_choice_label),
    CE.CE_RadioButtonLabel: _plain(choices.draw_choice_label),
    CE.CE_Header: bars.draw_header,
    CE.CE_HeaderEmptyArea: _plain(rows.draw_header_rest),
    CE.CE_ProgressBar: _plain(bars.draw_progress),
    CE.CE_MenuItem: _plain(menus.draw_item),
    CE.CE_MenuEmptyArea: _nothing,
    CE.CE_MenuBarItem: menus.draw_bar_item,
    CE.CE_MenuBarEmptyArea: _plain(menus.draw_bar_ground),
    CE.CE_FocusFrame: draw_ring,
    CE.CE_Splitter: _plain(rows.draw_splitter),
}
PRIMITIVES: dict[QStyle.PrimitiveElement, Draw] = {
    PE.PE_PanelLineEdit: fields.draw_field,
    PE.PE_IndicatorCheckBox: choices.draw_check,
    PE.PE_IndicatorItemViewItemCheck: choices.draw_check,
    PE.PE_IndicatorRadioButton: _plain(choices.draw_radio),
    PE.PE_PanelMenu: _plain(menus.draw_panel),
    PE.PE_FrameMenu: _nothing,
    PE.PE_PanelMenuBar: _nothing,
    PE.PE_PanelTipLabel: _plain(menus.draw_tip),
    PE.PE_PanelItemViewItem: _plain(rows.draw_item_ground),
    PE.PE_PanelItemViewRow: _nothing,
    PE.PE_FrameFocusRect: rows.draw_focus_of_item,
    PE.PE_PanelScrollAreaCorner: _nothing,
    PE.PE_PanelStatusBar: _nothing,
    PE.PE_FrameStatusBarItem: _nothing,
    PE.PE_PanelButtonTool: _plain(buttons.draw_tool_button),
    PE.PE_Frame: rows.draw_frame,
    PE.PE_IndicatorItemViewItemDrop: _nothing,
}
COMPLEX: dict[QStyle.ComplexControl, Draw] = {
    CC.CC_ComboBox: fields.draw_combo,
    CC.CC_SpinBox: fields.draw_spin,
    CC.CC_ScrollBar: _plain(bars.draw_scroll_bar),
}


def _draw(draw: Draw, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    before = painter.layoutDirection()
    painter.setLayoutDirection(option.direction)
    draw(option, painter, widget)
    painter.setLayoutDirection(before)


class PostroomStyle(QProxyStyle):
    """Fusion, with what is listed above drawn by us."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    # --- drawing ----------------------------------------------------------------------------------------------------

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Draw a control or one of its elements."""
        draw = CONTROLS.get(element)
        if draw is None:
            super().drawControl(element, option, painter, widget)
        else:
            _draw(draw, option, painter, widget)

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Draw a ground, a frame or a mark."""
        draw = PRIMITIVES.get(element)
        if draw is None:
            super().drawPrimitive(element, option, painter, widget)
        else:
            _draw(draw, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw a control that has parts of its own."""
        draw = COMPLEX.get(control)
        if draw is None:
            super().drawComplexControl(control, option, painter, widget)
        else:
            _draw(draw, option, painter, widget)
        if control == CC.CC_ToolButton:
            buttons.draw_tool_focus(option, painter, widget)

    # --- measures ---------------------------------------------------------------------------------------------------

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        """Return the room a control takes."""
        measured: Any = option
        given: Any = widget  # Qt takes none; the stubs do not
        measures: dict[QStyle.ContentsType, Callable[[], QSize]] = {
            CT.CT_PushButton: lambda: buttons.button_size(measured, widget),
            CT.CT_LineEdit: lambda: fields.field_size(size, widget),
            CT.CT_ComboBox: lambda: fields.combo_size(measured, size, widget),
            CT.CT_SpinBox: lambda: fields.spin_size(size, widget),
            CT.CT_CheckBox: lambda: choices.choice_size(measured, widget),
            CT.CT_RadioButton: lambda: choices.choice_size(measured, widget),
            CT.CT_MenuItem: lambda: menus.item_size(measured),
            CT.CT_MenuBarItem: lambda: menus.bar_item_size(measured),
            CT.CT_HeaderSection: lambda: bars.header_size(measured),
        }
        measure = measures.get(kind)
        if measure is not None:
            return measure()
        found = super().sizeFromContents(kind, option, size, given)
        if kind == CT.CT_ItemViewItem:
            return found.expandedTo(QSize(0, scaled(menus.ITEM)))
        if kind == CT.CT_ProgressBar:
            return QSize(found.width(), scaled(bars.PROGRESS_HEIGHT))
        return found

    def subElementRect(self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None) -> QRect:
        """Return where an element of a control is."""
        if element in {SE.SE_CheckBoxIndicator, SE.SE_RadioButtonIndicator}:
            return choices.mark_rect(option, widget)
        if element in {SE.SE_CheckBoxContents, SE.SE_RadioButtonContents}:
            return choices.label_rect(option, widget)
        if element in {SE.SE_CheckBoxClickRect, SE.SE_RadioButtonClickRect}:
            return option.rect
        if element == SE.SE_LineEditContents:
            return fields.field_contents(option)
        given: Any = widget
        return super().subElementRect(element, option, given)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """Return where a part of a control is."""
        measured: Any = option
        given: Any = widget
        found: QRect | None = None
        if control == CC.CC_ScrollBar:
            found = bars.scroll_rect(measured, part)
        elif control == CC.CC_ComboBox:
            found = fields.combo_rect(measured, part)
        elif control == CC.CC_SpinBox:
            found = fields.spin_rect(measured, part)
        return found if found is not None else super().subControlRect(control, option, part, given)

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Return a measure in px."""
        if metric == PM.PM_FocusFrameHMargin and isinstance(widget, QAbstractItemView):
            return scaled(ITEM_MARGIN)
        if metric == PM.PM_DefaultFrameWidth and isinstance(widget, QTextEdit | QPlainTextEdit):
            return scaled(TEXT_MARGIN)
        if metric in {PM.PM_IndicatorWidth, PM.PM_IndicatorHeight} and choices.is_switch(widget):
            return choices.mark_size(widget)[metric == PM.PM_IndicatorHeight]
        if metric in METRICS:
            return scaled(METRICS[metric])
        if metric in FIXED:
            return FIXED[metric]
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """Return how something behaves."""
        if hint == SH.SH_UnderlineShortcut:
            return int(shows_mnemonics() or isinstance(widget, QMenu))
        if hint == SH.SH_Widget_Animation_Duration:
            return 120 if theme().allows_motion else 0
        if hint in HINTS:
            return HINTS[hint]
        return super().styleHint(hint, option, widget, returned)

    # --- the rest ---------------------------------------------------------------------------------------------------

    def standardIcon(
        self, which: QStyle.StandardPixmap, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> QIcon:
        """Return our glyphs for the signs of message boxes."""
        states = {
            SP.SP_MessageBoxInformation: "info",
            SP.SP_MessageBoxWarning: "warn",
            SP.SP_MessageBoxCritical: "bad",
            SP.SP_MessageBoxQuestion: "none",
        }
        if which in states:
            return glyph_icon(states[which])
        return super().standardIcon(which, option, widget)

    def polish(self, *arguments: Any) -> Any:
        """Prepare a widget: round popups, rows of a choice with room, hover where it shows."""
        widget = arguments[0]
        if isinstance(widget, QWidget):
            self._prepare(widget)
        return super().polish(*arguments)

    @staticmethod
    def _prepare(widget: QWidget) -> None:
        if isinstance(widget, QComboBox) and type(widget.itemDelegate()) is not QStyledItemDelegate:
            widget.setItemDelegate(QStyledItemDelegate(widget))
        if isinstance(widget, QPushButton):
            widget.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if (isinstance(widget, QMenu) or widget.inherits("QTipLabel")) and menus.has_round_popups():
            widget.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
