"""The page of filters: a draft of rows and domains, what it would do to the mail that is here, and Apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.filters import Comparison, Effect, Field, FilterRow, Kind
from desktop.domain.ids import FilterId, MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.filtering.judging import Policy
from desktop.matching.asked import our_domains
from desktop.services.filter_past import Past, apply_past
from desktop.services.filters import never_skip, policy_for, replace_policy
from desktop.store.reading.reader import Reader
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.inputs import Choice
from desktop.ui.kit.messages import Note
from desktop.ui.long_plan import LongPlanSheet, Step, no_step
from desktop.ui.words import number
from desktop.views.settings.filters import acts
from desktop.views.settings.filters.domains_card import DomainsCard
from desktop.views.settings.filters.drafting import sound
from desktop.views.settings.filters.foot import Foot
from desktop.views.settings.filters.past_sheet import is_much, past_sheet
from desktop.views.settings.filters.preview_card import PreviewCard
from desktop.views.settings.filters.rehearsing import Answer, Rehearsing, Shown
from desktop.views.settings.filters.rows_card import RowsCard
from desktop.views.settings.filters.trying import Trying
from desktop.views.settings.page import Page
from desktop.views.settings.reading import Known

ALL = "All mailboxes"
CUSTOMERS = FilterRow(FilterId(0), Effect.KEEP, Field.KIND, Comparison.IS, (Kind.CUSTOMER.value,))


@dataclass(frozen=True, slots=True)
class _Held:
    """The filters as they are stored, our own domains, and how many emails filters have left out."""

    policy: Policy
    skipped: int


class FiltersPage(Page):
    """Rows, preview and domains. Nothing is stored before *Apply*; *Revert* shows what is stored."""

    id = "filters"
    title = "Filters"
    icon = "list-filter"
    hint = "Read from the top: the first Keep or Exclude that fits decides"
    keywords = "include exclude keep rules newsletter spam vendors internal team blocklist domain skip skipped preview"
    has_commands = True

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.mailbox = Choice([(ALL, None)], name="Mailbox that the filters are shown for")
        self.rows, self.preview, self.domains, self.foot = RowsCard(), PreviewCard(), DomainsCard(), Foot()
        self.skipped_button = Button("Skipped mail…", "ban", "quiet", small=True)
        self.note = Note("bad", "", glyph=True)
        self.rehearsing, self.trying = Rehearsing(frame, self), Trying(frame, self.preview)
        self._held = Policy()
        self._answer: Answer | None = None
        self.sheet: LongPlanSheet | None = None
        self._addresses: Mapping[MailboxId, str] = {}
        self._own: Sequence[str] = ()
        self._is_read = False
        self._assemble()
        self._listen()
        self._make_actions()

    # --- reading ----------------------------------------------------------------------------------------------------

    def show_known(self, known: Known) -> None:
        """Offer the mailboxes, and read the filters again: an undo may have changed them."""
        here = [one for one in known.mailboxes if one.state is not MailboxState.DISCONNECTED]
        self._own = sorted(our_domains(one.address for one in known.mailboxes))
        addresses = {one.id: one.address for one in here}
        if addresses != self._addresses:
            self._addresses = addresses
            chosen = self.mailbox.value
            self.mailbox.clear()
            for value, words in ((None, ALL), *addresses.items()):
                self.mailbox.addItem(words, value)
            self.mailbox.choose(chosen)
            self.mailbox.setVisible(len(addresses) > 1)
        if self.isVisible():
            self._read()
        else:
            self._is_read = False

    def show_failure(self, error: AppError) -> None:
        """Nothing could be read."""
        self.preview.show_error(error)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is stored as soon as somebody looks."""
        super().showEvent(event)
        if not self._is_read:
            self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hold no mail for a page that was left; a window that is put away for a moment keeps it."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.rehearsing.release()
            self._is_read = False

    def _read(self) -> None:
        self._is_read = True
        self.frame.ops.read(self, _ask, self._show_held, failed=self.preview.show_error, slot="filters")

    def _show_held(self, held: _Held) -> None:
        self.skipped_button.setText(f"Skipped mail ({number(held.skipped)})…" if held.skipped else "Skipped mail…")
        is_edited, is_other = self.is_edited, held.policy != self._held
        self._held = held.policy
        if is_edited and is_other:
            self._say("warn", "The filters were changed elsewhere meanwhile. Revert shows them as they are now.")
        self._show_draft(self.draft if is_edited else held.policy)
        self._load()

    def _show_draft(self, policy: Policy) -> None:
        if policy != self.draft or not self.rows.editors:
            self.rows.show_rows(policy.rows, self.chosen_mailbox, self._addresses)
        self.domains.show_domains(policy.blocked, policy.internal_allowed, self._own)

    def _load(self) -> None:
        if not self.isVisible():
            return  # it is read when somebody looks
        self.rehearsing.rehearse(self._held, self._sound_draft())
        self.trying.again(self._sound_draft(), self.chosen_mailbox)
        self.rehearsing.load(self._since(), self.chosen_mailbox)

    def _since(self) -> datetime | None:
        days = self.preview.period.value
        return self.frame.clock.now() - timedelta(days=days) if isinstance(days, int) and days else None

    # --- the draft --------------------------------------------------------------------------------------------------

    @property
    def chosen_mailbox(self) -> MailboxId | None:
        """The mailbox whose filters are shown; None for all."""
        value = self.mailbox.value
        return MailboxId(value) if isinstance(value, int) else None

    @property
    def draft(self) -> Policy:
        """The filters as they are edited."""
        return Policy(self.rows.rows, self.domains.blocked, self.domains.allowed)

    @property
    def is_edited(self) -> bool:
        """Whether the draft is another than what is stored."""
        return self.draft != self._held

    def _sound_draft(self) -> Policy:
        return replace(self.draft, rows=sound(self.rows.rows))

    def _edited(self) -> None:
        self._say("", "")
        self.rehearsing.rehearse(self._held, self._sound_draft())
        self._show_foot()
        self.trying.again(self._sound_draft(), self.chosen_mailbox)

    def revert(self) -> None:
        """Show what is stored."""
        self._say("", "")
        self.rows.show_rows(self._held.rows, self.chosen_mailbox, self._addresses)
        self.domains.show_domains(self._held.blocked, self._held.internal_allowed, self._own)
        self._edited()

    def apply(self) -> None:
        """Store the draft, and do to the mail that is here what was shown, if that was asked for: one command."""
        if not self.foot.apply_button.isEnabled():
            return
        past = Past(self._since(), self.chosen_mailbox) if self.foot.past.isChecked() else None
        draft, seen, is_edited = self.draft, self._held, self.is_edited

        def command(uow: Any, clock: Clock, step: Step = no_step) -> ChangeSet:
            if is_edited:
                return replace_policy(uow, draft, clock, past=past, seen=seen, step=step)
            return apply_past(uow, policy_for(uow.read, None), past or Past(), clock, step)

        if past is not None and self._answer is not None and is_much(self._answer.report):
            self.sheet = past_sheet(self.frame, self.window(), draft, past, command, self._applied)
            self.sheet.open()
            return
        self.foot.apply_button.setEnabled(False)
        self.frame.ops.run(self, command, then=lambda _change: self._applied(), failed=self._refused)

    def _applied(self) -> None:
        self._held = self.draft  # ids of new rows come with the next reading
        self.foot.past.setChecked(False)
        self._read_fresh()

    def _read_fresh(self) -> None:
        def show(held: _Held) -> None:
            self._held = held.policy
            self.rows.show_rows(held.policy.rows, self.chosen_mailbox, self._addresses)
            self._show_held(held)

        self.frame.ops.read(self, _ask, show, failed=self.preview.show_error, slot="filters")

    def _refused(self, error: AppError) -> None:
        self._say("bad", str(error))
        self._show_foot()

    # --- answers ----------------------------------------------------------------------------------------------------

    def _take(self, answer: Answer) -> None:
        self._answer = answer
        self.preview.show_answer(answer)
        self.rows.show_hits(answer.report.hits, answer.report.row_customers)
        self._show_foot()

    def _show_foot(self) -> None:
        report = self._answer.report if self._answer is not None else None
        self.foot.show_state(report, is_edited=self.is_edited, wrong=self.rows.wrong)

    def _say(self, state: str, words: str) -> None:
        self.note.show_note(state or "bad", words)
        self.note.setVisible(bool(words))

    # --- commands ---------------------------------------------------------------------------------------------------

    def _never_skip(self, line: Shown | None = None) -> None:
        line = line or self.preview.table.current
        if line is not None and line.row.from_address:
            self.rows.add(never_skip(line.row.from_address), at=0)

    def _never_skip_customers(self) -> None:
        self.rows.add(CUSTOMERS, at=0)

    def _open(self) -> None:
        line = self.preview.table.current
        if line is not None and line.row.id is not None:
            self.frame.doors.go(Place("emails", email_id=line.row.id))

    def _line_menu(self, menu: QMenu, at: QPoint) -> None:
        self.frame.actions.fill(menu, (acts.OPEN.id, acts.NEVER.id)).popup(at)

    def _make_actions(self) -> None:
        add, table = self.frame.actions.add, self.preview.table
        add(acts.UP, partial(self.rows.move_focused, -1), within=self.rows)
        add(acts.DOWN, partial(self.rows.move_focused, 1), within=self.rows)
        add(acts.ADD, self.rows.add_new, within=self)
        add(acts.APPLY, self.apply, within=self)
        add(acts.OPEN, self._open, within=table)
        add(acts.NEVER, self._never_skip, within=table)
        table.opened.connect(lambda _row: self._open())

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        self.head.insertWidget(1, self.mailbox)
        self.head.addWidget(self.skipped_button)
        for widget in (self.note, self.rows, self.preview, self.domains):
            self.content.addWidget(widget)
        self.note.hide()
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addWidget(self.foot)

    def _listen(self) -> None:
        self.rows.changed.connect(self._edited)
        self.domains.changed.connect(self._edited)
        self.mailbox.activated.connect(lambda _at: self._turn_mailbox())
        self.preview.period.activated.connect(lambda _at: self._load())
        self.preview.again.connect(self._read_fresh)
        self.preview.table.never_wanted.connect(self._never_skip)
        self.preview.table.menu_wanted.connect(self._line_menu)
        self.preview.warned.keep.clicked.connect(lambda _checked=False: self._never_skip_customers())
        self.rehearsing.loading.connect(self.preview.show_loading)
        self.rehearsing.answered.connect(self._take)
        self.rehearsing.listed.connect(self.preview.show_lines)
        self.rehearsing.failed.connect(self.preview.show_error)
        self.foot.revert_button.clicked.connect(lambda _checked=False: self.revert())
        self.foot.apply_button.clicked.connect(lambda _checked=False: self.apply())
        self.foot.past.toggled.connect(lambda _on: self._show_foot())
        self.skipped_button.clicked.connect(lambda _checked=False: self.frame.doors.skipped_mail())

    def _turn_mailbox(self) -> None:
        self.rows.show_rows(self.rows.rows, self.chosen_mailbox, self._addresses)
        self._load()


def _ask(read: Reader) -> _Held:
    return _Held(policy_for(read, None), sum(read.filters.counts().values()))
