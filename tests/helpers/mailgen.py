"""Generated mail that looks like a company's inbox: the same seed gives the same bytes, and the truth comes along.

    for mail in generate(seed=1, count=20_000):
        server.deliver(user, mail.raw, internal_date=mail.internal_date)
        mail.truth.subject, mail.truth.text, mail.truth.attachments ...

Threads between customers and the team, newsletters, notices from machines, mails of HTML alone; eight languages with
their charsets; attachments; sizes log-normal around a few KB, some of several hundred.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from tests.helpers import mailgen_mime as mime
from tests.helpers.mailgen_mime import Attachment, Headers
from tests.helpers.mailgen_words import ASCII, LANGUAGES, UTF8, Charset, Language

FIRST_DAY = datetime(2025, 1, 6, 7, tzinfo=UTC)
TEAM = ("support", "sales", "billing")
OPEN_THREADS = 150
ZONES = (0, 0, 1, 1, 2, 2, 3, 9, -5, -8)
FILES = (
    ("pdf", "application/pdf", b"%PDF-1.4\n", 11.0),
    ("jpg", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", 11.3),
    ("png", "image/png", b"\x89PNG\r\n\x1a\n", 10.0),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04", 9.8),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04", 10.2),
    ("csv", "text/csv", b"id;name;amount\r\n", 8.0),
)
"""Ending, type, first bytes, and the logarithm of the usual size."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes; `customer` is the company's short name, empty for machines and the team."""

    name: str
    address: str
    customer: str
    language: Language


@dataclass(frozen=True, slots=True)
class Truth:
    """What was put into a mail, to compare a parser's findings with. Line ends in texts are `\\n`.

    `text` is what a person reads (of mails in HTML alone: the words without markup), `thread` the Message-ID that
    began the conversation, `kind` one of person, newsletter, notice.
    """

    kind: str
    sender: Person
    recipient: str
    subject: str
    date: datetime
    message_id: str
    in_reply_to: str | None
    thread: str
    text: str
    has_html: bool
    charset: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class GeneratedMail:
    """A mail as it is delivered, with CRLF line ends, when it arrived, and what is in it."""

    raw: bytes
    internal_date: datetime
    truth: Truth


@dataclass(slots=True)
class Draft:
    """A mail being put together."""

    kind: str
    sender: Person
    recipient: str
    subject: str
    text: str
    charset: Charset
    encoding: str
    parent: Truth | None = None
    html: str | None = None
    html_only: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    extra: Headers = field(default_factory=list)


def generate(seed: int, count: int, *, domain: str = "firma.example", customers: int = 400) -> Iterator[GeneratedMail]:
    """So many mails in the order of their arrival, addressed to the team at `domain`."""
    return Mailbox(seed, domain, customers).mails(count)


class Mailbox:
    """The state of a made-up mailbox: who writes, what time it is, which conversations are open."""

    def __init__(self, seed: int, domain: str, customers: int) -> None:
        self._rng = random.Random(seed)
        self._domain = domain
        self._now = FIRST_DAY
        self._threads: list[Truth] = []
        self.people = [self._person(number) for number in range(customers)]
        self._popularity = [1 / (rank + 3) for rank in range(customers)]
        self._newsletters = [self._robot("news", number) for number in range(25)]
        self._machines = [self._robot("no-reply", number) for number in range(12)]

    def mails(self, count: int) -> Iterator[GeneratedMail]:
        """The next mails."""
        for _ in range(count):
            self._now += timedelta(seconds=self._rng.expovariate(1 / 240))
            yield self._finish(self._draft())

    # --- who --------------------------------------------------------------------------------------------------------

    def _person(self, number: int) -> Person:
        rng = self._rng
        language = rng.choices(LANGUAGES, [one.share for one in LANGUAGES])[0]
        customer = f"customer{number // 3}"
        domain = f"{customer}.example" if rng.random() < 0.85 else "freemail.example"
        return Person(language.person(rng), f"person{number}@{domain}", customer, language)

    def _robot(self, local: str, number: int) -> Person:
        language = self._rng.choices(LANGUAGES, [one.share for one in LANGUAGES])[0]
        name = f"{language.words[60 + number].title()} {local.title()}"
        return Person(name, f"{local}@sender{number}.example", "", language)

    # --- what -------------------------------------------------------------------------------------------------------

    def _draft(self) -> Draft:
        chance = self._rng.random()
        if chance < 0.2:
            return self._newsletter()
        if chance < 0.32:
            return self._notice()
        if chance < 0.65 and self._threads:
            return self._reply(self._rng.choice(self._threads))
        return self._letter()

    def _letter(self) -> Draft:
        rng = self._rng
        sender = rng.choices(self.people, self._popularity)[0]
        subject = self._subject(sender.language)
        draft = self._start("person", sender, subject, self._body(sender))
        self._decorate(draft)
        return draft

    def _reply(self, parent: Truth) -> Draft:
        """Another mail of the same person with earlier words below: the team's own answers are not in the inbox."""
        sender = parent.sender
        prefix = "" if parent.subject.startswith(("Re: ", "AW: ", "Odp: ")) else sender.language.reply
        quoted = "\n".join(f"> {line}" if line else ">" for line in parent.text.split("\n")[:40])
        text = f"{self._body(sender)}\n{parent.date:%d.%m.%Y %H:%M}, {sender.name}:\n{quoted}\n"
        draft = self._start("person", sender, prefix + parent.subject, text)
        draft.parent, draft.recipient = parent, parent.recipient
        self._decorate(draft)
        return draft

    def _newsletter(self) -> Draft:
        rng = self._rng
        sender = rng.choice(self._newsletters)
        text = sender.language.sentences(rng, rng.randint(150, 700)) + "\n"
        draft = self._start("newsletter", sender, self._subject(sender.language), text)
        draft.charset, draft.encoding = UTF8, rng.choice(("quoted-printable", "base64"))
        host = sender.address.partition("@")[2]
        draft.html = newsletter_page(text, f"https://{host}/{rng.getrandbits(40):x}")
        draft.extra = [
            ("List-Id", f"<news.{host}>"),
            ("List-Unsubscribe", f"<https://{host}/u/{rng.getrandbits(40):x}>"),
            ("Precedence", "bulk"),
        ]
        return draft

    def _notice(self) -> Draft:
        rng = self._rng
        sender = rng.choice(self._machines)
        number = rng.randint(10_000, 99_999)
        text = f"{sender.language.sentences(rng, rng.randint(15, 60))}\n\n#{number}\n"
        draft = self._start("notice", sender, f"{self._subject(sender.language)} #{number}", text)
        draft.extra = [("Auto-Submitted", "auto-generated")]
        return draft

    def _start(self, kind: str, sender: Person, subject: str, text: str) -> Draft:
        """A draft with a charset that can hold what it says."""
        rng = self._rng
        fitting = [one for one in sender.language.charsets if fits(text + subject + sender.name, one)] or [UTF8]
        charset = ASCII if ASCII in fitting and rng.random() < 0.7 else rng.choice(fitting)
        encoding = rng.choice(charset.encodings)
        return Draft(kind, sender, f"{rng.choice(TEAM)}@{self._domain}", subject, text, charset, encoding)

    def _subject(self, language: Language) -> str:
        subject = language.space.join(language.draw(self._rng, self._rng.randint(3, 9)))
        return subject[:1].upper() + subject[1:]

    def _body(self, sender: Person) -> str:
        """A letter: greeting, some words (log-normal), closing and name."""
        rng, language = self._rng, sender.language
        words = int(min(6000, max(5, rng.lognormvariate(4.3, 1.0))))
        name = language.person(rng).split()[-1]
        greeting = language.greeting.format(name=name)
        return f"{greeting}\n\n{language.sentences(rng, words)}\n\n{language.closing}\n{sender.name}\n"

    def _decorate(self, draft: Draft) -> None:
        """Half of the letters have HTML as well, a few have it alone; one in six carries files."""
        rng = self._rng
        chance = rng.random()
        if chance < 0.55:
            draft.html = letter_page(draft.text)
            draft.html_only = chance < 0.06
        if rng.random() < 0.16:
            draft.attachments = [self._file(draft.sender.language) for _ in range(rng.choice((1, 1, 1, 2, 3)))]

    def _file(self, language: Language) -> Attachment:
        rng = self._rng
        ending, kind, start, size = rng.choice(FILES)
        name = f"{rng.choice(language.words[40:70])} {rng.randint(1, 2999)}.{ending}".replace("/", "-")
        length = int(min(180_000, rng.lognormvariate(size, 0.9)))
        return Attachment(name, kind, start + rng.randbytes(length))

    # --- how --------------------------------------------------------------------------------------------------------

    def _finish(self, draft: Draft) -> GeneratedMail:
        """Headers and parts, as bytes; conversations stay open for answers."""
        rng = self._rng
        sent = self._now - timedelta(seconds=rng.expovariate(1 / 5))
        date = sent.replace(microsecond=0).astimezone(timezone(timedelta(hours=rng.choice(ZONES))))
        host = draft.sender.address.partition("@")[2]
        message_id = f"<{rng.getrandbits(64):016x}.{int(sent.timestamp())}@{host}>"
        parent = draft.parent
        truth = Truth(
            kind=draft.kind,
            sender=draft.sender,
            recipient=draft.recipient,
            subject=draft.subject,
            date=date,
            message_id=message_id,
            in_reply_to=parent.message_id if parent else None,
            thread=parent.thread if parent else message_id,
            text=draft.text,
            has_html=draft.html is not None,
            charset=draft.charset.name,
            attachments=tuple(draft.attachments),
        )
        if draft.kind == "person":
            self._keep(truth, parent)
        raw = self._headers(draft, truth) + self._content(draft)
        return GeneratedMail(raw, self._now.replace(microsecond=0), truth)

    def _keep(self, truth: Truth, parent: Truth | None) -> None:
        if parent is not None:
            self._threads.remove(parent)
        self._threads.append(truth)
        if len(self._threads) > OPEN_THREADS:
            del self._threads[0]

    def _headers(self, draft: Draft, truth: Truth) -> bytes:
        """Everything above the Content fields, without the empty line."""
        rng = self._rng
        style = rng.choice(("b", "q")) if draft.charset.python not in ("iso-2022-jp", "shift_jis") else "b"
        name = mime.header_text(draft.sender.name, draft.charset, style)
        if draft.sender.name.isascii() and not draft.sender.name.replace(" ", "").isalnum():
            name = f'"{draft.sender.name}"'
        host = draft.sender.address.partition("@")[2]
        received = f"from mx.{host} (mx.{host} [192.0.2.{rng.randint(1, 254)}])\r\n\tby mail.{self._domain}"
        headers = [
            ("Return-Path", f"<{draft.sender.address}>"),
            ("Received", f"{received};\r\n\t{format_datetime(self._now)}"),
            ("Date", format_datetime(truth.date)),
            ("From", f"{name} <{draft.sender.address}>"),
            ("To", draft.recipient),
            ("Message-ID", truth.message_id),
        ]
        if draft.parent is not None:
            references = [draft.parent.thread, draft.parent.message_id]
            headers.append(("In-Reply-To", draft.parent.message_id))
            headers.append(("References", "\r\n ".join(dict.fromkeys(references))))
        subject = mime.header_text(draft.subject, draft.charset, style)
        headers += [("Subject", subject), *draft.extra, ("MIME-Version", "1.0")]
        return mime.block(headers).removesuffix(b"\r\n")

    def _content(self, draft: Draft) -> bytes:
        """Content fields, empty line and body."""
        rng = self._rng
        if draft.html is None:
            part = mime.text_part(draft.text, "plain", draft.charset, draft.encoding)
        elif draft.html_only:
            part = mime.text_part(draft.html, "html", draft.charset, draft.encoding)
        else:
            kinds = ((draft.text, "plain"), (draft.html, "html"))
            texts = [mime.text_part(text, kind, draft.charset, draft.encoding) for text, kind in kinds]
            part = mime.multipart("alternative", texts, rng)
        if draft.attachments:
            styles = [rng.choice(("rfc2231", "encoded-word")) for _ in draft.attachments]
            files = [mime.attachment_part(one, style) for one, style in zip(draft.attachments, styles, strict=True)]
            part = mime.multipart("mixed", [part, *files], rng)
        return part


def fits(text: str, charset: Charset) -> bool:
    """Tell whether a charset can write the text and gives it back."""
    try:
        return text.encode(charset.python).decode(charset.python) == text
    except UnicodeError:
        return False


def letter_page(text: str) -> str:
    """A letter as a mail program writes it in HTML."""
    lines = "".join(f"<p class=MsoNormal>{escape(line) or '&nbsp;'}<o:p></o:p></p>\n" for line in text.split("\n"))
    style = "<style>p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif}</style>"
    return f"<html><head>{style}</head>\n<body lang=x>\n{lines}</body></html>\n"


def newsletter_page(text: str, link: str) -> str:
    """A newsletter: tables, inline styles, remote pictures, a tracking pixel."""
    cell = '<td style="padding:12px 24px;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px">'
    rows = "".join(
        f'<tr>{cell}<img src="{link}/{number}.jpg" width="600" alt=""><br>{escape(part)}<br>'
        f'<a href="{link}/c/{number}">...</a></td></tr>\n'
        for number, part in enumerate(text.split("\n\n"))
    )
    pixel = f'<img src="{link}/open.gif" width="1" height="1">'
    return f'<!DOCTYPE html>\n<html><body><table width="600" align="center">\n{rows}</table>{pixel}</body></html>\n'
