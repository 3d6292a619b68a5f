"""The mail a demo server holds: accounts, folders, messages, with the numbers RFC 3501 and RFC 7162 give them.

Every method may be called from any thread. A change wakes the sessions that wait in IDLE.
"""

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

FIRST_UIDVALIDITY = 1_700_000_000
FIRST_MESSAGE_ID = 1_278_455_344_230_334_865
SPECIAL_USE = {name: f"\\{name}" for name in ("Archive", "Drafts", "Junk", "Sent", "Trash")}
BARE_LF = re.compile(rb"(?<!\r)\n")


class NoSuchFolder(LookupError):
    """The folder does not exist."""


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One message in one folder. Where labels are kept, `message_id` is the same in each folder that shows it."""

    uid: int
    raw: bytes
    internal_date: datetime
    flags: frozenset[str]
    modseq: int
    message_id: int = 0
    thread_id: int = 0
    labels: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Folder:
    """A folder: its UIDVALIDITY, what it will hand out next, and its messages by ascending UID.

    `gone` has the MODSEQ at which each of those went that are no longer there (RFC 7162).
    """

    name: str
    uidvalidity: int
    special_use: str = ""
    selectable: bool = True
    uidnext: int = 1
    highest_modseq: int = 1
    deleted: bool = False
    mails: dict[int, StoredMail] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)

    def put(self, mail: StoredMail) -> None:
        """Add or replace a message; a UID below the highest one (revealed late) is sorted in."""
        late = bool(self.mails) and mail.uid not in self.mails and mail.uid < next(reversed(self.mails))
        self.mails[mail.uid] = mail
        if late:
            self.mails = dict(sorted(self.mails.items()))
        self.uidnext = max(self.uidnext, mail.uid + 1)

    def next_modseq(self) -> int:
        """A MODSEQ greater than any this folder has had."""
        self.highest_modseq += 1
        return self.highest_modseq


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a folder was at one moment, whatever other threads do to it meanwhile."""

    uidvalidity: int
    uidnext: int
    highest_modseq: int
    mails: dict[int, StoredMail]


class Account:
    """One mailbox owner and the folders. The limits are what a test or demo may set at any moment.

    With `keeps_labels` the server offers X-GM-EXT-1 to this owner, as Gmail does.
    """

    def __init__(self, name: str, password: str, changed: Callable[[], None]) -> None:
        self.name = name
        self.password = password
        self.delay_s = 0.0
        self.max_connections: int | None = None
        self.refusal: str | None = None
        self.open_sessions = 0
        self.tokens: frozenset[str] = frozenset()
        self.keeps_labels = False
        self._changed = changed
        self._lock = threading.RLock()
        self._folders: dict[str, Folder] = {}
        self._last_uidvalidity = FIRST_UIDVALIDITY
        self._last_message_id = FIRST_MESSAGE_ID
        self.create_folder("INBOX")

    # --- tokens -----------------------------------------------------------------------------------------------------

    def accept_token(self, token: str) -> None:
        """Let whoever shows this token in, from now on."""
        with self._lock:
            self.tokens |= {token}

    def end_token(self, token: str) -> None:
        """Refuse it from now on; sessions begun with it end or go on as the server's `House` has it."""
        with self._lock:
            self.tokens -= {token}

    # --- folders ----------------------------------------------------------------------------------------------------

    def create_folder(self, name: str, *, special_use: str | None = None, selectable: bool = True) -> None:
        r"""Make a folder; missing parents are made unselectable.

        `special_use` is an RFC 6154 attribute such as `\Sent`; left out, folders of the usual names get theirs.
        """
        with self._lock:
            parent = name.rpartition("/")[0]
            if parent and parent not in self._folders:
                self.create_folder(parent, selectable=False)
            self._last_uidvalidity += 1
            attribute = SPECIAL_USE.get(name, "") if special_use is None else special_use
            self._folders[canonical(name)] = Folder(name, self._last_uidvalidity, attribute, selectable)
        self._changed()

    def delete_folder(self, name: str) -> None:
        """Remove a folder with all mail; sessions that have it selected are cut off."""
        with self._lock:
            self.folder(name).deleted = True
            del self._folders[canonical(name)]
        self._changed()

    def rename_folder(self, name: str, new_name: str) -> None:
        """Give a folder and those below it another name; UIDs and UIDVALIDITY stay."""
        with self._lock:
            self.folder(name)
            for old in [key for key in self._folders if key == canonical(name) or key.startswith(name + "/")]:
                folder = self._folders.pop(old)
                folder.name = new_name + old[len(name) :]
                self._folders[canonical(folder.name)] = folder
        self._changed()

    def reset_uidvalidity(self, name: str = "INBOX", value: int | None = None) -> int:
        """Give a folder another UIDVALIDITY, number its mail anew from 1 and return it (RFC 3501 2.3.1.1)."""
        with self._lock:
            folder = self.folder(name)
            self._last_uidvalidity += 1
            folder.uidvalidity = value if value is not None else self._last_uidvalidity
            mails = list(folder.mails.values())
            folder.mails, folder.gone = {}, {}
            folder.uidnext = 1
            for mail in mails:
                folder.put(replace(mail, uid=folder.uidnext, modseq=folder.next_modseq()))
        self._changed()
        return folder.uidvalidity

    def folder(self, name: str) -> Folder:
        """The folder of that name, or NoSuchFolder."""
        with self._lock:
            try:
                return self._folders[canonical(name)]
            except KeyError:
                raise NoSuchFolder(name) from None

    def folders(self) -> list[Folder]:
        """All folders in the order of their names, INBOX first."""
        with self._lock:
            return sorted(self._folders.values(), key=lambda folder: (folder.name != "INBOX", folder.name))

    def snapshot(self, folder: Folder) -> Snapshot:
        """A folder as it is at one moment."""
        with self._lock:
            return Snapshot(folder.uidvalidity, folder.uidnext, folder.highest_modseq, dict(folder.mails))

    # --- messages ---------------------------------------------------------------------------------------------------

    def deliver(
        self,
        raw: bytes,
        folder: str = "INBOX",
        internal_date: datetime | None = None,
        *,
        flags: Iterable[str] = (),
        uid: int | None = None,
        exact: bool = False,
        like: StoredMail | None = None,
    ) -> int:
        """Put one mail into a folder and return its UID.

        Line ends become CRLF as on every real server; `exact` keeps the bytes as they are. A given `uid` may lie below
        UIDNEXT: that is the late UID of fault B4. The mail is the same message as `like`, if that is given.
        """
        wire = raw if exact else BARE_LF.sub(b"\r\n", raw)
        with self._lock:
            target = self.folder(folder)
            number = target.uidnext if uid is None else uid
            date = (internal_date or datetime.now(UTC)).astimezone(UTC)
            self._last_message_id += 1
            ids = (like.message_id, like.thread_id, like.labels) if like else (self._last_message_id,) * 2
            target.put(StoredMail(number, wire, date, frozenset(flags), target.next_modseq(), *ids))
        self._changed()
        return number

    def copy(self, folder: str, uid: int, target: str) -> int:
        """Copy one message and return its UID in the other folder."""
        with self._lock:
            mail = self.folder(folder).mails[uid]
            return self.deliver(mail.raw, target, mail.internal_date, flags=mail.flags, exact=True, like=mail)

    def move(self, folder: str, uid: int, target: str) -> int:
        """Move one message and return its UID in the other folder."""
        with self._lock:
            fresh = self.copy(folder, uid, target)
            self.expunge(folder, uid)
        return fresh

    def expunge(self, folder: str, *uids: int) -> None:
        """Remove messages for good; unknown UIDs are left out."""
        with self._lock:
            source = self.folder(folder)
            gone = [uid for uid in uids if source.mails.pop(uid, None)]
            if gone:
                source.gone.update(dict.fromkeys(gone, source.next_modseq()))
        self._changed()

    def set_flags(self, folder: str, uid: int, *flags: str) -> None:
        r"""Replace a message's flags, e.g. `\Seen`."""
        with self._lock:
            source = self.folder(folder)
            source.put(replace(source.mails[uid], flags=frozenset(flags), modseq=source.next_modseq()))
        self._changed()

    def set_labels(self, folder: str, uid: int, *labels: str) -> None:
        r"""Give a message these labels, e.g. `\Inbox`, in every folder that shows it."""
        with self._lock:
            labelled = self.folder(folder).mails[uid].message_id
            for shown in self._folders.values():
                for mail in [one for one in shown.mails.values() if one.message_id == labelled]:
                    shown.put(replace(mail, labels=labels, modseq=shown.next_modseq()))
        self._changed()

    # --- the truth about a mailbox ----------------------------------------------------------------------------------

    def uids(self, folder: str = "INBOX") -> list[int]:
        """Every UID in the folder, ascending."""
        with self._lock:
            return list(self.folder(folder).mails)

    def flags(self, folder: str = "INBOX") -> dict[int, frozenset[str]]:
        """UID to flags for every message."""
        with self._lock:
            return {uid: mail.flags for uid, mail in self.folder(folder).mails.items()}

    def uidvalidity(self, folder: str = "INBOX") -> int:
        """The folder's UIDVALIDITY."""
        return self.folder(folder).uidvalidity


class MailStore:
    """All accounts of a server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._listeners: list[Callable[[], None]] = []

    def add_account(self, name: str, password: str) -> Account:
        """A new account with an empty INBOX."""
        account = Account(name, password, self._changed)
        with self._lock:
            self._accounts[name] = account
        return account

    def account(self, name: str) -> Account | None:
        """The account of that login name, or None."""
        with self._lock:
            return self._accounts.get(name)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, from whichever thread, after every change."""
        with self._lock:
            self._listeners.append(listener)

    def _changed(self) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()


def canonical(name: str) -> str:
    """INBOX is the one folder whose name has no case (RFC 3501 5.1)."""
    return "INBOX" if name.upper() == "INBOX" else name
