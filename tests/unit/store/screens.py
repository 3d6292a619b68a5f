"""A small office's mail for tests of what screens ask: three mailboxes, customers, strangers, all kinds of trouble."""

from datetime import datetime, timedelta

from desktop.domain.customer import Customer
from desktop.domain.decision import Decision
from desktop.domain.ids import CustomerId, EmailId, Ref
from desktop.domain.intake import DecidedMail, FolderEpoch
from desktop.domain.mail import Address, Attachment, ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.filtering.facts import facts_of
from desktop.store.packing import pack_mail
from desktop.store.store import Store
from tests.helpers.mails import NOON, parsed, place_in

SUPPORT, SALES, IDLE = "support@shop.example", "sales@shop.example", "idle@shop.example"
TODAY = NOON.replace(hour=0)


def filed_with(customer_id: CustomerId, by: str = "rule:exact_address") -> Decision:
    return Decision(ReasonCode.SYNCED, "The sender's address is theirs.", by, customer_id, confidence=100)


def waits(code: ReasonCode = ReasonCode.NO_MATCH, why: str = "No customer has this address.") -> Decision:
    return Decision(code, why, "rule:review", needs_review=True)


def letter(name: str, address: str, subject: str, text: str = "hello", **changes: object) -> ParsedMail:
    who = Address(name, address)
    fields: dict[str, object] = {"claimed_from": (who,), "subject": subject, "text": text, "preview": text}
    mail = parsed(f"{address} {subject}", address, **{**fields, **changes})
    return mail if "sender" in changes else _from(mail, who)


def _from(mail: ParsedMail, who: Address) -> ParsedMail:
    fields = {name: getattr(mail, name) for name in ParsedMail.__slots__}
    return ParsedMail(**{**fields, "sender": who})


FILE = Attachment("2", "order.pdf", "order.pdf", "application/pdf", 4)


class Office:
    """Puts mail into a store, one by one, and remembers who is who."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._next: dict[str, int] = {}

    def customer(self, name: str, *addresses: str, company: str = "") -> CustomerId:
        with self.store.write() as uow:
            (number,) = uow.customers.add_all([Customer(CustomerId(0), name, addresses, company)], "hand", NOON)
            uow.journal.record("customers.add", f"Added {name}", "person", NOON)
        return number

    def place(self, address: str) -> FolderEpoch:
        return place_in(self.store, address)

    def mail(
        self,
        mail: ParsedMail | Unreadable,
        decision: Decision,
        *,
        mailbox: str = SUPPORT,
        at: datetime = NOON,
        outbound: bool = False,
        about: str | None = None,
    ) -> EmailId:
        """Take a mail in that arrived at *at* and was stored half a minute later; where *about* is given, with what
        filters look at.
        """
        place = self.place(mailbox)
        facts = None
        if about is not None and isinstance(mail, ParsedMail):
            facts = facts_of(mail, ours=(), labels=(), is_customer=False)
        made = DecidedMail(self._raw(mail, mailbox, at), mail, decision, outbound, facts, about or "")
        packed = pack_mail(made, parser_version=1)
        with self.store.write() as uow:
            uow.intake.take_in(place, [packed], [], at + timedelta(seconds=30))
            number = uow.intake._run.exec_driver_sql("SELECT max(id) FROM email").scalar_one()
        return EmailId(number)

    def undelivered(self, how_many: int, *, mailbox: str = SUPPORT, at: datetime = NOON) -> None:
        place, first = self.place(mailbox), self._number(mailbox)
        self._next[mailbox] += how_many
        with self.store.write() as uow:
            refs = RefSet.of(range(first, first + how_many))
            uow.intake.note_unanswered(place, refs, "The server did not deliver it.", at)

    def _raw(self, mail: ParsedMail | Unreadable, mailbox: str, at: datetime) -> RawMail:
        return RawMail(Ref(str(self._number(mailbox))), at, 1000, f"raw of {mail.identity}".encode())

    def _number(self, mailbox: str) -> int:
        number = self._next.get(mailbox, 1)
        self._next[mailbox] = number + 1
        return number


def unreadable(serial: str) -> tuple[Unreadable, Decision]:
    why = "It took longer than ten seconds to read."
    mail = Unreadable(f"id-{serial}", why)
    return mail, Decision(ReasonCode.UNPARSEABLE, why, "rule:parser", needs_review=True)


def busy_office(store: Store) -> Office:
    """Return an office with some of everything: Unicode names, equal times, two mailboxes that work and an idle one."""
    office = Office(store)
    office.place(IDLE)
    acme = office.customer("Acme Parts", "wei@acme-parts.example", "lena@acme-parts.example")
    zoe = office.customer("Zoë Ärzte", "praxis@zoe.example", company="Praxis Müller")
    kestrel = office.customer("kestrel", "kim@kestrel.example")
    for minutes in range(0, 3000, 150):
        at = NOON - timedelta(minutes=minutes)
        mailbox = SALES if minutes % 400 == 0 else SUPPORT
        files = (FILE,) if minutes % 600 == 0 else ()
        name, address, who = (
            ("Wei Zhang", "wei@acme-parts.example", acme),
            ("Zoë Müller", "praxis@zoe.example", zoe),
            ("kim", "kim@kestrel.example", kestrel),
        )[minutes // 150 % 3]
        mail = letter(name, address, f"Order {minutes}", "delivery window", attachments=files)
        office.mail(mail, filed_with(who), mailbox=mailbox, at=at)
    for number in range(4):
        stranger = letter("Ana Stranger", f"ana{number}@nobody.example", f"Question {number}", "order please")
        office.mail(stranger, waits(), mailbox=SALES, at=NOON - timedelta(minutes=150 * number))
    office.mail(letter("Wei 5%_off", "wei@other.example", "100%_sure"), waits(ReasonCode.AMBIGUOUS_MATCH), at=NOON)
    office.mail(*unreadable("broken"), at=NOON - timedelta(days=1))
    office.undelivered(2, at=NOON - timedelta(minutes=10))
    office.undelivered(1, mailbox=SALES, at=NOON - timedelta(days=2))
    return office
