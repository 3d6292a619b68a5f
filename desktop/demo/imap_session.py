"""What one connection knows: who is logged in, which folder is selected, which messages it has been told about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.demo.mailstore import Account, Folder, MailStore, Snapshot

INCONSISTENT = b"* BYE IMAP session state is inconsistent, please relogin.\r\n"


class Goodbye(Exception):
    """The connection is to be closed after these bytes."""

    def __init__(self, farewell: bytes = b"") -> None:
        super().__init__(farewell)
        self.farewell = farewell


class Cut(Exception):
    """The connection is to be closed without a word, by FIN or RST."""

    def __init__(self, *, rst: bool) -> None:
        super().__init__()
        self.rst = rst


class Answered(Exception):
    """The command is not to be performed; this is the answer."""

    def __init__(self, reply: "Reply") -> None:
        super().__init__()
        self.reply = reply


class Kind(StrEnum):
    """What sort of answer a piece of the conversation is."""

    GREETING = "greeting"
    UNTAGGED = "untagged"
    TAGGED = "tagged"
    CONTINUATION = "continuation"


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole answer with its literals and line end; `uid` is set when it carries data of a message."""

    data: bytes
    kind: Kind = Kind.UNTAGGED
    uid: int | None = None


@dataclass(slots=True)
class Session:
    """The state of RFC 3501 3: not authenticated (no account), authenticated, selected (a folder)."""

    store: MailStore
    capabilities: Callable[["Session"], bytes]
    tls: bool = False
    account: Account | None = None
    token: str | None = None
    folder: Folder | None = None
    read_only: bool = True
    condstore: bool = False
    qresync: bool = False
    view: list[int] = field(default_factory=list)
    _uidvalidity: int = 0
    _modseq: int = 0
    _owes_expunges: bool = False

    @property
    def owner(self) -> Account:
        """The account that is logged in."""
        if self.account is None:
            raise RuntimeError("nobody is logged in")
        return self.account

    @property
    def selected(self) -> Folder:
        """The folder that is selected."""
        if self.folder is None:
            raise RuntimeError("no folder is selected")
        return self.folder

    def enter(self, account: Account) -> None:
        """Be logged in."""
        self.account = account
        account.open_sessions += 1

    @property
    def has_ended_token(self) -> bool:
        """Whether it was begun with a token that is no longer accepted."""
        return self.account is not None and self.token is not None and self.token not in self.account.tokens

    def leave(self) -> None:
        """Be nobody again."""
        if self.account is not None:
            self.account.open_sessions -= 1
            self.account = None

    def select(self, folder: Folder, *, read_only: bool) -> Snapshot:
        """Open a folder and return how it stands; from now on sequence number n is `view[n - 1]`."""
        now = self.owner.snapshot(folder)
        self.folder, self.read_only = folder, read_only
        self.view = list(now.mails)
        self._uidvalidity, self._modseq, self._owes_expunges = now.uidvalidity, now.highest_modseq, False
        return now

    def unselect(self) -> None:
        """Leave the folder."""
        self.folder, self.view = None, []

    def updates(self, *, expunges: bool = True) -> Iterator[Reply]:
        """What has happened to the folder since we last said so: EXPUNGE, EXISTS, FETCH of flags (RFC 3501 7).

        `expunges` is False after FETCH, STORE and SEARCH by sequence number, which may not renumber. A folder that is
        gone or has another UIDVALIDITY ends the session, as Dovecot does it.
        """
        folder = self.folder
        if folder is None:
            return
        if folder.deleted or folder.uidvalidity != self._uidvalidity:
            raise Goodbye(INCONSISTENT)
        if folder.highest_modseq == self._modseq and not (expunges and self._owes_expunges):
            return
        now = self.owner.snapshot(folder)
        since, self._modseq = self._modseq, now.highest_modseq
        known = set(self.view)
        self._owes_expunges = not expunges and not known <= now.mails.keys()
        if expunges:
            yield from self._expunges(now)
        if fresh := [uid for uid in now.mails if uid not in known]:
            self.view = sorted(self.view + fresh)
            yield Reply(b"* %d EXISTS\r\n* 0 RECENT\r\n" % len(self.view))
        yield from self._flag_changes(now, known, since)

    def _expunges(self, now: Snapshot) -> Iterator[Reply]:
        """EXPUNGE for what is gone, from the end, so that no number changes under way; VANISHED where that is on."""
        if self.qresync:
            gone = [uid for uid in self.view if uid not in now.mails]
            self.view = [uid for uid in self.view if uid in now.mails]
            if gone:
                yield Reply(b"* VANISHED " + b",".join(b"%d" % uid for uid in gone) + b"\r\n")
            return
        for number in range(len(self.view), 0, -1):
            if self.view[number - 1] not in now.mails:
                del self.view[number - 1]
                yield Reply(b"* %d EXPUNGE\r\n" % number)

    def _flag_changes(self, now: Snapshot, known: set[int], since: int) -> Iterator[Reply]:
        """FETCH for known messages that have changed."""
        for number, uid in enumerate(self.view, 1):
            mail = now.mails.get(uid)
            if mail is not None and uid in known and mail.modseq > since:
                flags = b" ".join(sorted(flag.encode() for flag in mail.flags))
                tail = b" MODSEQ (%d)" % mail.modseq if self.condstore else b""
                yield Reply(b"* %d FETCH (UID %d FLAGS (%b)%b)\r\n" % (number, uid, flags, tail), uid=uid)
