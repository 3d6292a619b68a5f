"""Every operator against every email: lists, first pages and counts answer as looking at each mail by hand does."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from itertools import product
from random import Random

import pytest

from desktop.domain.email_list import EmailFilter, EmailOrder
from desktop.domain.email_search import Surroundings, parse_search
from desktop.domain.ids import EmailId
from desktop.domain.rows import EmailRow
from desktop.services.customers import Details, add_customer
from desktop.services.tags import add_tag
from desktop.store.store import Store
from tests.gui.mailroom import SALES, SUPPORT, Mailroom, letter
from tests.helpers.mails import NOON, FixedClock

PEOPLE = ("Ann Lee <ann@acme.example>", "Bo Weiß <bo@lumen.example>", "Zoë <zoe@nobody.example>")
SUBJECTS = ("Order delayed", "Invoice 4711", "Re: order label")
TEXTS = ("two pallets", "an order of cables", "nothing more")
TESTS: dict[str, Callable[[EmailRow], bool]] = {
    "from:ann": lambda row: "ann@" in row.from_address,
    "from:Weiß": lambda row: "bo@" in row.from_address,
    "to:sales": lambda row: "sales@" in row.to,
    "subject:order": lambda row: "order" in row.subject.lower(),
    "subject:ord": lambda row: "order" in row.subject.lower(),
    "customer:acme": lambda row: row.customer == "Acme Parts",
    "customer:none": lambda row: not row.customer,
    "status:pending": lambda row: row.status == "pending",
    "tag:vip": lambda row: "VIP" in row.tags,
    "mailbox:sales": lambda row: row.mailbox == SALES,
    "mailbox:shop": lambda row: True,
    "before:2026-02-27": lambda row: row.received_at is not None and row.received_at < NOON - timedelta(days=2.5),
    "code:no_match": lambda row: row.code == "NO_MATCH",
    "order": lambda row: "order" in f"{row.subject} {row.preview}".lower(),
    '"order label"': lambda row: "order label" in row.subject,
    "is:waiting": lambda row: row.needs_review,
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    from desktop.store.opening import create_store, open_store
    from tests.helpers.mails import KEY

    profile = tmp_path_factory.mktemp("questions")
    create_store(profile, KEY)
    store = open_store(profile, KEY, writing=True)
    with store.write() as uow:
        add_customer(uow, Details("Acme Parts"), ["ann@acme.example"], FixedClock())
        add_customer(uow, Details("Lumen Clinic"), ["bo@lumen.example"], FixedClock())
    room, chance = Mailroom(store), Random(6)
    for mailbox, to in ((SUPPORT, SUPPORT), (SALES, SALES)):
        mails = []
        for at, (sender, subject, text) in enumerate(product(PEOPLE, SUBJECTS, TEXTS)):
            raw = letter(sender, subject, f"{text} {mailbox} {at}").replace(SUPPORT.encode(), to.encode(), 1)
            mails.append((raw, NOON - timedelta(hours=chance.randrange(120), minutes=at)))
        room.keep_all(mails, mailbox=mailbox)
    with store.read() as read:
        every = [EmailId(number) for number in read.email_list.ids(EmailFilter())]
    with store.write() as uow:
        add_tag(uow, chance.sample(every, 20), "VIP", FixedClock())
    yield store
    store.close()


def asked(store: Store, text: str) -> EmailFilter:
    with store.read() as read:
        return parse_search(text, Surroundings(UTC, NOON.date(), read.mailboxes.every()))


def expected(store: Store, tests: list[tuple[str, bool]]) -> set[int]:
    with store.read() as read:
        rows = read.email_list.rows(read.email_list.ids(EmailFilter()))
    return {row.id or 0 for row in rows if all(TESTS[text](row) is wanted for text, wanted in tests)}


def check(store: Store, *tests: tuple[str, bool]) -> None:
    text = " ".join(f"{'' if wanted else '-'}{one}" for one, wanted in tests)
    wanted, right = asked(store, text), expected(store, list(tests))
    with store.read() as read:
        for order in (EmailOrder.NEWEST, EmailOrder.SENDER, EmailOrder.STATUS):
            ids = list(read.email_list.ids(wanted, order))
            assert set(ids) == right, (text, order)
            assert len(ids) == len(right)
            first = [row.id for row in read.email_list.first_page(wanted, order, limit=5)]
            assert first == ids[:5], (text, order)
        counts = read.email_list.chip_counts(wanted, today=NOON)
        assert sum(counts.mailboxes.values()) == len(right), text
        assert {row.id for row in read.emails.page(wanted, limit=1000) if row.id} == right, text


@pytest.mark.parametrize("text", TESTS)
def test_each_operator_and_its_opposite(filled: Store, text: str) -> None:
    check(filled, (text, True))
    check(filled, (text, False))


@pytest.mark.parametrize("seed", range(4))
def test_operators_together(filled: Store, seed: int) -> None:
    chance = Random(seed)
    for _ in range(6):
        chosen = chance.sample(sorted(TESTS), chance.randint(2, 3))
        keys = [text.split(":")[0] for text in chosen]
        if len(set(keys)) == len(keys):
            check(filled, *((text, chance.random() < 0.6) for text in chosen))


def test_a_customer_is_found_however_the_name_is_written(store: Store) -> None:
    room = Mailroom(store)
    names = ("Müller Söhne", "MULLER Parts", "Ørsted", "株式会社サンプル", "Ωμέγα", "50%_off")
    mails = {}
    for at, name in enumerate(names):
        room.customer(name, f"c{at}@shop{at}.example")
        mails[name] = room.keep(letter(f"x <c{at}@shop{at}.example>", f"Order {at}"))
    for typed, fitting in {
        "muller": names[:2],
        "MÜLLER": names[:2],
        "sohne": names[:1],
        "ｍｕｌｌｅｒ": names[:2],
        "orsted": names[2:3],
        "会社": names[3:4],
        "ωμεγα": names[4:5],
        "%_": names[5:],
        "mueller": (),
    }.items():
        wanted = asked(store, f"customer:{typed}")
        with store.read() as read:
            assert set(read.email_list.ids(wanted)) == {mails[name] for name in fitting}, typed
            assert read.customer_list.is_named(typed) is bool(fitting)
            others = asked(store, f"-customer:{typed}")
            assert len(read.email_list.ids(others)) == len(names) - len(fitting)
