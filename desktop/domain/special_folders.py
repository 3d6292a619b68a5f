"""Which of a server's folders is the one with sent mail, which holds everything, and which are to be synced.

A server's own word counts most (SPECIAL-USE, RFC 6154). Where it says nothing, a folder is known by the name that
servers and mail programs give it in one of many languages, at the top or right under INBOX.
"""

import re
import unicodedata
from collections.abc import Sequence

from desktop.domain.errors import Misconfigured
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import RemoteFolder

INBOX = "INBOX"

_SENT: dict[str, tuple[str, ...]] = {
    "English": ("Sent", "Sent Items", "Sent Mail", "Sent Messages", "Sent Email", "Sent Emails", "Sent Objects"),
    "German": (
        *("Gesendet", "Gesendete Objekte", "Gesendete Elemente", "Gesendete Nachrichten", "Gesendete Mails"),
        *("Gesendete E-Mails", "Gesendete Post"),
    ),
    "French": (
        *("Envoyés", "Envoyé", "Éléments envoyés", "Messages envoyés", "Courrier envoyé", "Courriers envoyés"),
        *("Objets envoyés", "E-mails envoyés", "Mails envoyés"),
    ),
    "Spanish": ("Enviados", "Enviado", "Elementos enviados", "Mensajes enviados", "Correo enviado", "Correos enviados"),
    "Portuguese": (
        *("Enviadas", "Itens enviados", "E-mails enviados", "E-mail enviado", "Mensagens enviadas", "Correio enviado"),
        *("Mensagem enviada",),
    ),
    "Galician": ("Correo enviado", "Mensaxes enviadas"),
    "Catalan": ("Enviats", "Elements enviats", "Correu enviat", "Missatges enviats", "Enviat"),
    "Basque": ("Bidalita", "Bidaliak", "Bidalitakoak", "Bidalitako elementuak", "Bidalitako mezuak"),
    "Italian": ("Inviati", "Inviata", "Posta inviata", "Messaggi inviati", "Elementi inviati", "Oggetti inviati"),
    "Romanian": ("Trimise", "Elemente trimise", "Mesaje trimise", "Mesaje expediate", "E-mailuri trimise"),
    "Dutch": ("Verzonden", "Verzonden items", "Verzonden berichten", "Verzonden objecten", "Verstuurd"),
    "Afrikaans": ("Gestuur", "Gestuurde items", "Gestuurde pos"),
    "Danish": ("Sendt", "Sendt post", "Sendte elementer", "Sendte mails", "Sendte beskeder", "Sendte meddelelser"),
    "Norwegian": ("Sendt e-post", "Sendte e-poster", "Sendte meldinger", "Sende element"),
    "Swedish": ("Skickat", "Skickade", "Skickade objekt", "Skickade meddelanden", "Skickad e-post", "Skickade mail"),
    "Finnish": ("Lähetetyt", "Lähetetty", "Lähetetyt viestit", "Lähetetyt kohteet"),
    "Icelandic": ("Sendur póstur", "Send skilaboð", "Sendir hlutir", "Sent efni"),
    "Estonian": ("Saadetud", "Saadetud kirjad", "Saadetud üksused", "Saadetud e-kirjad"),
    "Latvian": ("Nosūtītie", "Nosūtītās", "Nosūtītās ziņas", "Nosūtītie vienumi", "Nosūtītās vēstules"),
    "Lithuanian": ("Išsiųsta", "Išsiųsti", "Išsiųstieji", "Išsiųsti laiškai", "Išsiųsti elementai"),
    "Polish": ("Wysłane", "Elementy wysłane", "Wiadomości wysłane", "Wysłane wiadomości", "Poczta wysłana"),
    "Czech": ("Odeslané", "Odeslaná pošta", "Odeslané zprávy", "Odeslané položky"),
    "Slovak": ("Odoslané", "Odoslaná pošta", "Odoslané správy", "Odoslané položky"),
    "Slovenian": ("Poslano", "Poslana pošta", "Poslana sporočila", "Poslani elementi"),
    "Croatian": ("Poslane poruke", "Poslane stavke", "Poslani mailovi"),
    "Serbian": ("Poslato", "Poslate poruke", "Poslate stavke", "Послато", "Послате поруке", "Послате ставке"),
    "Macedonian": ("Испратени", "Пратени", "Испратена пошта", "Испратени пораки"),
    "Bulgarian": ("Изпратени", "Изпратена поща", "Изпратени елементи", "Изпратени съобщения"),
    "Russian": ("Отправленные", "Отправлено", "Отправленные письма", "Отправленные сообщения"),
    "Ukrainian": ("Надіслані", "Надіслане", "Відправлені", "Надіслані елементи", "Надіслані листи"),
    "Belarusian": ("Адпраўленыя", "Адасланыя"),
    "Hungarian": ("Elküldött", "Elküldött elemek", "Elküldött üzenetek", "Elküldött levelek", "Elküldve"),
    "Greek": ("Απεσταλμένα", "Σταλμένα", "Απεσταλμένα μηνύματα", "Απεσταλμένα στοιχεία"),
    "Albanian": ("Dërguar", "Të dërguara", "Mesazhe të dërguara", "Artikujt e dërguar"),
    "Turkish": (
        *("Gönderilmiş", "Gönderilen", "Gönderilenler", "Gönderilmiş Öğeler", "Gönderilen Öğeler"),
        *("Gönderilmiş Postalar", "Gönderilen Postalar", "Gönderilmiş iletiler", "Gönderilen iletiler"),
    ),
    "Azerbaijani": ("Göndərilmiş", "Göndərilənlər"),
    "Kazakh": ("Жіберілген", "Жіберілгендер"),
    "Georgian": ("გაგზავნილი", "გაგზავნილი წერილები"),
    "Armenian": ("Ուղարկված", "Ուղարկվածներ", "Ուղարկված նամակներ"),
    "Hebrew": ("נשלח", "נשלחו", "דואר שנשלח", "פריטים שנשלחו", "הודעות שנשלחו"),
    "Arabic": ("المرسلة", "مرسل", "البريد المرسل", "العناصر المرسلة", "الرسائل المرسلة", "بريد مرسل"),
    "Persian": ("ارسال شده", "نامه‌های ارسال‌شده", "فرستاده شده", "موارد ارسال شده"),
    "Hindi": ("भेजा गया", "भेजे गए", "भेजा गया मेल", "भेजे गए संदेश", "भेजे गए आइटम"),
    "Bengali": ("পাঠানো", "প্রেরিত", "পাঠানো মেইল"),
    "Tamil": ("அனுப்பியவை", "அனுப்பிய அஞ்சல்", "அனுப்பப்பட்டவை"),
    "Thai": ("ส่งแล้ว", "รายการที่ส่ง", "จดหมายที่ส่งแล้ว", "ข้อความที่ส่งแล้ว", "รายการที่ถูกส่ง"),
    "Vietnamese": ("Đã gửi", "Thư đã gửi", "Mục đã gửi", "Tin nhắn đã gửi"),
    "Indonesian": ("Terkirim", "Surat Terkirim", "Item Terkirim", "Pesan Terkirim"),
    "Malay": ("Dihantar", "Mel Dihantar", "Item Dihantar", "Surat Dihantar"),
    "Filipino": ("Naipadala", "Ipinadala", "Naipadalang Mail"),
    "Japanese": ("送信済み", "送信済みアイテム", "送信済みメール", "送信済みメッセージ", "送信済みトレイ"),
    "Chinese": (
        *("已发送", "已发送邮件", "已发邮件", "已发送的邮件", "已发送项目", "已发送消息", "已发送信息"),
        *("寄件備份", "寄件備份匣", "已傳送", "已傳送郵件", "已傳送的郵件", "已傳送項目", "已寄出", "已送出"),
    ),
    "Korean": ("보낸편지함", "보낸 메일함", "보낸 메시지", "보낸 메일", "보낸 항목"),
}
"""What servers and mail programs call the folder of sent mail. Never the outbox, where mail waits to be sent."""

_UNDER = re.compile(r"(?:(?:INBOX|Mail|\[Gmail\]|\[Google Mail\])[./])?(.+)", re.IGNORECASE | re.DOTALL)


def _key(name: str) -> str:
    """Return *name* as it is compared: without case, spaces, hyphens, joiners and the ways of writing an accent."""
    text = unicodedata.normalize("NFKD", name.casefold()).replace("i\u0307", "i")  # of a Turkish capital
    return "".join(ch for ch in text if ch.isalnum() or unicodedata.category(ch) in {"Mn", "Mc"})


_SENT_KEYS = {_key(name): rank for rank, name in enumerate(name for names in _SENT.values() for name in names)}


def is_sent_name(name: str) -> bool:
    """Tell whether a folder of this name, at the top or right under INBOX, is the one with sent mail."""
    return _rank(name) is not None


def _rank(name: str) -> tuple[bool, int] | None:
    """Return how well *name* fits: folders at the top first, then by the order of the names."""
    found = _UNDER.fullmatch(name)
    rank = _SENT_KEYS.get(_key(found[1])) if found else None
    return None if rank is None or found is None else (found[1] != name, rank)


def sent_folder(folders: Sequence[RemoteFolder]) -> str | None:
    """Return the folder with sent mail: what the server says, then the best name, else None: a person has to say."""
    usable = [folder for folder in folders if folder.selectable]
    said = next((folder.name for folder in usable if folder.special_use == "sent"), None)
    if said is not None:
        return said
    known = [(rank, folder.name) for folder in usable if (rank := _rank(folder.name)) and not folder.special_use]
    return min(known)[1] if known else None


def all_mail(folders: Sequence[RemoteFolder]) -> str | None:
    r"""Return the folder in which every message lies once (``\All``), on a server that keeps labels; else None.

    Elsewhere such a folder is a view that shows other folders' messages under numbers of its own, and Spam with them.
    """
    kept = (folder for folder in folders if folder.selectable and folder.keeps_labels)
    return next((folder.name for folder in kept if folder.special_use == "all"), None)


def suggested_folders(folders: Sequence[RemoteFolder], direction: Direction) -> tuple[str, ...]:
    """Return which of the server's *folders* to sync if nobody chose: all mail once, or INBOX and what is sent.

    With :attr:`Direction.BOTH` the folder of sent mail may not be found; see :func:`sent_is_missing`.
    """
    everything = all_mail(folders)
    return (everything,) if everything else with_sent(folders, direction, (INBOX,))


def folders_to_sync(
    folders: Sequence[RemoteFolder], direction: Direction, chosen: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return which *folders* a mailbox syncs: those *chosen*, or suggested ones, and what its direction needs besides.

    Raises Misconfigured (FOLDER_MISSING, field ``folder``) when a person has to name the folder of sent mail.
    """
    if sent_is_missing(folders, direction, chosen or (INBOX,)) and not all_mail(folders):
        raise Misconfigured(
            ReasonCode.FOLDER_MISSING,
            "The folder with sent mail cannot be found.",
            meaning="The server does not say which one it is, and none has a name that is known.",
            action="Choose it among the folders; on the command line: --folder INBOX --folder NAME.",
            field="folder",
        )
    return with_sent(folders, direction, chosen) if chosen else suggested_folders(folders, direction)


def with_sent(folders: Sequence[RemoteFolder], direction: Direction, chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the *chosen* folders, and with :attr:`Direction.BOTH` the one with sent mail, if it can be found."""
    if direction is not Direction.BOTH or all_mail(folders) in chosen:
        return tuple(chosen)
    sent = sent_folder(folders)
    return tuple(chosen) if sent is None or sent in chosen else (*chosen, sent)


def without_sent(folders: Sequence[RemoteFolder], chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the *chosen* folders but the one with sent mail, for a mailbox that no longer brings that in."""
    sent = sent_folder(folders)
    left = tuple(name for name in chosen if name != sent and not is_sent_name(name))
    return left or tuple(chosen)


def sent_is_missing(folders: Sequence[RemoteFolder], direction: Direction, chosen: Sequence[str]) -> bool:
    """Tell whether a person has to name the folder of sent mail: wanted, not found, and only INBOX chosen."""
    if direction is not Direction.BOTH or all_mail(folders) in chosen:
        return False
    return sent_folder(folders) is None and set(chosen) <= {INBOX}
