"""Words for generated mail: eight languages, real words first and invented ones after, drawn as Zipf says."""

import itertools
import random
from dataclasses import dataclass, field
from functools import cached_property

TAIL = 4000
"""Invented words per language: what makes the vocabulary of a mailbox grow with its size."""


@dataclass(frozen=True, slots=True)
class Charset:
    """How a mail's text is sent: the name in the header and the transfer encodings seen with it."""

    name: str
    encodings: tuple[str, ...]
    codec: str = ""

    @property
    def python(self) -> str:
        """Python's name for it."""
        return self.codec or self.name


UTF8 = Charset("utf-8", ("quoted-printable", "base64", "8bit"))
ASCII = Charset("us-ascii", ("7bit",))
LATIN1 = Charset("iso-8859-1", ("quoted-printable", "8bit"))
LATIN9 = Charset("iso-8859-15", ("quoted-printable", "8bit"))
WINDOWS = Charset("windows-1252", ("quoted-printable",), "cp1252")
LATIN2 = Charset("iso-8859-2", ("quoted-printable", "8bit"))
KOI8 = Charset("koi8-r", ("base64", "8bit"))
CYRILLIC = Charset("windows-1251", ("base64", "quoted-printable"), "cp1251")
GREEK = Charset("iso-8859-7", ("base64", "quoted-printable"))
JIS = Charset("iso-2022-jp", ("7bit",))
SJIS = Charset("shift_jis", ("base64",))


@dataclass(frozen=True, eq=False)
class Language:
    """One language as it is met in mail."""

    code: str
    share: float
    charsets: tuple[Charset, ...]
    head: str
    syllables: str
    first_names: str
    last_names: str
    greeting: str
    closing: str
    reply: str = "Re: "
    space: str = " "
    stop: str = "."
    words: list[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", self.head.split() + self._tail())

    def _tail(self) -> list[str]:
        """Invented words, the same in every run."""
        rng = random.Random(f"tail of {self.code}")
        syllables = self.syllables.split()
        return ["".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(TAIL)]

    @cached_property
    def weights(self) -> list[float]:
        """Cumulative weights by rank (Zipf and Mandelbrot)."""
        return list(itertools.accumulate((rank + 2.7) ** -1.07 for rank in range(1, len(self.words) + 1)))

    def draw(self, rng: random.Random, count: int) -> list[str]:
        """So many words."""
        return rng.choices(self.words, cum_weights=self.weights, k=count)

    def sentences(self, rng: random.Random, count: int) -> str:
        """About so many words as sentences, in lines of at most 76 characters or so, in paragraphs."""
        words = self.draw(rng, count)
        lines: list[str] = []
        line = ""
        left = rng.randint(4, 14)
        fresh = True
        for word in words:
            piece = word[:1].upper() + word[1:] if fresh else word
            left -= 1
            fresh = left == 0
            if fresh:
                piece += self.stop
                left = rng.randint(4, 14)
            if len(line) + len(piece) > 70:
                lines.append(line)
                line = piece
                if fresh and rng.random() < 0.3:
                    lines += [line, ""]
                    line = ""
            else:
                line = f"{line}{self.space}{piece}" if line else piece
        return "\n".join([*lines, line + self.stop])

    def person(self, rng: random.Random) -> str:
        """First and last name."""
        first, last = rng.choice(self.first_names.split()), rng.choice(self.last_names.split())
        return f"{last} {first}" if self.code == "ja" else f"{first} {last}"


LANGUAGES = (
    Language(
        "en",
        0.45,
        (ASCII, UTF8, WINDOWS),
        "the to and of a in is for you we that on it with this your be are as our have please from not will can or "
        "at if invoice order delivery by an has was all any number customer account service would us know question "
        "price payment meeting contract product date thanks regarding attached problem update week team support "
        "ticket address address but when there they time new which one out been their see also offer request "
        "project quote shipment return damaged refund schedule tomorrow monday call phone manager confirm receipt "
        "warehouse",
        "ba con der ex fi gra hol in jo ke lum mar nor op per qui ron sta tri un ver wick ton ley",
        "James Mary Robert Linda Oliver Amelia George Isla Noah Grace Harry Sophie",
        "Smith Jones Taylor Brown O'Neill Walker Hughes Green Carter Bennett",
        "Hello {name},",
        "Best regards",
    ),
    Language(
        "de",
        0.25,
        (LATIN1, UTF8, WINDOWS, LATIN9),
        "die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine auch als an "
        "nach wie wir für man aber aus durch wenn nur war noch werden bei hat Rechnung Bestellung Lieferung Kunde "
        "Angebot bitte Frage Rückmeldung Termin Vertrag Zahlung Größe über können möchten würden Grüße Straße "
        "Prüfung Geschäft März Montag Mitarbeiter Anfrage Auftrag Nummer Konto Änderung Kündigung Schäden Lager "
        "Versand Retoure Preis",
        "ab ber dorf ein frau gen hau ich keit lich mün nis ober pfle quer rück schaft tum ung voll wert zeug straß",
        "Jörg Jürgen Müge Anna Björn Käthe Lukas Sophie Günther Ömer Lena Maximilian",
        "Müller Schröder Weiß Groß Köhler Bäcker Schäfer Jäger Krüger Vogel Öztürk",
        "Guten Tag {name},",
        "Mit freundlichen Grüßen",
        reply="AW: ",
    ),
    Language(
        "fr",
        0.09,
        (UTF8, LATIN1, WINDOWS),
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce avec il sont nous "
        "vous votre facture commande livraison client réponse problème numéro délai reçu été être après déjà "
        "société contrat paiement merci très français garçon où naïf forêt réunion février août adresse question "
        "prix produit",
        "ai bre cé dou eau fran gny hé in joi ka lé mou né oi pré qua ri sé tion ur vil xan",
        "Jérôme François Hélène Zoé Amélie Noël Chloé Benoît Inès Léa",
        "Lefèvre Dubois Moreau Garçon Bernard Petit Béranger D'Arcy",
        "Bonjour {name},",
        "Cordialement",
    ),
    Language(
        "es",
        0.06,
        (UTF8, LATIN1),
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí "
        "porque factura pedido entrega cliente respuesta número señor año mañana reunión teléfono dirección "
        "información atención gracias pago contrato precio pregunta envío también después está según día",
        "al ba ción dor es fía gue ha ito jo llo mar ña or pue que rí sa tia ue vez",
        "José María Íñigo Begoña Núria Andrés Lucía Martín",
        "García Muñoz Peña Núñez López Ibáñez Ruiz",
        "Estimado {name}:",
        "Un saludo",
    ),
    Language(
        "pl",
        0.05,
        (UTF8, LATIN2),
        "i w nie na z się do to że jest o jak za od po co tak ale już dla czy być przez może tylko faktura "
        "zamówienie dostawa klient proszę dziękuję wiadomość pytanie numer płatność umowa spotkanie środa źródło "
        "część łącznie gdzie więc ponieważ również adres cena produkt zwrot usługa",
        "cze dzi ło mą no ów prze rzy sza ska ści trz wę za żó by krą wie",
        "Łukasz Żaneta Małgorzata Paweł Święty Agnieszka Jędrzej",
        "Wójcik Dąbrowski Kowalczyk Żak Łęcki Górska Zając",
        "Dzień dobry {name},",
        "Z poważaniem",
        reply="Odp: ",
    ),
    Language(
        "ru",
        0.04,
        (UTF8, KOI8, CYRILLIC),
        "и в не на я быть он с что а по это она этот к но они мы весь который из у который то за свой что весь год "
        "от так счёт заказ доставка клиент пожалуйста спасибо вопрос номер оплата договор встреча письмо ответ "
        "товар цена адрес завтра понедельник проблема возврат",
        "ба ве го да же за ки ло ма но по ре ста ту фи хо ца че шу ния ство",
        "Дмитрий Анна Сергей Ольга Пётр Наталья",
        "Иванов Петрова Сидоров Кузнецов Щукина Ёлкин",
        "Здравствуйте, {name}!",
        "С уважением",
    ),
    Language(
        "el",
        0.02,
        (UTF8, GREEK),
        "και το να του η της με που την από για είναι στο τα σε δεν θα τιμολόγιο παραγγελία παράδοση πελάτης "
        "ευχαριστώ παρακαλώ ερώτηση αριθμός πληρωμή σύμβαση συνάντηση μήνυμα απάντηση προϊόν τιμή διεύθυνση αύριο",
        "αλ βα γο δη εί ζω θα κι λο μά νη ξε οι πα ρι στ τη φω χω ση",
        "Γιώργος Ελένη Νίκος Μαρία Κώστας",
        "Παπαδόπουλος Ιωάννου Γεωργίου Νικολάου",
        "Καλημέρα {name},",
        "Με εκτίμηση",
    ),
    Language(
        "ja",
        0.04,
        (UTF8, JIS, SJIS),
        "の に は を た が で て と し れ さ ある いる も する から な こと として 請求書 注文 配送 お客様 お願い "
        "質問 番号 支払い 契約 会議 回答 商品 価格 住所 明日 月曜日 問題 返品 確認 ありがとう ください 担当者 納期 "
        "見積 連絡 資料 添付",
        "会 社 東 京 大 阪 部 長 新 品 工 場 発 送 定 価 更 新 管 理 電 話 通 知",
        "太郎 花子 一郎 美咲 健太 さくら",
        "佐藤 鈴木 高橋 田中 渡辺 伊藤",
        "{name} 様",
        "よろしくお願いいたします",
        space="",
        stop="。",
    ),
)
