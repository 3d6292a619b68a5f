"""Customers listed, opened and found while typing."""

from datetime import timedelta

import pytest

from desktop.domain.customer import Customer
from desktop.domain.customer_rows import CustomerOrder, CustomerRow
from desktop.domain.ids import CustomerId
from desktop.services.customers import Details, edit_customer
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def rows(office: Office, *ids: int) -> list[CustomerRow | None]:
    with office.store.read() as read:
        return read.customer_list.rows(ids)


def names(office: Office, search: str = "", order: CustomerOrder = CustomerOrder.NAME) -> list[str]:
    with office.store.read() as read:
        listed = read.customer_list.rows(read.customer_list.ids(search, order))
    return [row.name for row in listed if row is not None]


def found(office: Office, text: str, limit: int = 20) -> list[tuple[str, str]]:
    with office.store.read() as read:
        return [(hit.name, hit.found) for hit in read.customer_list.search(text, limit)]


def test_no_customers(store: Store) -> None:
    with store.read() as read:
        assert list(read.customer_list.ids()) == []
        assert read.customer_list.rows([7]) == [None]
        assert read.customer_list.detail(CustomerId(7)) is None
        assert read.customer_list.recent(5) == []
        assert read.customer_list.search("a") == []


def test_orders(office: Office) -> None:
    kim, zoe, acme = office.customer("kim"), office.customer("Zoë"), office.customer("Acme")
    office.mail(letter("Kim", "kim@x.example", "old"), filed_with(kim), at=NOON - timedelta(days=2))
    office.mail(letter("Zoe", "zoe@x.example", "new"), filed_with(zoe), at=NOON)
    assert names(office) == ["Acme", "kim", "Zoë"]
    assert names(office, order=CustomerOrder.NAME_REVERSED) == ["Zoë", "kim", "Acme"]
    assert names(office, order=CustomerOrder.LAST_CONTACT) == ["Zoë", "kim", "Acme"]
    assert acme


def test_a_row_counts_addresses_mail_and_what_waits(office: Office) -> None:
    acme = office.customer("Acme", "lena@acme.example", "ann@gmail.com", company="Acme Group")
    for days in (1, 5):
        mail = letter("Lena", "lena@acme.example", f"{days}")
        office.mail(mail, filed_with(acme), at=NOON - timedelta(days=days))
    office.mail(letter("Wei", "wei@acme.example", "waits, for its domain"), waits())
    office.mail(letter("Ann", "ann@gmail.com", "waits, for its address"), waits())
    office.mail(letter("Bob", "bob@gmail.com", "a stranger at the same provider"), waits())
    (row,) = rows(office, acme)
    assert row == CustomerRow(acme, "Acme", "Acme Group", "", "acme.example", 2, 2, 2, NOON - timedelta(days=1))


def test_rows_keep_the_places_of_customers_that_are_gone(office: Office) -> None:
    one, two = office.customer("One"), office.customer("Two")
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert [row and row.name for row in rows(office, two, one, 99, one)] == [None, "One", None, "One"]


def test_the_list_is_searched_by_every_word_in_any_field(office: Office) -> None:
    office.customer("Acme Parts", "wei@acme-parts.example")
    office.customer("Acme Retail", "zhang@acme-retail.example", company="Großhandel Süd")
    office.customer("Zhang Imports", "hello@zhang.example", company="Acme Holding")
    assert names(office, "acme") == ["Acme Parts", "Acme Retail", "Zhang Imports"]
    assert names(office, "ZHANG acme") == ["Acme Retail", "Zhang Imports"]
    assert names(office, "süd") == ["Acme Retail"]
    assert names(office, "@acme-parts") == ["Acme Parts"]
    assert names(office, "100%") == []


def test_a_customer_opened(office: Office) -> None:
    acme = office.customer("Acme", "lena@acme.example")
    office.mail(letter("Lena", "lena@acme.example", "1"), filed_with(acme), at=NOON - timedelta(days=9))
    second = office.mail(letter("Wei", "wei@gmail.com", "2"), waits(), at=NOON)
    with office.store.write() as uow:
        assign(uow, [second], acme, remember=True, clock=CLOCK)
    with office.store.read() as read:
        detail = read.customer_list.detail(acme)
        mails = read.customer_list.emails(acme, limit=10)
        older = read.customer_list.emails(acme, limit=10, before=NOON)
    assert detail is not None
    assert [(one.address, one.learned, one.emails) for one in detail.addresses] == [
        ("lena@acme.example", False, 1),
        ("wei@gmail.com", True, 1),
    ]
    assert (detail.customer.emails, detail.row.emails) == (("lena@acme.example", "wei@gmail.com"), 2)
    assert (detail.first_contact_at, detail.row.last_contact_at) == (NOON - timedelta(days=9), NOON)
    assert [mail.subject for mail in mails] == ["2", "1"]
    assert [mail.subject for mail in older] == ["1"]


def test_recent_are_those_assigned_by_hand_then_those_with_new_mail(office: Office) -> None:
    quiet, mailed, chosen = office.customer("Quiet"), office.customer("Mailed"), office.customer("Chosen")
    office.mail(letter("M", "m@x.example", "1"), filed_with(mailed))
    number = office.mail(letter("S", "s@y.example", "2"), waits())
    with office.store.write() as uow:
        assign(uow, [number], chosen, remember=False, clock=CLOCK)
    with office.store.read() as read:
        assert [row.name for row in read.customer_list.recent(5)] == ["Chosen", "Mailed"]
        assert [row.name for row in read.customer_list.recent(1)] == ["Chosen"]
    assert quiet


def test_typing_finds_the_beginning_of_a_name_first(office: Office) -> None:
    office.customer("Big Acme", "x@big.example")
    office.customer("Acme Parts", "wei@acme-parts.example")
    office.customer("Pacmen", "p@pacmen.example")
    assert [name for name, _ in found(office, "acme part")] == ["Acme Parts"]
    assert [name for name, _ in found(office, "acm")] == ["Acme Parts", "Big Acme", "Pacmen"]
    assert [name for name, _ in found(office, "acm", limit=1)] == ["Acme Parts"]


def test_typing_finds_addresses_domains_and_companies_and_says_what_was_found(office: Office) -> None:
    office.customer("Acme Parts", "wei@acme-parts.example", "office@north.example", company="Nordmann")
    office.customer("Other", "other@x.example")
    assert found(office, "wei") == [("Acme Parts", "wei@acme-parts.example")]
    assert found(office, "north") == [("Acme Parts", "office@north.example")]
    assert found(office, "@north") == [("Acme Parts", "office@north.example")]
    assert found(office, "nordm") == [("Acme Parts", "Nordmann")]
    assert found(office, "parts wei") == [("Acme Parts", "wei@acme-parts.example")]
    assert found(office, "parts other") == []
    assert found(office, "  ") == []


def test_typing_folds_case_in_every_script(office: Office) -> None:
    office.customer("Ärzte Zoë", "praxis@zoe.example")
    office.customer("Привет ООО", "info@privet.example", company="МОСКВА")
    assert [name for name, _ in found(office, "ärzte")] == ["Ärzte Zoë"]
    assert [name for name, _ in found(office, "ÄRZTE zo")] == ["Ärzte Zoë"]
    assert [name for name, _ in found(office, "ПРИВ")] == ["Привет ООО"]
    assert [name for name, _ in found(office, "москва")] == ["Привет ООО"]


@pytest.mark.parametrize("typed", ["100%", "a_b", "x/y", "'; DROP", '"quoted"'])
def test_no_sign_is_a_pattern(office: Office, typed: str) -> None:
    office.customer(f"Firm {typed} Ltd", "a@b.example")
    office.customer("Firm Axb 1000 Ltd", "c@d.example")
    assert [name for name, _ in found(office, typed)] == [f"Firm {typed} Ltd"]
    assert names(office, typed) == [f"Firm {typed} Ltd"]


def test_typing_among_many_still_finds_the_one(office: Office) -> None:
    many = [Customer(CustomerId(0), f"Zhang Imports {n}", (f"office@zhang{n}.example",)) for n in range(2000)]
    with office.store.write() as uow:
        uow.customers.add_all(many, "import", NOON)
    assert [name for name, _ in found(office, "zhang 1234")][:1] == ["Zhang Imports 1234"]
    assert [name for name, _ in found(office, "imports 1999")] == ["Zhang Imports 1999"]
    assert len(found(office, "zhang", limit=50)) == 50


def test_a_telephone_number_is_found_by_its_digits_however_it_is_written(office: Office) -> None:
    with office.store.write() as uow:
        ann = Customer(CustomerId(0), "Ann", (), phones=("+49 (30) 123-456 78", "0170/55 66 77"))
        uow.customers.add_all([ann, Customer(CustomerId(0), "Bob", (), phones=("+49 30 999",))], "hand", NOON)
    for typed in ("030 12345678", "12345678", "(30) 123", "556677"):
        assert [name for name, _ in found(office, typed)] == ["Ann"], typed
        assert names(office, typed) == ["Ann"], typed
    assert found(office, "0170 5566")[0] == ("Ann", "0170/55 66 77")
    assert found(office, "7777") == []


ABROAD = {
    "Jörg Müller": ["muller", "MÜLLER", "jorg mull"],
    "Łódź Papier": ["lodz", "lodz pap"],
    "Bau AG": ["strasse", "Straße"],
    "Zażółć Øst": ["zazolc ost"],
    "Mu\u0308nchen": ["munch", "münch"],  # as some programs write it: the mark by itself
    "Ｍ. Fjärd": ["m. fjard"],
    "Ælfric Færch": ["aelfric", "faerch"],
    "Иван Мойсеев": ["моисеев", "МОЙСЕЕВ"],
    "株式会社山田": ["山田"],
    "ÉCOLE Normale": ["ecole", "sisli"],
}
COMPANIES = {"Bau AG": "Lange Straße 7 GmbH", "ÉCOLE Normale": "ŞİŞLİ"}


def test_a_customer_is_found_however_the_name_is_written(office: Office) -> None:
    for name in ABROAD:
        office.customer(name, company=COMPANIES.get(name, ""))
    for name, every in ABROAD.items():
        for typed in every:
            assert [one for one, _ in found(office, typed)] == [name]
            assert names(office, typed) == [name]
            with office.store.read() as read:
                assert [one.name for one in read.customers.find(search=typed)] == [name]
                assert read.customer_list.is_named(typed) or " " in typed


def test_a_name_with_an_accent_stands_among_those_that_begin_so(office: Office) -> None:
    for name in ("Muller A", "Müller B", "Muller C", "Muller D", "Łukasz", "Øre", "Ångström"):
        office.customer(name)
    assert [name for name, _ in found(office, "muller", limit=2)] == ["Muller A", "Müller B"]
    assert [name for typed in ("luk", "or", "ang") for name, _ in found(office, typed, 1)] == [
        "Łukasz",
        "Øre",
        "Ångström",
    ]


def test_another_spelling_is_found_after_undo_and_in_an_address(office: Office) -> None:
    number = office.customer("Jorg Muller", "müller@office.example")
    with office.store.write() as uow:
        edit_customer(uow, number, Details("Zażółć Øst", "Süd GmbH", "", (), ()), CLOCK)
    assert found(office, "muller") == [("Zażółć Øst", "müller@office.example")]
    assert [found(office, typed)[0][0] for typed in ("zazolc", "sud")] == ["Zażółć Øst", "Zażółć Øst"]
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert found(office, "zazolc") == []
    with office.store.write() as uow:
        redo(uow, CLOCK)
    assert [name for name, _ in found(office, "zazolc")] == ["Zażółć Øst"]
