"""One mail that somebody thinks of, by its address or its subject, judged by the draft as it is typed."""

from dataclasses import replace

from PySide6.QtCore import QObject

from desktop.domain.filters import KIND_EVIDENCE, Facts, Kind
from desktop.domain.ids import MailboxId
from desktop.filtering.comparing import comparable
from desktop.filtering.judging import Judge, Policy
from desktop.store.reading.reader import Reader
from desktop.ui.frame import Frame
from desktop.views.settings.filters.preview_card import PreviewCard


class Trying(QObject):
    """Answers what stands in the field of *preview*."""

    def __init__(self, frame: Frame, preview: PreviewCard) -> None:
        super().__init__(preview)
        self._frame, self._preview = frame, preview
        self._policy = Policy()
        self._mailbox: MailboxId | None = None
        preview.tried.connect(self._typed)

    def again(self, policy: Policy, mailbox_id: MailboxId | None) -> None:
        """Judge by another draft, for a mailbox or all."""
        self._policy, self._mailbox = policy, mailbox_id
        self._typed(self._preview.try_field.text())

    def _typed(self, typed: str) -> None:
        text = typed.strip()
        if not text:
            self._preview.show_tried("")
            return
        is_address = "@" in text and " " not in text
        sender = text.casefold() if is_address else ""

        def query(read: Reader) -> Facts:
            known = is_address and bool(read.book.customers_by_address([sender]))
            kinds = ((Kind.CUSTOMER, KIND_EVIDENCE[Kind.CUSTOMER]),) if known else ()
            return Facts(sender, (), "" if is_address else comparable(text), kinds)

        self._frame.ops.read(self, query, self._show, failed=lambda _error: None, slot="try")

    def _show(self, facts: Facts) -> None:
        rows = tuple(row for row in self._policy.rows if row.mailbox_id in {None, self._mailbox})
        verdict = Judge(replace(self._policy, rows=rows)).verdict(facts)
        self._preview.show_tried(f"{'Would be kept.' if verdict.kept else 'Would be skipped.'} {verdict.reason}")
