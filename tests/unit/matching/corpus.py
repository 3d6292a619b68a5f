"""Labelled senders: hard cases shaped by hand (``tests/data/matching``), and thousands made from a seed.

A label says who really wrote, by how the case was made - never by what a rule says. Each case is a message in bytes,
read by the real parser.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.header import Header
from pathlib import Path
from random import Random

from desktop.domain.addresses import normalise_address
from desktop.domain.customer import Customer, CustomerRef
from desktop.domain.mail import ParsedMail
from desktop.matching.asked import Ours
from tests.helpers.books import customer
from tests.unit.parsing.golden import read_bytes

FOLDER = Path(__file__).parents[2] / "data" / "matching"
OURS = Ours(frozenset({"support@shop.example"}), frozenset({"shop.example"}), frozenset({"shop.example"}))

FORWARD_HEADS: Mapping[str, tuple[str, str]] = {
    "en": ("Fwd: Order", "---------- Forwarded message ----------\nFrom: X <{}>\nDate: Mon\nSubject: Order\n"),
    "de": ("WG: Bestellung", "Von: X <{}>\nGesendet: Montag\nAn: Kim\nBetreff: Bestellung\n"),
    "fr": ("TR : Commande", "De : X <{}>\nEnvoyé : lundi\nÀ : Kim\nObjet : Commande\n"),
    "es": ("RV: Pedido", "De: X <{}>\nEnviado: lunes\nPara: Kim\nAsunto: Pedido\n"),
    "pt": ("ENC: Pedido", "De: X <{}>\nEnviada em: segunda\nPara: Kim\nAssunto: Pedido\n"),
    "pl": ("PD: Zamówienie", "Od: X <{}>\nWysłano: pon\nDo: Kim\nTemat: Zamówienie\n"),
    "ru": ("Fwd: Заказ", "-------- Пересылаемое сообщение --------\nОт: X <{}>\nДата: пн\nТема: Заказ\n"),
    "zh": ("转发: 订单", "发件人: X <{}>\n发送时间: 2026年3月2日\n收件人: Kim\n主题: 订单\n"),
    "ja": ("転送: 注文", "差出人: X <{}>\n日付: 2026年3月2日\n件名: 注文\n"),
    "ko": ("전달: 주문", "보낸 사람: X <{}>\n날짜: 월\n받는 사람: Kim\n제목: 주문\n"),
    "ar": ("Fwd: طلب", "---------- رسالة معاد توجيهها ---------\nمن: X <{}>\nالتاريخ: x\nالموضوع: طلب\n"),
    "he": ("Fwd: הזמנה", "---------- הודעה שהועברה ---------\nמאת: X <{}>\nתאריך: x\nנושא: הזמנה\n"),
}


@dataclass(frozen=True)
class Case:
    """One sender. ``truth`` is who really wrote (``""``: nobody who is a customer); the rest is expected, by hand.

    ``kind`` groups the made ones: how the sender differs from the customer that was meant.
    """

    note: str
    name: str
    address: str
    extras: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    truth: str = ""
    confidence: int = 0
    kind: str = "hand"

    def mail(self) -> ParsedMail:
        """The message as the parser reads it."""
        return read_bytes(self.content())

    def content(self) -> bytes:
        """The message as it came in."""
        extras = self.extras
        subject, text = "Order", "Good morning, how is our order?\n"
        shown = f"{Header(self.name, 'utf-8').encode()} <{self.address}>"
        lines = [f"From: {extras.get('raw', shown)}" if extras.get("raw", "x") else "X-Nobody: x"]
        if "dmarc" in extras:
            about = extras.get("about", self.address.partition("@")[2])
            server = extras.get("server", "mx.shop.example")
            lines.insert(0, f"Authentication-Results: {server}; dmarc={extras['dmarc']} header.from={about}")
        if "reply_to" in extras:
            lines.append(f"Reply-To: <{extras['reply_to']}>")
        if "original" in extras:
            lines.append(f"X-Original-From: Somebody <{extras['original']}>")
        if "list" in extras:
            lines.append("List-Id: <list.googlegroups.com>")
        if "thread" in extras:
            lines.append(f"References: <thread-{thread_number(extras['thread'])}@shop.example>")
        if "forward" in extras:
            language, _, writer = extras["forward"].partition(":")
            subject, text = FORWARD_HEADS[language]
            text = text.format(writer) + "\nhello\n"
        if "form" in extras:
            label, _, writer = extras["form"].partition(":")
            text = f"A message from the website\nName: X\n{label}: {writer}\nMessage: hello\n"
        lines += [f"Subject: {Header(subject, 'utf-8').encode()}", "MIME-Version: 1.0"]
        lines += ["Content-Type: text/plain; charset=utf-8", "", text]
        return "\r\n".join(lines).replace("\\n", "\r\n").encode()


def thread_number(name: str) -> str:
    """A customer's name as it can stand in a Message-ID."""
    return name.encode().hex()


def threads_of(customers: Sequence[Customer]) -> dict[str, tuple[CustomerRef, ...]]:
    """Return, for each customer, one thread that a person has filed with them."""
    return {f"<thread-{thread_number(one.name)}@shop.example>": (CustomerRef(one.id, one.name),) for one in customers}


def hand_customers() -> list[Customer]:
    """Return the customers of the hand-shaped cases."""
    rows = [line.split("\t") for line in _lines("customers.tsv")]
    return [
        customer(number, name, *(normalise_address(one) for one in addresses.split()))
        for number, (name, addresses) in enumerate(rows, 1)
    ]


def hand_cases() -> list[Case]:
    """Return the cases shaped by hand."""
    found = []
    for line in _lines("cases.tsv"):
        note, name, address, extras, code, best, confidence = line.split("\t")
        told = dict(pair.split("=", 1) for pair in extras.split("|") if pair)
        found.append(Case(note, name, address, told, code, "" if best == "-" else best, int(confidence)))
    return found


def _lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


_GIVEN = """
    maria anna johann michael katarzyna mohammed wei laura julia daniel martin elena olga sergey hiroshi fatima aisha
    priya rahul sofia lucas louis lena jonas nikolai giulia marco chiara sven ingrid piotr agnieszka mehmet ayse
    мария анна сергей елена αννα νικος 美玲 太郎 민수 지영 أحمد فاطمة יוסף שרה
"""
_FAMILY = """
    johnson garcia martinez schneider fischer wagner zhang nguyen kowalski novak svoboda yilmaz demir jansen bakker
    andersson johansson nielsen virtanen papadopoulos tanaka suzuki yamamoto haddad ivanova petrov oliveira fernandes
    moreau dubois bernard rossi ferrari bianchi horvath kovacs popescu ionescu иванов кузнецова γεωργιου 田中 山本 김 박
    حسن علي לוי מזרחי
"""
_FIRMS = """
    nordlicht holzwerk stahlbau blumenhof gartenbau feinkost lichthaus seefracht bergtour quellwasser solartec medlab
    printshop cyclehub teahouse bookbarn fixit parcelly vinoteca panaderia ferreteria boulangerie fromagerie officina
    bakkerij fietsen ravintola ksiegarnia kvetiny cukrarna pekarna zahrada купец рыбак 花店 書店 서점 책방
"""
_RELATED = (
    ("daniel", "daniela"), ("martin", "martina"), ("julia", "julian"), ("louis", "louise"), ("petrov", "petrova"),
    ("johansson", "johanson"), ("schneider", "schneiders"), ("maria", "mario"), ("fernandes", "fernandez"),
    ("кузнецова", "кузнецов"), ("сергей", "сергея"), ("γεωργιου", "γεωργιος"), ("nikolai", "nikolaj"),
)  # fmt: skip
"""Names that are one letter apart, and of different people."""
_SUFFIXES = ("com", "de", "co.uk", "fr", "it", "es", "nl", "pl", "com.br", "co.jp", "com.au", "cz", "fi", "eu")
_FREE = ("gmail.com", "gmail.com", "outlook.com", "web.de", "yahoo.com", "mail.ru", "naver.com", "qq.com", "orange.fr")


class Made:
    """A world of customers, and senders whose truth is known because they were made so."""

    def __init__(self, seed: int, customers: int = 500) -> None:
        self._chance = Random(seed)
        self._given, self._family, self._firms = _GIVEN.split(), _FAMILY.split(), _FIRMS.split()
        self.customers: list[Customer] = []
        self._taken: set[str] = set()
        for number in range(1, customers + 1):
            self.customers.append(self._customer(number))

    def cases(self, how_many: int) -> Iterator[Case]:
        """Yield so many senders: one in three is exact, one in three is meant to be somebody, one in three nobody."""
        makers = (self._exact, self._meant, self._nobody)
        for number in range(how_many):
            yield makers[number % len(makers)](number)

    def _customer(self, number: int) -> Customer:
        name, address = self._person()
        while address in self._taken:
            name, address = self._person()
        self._taken.add(address)
        return customer(number, f"{name} {number}", normalise_address(address))

    def _person(self) -> tuple[str, str]:
        chance = self._chance
        given, family = chance.choice(self._given), chance.choice(self._family)
        shapes = (f"{given}.{family}", f"{given}{family}", f"{given[0]}.{family}", f"{given}_{family}")
        if chance.random() < 0.4:
            number = str(chance.randrange(100)) if chance.random() < 0.6 else ""
            return f"{given} {family}", f"{chance.choice(shapes)}{number}@{chance.choice(_FREE)}"
        return f"{given} {family}", f"{chance.choice(shapes)}@{self._domain()}"

    def _domain(self) -> str:
        chance = self._chance
        one, two = chance.choice(self._firms), chance.choice(self._firms)
        return f"{one}{chance.choice(('', '-'))}{two}.{chance.choice(_SUFFIXES)}"

    def _exact(self, number: int) -> Case:
        one = self._chance.choice(self.customers)
        extras = {"dmarc": "pass"} if number % 2 else {}
        return Case(f"exact {number}", one.name, one.emails[0], extras, truth=one.name, kind="exact")

    def _meant(self, number: int) -> Case:
        """Somebody who is a customer and writes from another address, or mistypes the own one."""
        chance, one = self._chance, self._chance.choice(self.customers)
        local, _, domain = one.emails[0].partition("@")
        core, dot, suffix = domain.partition(".")
        kinds = {
            "tag": f"{local}+{chance.choice(('shop', 'news', 'заказ', '注文'))}@{domain}",
            "dots": f"{self._dotted(local)}@{domain}",
            "slip before the @": f"{self._slip(local)}@{domain}",
            "slip behind the @": f"{local}@{self._slip(core)}{dot}{suffix}",
            "two slips": f"{self._slip(self._slip(local))}@{domain}",
        }
        if domain not in _FREE:
            kinds["sister suffix"] = f"{local}@{core}.{chance.choice([one for one in _SUFFIXES if one != suffix])}"
            kinds["subdomain"] = f"{local}@{chance.choice(('mail', 'eu', 'shop'))}.{domain}"
            kinds["turned name"] = f"{'.'.join(reversed(local.replace('_', '.').split('.')))}@{domain}"
        kind = chance.choice(sorted(kinds))
        address = normalise_address(kinds[kind])
        if address in self._taken:
            return self._exact(number)
        return Case(f"{kind} {number}", "", address, truth=one.name, kind=kind)

    def _nobody(self, number: int) -> Case:
        """Somebody made just as customers are, and none; or the neighbour of one, to be told apart by little."""
        chance, one = self._chance, self._chance.choice(self.customers)
        local, _, domain = one.emails[0].partition("@")
        kind = chance.choice(("stranger", "related name", "other digits", "other provider", "other name at free mail"))
        address = self._person()[1]
        if kind == "other digits":
            address = f"{local.rstrip('0123456789')}{chance.randrange(100, 999)}@{domain}"
        elif kind == "other provider":
            address = (
                f"{local}@{chance.choice([free for free in ('aol.com', 'gmx.de', 'icloud.com') if free != domain])}"
            )
        elif kind == "other name at free mail" and domain in _FREE:
            address = f"{chance.choice(self._given)}.{local.rpartition('.')[2]}@{domain}"
        elif kind == "related name":
            address = f"{self._related(local)}@{domain}"
        address = normalise_address(address)
        if address in self._taken or (kind == "other provider" and domain not in _FREE):
            return self._nobody(number)
        return Case(f"{kind} {number}", "", address, kind=kind)

    def _related(self, local: str) -> str:
        for one, other in _RELATED:
            if one in local:
                return local.replace(one, other, 1)
        return f"{local}{self._chance.choice(self._family)}"

    def _dotted(self, local: str) -> str:
        bare = local.replace(".", "").replace("_", "")
        at = self._chance.randrange(1, max(len(bare), 2))
        return bare if "." in local or "_" in local else f"{bare[:at]}.{bare[at:]}"

    def _slip(self, text: str) -> str:
        """One slip of a finger at any place."""
        chance = self._chance
        at = chance.randrange(len(text))
        letter = chance.choice([one for one in text + "aeiou" if one.isalpha()] or ["a"])
        kind = chance.randrange(4)
        if kind == 0:
            return text[:at] + letter + text[at:]
        if kind == 1 and len(text) > 2:
            return text[:at] + text[at + 1 :]
        if kind == 2 and at + 1 < len(text):
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + letter + text[at + 1 :]
