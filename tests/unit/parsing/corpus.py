"""A seeded corpus of ordinary mail, built by the standard library's own classes, with the truth beside it."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

WORDS = {
    "utf-8": "Grüße Auftrag déjà livré señor заказ 订单 発送 주문 τιμή faktura łódź 🙂 invoice order thanks",
    "iso-8859-1": "Grüße Lieferung café naïve señor größer order invoice please thanks",
    "iso-8859-2": "łódź zamówienie příliš žluťoučký kůň order faktura",
    "iso-8859-15": "fünf € Übergabe cœur order",
    "windows-1251": "заказ доставка счёт спасибо привет order",
    "koi8-r": "заказ доставка спасибо привет order",
    "gb2312": "订单 发货 你好 谢谢 order",
    "big5": "訂單 出貨 您好 謝謝 order",
    "iso-2022-jp": "注文 発送 お世話 order",
    "shift_jis": "注文 発送 お世話 order",
    "euc-kr": "주문 배송 안녕하세요 order",
}
PLAIN = "the order was sent today please find attached our invoice and let us know if anything is missing"
NAMES = ("Ann Müller", "Bob Smith", "Łukasz Żak", "Смирнов Иван", "王伟", "Smith, John", 'O\'Neil "Shaq"', "")


@dataclass(frozen=True, slots=True)
class Made:
    """One generated mail and what is true of it."""

    content: bytes
    subject: str
    sender: str
    text: str
    attachments: tuple[tuple[str, int], ...]
    html: bool


def mails(count: int, seed: int = 1) -> list[Made]:
    """Return *count* mails; the same seed gives the same mails."""
    dice = random.Random(seed)
    return [_mail(dice, number) for number in range(count)]


def _mail(dice: random.Random, number: int) -> Made:
    charset = dice.choice(["utf-8"] * 6 + list(WORDS))
    words = f"{WORDS[charset]} {PLAIN}".split()
    text = _paragraphs(dice, words, dice.randint(3, 60))
    kind = dice.choices(["plain", "alternative", "html", "mixed"], [35, 40, 10, 15])[0]
    attachments: tuple[tuple[str, int], ...] = ()
    message: Message
    if kind == "plain":
        message = _text(text, "plain", charset, dice)
    elif kind == "html":
        message = _text(_html(text), "html", charset, dice)
    else:
        message = MIMEMultipart("alternative")
        message.attach(_text(text, "plain", charset, dice))
        message.attach(_text(_html(text), "html", charset, dice))
        if kind == "mixed":
            data = dice.randbytes(dice.randint(100, 20_000))
            name = dice.choice(["invoice.pdf", "Übersicht März.pdf", "a b.pdf"])
            part = MIMEApplication(data, "pdf")
            part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
            outer = MIMEMultipart("mixed")
            outer.attach(message)
            outer.attach(part)
            message, attachments = outer, ((name, len(data)),)
    subject = " ".join(dice.choices(words, k=dice.randint(1, 10)))
    address = f"user{number % 997}@customer{number % 89}.example"
    _head(message, dice, number, (subject, charset, address))
    content = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return Made(content, subject, address, text, attachments, kind != "plain")


def _head(message: Message, dice: random.Random, number: int, about: tuple[str, str, str]) -> None:
    subject, charset, address = about
    sent = START + timedelta(minutes=number)
    for hop in range(4):
        message["Received"] = (
            f"from mx{hop}.example (mx{hop}.example [192.0.2.{hop}])\n\tby in{hop}.example (Postfix) with ESMTPS"
            f" id {dice.getrandbits(64):x}\n\tfor <box@shop.example>; {format_datetime(sent)}"
        )
    message["DKIM-Signature"] = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example; s=s1;\n\tb=" + "\n\t".join(
        f"{dice.getrandbits(240):060x}" for _ in range(5)
    )
    message["Authentication-Results"] = f"in0.example; dkim=pass header.d=example; spf=pass smtp.mailfrom={address}"
    message["From"] = formataddr((dice.choice(NAMES), address))
    message["To"] = ", ".join(formataddr((name, f"box{at}@shop.example")) for at, name in enumerate(NAMES[:3]))
    message["Subject"] = Header(subject, charset).encode()
    message["Date"] = format_datetime(sent)
    message["Message-ID"] = f"<{number}.{dice.getrandbits(64):x}@customer.example>"
    message["X-Mailer"] = "Mailer 1.0"
    if number % 3 == 0:
        message["In-Reply-To"] = f"<{number - 1}@shop.example>"
        message["References"] = "\n ".join(f"<{number - back}@shop.example>" for back in range(5, 0, -1))


def _paragraphs(dice: random.Random, words: list[str], lines: int) -> str:
    return "\n".join(" ".join(dice.choices(words, k=dice.randint(0, 14))) for _ in range(lines)).strip() or "ok"


def _html(text: str) -> str:
    rows = "".join(f'<tr><td style="padding:0 4px"><p class="x">{line}</p></td></tr>\n' for line in text.split("\n"))
    return (
        "<html><head><style>p{color:red}</style></head><body>"
        f'<div style="display:none">hidden preheader</div><table>{rows}</table></body></html>'
    )


def _text(text: str, subtype: str, charset: str, dice: random.Random) -> Message:
    if charset == "utf-8" and dice.random() < 0.5:
        part: Message = MIMENonMultipart("text", subtype, charset="utf-8")
        part["Content-Transfer-Encoding"] = "8bit"
        part.set_payload(text.encode().decode("ascii", "surrogateescape"))
        return part
    return MIMEText(text, subtype, charset)
