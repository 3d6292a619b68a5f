"""Which folder has the sent mail, which has everything, and which are synced."""

import pytest

from desktop.domain.errors import Misconfigured
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import RemoteFolder
from desktop.domain.special_folders import all_mail, folders_to_sync, is_sent_name, sent_folder, without_sent

BOTH, INBOUND, MANUAL = Direction.BOTH, Direction.INBOUND, Direction.MANUAL


def folders(*names: str, selectable: bool = True) -> list[RemoteFolder]:
    """Folders of which the server says nothing."""
    return [RemoteFolder(name, "", selectable) for name in names]


GMAIL = [
    RemoteFolder("INBOX", "", selectable=True, keeps_labels=True),
    RemoteFolder("[Gmail]", "", selectable=False, keeps_labels=True),
    RemoteFolder("[Gmail]/Alle Nachrichten", "all", selectable=True, keeps_labels=True),
    RemoteFolder("[Gmail]/Gesendet", "sent", selectable=True, keeps_labels=True),
    RemoteFolder("Kunden", "", selectable=True, keeps_labels=True),
]


@pytest.mark.parametrize(
    "name",
    [
        *("Sent", "SENT", "sent-mail", "Sent Items", "INBOX.Sent", "INBOX/Sent Messages", "Mail/Sent"),
        *(
            "Gesendet",
            "Gesendete Objekte",
            "INBOX.Gesendete Elemente",
            "Envoyés",
            "Éléments envoyés",
            "E\u0301le\u0301ments envoye\u0301s",
        ),
        *("Elementos enviados", "Itens Enviados", "Posta inviata", "Verzonden items", "Sendt post", "Sendte elementer"),
        *("Skickade objekt", "Lähetetyt", "Wysłane", "Elementy wysłane", "Odeslaná pošta", "Odoslaná pošta", "Poslano"),
        *("Послато", "Изпратени", "Отправленные", "Надіслані", "Elküldött elemek", "Απεσταλμένα", "Trimise"),
        *(
            "Gönderilmiş Öğeler",
            "GÖNDERİLMİŞ ÖĞELER",
            "Saadetud kirjad",
            "Nosūtītie",
            "Išsiųsta",
            "נשלח",
            "العناصر المرسلة",
        ),
        *(
            "ارسال شده",
            "भेजे गए",
            "ส่งแล้ว",
            "Thư đã gửi",
            "Terkirim",
            "送信済みアイテム",
            "已发送",
            "寄件備份",
            "보낸 편지함",
        ),
        *(
            "보낸 편지함",
            "보낸편지함",
            "Enviats",
            "Bidalita",
            "[Gmail]/Gesendet",
            "[Google Mail]/Sent Mail",
            "Naipadala",
        ),
    ],
)
def test_the_folder_of_sent_mail_is_known_by_its_name(name: str) -> None:
    assert sent_folder(folders("INBOX", "Archive", "Drafts", name)) == name
    assert is_sent_name(name)


@pytest.mark.parametrize(
    "name", ["Outbox", "Postausgang", "Исходящие", "Sent to the bank", "Projects/Sent", "Unsent", "Absent", "Presents"]
)
def test_other_folders_are_not(name: str) -> None:
    assert sent_folder(folders("INBOX", name)) is None


def test_what_the_server_says_counts_more_than_a_name() -> None:
    assert sent_folder([*folders("Sent"), RemoteFolder("Post", "sent", selectable=True)]) == "Post"
    assert sent_folder([RemoteFolder("Sent", "archive", selectable=True)]) is None
    assert sent_folder([RemoteFolder("Post", "sent", selectable=False), *folders("INBOX.Sent")]) == "INBOX.Sent"


def test_of_several_names_one_at_the_top_is_taken_first() -> None:
    assert sent_folder(folders("INBOX.Sent", "Gesendet")) == "Gesendet"
    assert sent_folder(folders("Gesendet", "Sent Items", "Sent")) == "Sent"


def test_folders_that_cannot_be_opened_are_no_choice() -> None:
    assert sent_folder(folders("Sent", selectable=False)) is None


def test_inbound_and_manual_take_the_inbox() -> None:
    found = folders("INBOX", "Sent", "Archive")
    assert folders_to_sync(found, INBOUND) == folders_to_sync(found, MANUAL) == ("INBOX",)


def test_both_takes_sent_mail_besides_what_was_chosen() -> None:
    found = folders("INBOX", "Sent", "Archive")
    assert folders_to_sync(found, BOTH) == ("INBOX", "Sent")
    assert folders_to_sync(found, BOTH, ("Archive",)) == ("Archive", "Sent")
    assert folders_to_sync(found, BOTH, ("Sent", "INBOX")) == ("Sent", "INBOX")


def test_where_labels_are_kept_all_mail_is_taken_once() -> None:
    assert all_mail(GMAIL) == "[Gmail]/Alle Nachrichten"
    for direction in Direction:
        assert folders_to_sync(GMAIL, direction) == ("[Gmail]/Alle Nachrichten",)
    assert folders_to_sync(GMAIL, BOTH, ("INBOX",)) == ("INBOX", "[Gmail]/Gesendet")


def test_elsewhere_a_folder_with_everything_is_only_a_view() -> None:
    found = [*folders("INBOX", "Sent"), RemoteFolder("virtual.All", "all", selectable=True)]
    assert all_mail(found) is None
    assert folders_to_sync(found, BOTH) == ("INBOX", "Sent")


def test_where_all_mail_is_hidden_inbox_and_sent_stand_in_for_it() -> None:
    assert folders_to_sync([one for one in GMAIL if one.special_use != "all"], BOTH) == ("INBOX", "[Gmail]/Gesendet")


@pytest.mark.parametrize("chosen", [(), ("INBOX",)])
def test_a_person_is_asked_where_sent_mail_cannot_be_found(chosen: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured) as asked:
        folders_to_sync(folders("INBOX", "Ausgelaufen"), BOTH, chosen)
    assert (asked.value.code, asked.value.field) == (ReasonCode.FOLDER_MISSING, "folder")


def test_an_answer_is_taken() -> None:
    assert folders_to_sync(folders("INBOX", "Ausgelaufen"), BOTH, ("INBOX", "Ausgelaufen")) == ("INBOX", "Ausgelaufen")


def test_inbound_again_leaves_sent_mail_out() -> None:
    assert without_sent((), ("INBOX", "Gesendet")) == ("INBOX",)
    said = [RemoteFolder("Post", "sent", selectable=True)]
    assert without_sent(said, ("INBOX", "Post")) == ("INBOX",)
    assert without_sent((), ("Gesendet",)) == ("Gesendet",), "a mailbox without folders would sync nothing"
