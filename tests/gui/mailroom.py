"""Mail as it arrives, read by the real parser and judged by the real rules, put into a store without a server."""

from collections.abc import Sequence
from datetime import datetime

from desktop.domain.decision import Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import MessageRejected
from desktop.domain.ids import CustomerId, EmailId, Ref
from desktop.domain.intake import DecidedMail, LeftOut
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.filtering.facts import facts_of
from desktop.matching.asked import NOT_TOLD
from desktop.matching.decide import decide_all, decide_all_sent
from desktop.matching.reported import about_of, reported_mail
from desktop.parsing.identity import identity
from desktop.parsing.reader import read
from desktop.services.customers import Details, add_customer
from desktop.services.ours import ours_at
from desktop.store.packing import pack_mail
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock, place_in

SUPPORT, SALES = "support@shop.example", "sales@shop.example"


def letter(
    sender: str = "Ann Lee <ann@acme.example>", subject: str = "Hello", text: str = "Good day.", *, more: str = ""
) -> bytes:
    """Return a plain message; *more* are header lines."""
    head = f"From: {sender}\nTo: {SUPPORT}\nSubject: {subject}\n"
    return f"{head}{more}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def page(body: str, subject: str = "A page", text: str = "") -> bytes:
    """Return an HTML message, with *text* beside it when there is one."""
    head = f"From: Grace <grace@bright.example>\nTo: {SUPPORT}\nSubject: {subject}\nMIME-Version: 1.0\n"
    if not text:
        return f"{head}Content-Type: text/html; charset=utf-8\n\n{body}\n".encode()
    parts = f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: text/html\n\n{body}\n--b--\n"
    return f"{head}Content-Type: multipart/alternative; boundary=b\n\n{parts}".encode()


def parcel(*files: tuple[str, str, bytes], text: str = "See the files.") -> bytes:
    """Return a message with attachments: (name, media type, content)."""
    head = f"From: Ann <ann@acme.example>\nTo: {SUPPORT}\nSubject: Files\nMIME-Version: 1.0\n"
    parts = [f"--b\nContent-Type: text/plain\n\n{text}\n".encode()]
    for name, kind, content in files:
        lines = f'--b\nContent-Type: {kind}\nContent-Disposition: attachment; filename="{name}"\n'
        parts.append(f"{lines}Content-Transfer-Encoding: 8bit\n\n".encode() + content + b"\n")
    return f"{head}Content-Type: multipart/mixed; boundary=b\n\n".encode() + b"".join(parts) + b"--b--\n"


class Mailroom:
    """Takes mail in, one message after the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._refs: dict[str, int] = {}

    def customer(self, name: str, *addresses: str) -> CustomerId:
        """Add a customer."""
        with self.store.write() as uow:
            number, _ = add_customer(uow, Details(name), addresses, FixedClock())
        return number

    def keep(
        self, raw: bytes, *, at: datetime = NOON, mailbox: str = SUPPORT, size: int = 0, whole: bool = True
    ) -> EmailId:
        """Keep a message that arrived at *at*; without *whole*, *raw* is its headers and *size* the server's claim."""
        self._take(mailbox, [RawMail(self._ref(mailbox), at, size or len(raw), raw, whole)], at)
        with self.store.read() as reader:
            return EmailId(max(reader.email_list.ids(EmailFilter())))

    def keep_all(self, mails: Sequence[tuple[bytes, datetime]], *, mailbox: str = SUPPORT) -> None:
        """Keep many messages with the times they arrived at, in one go."""
        self._take(mailbox, [RawMail(self._ref(mailbox), at, len(raw), raw) for raw, at in mails], NOON)

    def _take(self, mailbox: str, mails: Sequence[RawMail], at: datetime) -> None:
        place = place_in(self.store, mailbox)
        parsed = [_read(mail) for mail in mails]
        with self.store.read() as reader:
            readable = [mail for mail in parsed if isinstance(mail, ParsedMail)]
            decisions = iter(decide_all(readable, reader.book))
        decided = [_parked(mail) if isinstance(mail, Unreadable) else next(decisions) for mail in parsed]
        packed = [pack_mail(DecidedMail(*one), parser_version=1) for one in zip(mails, parsed, decided, strict=True)]
        with self.store.write() as uow:
            uow.intake.take_in(place, packed, [], at)

    def keep_linked(
        self, raw: bytes, *, at: datetime = NOON, outbound: bool = False, mailbox: str = SUPPORT
    ) -> EmailId:
        """Keep a message with all that the pipeline keeps of it: what filters look at, and which mail it reports on."""
        place, mail = place_in(self.store, mailbox), RawMail(self._ref(mailbox), at, len(raw), raw)
        parsed = read(mail)
        with self.store.read() as reader:
            ours = ours_at(reader).get(place.mailbox_id, NOT_TOLD)
            (found,) = reported_mail([parsed], reader.book)
            sent = decide_all_sent([parsed], reader.book)
            (decision,) = sent if outbound else decide_all([parsed], reader.book, ours=ours)
        facts = facts_of(parsed, ours=ours.domains, labels=(), is_customer=False)
        kept = DecidedMail(mail, parsed, decision, outbound, facts, about_of(parsed, found))
        with self.store.write() as uow:
            uow.intake.take_in(place, [pack_mail(kept, parser_version=1)], [], at)
        with self.store.read() as reader:
            return EmailId(max(reader.email_list.ids(EmailFilter())))

    def leave_out(self, reason: str = "Left out by a filter.", *, mailbox: str = SUPPORT) -> None:
        """See a message, and not keep it."""
        place = place_in(self.store, mailbox)
        with self.store.write() as uow:
            left_out = LeftOut(self._ref(mailbox), ReasonCode.EXCLUDED_RULE, reason, NOON)
            uow.intake.take_in(place, [], [left_out], NOON)

    def undelivered(self, reason: str = "The server did not deliver it.", *, mailbox: str = SUPPORT) -> None:
        """See a message that the server lists and does not deliver."""
        place = place_in(self.store, mailbox)
        with self.store.write() as uow:
            uow.intake.note_unanswered(place, RefSet.of([int(self._ref(mailbox))]), reason, NOON)

    def _ref(self, mailbox: str) -> Ref:
        self._refs[mailbox] = self._refs.get(mailbox, 0) + 1
        return Ref(str(self._refs[mailbox]))


def _read(mail: RawMail) -> ParsedMail | Unreadable:
    try:
        return read(mail)
    except MessageRejected as error:
        return Unreadable(identity(mail), str(error))


def _parked(mail: Unreadable) -> Decision:
    return Decision(ReasonCode.UNPARSEABLE, mail.why, "rule:parser", needs_review=True)
