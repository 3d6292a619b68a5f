"""What of a batch is kept: own connection tests, the mailbox's direction, and the filters, in this order."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.filters import KIND_EVIDENCE, Facts, Kind, Verdict
from desktop.domain.ids import Ref
from desktop.domain.intake import LeftOut, LeftOutFacts
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.sent_mail import SENT_REASON
from desktop.filtering.facts import facts_of
from desktop.filtering.judging import Judge
from desktop.matching.asked import Ours
from desktop.services.filters import policy_for
from desktop.store.reading.reader import Reader

TEST_MAIL = "Postroom sent this to itself to test the connection."


class Gate:
    """Judges the mails of one batch by what holds when it is made. With *picked*, a person chose them: filters wait."""

    def __init__(
        self, mailbox: Mailbox, ours: Ours, read: Reader, mails: Sequence[ParsedMail | Unreadable], *, picked: bool
    ) -> None:
        policy = policy_for(read, mailbox)
        self._picked = picked
        self._inbound_only = mailbox.direction is Direction.INBOUND
        self._came_in = Judge(policy)
        self._was_sent = Judge(replace(policy, rows=(), blocked=frozenset()))
        self._ours = ours.domains
        self._tests = read.emails.own_message_ids()
        senders = {mail.sender.address for mail in mails if isinstance(mail, ParsedMail) and mail.sender}
        self._customers = read.book.customers_by_address(senders)

    def judge(self, raw: RawMail, mail: ParsedMail | Unreadable, *, outbound: bool) -> LeftOut | Facts | None:
        """Return why a mail is not kept, or what filters look at in it; None for one that cannot be read."""
        facts = None
        if isinstance(mail, ParsedMail):
            if mail.message_id in self._tests:
                return _left_out(raw, ReasonCode.OWN_LOOP, TEST_MAIL)
            known = mail.sender is not None and mail.sender.address in self._customers
            facts = facts_of(mail, ours=self._ours, labels=raw.labels, is_customer=known)
        if outbound and self._inbound_only:
            return _left_out(raw, ReasonCode.DIRECTION_OFF, SENT_REASON)
        if facts is None or not isinstance(mail, ParsedMail):
            return facts
        if self._picked:
            return replace(facts, kinds=(*facts.kinds, (Kind.PICKED, KIND_EVIDENCE[Kind.PICKED])))
        found = (self._was_sent if outbound else self._came_in).verdict(facts)
        return facts if found.kept else _filtered(raw, mail, facts, found)


def _left_out(raw: RawMail, code: ReasonCode, reason: str) -> LeftOut:
    return LeftOut(Ref(raw.ref), code, reason, raw.received_at)


def _filtered(raw: RawMail, mail: ParsedMail, facts: Facts, found: Verdict) -> LeftOut:
    name = mail.sender.name if mail.sender else ""
    known = LeftOutFacts(facts, mail.message_id, name, mail.subject, found.row)
    return LeftOut(Ref(raw.ref), found.code, found.reason, raw.received_at, known)
