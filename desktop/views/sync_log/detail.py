"""An opened row: what happened, what it means, what to do - and the button that does it."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.domain.activity import Fix
from desktop.domain.troubles import NEEDS_PERSON
from desktop.ui import words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.kit.states import ErrorPanel
from desktop.views.sync_log.model import Entry

FIX_WORDS = {
    Fix.RECONNECT: ("Reconnect {short}", "plug", "R"),
    Fix.SETTINGS: ("Change settings of {short}", "settings", ""),
    Fix.OWN_APP: ("Open Sign-in apps", "key-round", ""),
    Fix.REVIEW_SETTINGS: ("Review settings of {short}", "list-checks", ""),
    Fix.SYNC: ("Try again", "refresh-cw", "R"),
    Fix.OPEN_EMAIL: ("Open email", "mail", ""),
    Fix.SHOW_ERRORS: ("Show these emails", "mail", ""),
    Fix.OPEN_REVIEW: ("Open Needs Review", "inbox", ""),
}


def fix_text(entry: Entry) -> str:
    """Return what the fixing button says, or nothing."""
    if entry.fix is Fix.NONE:
        return ""
    return FIX_WORDS[entry.fix][0].format(short=words.local_part(entry.mailbox))


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
        if entry.fix is not Fix.NONE:
            _, icon, key = FIX_WORDS[entry.fix]
            first = Button(fix_text(entry), icon, "primary", key)
            first.clicked.connect(lambda _checked=False: fix(entry))
            buttons.append(first)
        if entry.fix in NEEDS_PERSON:
            again = Button("Try again")
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
    lines = []
    for entry in entries:
        at = entry.at.isoformat(timespec="seconds") if entry.at is not None else "-"
        run = f"run {entry.run}" if entry.run is not None else "-"
        took = words.took(entry.seconds) if entry.seconds is not None else "-"
        lines.append("\t".join((at, run, f"mailbox {entry.mailbox_id or '-'}", entry.word, entry.code or "-", took)))
    return "\n".join(lines)
