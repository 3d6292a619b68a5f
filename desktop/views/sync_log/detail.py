"""An opened row: what happened, what it means, what to do - and the button that does it."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop import __version__
from desktop.ui import words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.kit.states import ErrorPanel
from desktop.views.sync_log.fixes import FIX_WORDS, can_retry, fix_text
from desktop.views.sync_log.model import Entry

BUNDLE_HEAD = "time (UTC)\trun\tmailbox\tresult\tcode\ttimes\ttook"


class Detail(QWidget):
    """The panel below an opened row."""

    def __init__(self, entry: Entry, fix: Callable[[Entry], None], retry: Callable[[Entry], None]) -> None:
        super().__init__()
        self.setAccessibleName(f"Details: {entry.what}")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(self.backgroundRole())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ErrorPanel(entry.happened, entry.meaning, entry.action, self._buttons(entry, fix, retry)))

    @staticmethod
    def _buttons(entry: Entry, fix: Callable[[Entry], None], retry: Callable[[Entry], None]) -> list[QWidget]:
        buttons: list[QWidget] = []
        if entry.fix in FIX_WORDS:
            first = Button(fix_text(entry), FIX_WORDS[entry.fix].icon, "primary", "R")
            first.clicked.connect(lambda _checked=False: fix(entry))
            buttons.append(first)
        if can_retry(entry):
            again = Button("Try again", key_hint="Shift+R")
            again.clicked.connect(lambda _checked=False: retry(entry))
            buttons.append(again)
        copy = Button("Copy for support", kind="quiet")
        copy.setToolTip("Code and times; no subject and no address of a customer is in it")
        copy.clicked.connect(lambda _checked=False: QApplication.clipboard().setText(bundle([entry])))
        buttons.append(copy)
        if entry.code:
            buttons.append(Label(f"Reason code: {entry.code}", "caption", "text3"))
        return buttons


def bundle(entries: Sequence[Entry]) -> str:
    """Return times, runs, results and codes of entries as text: what support needs, and nothing of any mail."""
    lines = [f"Postroom {__version__}", BUNDLE_HEAD]
    for entry in entries:
        at = entry.at.isoformat(timespec="seconds") if entry.at is not None else "-"
        run = str(entry.run) if entry.run is not None else "-"
        took = words.took(entry.seconds) if entry.seconds is not None else "-"
        mailbox = str(entry.mailbox_id or "-")
        lines.append("\t".join((at, run, mailbox, entry.word, entry.code or "-", str(entry.count), took)))
    return "\n".join(lines)
