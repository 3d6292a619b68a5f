"""A sheet of pages: the steps above, one page at a time, and a foot that the page at hand decides on."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.layouts import margins_of
from desktop.ui.kit.stepper import Stepper
from desktop.ui.sheet import WIDTH, Sheet
from desktop.ui.toasts import announce
from desktop.views.connect.page import Page

STEPS = ("Provider", "Allow", "Choose", "Test")
HEIGHT = 736
NOTHING_SAVED = "Nothing was saved. What you filled in is still here."
PROVIDER, ALLOW, CHOOSE, TEST, DONE = range(5)


def open_in_browser(url: QUrl) -> bool:
    """Open a page in the system's browser; tells whether one took it."""
    return QDesktopServices.openUrl(url)


class WizardSheet(Sheet):
    """Alt+N and Alt+B go on and back, Enter presses the main button, Esc cancels."""

    def __init__(self, parent: QWidget, title: str, pages: Sequence[Page]) -> None:
        super().__init__(parent, title)
        self.stepper = Stepper(STEPS)
        self.page = pages[0]
        self._is_busy, self._can_stop = False, False
        self.back, self.main, self.extra = Button("Back"), Button("Next", None, "primary"), Button("", None, "quiet")
        self.put_on_top(self.stepper)
        self.inside.setContentsMargins(margins_of((24, 16, 24, 16)))
        for page in pages:
            self.inside.addWidget(page, 1)
            page.hide()
            page.turned.connect(self.show_foot)
            page.look.connect(self.reveal)
        for button in (self.extra, self.back):
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        for button in (self.cancel, self.main):
            self.buttons.addWidget(button)
        self.back.clicked.connect(lambda _on: self.go_back())
        self.main.clicked.connect(lambda _on: self.go_on())
        self.extra.clicked.connect(lambda _on: self.more())
        QShortcut(QKeySequence("Alt+N"), self, self.main.click)
        QShortcut(QKeySequence("Alt+B"), self, self.back.click)

    # --- what a wizard does -----------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Do what the main button says."""

    def go_back(self) -> None:
        """Return to the page before."""

    def more(self) -> None:
        """Do what the quiet button says."""

    def stop(self) -> None:
        """End what runs, at once."""

    def reject(self) -> None:
        """End what runs; when nothing does, close."""
        if not self._can_stop:
            super().reject()
            return
        self.stop()
        self.set_busy(on=False)
        self.say("mute", f"Stopped. {NOTHING_SAVED}")
        self.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs and close: the window's own button is not asked to be pressed twice."""
        self._can_stop = False
        super().closeEvent(event)

    # --- pages ------------------------------------------------------------------------------------------------------

    def turn_to(self, page: Page, at: int) -> None:
        """Show another page, which is at this step."""
        self.page.hide()
        self.page = page
        page.show()
        self.stepper.go_to(at)
        self.say("bad", "")
        self.show_foot()
        self.scroll_up()
        first = page.first() or self.main
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{self.stepper.accessibleName()}. {page.name}")

    def show_foot(self) -> None:
        """Offer what the page at hand offers now."""
        foot = self.page.foot()
        can, why_not = foot.can and not self._is_busy, foot.why_not or "Something is under way"
        self.main.setText(foot.main)
        self.main.set_icon(foot.icon)
        self.main.setEnabled(can)
        self.main.setToolTip("" if can else why_not)
        self.main.setDefault(can)
        self.back.setVisible(foot.back)
        self.back.setEnabled(not self._is_busy)
        self.extra.setVisible(bool(foot.extra))
        self.extra.setText(foot.extra)
        self.cancel.setVisible(foot.cancel)
        self.cancel.setText("Stop" if self._can_stop else "Cancel")
        self.cancel.setAccessibleName("Stop what is under way" if self._can_stop else "Cancel")
        self.cancel.setEnabled(self._can_stop or not self._is_busy)
        if self.isVisible():
            self.fit()

    def set_busy(self, *, on: bool, can_stop: bool = True) -> None:
        """While something runs nothing can be changed, and Cancel ends it."""
        self._is_busy, self._can_stop = on, on and can_stop
        self.page.set_busy(on=on)
        self.show_foot()
        if self._can_stop:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        """Be of one size on all pages, so that nothing jumps; never larger than the screen."""
        room = self.screen().availableSize() - QSize(scaled(32), scaled(64))
        return QSize(scaled(WIDTH), scaled(HEIGHT)).boundedTo(room)
