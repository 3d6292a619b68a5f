"""The review queue: everything that waits, in one bucket each, with suggestions from what the store really holds."""

from datetime import timedelta

import pytest

from desktop.domain.decision import Band, Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.mail import Address, HandedOn, ParsedMail, Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.domain.review_item import Bucket, ReviewItem
from desktop.services.review import assign
from desktop.services.suggestions import review_queue, suggestions_for
from desktop.services.undo import undo
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import SALES, SUPPORT, Office, filed_with, letter, unreadable, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def queue(office: Office, wanted: EmailFilter | None = None) -> list[ReviewItem]:
    with office.store.read() as read:
        return review_queue(read, wanted) if wanted else review_queue(read)


def told(item: ReviewItem) -> list[tuple[str, int, str]]:
    return [(found.customer.name, int(found.band), found.reason) for found in item.suggestions]


def test_an_empty_queue(office: Office) -> None:
    assert queue(office) == []
    with office.store.read() as read:
        assert read.review.count() == 0
        assert suggestions_for(read, [EmailId(1)]) == {}


def test_what_waits_comes_oldest_first_and_filed_mail_is_not_in_it(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    office.mail(letter("Wei", "wei@acme.example", "filed"), filed_with(acme))
    for days in (1, 3, 2):
        office.mail(letter("Ana", "ana@x.example", f"{days} days"), waits(), at=NOON - timedelta(days=days))
    items = queue(office)
    assert [item.mail.subject for item in items] == ["3 days", "2 days", "1 days"]
    assert {(item.domain, item.bucket, item.suggestions) for item in items} == {("x.example", Bucket.NO_MATCH, ())}
    with office.store.read() as read:
        assert read.review.count() == len(items)


def test_the_same_company_domain_with_the_true_number_of_earlier_emails(office: Office) -> None:
    acme = office.customer("Acme Parts", "lena@acme.example")
    for number in range(14):
        office.mail(letter("Lena", "lena@acme.example", f"earlier {number}"), filed_with(acme))
    office.mail(letter("Lena", "lena@elsewhere.example", "of hers, from elsewhere"), filed_with(acme))
    office.mail(letter("Wei", "wei@acme.example", "new"), waits())
    office.mail(letter("Kim", "kim@elsewhere.example", "new too"), waits())
    assert [told(item) for item in queue(office)] == [
        [("Acme Parts", 80, "Same domain as 14 earlier emails.")],
        [("Acme Parts", 80, "Same domain as 1 earlier email.")],
    ]


def test_each_bucket_has_its_own(office: Office) -> None:
    acme = office.customer("Acme Parts", "lena@acme.example", "front@shared.example")
    office.customer("Other", "front@shared.example")
    office.customer("Zoë Ärzte", "praxis@zoe.example")
    mails: dict[Bucket, tuple[ParsedMail | Unreadable, Decision]] = {
        Bucket.SUGGESTED: (letter("Wei", "wei@acme.example", "s"), waits()),
        Bucket.SIMILAR: (letter("Zoë Ärzte", "zoe@gmail.com", "h"), waits()),
        Bucket.NO_MATCH: (letter("Ana", "ana@gmail.com", "n"), waits()),
        Bucket.SHARED: (
            letter("Front", "front@shared.example", "o"),
            waits(ReasonCode.AMBIGUOUS_MATCH, "It is an address of 2 customers."),
        ),
        Bucket.FAILED: unreadable("one"),
    }
    for at, (mail, decision) in enumerate(mails.values()):
        office.mail(mail, decision, at=NOON + timedelta(minutes=at))
    items = queue(office)
    assert [item.bucket for item in items] == list(mails)
    owners = [(name, band) for name, band, _ in told(items[3])]
    assert owners == [("Acme Parts", 80), ("Other", 80)]
    assert told(items[1]) == [("Zoë Ärzte", 50, "The sender has the same name.")]
    assert [item.one_by_one for item in items[1:3]] == ["Shared provider: one by one"] * 2
    assert items[0].best is not None
    assert items[0].best.customer.id == acme
    assert items[4].mail.reason == "It took longer than ten seconds to read."


def test_a_sender_in_doubt_is_never_more_than_a_hint(office: Office) -> None:
    office.customer("Acme Parts", "wei@acme.example")
    office.mail(letter("Wei", "wei@acme.example", "x"), waits(ReasonCode.SENDER_AMBIGUOUS, "It has two From lines."))
    (item,) = queue(office)
    assert (item.bucket, [found.band for found in item.suggestions]) == (Bucket.SIMILAR, [Band.HINT])


def test_an_address_remembered_meanwhile_suggests_itself_and_undo_takes_that_back(office: Office) -> None:
    acme = office.customer("Acme Parts")
    first = office.mail(letter("Wei", "wei@gmail.com", "first"), waits())
    office.mail(letter("Wei", "wei@gmail.com", "second"), waits())
    with office.store.write() as uow:
        assign(uow, [first], acme, remember=True, clock=CLOCK)
    (item,) = queue(office)
    assert told(item) == [("Acme Parts", 80, "The sender's address wei@gmail.com is one of Acme Parts's addresses.")]
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert [item.suggestions for item in queue(office)] == [(), ()]


def test_narrowed_by_words_mailbox_or_sender(office: Office) -> None:
    office.mail(letter("Ana", "ana@x.example", "broken pallet"), waits())
    office.mail(letter("Bo", "bo@y.example", "invoice"), waits(), mailbox=SALES)
    who = office.customer("One", "one@x.example")
    office.mail(letter("One", "one@x.example", "pallet, filed"), filed_with(who))
    found = {
        name: [item.mail.subject for item in queue(office, wanted)]
        for name, wanted in {
            "words": EmailFilter(search="pallet"),
            "mailbox": EmailFilter(mailbox_id=MailboxId(2)),
            "sender": EmailFilter(sender="ana"),
            "nothing": EmailFilter(search="no such words"),
        }.items()
    }
    assert found == {"words": ["broken pallet"], "mailbox": ["invoice"], "sender": ["broken pallet"], "nothing": []}


def test_suggestions_on_demand_are_those_of_the_queue(office: Office) -> None:
    office.customer("Acme Parts", "lena@acme.example")
    ids = [office.mail(letter("Wei", "wei@acme.example", f"{n}"), waits()) for n in range(3)]
    with office.store.read() as read:
        assert suggestions_for(read, ids[:2]) == {item.mail.id: item.suggestions for item in queue(office)[:2]}


def sent(office: Office, subject: str, *to: str) -> EmailId:
    """A mail of ours that waits because it concerns several customers."""
    people = tuple(Address("", address) for address in to)
    mail = letter("Support", SUPPORT, subject, to=people)
    return office.mail(
        mail, waits(ReasonCode.AMBIGUOUS_MATCH, "It was sent to addresses of 2 customers."), outbound=True
    )


def test_sent_mail_suggests_whom_it_was_sent_to_and_groups_with_nothing(office: Office) -> None:
    office.customer("Acme Parts", "wei@acme.example")
    office.customer("Basalt", "ben@basalt.example")
    sent(office, "to both", "wei@acme.example", "nobody@elsewhere.example", "ben@basalt.example")
    (item,) = queue(office)
    assert (item.bucket, item.domain, item.one_by_one) == (Bucket.SHARED, "", "Sent mail: one by one")
    assert told(item) == [
        ("Acme Parts", 80, "It was sent to wei@acme.example, one of Acme Parts's addresses."),
        ("Basalt", 80, "It was sent to ben@basalt.example, one of Basalt's addresses."),
    ]


def test_our_own_address_is_never_learned_as_a_customers(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    office.customer("Basalt", "ben@basalt.example")
    number = sent(office, "to both", "wei@acme.example", "ben@basalt.example")
    with office.store.write() as uow:
        assign(uow, [number], acme, remember=True, clock=CLOCK)
    with office.store.read() as read:
        customer = read.customers.get(acme)
    assert customer is not None
    assert customer.emails == ("wei@acme.example",)


def test_what_we_sent_says_nothing_about_who_else_is_at_our_own_domain(office: Office) -> None:
    acme = office.customer("Acme Parts", "wei@acme.example")
    for number in range(3):
        office.mail(letter("Support", SUPPORT, f"answer {number}"), filed_with(acme), outbound=True)
    office.mail(letter("Colleague", f"colleague@{SUPPORT.partition('@')[2]}", "internal"), waits())
    (item,) = queue(office)
    assert item.suggestions == ()


FORGED = {"authentication-results": "mx.shop.example; dmarc=fail header.from=gmail.com"}


@pytest.mark.parametrize(
    ("sender", "changes"),
    [
        (f"kim@{SUPPORT.partition('@')[2]}", {"handed_on": (HandedOn("forward", "", "wei@home.example"),)}),
        (f"kim@{SUPPORT.partition('@')[2]}", {}),
        ("noreply@forms.example", {"reply_to": (Address("", "wei@home.example"),)}),
        ("wei@gmail.com", {"flags": FORGED}),
    ],
)
def test_who_only_handed_a_mail_on_is_never_learned(office: Office, sender: str, changes: dict[str, object]) -> None:
    """Learned, a form's or a colleague's address would file everything they send with this one customer."""
    acme = office.customer("Acme Parts", "wei@acme.example")
    number = office.mail(letter("X", sender, "order", "hello", **changes), waits())
    with office.store.write() as uow:
        assign(uow, [number], acme, remember=True, clock=CLOCK)
    with office.store.read() as read:
        customer = read.customers.get(acme)
    assert customer is not None
    assert customer.emails == ("wei@acme.example",)
