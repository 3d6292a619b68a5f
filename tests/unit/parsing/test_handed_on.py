"""Whom a mail names as its writer although another sent it, in many languages."""

import pytest

from desktop.parsing.handed_on import read_handed_on
from desktop.parsing.headers import split
from tests.unit.parsing.golden import read_bytes

WRITER = "wei.zhang@acme.example"
NONE = split(b"\r\n", 0, 2)

FORWARDS = {
    "en gmail": (
        "Fwd: Order",
        "FYI\n\n----- Forwarded message -----\nFrom: Wei Zhang <{0}>\nDate: Mon\nSubject: Order\n",
    ),
    "en outlook": ("FW: Order", "\nFrom: Wei Zhang <{0}>\nSent: Monday, March 2\nTo: Support\nSubject: Order\n"),
    "en apple": (
        "Fwd: Order",
        "Begin forwarded message:\n\n> From: Wei Zhang <{0}>\n> Subject: Order\n> Date: 2 March\n",
    ),
    "bold": ("FW: Order", "*From:* Wei Zhang <{0}>\n*Sent:* Monday\n*To:* x@shop.example\n*Subject:* Order\n"),
    "mailto": ("FW: Order", "From: Wei Zhang [mailto:{0}]\nSent: Monday\nSubject: Order\n"),
    "next line": ("Fwd: x", "From:\nWei Zhang <{0}>\nSubject: x\nDate: y\n"),
    "de": ("WG: Bestellung", "Von: Wei Zhang <{0}>\nGesendet: Montag\nAn: support\nBetreff: Bestellung\n"),
    "de thunderbird": (
        "Fwd: x",
        "----- Weitergeleitete Nachricht -----\nBetreff: \tx\nDatum: \tMon\nVon: \tWei Zhang <{0}>\nAn: \tx@y.z\n",
    ),
    "fr": ("TR : Commande", "De : Wei Zhang <{0}>\nEnvoyé : lundi\nÀ : support\nObjet : Commande\n"),
    "es": ("RV: Pedido", "De: Wei Zhang <{0}>\nEnviado: lunes\nPara: soporte\nAsunto: Pedido\n"),
    "it": ("I: Ordine", "Da: Wei Zhang <{0}>\nInviato: lunedì\nA: supporto\nOggetto: Ordine\n"),
    "nl": ("FW: Bestelling", "Van: Wei Zhang <{0}>\nVerzonden: maandag\nAan: x\nOnderwerp: Bestelling\n"),
    "pt": ("ENC: Pedido", "De: Wei Zhang <{0}>\nEnviada: segunda\nPara: x\nAssunto: Pedido\n"),
    "sv": ("VB: Order", "Från: Wei Zhang <{0}>\nSkickat: måndag\nTill: x\nÄmne: Order\n"),
    "da": ("VS: Ordre", "Fra: Wei Zhang <{0}>\nSendt: mandag\nTil: x\nEmne: Ordre\n"),
    "fi": ("VL: Tilaus", "Lähettäjä: Wei Zhang <{0}>\nLähetetty: ma\nVastaanottaja: x\nAihe: Tilaus\n"),
    "pl": ("PD: Zamówienie", "Od: Wei Zhang <{0}>\nWysłano: pon\nDo: x\nTemat: Zamówienie\n"),
    "cs": ("FW: Objednávka", "Od: Wei Zhang <{0}>\nOdesláno: po\nKomu: x\nPředmět: Objednávka\n"),
    "hu": ("Továbbítás: Rendelés", "Feladó: Wei Zhang <{0}>\nDátum: hétfő\nTárgy: Rendelés\n"),
    "tr": ("ILT: Sipariş", "Kimden: Wei Zhang <{0}>\nTarih: Pzt\nKonu: Sipariş\n"),
    "ru": ("Fwd: Заказ", "-------- Пересылаемое сообщение --------\nОт: Wei Zhang <{0}>\nДата: пн\nТема: Заказ\n"),
    "uk": ("Fwd: Замовлення", "Від: Wei Zhang <{0}>\nДата: пн\nТема: Замовлення\n"),
    "el": ("ΠΡΘ: x", "---------- Προωθημένο μήνυμα ---------\nΑπό: Wei Zhang <{0}>\nΗμερομηνία: x\nΘέμα: y\n"),
    "zh": ("转发: 订单", "发件人: Wei Zhang <{0}>\n发送时间: 2026年3月2日\n收件人: x\n主题: 订单\n"),
    "zh-tw": ("轉寄: 訂單", "寄件者：Wei Zhang <{0}>\n日期：2026年3月2日\n主旨：訂單\n"),
    "ja": ("転送: 注文", "差出人: Wei Zhang <{0}>\n日付: 2026年3月2日\n件名: 注文\n宛先: x\n"),
    "ko": ("Fwd: 주문", "---------- 전달된 메일 ----------\n보낸 사람: Wei Zhang <{0}>\n날짜: 월\n제목: 주문\n"),
    "he": ("Fwd: הזמנה", "---------- הודעה שהועברה ---------\nמאת: Wei Zhang <{0}>\nתאריך: x\nנושא: הזמנה\n"),
    "ar": ("Fwd: طلب", "---------- رسالة معاد توجيهها ---------\nمن: Wei Zhang <{0}>\nالتاريخ: x\nالموضوع: طلب\n"),
    "th": ("Fwd: x", "---------- ส่งต่อ ---------\nจาก: Wei Zhang <{0}>\nวันที่: x\nเรื่อง: y\n"),
    "vi": ("Fwd: x", "Từ: Wei Zhang <{0}>\nNgày: x\nChủ đề: y\n"),
    "ro": ("Fwd: x", "De la: Wei Zhang <{0}>\nData: x\nSubiect: y\n"),
}


@pytest.mark.parametrize("language", FORWARDS)
def test_the_head_of_a_forward_is_found(language: str) -> None:
    subject, text = FORWARDS[language]
    (found,) = read_handed_on(NONE, subject, text.format(WRITER))
    assert (found.kind, found.address) == ("forward", WRITER)


def test_each_writer_of_a_forward_of_a_forward_outermost_first() -> None:
    text = "From: Kim <kim@shop.example>\nSubject: Fwd: x\n\nFrom: Wei <wei@acme.example>\nSubject: x\n"
    assert [one.address for one in read_handed_on(NONE, "Fwd: Fwd: x", text)] == [
        "kim@shop.example",
        "wei@acme.example",
    ]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Order", "Thanks\n\nFrom: Wei <wei@acme.example>\nSent: Monday\nSubject: Order\n"),
        ("Fwd: x", "From: nobody in particular\nSubject: x\n"),
        ("Fwd: x", "I am from: wei@acme.example, and that is all.\n"),
        ("Fwd: x", "From: a@x.example, b@y.example\nSubject: x\n"),
        ("Order", "just text with an@address.example in it"),
        ("", ""),
    ],
)
def test_what_is_no_forward(subject: str, text: str) -> None:
    assert read_handed_on(NONE, subject, text) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Email: {0}", "E-Mail: {0}", "E-mail address: {0}", "Ihre E-Mail-Adresse: {0}", "Correo electrónico: {0}",
        "Courriel : {0}", "Adresse e-mail : {0}", "Email*: {0}", "* Email: {0}", "Электронная почта: {0}", "邮箱：{0}",
        "メールアドレス：{0}", "이메일: {0}", "E-postadress: {0}", "Your email: <mailto:{0}>", "البريد الإلكتروني: {0}",
        "| Email: {0} |", "**E-Mail:** {0}",
    ],
)  # fmt: skip
def test_the_labelled_line_of_a_form_is_found(line: str) -> None:
    text = f"A message from the website\nName: Wei\n{line.format(WRITER)}\nMessage: hello\n"
    assert [(one.kind, one.address) for one in read_handed_on(NONE, "Contact", text)] == [("form", WRITER)]


def test_a_groups_header_names_the_original() -> None:
    head = b"From: 'Wei' via Help <help@shop.example>\r\nX-Original-From: Wei Zhang <wei.zhang@acme.example>\r\n"
    mail = read_bytes(head + b"Subject: x\r\n\r\nhello\r\n")
    assert [(one.kind, one.name, one.address) for one in mail.handed_on] == [("original", "Wei Zhang", WRITER)]


def test_of_several_results_those_of_the_topmost_server_count() -> None:
    lines = [b"mx.shop.example; spf=pass", b"mx.shop.example; dmarc=fail", b"mx.evil.example; dmarc=pass"]
    head = b"".join(b"Authentication-Results: " + line + b"\r\n" for line in lines)
    flags = read_bytes(head + b"From: a@b.example\r\n\r\nx").flags
    assert flags["authentication-results"] == "mx.shop.example; spf=pass; mx.shop.example; dmarc=fail"


def test_only_the_beginning_is_looked_at_and_long_lines_cost_little() -> None:
    assert read_handed_on(NONE, "Fwd: x", "x\n" * 400 + "From: a@b.example\nSubject: x\n") == ()
    assert read_handed_on(NONE, "Fwd: x", ("from " * 50_000) + "@") == ()
    assert read_handed_on(NONE, "Fwd: x", ("a: " * 50_000) + "@" * 1000) == ()
