"""The dialog of skipped mail: every mail that a filter left out, with its reason, to be imported or never skipped."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.filters import FilterRow, SkippedMail
from desktop.domain.ids import FilterId
from desktop.services.filters import never_skip_sender
from desktop.store.reading.reader import Reader
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, SearchField
from desktop.ui.kit.labels import ElidedLabel
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.sheet import Sheet
from desktop.ui.toasts import announce
from desktop.ui.words import counted, number
from desktop.views.skipped.bringing import Bringing
from desktop.views.skipped.table import ROW, SHOWN, SkippedModel, SkippedTable

TITLE = "Skipped mail"
LEAD = (
    "What filters left out. Of most of it only sender, subject and reason are kept; it is fetched from the server "
    "when you import it. Nothing in the mailbox is changed."
)
LISTED = 1_000
EVERY, NO_ROW = -1, 0


@dataclass(frozen=True, slots=True)
class _Known:
    """The newest of what was left out, the filters, and how much each left out."""

    mails: Sequence[SkippedMail]
    rows: Sequence[FilterRow]
    hits: dict[FilterId | None, int]


class SkippedDialog(Sheet):
    """Lists, searches, imports."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent, TITLE, TITLE, LEAD)
        self._frame = frame
        self._known = _Known((), (), {})
        self.search = SearchField("Search sender and subject", small=True)
        self.which = Choice([("All filters", EVERY)], name="Which filter left it out", small=True)
        self.model = SkippedModel(frame.clock.now, self)
        self.table = SkippedTable(self.model, self._fill)
        self.loading, self.said = LoadingRows(SHOWN, ROW), EmptyState("ban", "", "")
        self.counted = ElidedLabel("", "caption", "text2")
        self.never_button = Button("Never skip this sender", "shield-check", "quiet")
        self.import_button = Button("Import this one", "download", "primary")
        self.work = Bringing(frame, self)
        self._stack = QStackedWidget()
        self._acts: dict[str, QAction] = {}
        self._assemble()
        self._make_acts()
        self._listen()
        self._read()
        self.table.setFocus()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        if not self.model.lines:
            self._stack.setCurrentWidget(self.loading)
        self._frame.ops.read(self, _ask, self._show, failed=self._fail, slot="skipped")

    def _hear(self, change: ChangeSet) -> None:
        if change.changed & (Changed.FILTERS | Changed.EMAILS):
            self._read()

    def _show(self, known: _Known) -> None:
        self._known = known
        chosen = self.which.value
        self.which.clear()
        self.which.addItem("All filters", EVERY)
        for at, row in enumerate(known.rows, 1):
            if known.hits.get(row.id):
                self.which.addItem(f"Filter {at}: {row.sentence()} ({number(known.hits[row.id])})", int(row.id))
        if known.hits.get(None):
            self.which.addItem(f"Blocked, internal, or not asked for ({number(known.hits[None])})", NO_ROW)
        self.which.choose(chosen)
        self._narrow()

    def _narrow(self) -> None:
        typed, which = self.search.text().casefold().split(), self.which.value
        at = self.table.currentIndex().row()
        fitting = [one for one in self._known.mails if _fits(one, typed) and which in {EVERY, int(one.row or NO_ROW)}]
        self.model.show_lines(fitting)
        if fitting:
            self._stack.setCurrentWidget(self.table)
            self.table.go_to(max(0, at))
        else:
            self._say_nothing()
        self._show_choice()

    def _say_nothing(self) -> None:
        if self._known.mails:
            self._say("search", "No skipped mail is like that", "Sender and subject are looked through.", "Show all")
        else:
            self._say(
                "ban", "Nothing was skipped", "What filters leave out is listed here, with the filter that did it.", ""
            )

    def _fail(self, error: AppError) -> None:
        self._say("triangle-alert", error.what, f"{error.meaning} {error.action}".strip(), "Try again")

    def _say(self, icon: str, title: str, sentence: str, button: str) -> None:
        self.said.icon.show_icon(icon, "text3")
        self.said.show_words(title, sentence, button)
        self._stack.setCurrentWidget(self.said)
        announce(self.said, f"{title}. {sentence}")

    # --- doing ------------------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> list[SkippedMail]:
        """The mail that is selected."""
        return [self.model.lines[row] for row in self.table.selected_rows() if row < len(self.model.lines)]

    def bring_in(self) -> None:
        """Import what is selected."""
        mails = [one for one in self.chosen if one.email_id is not None or not one.gone]
        if mails and not self.work.is_running:
            self.say("ok", "")
            self.work.begin(mails)
            self._show_choice()

    def never_skip(self) -> None:
        """Keep what the sender of the current mail writes from now on."""
        senders = {one.sender for one in self.chosen}
        if len(senders) != 1 or not (sender := senders.pop()):
            return
        self._frame.ops.run(
            self,
            lambda uow, clock: never_skip_sender(uow, sender, clock),
            then=lambda change: self.say("ok", f"{change.words}. What was skipped before is imported when you ask."),
            failed=lambda error: self.say("bad", str(error)),
        )

    def open_mail(self) -> None:
        """Show a mail that is here."""
        here = next((one.email_id for one in self.chosen if one.email_id is not None), None)
        if here is not None:
            self.reject()
            self._frame.doors.go(Place("emails", email_id=here))

    def _ended(self, state: str, words: str) -> None:
        self.say(state, words)
        self._read()

    def _show_choice(self) -> None:
        chosen = self.chosen
        can = [one for one in chosen if one.email_id is not None or not one.gone]
        total = sum(self._known.hits.values())
        shown = len(self.model.lines)
        self.counted.setText(f"{number(shown)} of {counted(total, 'skipped email')} shown" if total else "")
        gone = "It is no longer on the server." if chosen and not can else ""
        self.import_button.setText("Import this one" if len(can) < 2 else f"Import {number(len(can))} emails")
        self.import_button.setEnabled(bool(can) and not self.work.is_running)
        self.import_button.setToolTip(gone)
        one_sender = len({one.sender for one in chosen}) == 1 and bool(chosen[0].sender)
        self.never_button.setEnabled(one_sender)
        self.never_button.setToolTip("" if one_sender else "Select mail of one sender.")
        self._acts["bring"].setEnabled(self.import_button.isEnabled())
        self._acts["never"].setEnabled(one_sender)
        self._acts["open"].setEnabled(any(one.email_id is not None for one in chosen))

    # --- making -----------------------------------------------------------------------------------------------------

    def _fill(self, menu: QMenu) -> None:
        for action in self._acts.values():
            menu.addAction(action)

    def _make_acts(self) -> None:
        for name, words, key, run in (
            ("bring", "&Import this one", "I", self.bring_in),
            ("never", "&Never skip this sender", "N", self.never_skip),
            ("open", "&Open", "O", self.open_mail),
        ):
            action = QAction(words, self.table)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, run=run: run())
            self.table.addAction(action)
            self._acts[name] = action

    def _assemble(self) -> None:
        above = HBox(8)
        above.addWidget(self.search, 1)
        above.addWidget(self.which)
        self.which.setMaximumWidth(scaled(320))
        for widget in (self.loading, self.table, self.said):
            self._stack.addWidget(widget)
        card = Card()
        inside = VBox(0, 1, card)
        inside.addWidget(self._stack)
        self.inside.addLayout(above)
        self.inside.addWidget(card, 1)
        self.inside.addWidget(self.counted)
        self.cancel.setText("Close")
        self.buttons.addWidget(self.never_button)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.import_button)

    def _listen(self) -> None:
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.which.activated.connect(lambda _at: self._narrow())
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._show_choice())
        self.table.opened.connect(lambda _row: self.bring_in())
        self.said.primary.clicked.connect(lambda _checked=False: self._again())
        self.import_button.clicked.connect(lambda _checked=False: self.bring_in())
        self.never_button.clicked.connect(lambda _checked=False: self.never_skip())
        self.work.ended.connect(self._ended)
        self._frame.ops.changed.connect(self._hear)

    def _again(self) -> None:
        self.search.clear()
        self.which.choose(EVERY)
        self._read()

    def done(self, result: int) -> None:
        """End what runs."""
        self.work.stop()
        super().done(result)


def _ask(read: Reader) -> _Known:
    return _Known(read.filters.skipped(limit=LISTED), read.filters.rows(), read.filters.hits())


def _fits(mail: SkippedMail, typed: Sequence[str]) -> bool:
    words = f"{mail.sender} {mail.sender_name} {mail.subject}".casefold()
    return all(part in words for part in typed)
