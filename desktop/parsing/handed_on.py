"""Whom a mail names as its writer although another sent it: in a group's header line, a forwarded head, a form.

Programs write the head of a forwarded mail in the language of whoever forwards, so its labels are known in many. Only
lines with an address at the beginning of a text are looked at, and those around them; each costs its length.
"""

import re
from collections.abc import Iterator

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.mail import Address, HandedOn
from desktop.parsing import clean, limits
from desktop.parsing.addresslist import parse
from desktop.parsing.headers import Headers
from desktop.parsing.words import unfold

ORIGINAL_FIELDS = ("x-original-from", "x-google-original-from", "x-original-sender")

_FROM_WORDS = """
    from von de da van från fra od lähettäjä feladó kimden gönderen от від
    la frå frá saatja no nuo από שולח מאת من 发件人 發件人 寄件者 寄件人 差出人 送信者 보낸사람
    보낸이 จาก từ dari expéditeur remitente mittente absender afsender
    avsändare avsender afzender odesílatel odesílateľ nadawca šalje
    expeditor отправитель відправник изпращач प्रेषक
"""
_FROM = frozenset(_FROM_WORDS.split()) | {"보낸 사람", "de la"}
_ABOUT_WORDS = """
    subject betreff objet asunto oggetto onderwerp assunto ämne emne aihe
    tárgy konu тема temat předmět predmet naslov zadeva subiect θέμα נושא
    الموضوع 主题 主題 主旨 件名 제목 เรื่อง chủđề efni teema tema относно विषय perihal
    subjek date datum datums fecha data dato päivämäärä dátum tarih дата
    ημερομηνία תאריך التاريخ 日期 日付 日時 날짜 วันที่ ngày dags kuupäev sent
    gesendet envoyé enviado inviato verzonden skickat sendt lähetetty küldve
    gönderildi отправлено надіслано wysłano odesláno odoslané poslano trimis
    στάλθηκε נשלח تاريخ_الإرسال 发送时间 發送時間 寄件日期 送信日時 보낸날짜 to an à para a aan
    till til vastaanottaja címzett kime кому komu do za către προς אל إلى
    收件人 宛先 받는사람
"""
_ABOUT = frozenset(_ABOUT_WORDS.split()) | {"보낸 날짜", "받는 사람", "chủ đề"}
_MAIL_WORDS = """
    email e-mail mail emailaddress e-mailaddress emailadresse e-mail-adresse
    mailadresse emailadres e-mailadres correo correoelectrónico correo-e
    courriel adressemail adressee-mail adressedemessagerie posta
    postaelettronica indirizzoemail endereçodeemail e-postadress
    e-postadresse e-post sähköposti sähköpostiosoite e-posta eposta
    adrese-mail adresa adresae-mail emailová adresemail почта эл.почта
    электроннаяпочта e-mailадрес електроннапошта имейл
    ηλεκτρονικόταχυδρομείο דוא"ל אימייל البريدالإلكتروني بريدالكتروني
    邮箱 电子邮件 电子邮箱 電子郵件 電郵 メール メールアドレス 이메일 이메일주소
    อีเมล อีเมล์ địachỉemail youremail yourmail ihree-mail ihreemail
    ihree-mail-adresse votreemail votrecourriel votreadressee-mail
    tuemail sucorreoelectrónico latuaemail seue-mail ditte-mailadres
    e-mailcím emailcím adresse-mail customeremail contactemail emailfrom
    replyto reply-to
"""  # noqa: RUF001
_MAIL = frozenset(_MAIL_WORDS.split())
_SUBJECT_FORWARDS = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|fw|wg|tr|rv|i|vs|vb|vl|doorst|enc|encam|pd|továbbítás|ilt|пересл|прд|haste"
    r"|yml|trs|fs|転送|转发|轉寄|전달|הועבר|προθ)\s*[:\uff1a]",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"forwarded (?:message|mail)|begin forwarded|weitergeleitete (?:nachricht|e-?mail|mail)|message transf[ée]r[ée]"
    r"|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat|videresendt"
    r"|vidaresendt|välitetty viesti|wiadomość przekazana|przekazana wiadomość|přeposlaná zpráva|preposlaná správa"
    r"|továbbított|iletilen|пересылаем|пересланн|переслане|препратено|mesaj redirecționat|προωθημένο|הודעה שהועברה"
    r"|رسالة (?:معاد|محول)|转发的?邮件|轉寄(?:的)?(?:郵件|訊息)|転送(?:された)?メ|전달된|ส่งต่อ|thư chuyển tiếp"
    r"|proslijeđena|posredovano",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[>\s*_|•-]{0,12}([^\s:\uff1a@][^:\uff1a@\n]{0,30}?)[*_\s]{0,4}[:\uff1a][*_\s]{0,4}(.*)")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@|*]{1,64}@[^\s<>()\[\],;:\"'@|*]{3,255}")
_HEAD_LINES, _MARK_LINES = 7, 8
_MOST = 3


def read_handed_on(headers: Headers, subject: str, text: str) -> tuple[HandedOn, ...]:
    """Return whom the header block, then the beginning of *text* name, at most a few of each kind."""
    found = [*_originals(headers)]
    start = text[: limits.HANDED_ON_CHARS]
    if "@" in start:
        lines = start.split("\n")[: limits.HANDED_ON_LINES]
        with_address = [at for at, line in enumerate(lines) if "@" in line]
        found += _forwards(lines, with_address, said=_SUBJECT_FORWARDS.match(subject) is not None)
        found += _forms([_labelled(lines[at]) for at in with_address])
    return tuple(found)


def _originals(headers: Headers) -> Iterator[HandedOn]:
    for name in ORIGINAL_FIELDS:
        value = headers.first(name)
        boxes = parse(unfold(value), 2).boxes if value is not None else []
        if len(boxes) == 1 and boxes[0].address is not None:
            yield _found("original", boxes[0].address)
            return


def _labelled(line: str) -> tuple[str, str] | None:
    """Return a line as its label, folded and without blanks at its ends, and what stands behind it."""
    match = _LABEL.match(line)
    return (match[1].strip().casefold(), match[2].strip()) if match else None


def _forwards(lines: list[str], with_address: list[int], *, said: bool) -> list[HandedOn]:
    """Return the writers in the heads of forwarded mails: a From line with an address and more of a head around it."""
    found: list[HandedOn] = []
    for at in with_address:
        first = at
        label = _labelled(lines[at])
        if label is None and at:  # the address stands on a line of its own
            first, label = at - 1, _labelled(lines[at - 1])
        if label is None or label[0] not in _FROM:
            continue
        around = (*lines[max(0, first - 3) : first], *lines[at + 1 : at + _HEAD_LINES])
        if not any(near is not None and near[0] in _ABOUT for near in map(_labelled, around)):
            continue
        said = said or any(_MARK.search(line[:120]) for line in lines[max(0, first - _MARK_LINES) : first])
        address = _address_in(lines[at] if first < at else label[1])
        if said and address is not None:
            found.append(_found("forward", address))
            if len(found) == _MOST:
                break
    return found


def _forms(labelled: list[tuple[str, str] | None]) -> list[HandedOn]:
    found: dict[str, HandedOn] = {}
    for label in labelled:
        if label is None or "@" not in label[1] or label[0].replace(" ", "").rstrip("*") not in _MAIL:
            continue
        address = _address_in(label[1])
        if address is not None:
            found.setdefault(address.address, _found("form", address))
    return list(found.values())[:_MOST]


def _address_in(text: str) -> Address | None:
    """Return the one address in *text* with the name before it; None for none or several different ones."""
    spelled = list(dict.fromkeys(_ADDRESS.findall(text.replace("mailto:", " "))))
    each = list(dict.fromkeys(normalise_address(one.strip(".")) for one in spelled))
    if len(each) != 1 or not looks_like_address(each[0]) or len(each[0]) > limits.ADDRESS_CHARS:
        return None
    name = text.partition(spelled[0])[0].strip(" <[(\"'“„:")
    return Address(clean.one_line(name, limits.NAME_CHARS), each[0])


def _found(kind: str, who: Address) -> HandedOn:
    return HandedOn(kind, who.name, who.address)
