"""An account of the fake server that behaves as Gmail does: every message once, with labels, shown by folders."""

from collections.abc import Iterable
from datetime import datetime

from desktop.demo.mailstore import Account

ALL_MAIL = "[Gmail]/Alle Nachrichten"
FOLDERS = {
    "\\Inbox": ("INBOX", ""),
    "\\Sent": ("[Gmail]/Gesendet", "\\Sent"),
    "\\Draft": ("[Gmail]/Entwürfe", "\\Drafts"),
    "\\Junk": ("[Gmail]/Spam", "\\Junk"),
    "\\Trash": ("[Gmail]/Papierkorb", "\\Trash"),
}
"""Gmail's own labels, and the folders of a German account that show what carries them."""


def become_gmail(account: Account) -> Account:
    """Give *account* Gmail's folders and capability."""
    account.keeps_labels = True
    account.create_folder(ALL_MAIL, special_use="\\All")
    for name, special_use in FOLDERS.values():
        if special_use:
            account.create_folder(name, special_use=special_use)
    return account


def put(account: Account, raw: bytes, labels: Iterable[str] = ("\\Inbox",), when: datetime | None = None) -> int:
    """Deliver a message with *labels*; returns its UID in the folder with all mail."""
    uid = account.deliver(raw, ALL_MAIL, when)
    account.set_labels(ALL_MAIL, uid, *labels)
    known = {folder.name for folder in account.folders()}
    for label in labels:
        folder = FOLDERS.get(label, (label, ""))[0]
        if folder not in known:
            account.create_folder(folder)
        account.copy(ALL_MAIL, uid, folder)
    return uid
