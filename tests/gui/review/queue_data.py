"""A queue that looks like a working day: known domains, strangers at free mail, an address of two customers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from desktop.domain.decision import Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import CustomerId, EmailId, Ref
from desktop.domain.intake import DecidedMail
from desktop.domain.mail import Address, RawMail
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details, add_customer
from desktop.services.review import assign
from desktop.store.packing import PackedMail, pack_mail
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock, parsed, place_in

PEOPLE = {
    "Acme Parts": ("sales@acme-parts.example", "returns@acme-parts.example"),
    "Acme Retail": ("wei@acme-retail.example",),
    "Lumen Clinic": ("desk@lumenclinic.example",),
    "Lumen Eye Care": ("desk@lumenclinic.example",),
    "Northwind Traders": ("office@northwind.example",),
    "Harborview Hotels": ("stay@harborview.example",),
    "Tidewater Marine": ("dock@tidewater.example",),
    "Fjord Outdoor": ("post@fjord.example",),
    "Kestrel Logistics": ("ops@kestrel.example",),
}


@dataclass(frozen=True)
class Letter:
    minutes: int
    name: str
    address: str
    subject: str
    code: ReasonCode = ReasonCode.NO_MATCH
    text: str = ""


LETTERS = (
    Letter(4, "Wei Zhang", "wei@acme-parts.example", "Two orders merged into one shipment"),
    Letter(12, "Tom Becker", "tom@acme-parts.example", "Re: Ticket #1182, new delivery window"),
    Letter(26, "Acme Parts Orders", "orders@acme-parts.example", "Order confirmation 20893"),
    Letter(41, "Hana Sato", "hana@acme-parts.example", "New contact for the Leeds warehouse"),
    Letter(60, "Tom Becker", "tom@acme-parts.example", "Re: Delivery window for order 20871"),
    Letter(75, "Dispatch Leeds", "dispatch@acme-parts.example", "Gate code for deliveries has changed"),
    Letter(6, "Priya Raman", "priya@freemail.example", "Invoice 4471 shows the wrong VAT number"),
    Letter(22, "Daniel Costa", "daniel@freemail.example", "Where is my replacement part?"),
    Letter(65, "Yusuf Demir", "yusuf@freemail.example", "Broken on arrival, photos attached"),
    Letter(18, "Silvia Rossi", "silvia@marlow-print.example", "Pallet labels for the December run"),
    Letter(29, "Jorge Alvarez", "jorge@marlow-print.example", "Re: Pallet labels for the December run"),
    Letter(180, "Front Desk", "desk@lumenclinic.example", "Re: Appointment reminders", ReasonCode.AMBIGUOUS_MATCH),
)


def add_people(store: Store, clock: FixedClock) -> dict[str, CustomerId]:
    """Store the customers; return their ids by name."""
    ids = {}
    for name, addresses in PEOPLE.items():
        with store.write() as uow:
            ids[name], _ = add_customer(uow, Details(name), addresses, clock)
    return ids


def add_letters(store: Store, letters: Sequence[Letter]) -> list[EmailId]:
    """Store emails that wait; return their ids in the same order."""
    place = place_in(store)
    with store.read() as read:
        first = len(read.emails.page(EmailFilter(), limit=10_000)) + 1
    batch = [_packed(number, letter) for number, letter in enumerate(letters, first)]
    with store.write() as uow:
        uow.intake.take_in(place, batch, [], NOON)
        held = {mail.subject: mail.id for mail in uow.read.review.waiting()}
    return [held[letter.subject] for letter in letters]


def _packed(number: int, letter: Letter) -> PackedMail:
    who = Address(letter.name, letter.address)
    text = letter.text or f"Hello,\n\nthis is about: {letter.subject}.\n\nKind regards,\n{letter.name}"
    mail = replace(
        parsed(str(number), letter.address),
        sender=who,
        claimed_from=(who,),
        subject=letter.subject,
        text=text,
        preview=text[:80],
    )
    why = Decision(letter.code, f"No customer has the address {letter.address}.", "rule:review", needs_review=True)
    raw = RawMail(Ref(str(number)), NOON - timedelta(minutes=letter.minutes), len(text), text.encode())
    return pack_mail(DecidedMail(raw, mail, why), parser_version=1)


def add_history(store: Store, clock: FixedClock, ids: dict[str, CustomerId]) -> None:
    """File a few emails by hand, so that there are recent customers and earlier mail of a domain."""
    names = ("Kestrel Logistics", "Fjord Outdoor", "Tidewater Marine", "Harborview Hotels", "Northwind Traders")
    letters = [
        Letter(3000 + at, name, f"old@{PEOPLE[name][0].partition('@')[2]}", f"Earlier mail {at}")
        for at, name in enumerate(names)
    ]
    letters.append(Letter(3100, "Wei Zhang", "wei@acme-parts.example", "Earlier order"))
    for letter, number in zip(letters, add_letters(store, letters), strict=True):
        name = letter.name if letter.name in ids else "Acme Parts"
        with store.write() as uow:
            assign(uow, [number], ids[name], remember=False, clock=clock)
