"""What hangs on a mailbox, as its disconnecting tells it."""

from dataclasses import replace
from datetime import timedelta

from desktop.domain.dependents import Dependents, note_to_team
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxDetails, MailboxState, OAuthProvider, Security, ServerSettings
from desktop.domain.signing_in import Grant, Identity
from desktop.store.store import Store
from tests.helpers.mails import NOON
from tests.unit.store.screens import IDLE, SALES, SUPPORT, Office, busy_office, filed_with, letter

SMTP = ServerSettings("127.0.0.1", 587, Security.STARTTLS, "support")


def of(store: Store, address: str) -> Dependents:
    with store.read() as read:
        box = read.mailboxes.by_address(address)
        assert box is not None
        return read.dependents.of(box.id)


def change(store: Store, address: str, **values: object) -> Mailbox:
    with store.write() as uow:
        box = uow.read.mailboxes.by_address(address)
        assert box is not None
        changed = replace(box, **values)  # type: ignore[arg-type]  # each test gives what Mailbox has
        uow.mailboxes.replace(changed)
    return changed


def test_the_counts_are_those_of_the_lists(store: Store) -> None:
    busy_office(store)
    support, sales = of(store, SUPPORT), of(store, SALES)
    assert (support.emails, support.waiting, support.failed) == (19, 2, 3)
    assert (sales.emails, sales.waiting, sales.failed) == (7, 4, 1)
    assert of(store, IDLE) == Dependents()
    with store.read() as read:
        boxes = read.mailboxes.every()
        queue = sum(len(read.email_list.ids(EmailFilter(mailbox_id=box.id, needs_review=True))) for box in boxes)
        assert queue == support.waiting + sales.waiting == read.review.count()
        assert read.dependents.of(MailboxId(99)) == Dependents()


def test_customers_who_wrote_nowhere_else(store: Store) -> None:
    office = Office(store)
    ann, bob = office.customer("Ann", "ann@a.example"), office.customer("Bob", "bob@b.example")
    office.customer("Silent", "silent@s.example")
    office.mail(letter("Ann", "ann@a.example", "1"), filed_with(ann))
    office.mail(letter("Ann", "ann@a.example", "2"), filed_with(ann))
    office.mail(letter("Bob", "bob@b.example", "1"), filed_with(bob))
    office.mail(letter("Bob", "bob@b.example", "2"), filed_with(bob), mailbox=SALES)
    assert (of(store, SUPPORT).customers_only_here, of(store, SALES).customers_only_here) == (1, 0)


def test_who_sends_who_could_and_who_is_told(store: Store) -> None:
    office = Office(store)
    for address in (SUPPORT, SALES, IDLE):
        office.place(address)
    details = MailboxDetails(owner="Jo", recovery_contact="it@shop.example")
    box = change(store, SUPPORT, smtp=SMTP, details=details, oauth=OAuthProvider.GOOGLE)
    change(store, SALES, smtp=SMTP, details=MailboxDetails(owner="Jo", recovery_contact="Jo"))
    change(store, IDLE, smtp=SMTP, state=MailboxState.DISCONNECTED)
    ann = Identity("https://id.example", "1", "ann@shop.example", "Ann")
    grant = Grant(OAuthProvider.GOOGLE, ann, ("mail",), NOON, NOON, NOON + timedelta(hours=1))
    with store.write() as uow:
        uow.grants.put(box.id, grant)
    found = of(store, SUPPORT)
    assert (found.sends, found.other_senders) == (True, (SALES,))
    assert (found.people, found.signed_in_as) == (("Jo", "it@shop.example"), "ann@shop.example")
    assert (of(store, SALES).people, of(store, SALES).signed_in_as) == (("Jo",), "")


def test_the_team_reads_what_changes_for_it(store: Store) -> None:
    Office(store).place(SUPPORT)
    box = change(store, SUPPORT, smtp=SMTP)
    back = "it can be connected again at any time, and nothing is lost meanwhile."
    lost = Dependents(emails=9, waiting=1200, customers_only_here=3, sends=True, people=("Jo", "it@shop.example"))
    note = note_to_team(box, lost)
    assert note.splitlines() == [
        f"{SUPPORT} is no longer connected to Postroom.",
        "",
        "New mail to it does not come in any more. Everything that came before stays where it is.",
        "Customers who wrote to this mailbox only: 3.",
        "Mail is not sent from it any more, and no other connected mailbox can send.",
        "",
        "What is to be done:",
        "- File what waits in Needs Review: 1,200.",
        f"- To have it back, ask Jo or it@shop.example: {back}",
    ]
    replaced = note_to_team(box, Dependents(sends=True, other_senders=(SALES, IDLE)))
    assert f"- Answer customers from {SALES} or {IDLE}, once a test message from it has arrived." in replaced
    assert "ask whoever looks after mail here" in replaced
