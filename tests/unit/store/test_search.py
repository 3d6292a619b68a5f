"""Full text: what a person types is found, in any script, and nothing typed is ever syntax."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.email_list import EmailFilter
from desktop.store.search_text import fold, match_expression
from desktop.store.store import Store
from tests.helpers.mails import NOON, packed, parsed, place_in

TEXTS = {
    "german": "Grüße aus Köln, Straße 5, Lieferung verzögert",
    "french": "Réclamation à propos de l'œuvre, café crème",
    "czech": "Příliš žluťoučký kůň",
    "chinese": "您的订单已经发货，请查收",
    "japanese": "注文番号は１２３４です。カタカナとひらがな",
    "korean": "주문번호 확인 부탁드립니다",
    "russian": "Ваш заказ отправлен",
    "greek": "Η παραγγελία σας",
    "turkish": "İstanbul'dan sipariş",
    "arabic": "تم شحن طلبك اليوم",
    "vietnamese": "Đơn hàng của bạn",
    "mixed": "Order 订单A12 shipped",
    "thai": "กรุณาตรวจสอบที่อยู่จัดส่งสินค้า",
    "lao": "ສະບາຍດີທຸກຄົນ",
    "khmer": "សូមអរគុណសម្រាប់ការបញ្ជាទិញ",
    "burmese": "မင်္ဂလာပါခင်ဗျာ",
    "hindi": "आपका ऑर्डर भेज दिया गया है",
    "hebrew": "שָׁלוֹם, ההזמנה נשלחה",
    "pointed": "تَمَّ الشَّحْن",
    "hungarian": "árvíztűrő tükörfúrógép",
}


@pytest.fixture
def filled(store: Store) -> Store:
    place = place_in(store)
    mails = [packed(at, parsed(name, text=text)) for at, (name, text) in enumerate(TEXTS.items(), 1)]
    with store.write() as uow:
        uow.intake.take_in(place, mails, [], NOON)
    return store


def found(store: Store, query: str) -> set[str]:
    with store.read() as read:
        return {row.subject.removeprefix("Order ") for row in read.emails.page(EmailFilter(search=query), limit=50)}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("grüße", "german"),
        ("grusse", "german"),
        ("GRÜSSE koln", "german"),
        ("strasse", "german"),
        ("verzög", "german"),
        ("reclamation", "french"),
        ("café", "french"),
        ("zlutoucky", "czech"),
        ("订单", "chinese"),
        ("发货", "chinese"),
        ("订单已经发货", "chinese"),
        ("注文番号", "japanese"),
        ("1234", "japanese"),
        ("カタカナ", "japanese"),
        ("주문번호", "korean"),
        ("주문", "korean"),
        ("заказ", "russian"),
        ("ЗАКАЗ", "russian"),
        ("παραγγελια", "greek"),
        ("sipariş", "turkish"),
        ("طلبك", "arabic"),
        ("đơn", "vietnamese"),
        ("订单 shipped", "mixed"),
        ('"aus köln"', "german"),
        ("Strasse", "german"),
        ("STRASSE", "german"),
        ("straße", "german"),
        ("istanbul", "turkish"),
        ("İSTANBUL", "turkish"),
        ("ISTANBUL", "turkish"),
        ("ıstanbul", "turkish"),
        ("siparis", "turkish"),
        ("สินค้า", "thai"),
        ("ที่อยู่", "thai"),
        ("จัดส่ง", "thai"),
        ("ທຸກຄົນ", "lao"),
        ("អរគុណ", "khmer"),
        ("ခင်ဗျာ", "burmese"),
        ("ऑर्डर", "hindi"),
        ("שלום", "hebrew"),
        ("ההזמנה", "hebrew"),
        ("تم الشحن", "pointed"),
        ("الشَّحْن", "pointed"),
        ("arvizturo", "hungarian"),
        ("tükör", "hungarian"),
        ("ＯＲＤＥＲ", "mixed"),
    ],
)
def test_words_of_every_script_are_found(filled: Store, query: str, name: str) -> None:
    assert name in found(filled, query)


def test_a_single_character_of_a_script_without_spaces_is_found(filled: Store) -> None:
    assert {"chinese", "mixed"} <= found(filled, "订")
    assert "chinese" in found(filled, "收")


def test_every_word_must_occur(filled: Store) -> None:
    assert found(filled, "grüße заказ") == set()
    assert found(filled, '"köln aus"') == set()


def test_what_is_typed_of_a_thai_word_must_be_there(filled: Store) -> None:
    assert "thai" not in found(filled, "ราคา")


def test_a_word_is_found_by_its_beginning_however_many_begin_so(store: Store) -> None:
    place = place_in(store)
    mails = [packed(at, parsed(f"Mail {at}", text=f"pallet{at:03} common")) for at in range(1, 40)]
    with store.write() as uow:
        uow.intake.take_in(place, mails, [], NOON)
    with store.read() as read:
        for typed, count in (("pallet", 39), ("pallet01", 10), ("pallet017", 1), ("comm pall", 39), ("palletx", 0)):
            assert len(read.email_list.ids(EmailFilter(search=typed))) == count, typed
    with store.write() as uow:
        uow.intake.take_in(place, [packed(90, parsed("Late", text="palletx"))], [], NOON)
    with store.read() as read:
        assert len(read.email_list.ids(EmailFilter(search="palletx"))) == 1, "what is written meanwhile is found"
        assert len(read.email_list.ids(EmailFilter(search="pallet"))) == 40


def test_people_and_subjects_are_found(filled: Store) -> None:
    assert "german" in found(filled, "german")
    assert len(found(filled, "ann@acme.example")) == len(TEXTS)


def test_nothing_searchable_finds_nothing(filled: Store) -> None:
    assert found(filled, "!!! ---") == set()


@given(st.text())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_is_syntax(filled: Store, query: str) -> None:
    found(filled, query)


@given(st.text(min_size=1))
def test_folding_is_stable_where_it_must_be(text: str) -> None:
    assert match_expression(text).count('"') % 2 == 0
    assert fold(text.upper()) == fold(text.upper().upper())
