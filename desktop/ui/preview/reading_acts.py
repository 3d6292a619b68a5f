"""The commands of reading, once for the whole window: they work on the preview that is seen."""

from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.ui.actions import Act

if TYPE_CHECKING:
    from desktop.ui.preview.preview import MailPreview

PLACE = "Reading mail"
NOTHING_SHOWN = "No email is shown."
NO_FILES, NONE_HERE = "No email with attachments is shown.", "Its attachments are not here yet."

PLAIN = Act("mail.plain", "Plain &text", "View", ("Ctrl+Shift+P",), "text", PLACE, 3)
LARGER = Act("mail.larger", "Zoom &in", "View", ("Ctrl+=", "Ctrl++"), "", PLACE, 3, words="Zoom in on mail")
SMALLER = Act("mail.smaller", "Zoom &out", "View", ("Ctrl+-",), "", PLACE, 3, words="Zoom out of mail")
NORMAL = Act("mail.normal", "Zoom to &100 %", "View", ("Ctrl+0",), "", PLACE, 3, words="Show mail at 100 %")
EXPLAIN = Act("mail.explain", "E&xplain this", "Email", ("M",), "info", PLACE, 2, words="Explain this email")
SAVE = Act("mail.save", "Save as .&eml…", "Email", ("Ctrl+Shift+S",), "download", PLACE, 3, words="Save email as .eml")
FILES = Act("mail.save_files", "Save &attachments…", "Email", (), "paperclip", PLACE, 3)
DOWNLOAD = Act("mail.download", "&Download attachments", "Email", ("Ctrl+Shift+D",), "download", PLACE, 3)
REMOTE = Act("mail.remote", "Show &remote images once", "Email", (), "image", PLACE, 3)
LOOKS = (LARGER, SMALLER, NORMAL)
"""These can be chosen at any time: they hold for the next email too."""
ACTS = (PLAIN, LARGER, SMALLER, NORMAL, EXPLAIN, SAVE, FILES, DOWNLOAD, REMOTE)

_PREVIEWS: "WeakSet[MailPreview]" = WeakSet()
"""Every preview there is. Asking Qt for all widgets instead would hand out those that are just being destroyed."""


class ReadingActs(QObject):
    """Connects one preview to the shared commands: the first preview declares them, the others join in."""

    def __init__(self, preview: "MailPreview") -> None:
        super().__init__(preview)
        self._preview = preview
        self._runs = {
            PLAIN.id: lambda: preview.set_plain(not preview.is_plain),
            LARGER.id: lambda: preview.zoom(1),
            SMALLER.id: lambda: preview.zoom(-1),
            NORMAL.id: lambda: preview.zoom(0),
            EXPLAIN.id: preview.explain,
            SAVE.id: preview.save_email,
            FILES.id: preview.save_files,
            DOWNLOAD.id: preview.fetching.download_all,
            REMOTE.id: preview.page.sheet.view.load_remote,
        }
        for act in ACTS:
            self._join(act)
        preview.page.sheet.remote_blocked.connect(lambda _count: self.update())
        _PREVIEWS.add(preview)
        preview.installEventFilter(self)

    def listen_in(self, widget: QWidget) -> None:
        """Let the single letter work in *widget* too, such as the list beside the preview."""
        widget.addAction(self.action(EXPLAIN))

    def action(self, act: Act) -> QAction:
        """Return the shared action of one of :data:`ACTS`."""
        return self._preview.frame.actions.action(act.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A preview that comes says what can be done with it; one that goes leaves that to another that is seen."""
        if event.type() in {QEvent.Type.Show, QEvent.Type.WindowActivate}:
            self.update()
        elif event.type() == QEvent.Type.Hide:
            self._hand_over()
        return super().eventFilter(watched, event)

    def update(self) -> None:
        """Say what can be done with what this preview shows, while it is the one that is seen."""
        if not self._preview.isVisible():
            return
        enable, letter = self._preview.frame.actions.enable, self._preview.letter
        page = self._preview.page
        is_page = page.isVisibleTo(self._preview)
        enable(EXPLAIN.id, is_page, NOTHING_SHOWN)
        for act in (PLAIN, SAVE):
            enable(act.id, letter is not None, NOTHING_SHOWN)
        has_files = letter is not None and bool(letter.files_here)
        has_others = letter is not None and bool(page.awaited.rows)
        enable(FILES.id, has_files, NONE_HERE if has_others else NO_FILES)
        enable(DOWNLOAD.id, bool(page.awaited.to_ask) and letter is not None, "Nothing waits to be asked for.")
        enable(REMOTE.id, page.remote.isVisibleTo(page), "No remote image is blocked.")
        self.action(PLAIN).setChecked(self._preview.is_plain)

    def _hand_over(self) -> None:
        """Hidden may mean: being destroyed. Only previews that are known and whole are asked anything."""
        for other in list(_PREVIEWS):
            if other is not self._preview and isValid(other) and other.isVisible():
                other.acts.update()
                return
        if isValid(self._preview):
            for act in ACTS:
                self._preview.frame.actions.enable(act.id, act in LOOKS, NOTHING_SHOWN)

    def _join(self, act: Act) -> None:
        actions = self._preview.frame.actions
        if actions.has(act.id):
            action = actions.action(act.id)
        else:
            within = self._preview if act is EXPLAIN else None
            action = actions.add(act, _nothing, within=within)
            action.setCheckable(act is PLAIN)
            actions.enable(act.id, act in LOOKS, NOTHING_SHOWN)
        if act is EXPLAIN:
            self._preview.addAction(action)
        action.triggered.connect(lambda _on=False: self._run(act))

    def _run(self, act: Act) -> None:
        active = QApplication.activeWindow()
        if self._preview.isVisible() and active in {None, self._preview.window()}:
            self._runs[act.id]()
            self.update()


def _nothing() -> None:
    """Each preview hears of the command by itself."""
