"""What a provider offers the engine: one protocol, whatever the server speaks."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from desktop.domain.ids import Epoch
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder on the server. ``special_use`` is RFC 6154's attribute without backslash in lower case, or ``""``.

    ``keeps_labels``: here a message lies once and carries labels; other folders show those with a label (X-GM-EXT-1).
    """

    name: str
    special_use: str
    selectable: bool
    keeps_labels: bool = False


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What opening a folder told us.

    ``exists`` is the number of messages, ``uid_next`` and ``highest_modseq`` are None where the server does not
    say (RFC 7162: 0 means the same as not saying). Equal values at two moments mean that nothing was added.
    """

    epoch: Epoch
    exists: int
    uid_next: int | None
    highest_modseq: int | None


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """What the server tells about a message before it is fetched.

    ``labels`` and ``thread_id`` come from a server that keeps labels (X-GM-LABELS, X-GM-THRID); its own labels begin
    with a backslash.
    """

    ref: int
    received_at: datetime
    size_bytes: int
    provider_id: str = ""
    labels: tuple[str, ...] = ()
    thread_id: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the server tells has changed in a folder since a moment.

    ``flags`` has each message's flags as they are now, divided by blanks. ``vanished`` are messages that are gone,
    perhaps long since, or that never were; None where the server does not tell of those.
    """

    flags: Mapping[int, str]
    vanished: RefSet | None


@dataclass(frozen=True, slots=True)
class NewestMessage:
    """The message of a folder that has the highest reference: the last one that came in."""

    ref: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Outline:
    """A part of a message by the server's word: a hint, not to be relied upon.

    ``kind`` is the media type in lower case, ``size_bytes`` that of its content as it is sent, still encoded.
    ``boundary`` is a multipart's. ``is_attached``: the sender means it to be saved rather than read in place. ``parts``
    are those of a multipart; of an embedded message, the one that it is.
    """

    kind: str
    size_bytes: int = 0
    boundary: str = ""
    is_attached: bool = False
    parts: tuple["Outline", ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """What a server wants a person to read (RFC 3501 section 7.1 ALERT, RFC 5530 OVERQUOTA): one line, not long."""

    code: ReasonCode
    text: str


class Push(enum.Enum):
    """Of how many folders at once a server tells by itself that something happened."""

    NOTHING = enum.auto()
    ONE_FOLDER = enum.auto()
    SEVERAL_FOLDERS = enum.auto()


class Source(Protocol):
    """One open connection to a mailbox, read-only. Used by one thread; :meth:`abandon` may be called from another.

    All methods raise only :class:`~desktop.domain.errors.SourceError` kinds; after a :class:`Transient` one the
    connection is unusable and must be closed.
    """

    def folders(self) -> Sequence[RemoteFolder]:
        """List the account's folders."""

    def open_folder(self, name: str) -> FolderStatus:
        """Open *name* read-only (EXAMINE). Raises Misconfigured (FOLDER_MISSING) when it does not exist."""

    def list_refs(self, *, first: int = 1) -> RefSet:
        """Return the references >= *first* in the open folder."""

    def received_between(self, since: datetime, before: datetime) -> RefSet:
        """Return about the references received in [*since*, *before*): servers compare days, by a clock of their own.

        Whatever was received then is in it, and up to two days more at both ends; :meth:`describe` knows the instant.
        """

    def search(self, text: str) -> RefSet:
        """Return the references of the open folder whose sender or subject holds *text*, in any script and case.

        Raises Misconfigured (BAD_INPUT) where the server cannot search for such characters.
        """

    def describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        """Return what is known of *refs* in the open folder; those the server does not answer for are missing."""

    def fetch(self, messages: Sequence[RemoteMessage], *, headers_only: bool = False) -> Iterator[RawMail]:
        """Fetch *messages* of the open folder without marking them read, in any order.

        Those the server does not answer for are simply missing: the caller must check. A message cut short
        raises; it is never handed over.
        """

    def outline(self, ref: int) -> Outline | None:
        """Return what a message of the open folder is made of; None where the server does not tell."""

    def read(self, ref: int, start: int, count: int) -> bytes | None:
        """Return *count* bytes of a message of the open folder from *start* on, without marking it read.

        Fewer may come, and at its end do: nothing at all. None when the server has no such message.
        """

    def changes(self, modseq: int, below: int) -> Changes | None:
        """Return what has changed since *modseq* among the references under *below* in the open folder (RFC 7162).

        None where the server does not tell.
        """

    def flags(self, refs: RefSet) -> Mapping[int, str]:
        """Return the flags of *refs* in the open folder, divided by blanks, of those the server answers for."""

    def alerts(self) -> Sequence[Alert]:
        """Return what the server wants people to read, and did since this was asked last."""

    def newest(self) -> NewestMessage | None:
        """Ask for the newest message of the open folder, in another way than :meth:`list_refs` and opening it do.

        None for an empty folder, and where the server does not answer to that.
        """

    @property
    def push(self) -> Push:
        """Of how many folders the server tells by itself; it may turn out to be fewer than it said."""

    def await_news(self, folders: Sequence[str], seconds: float) -> frozenset[str]:
        """Wait until the server tells that something happened in *folders*; return the names of those.

        Watched are as many of them, from the first on, as :attr:`push` says; what happened since one was opened last
        counts too. Nothing after *seconds*, or as soon as :meth:`nudge` was called.
        """

    def nudge(self) -> None:
        """End :meth:`await_news` early, from any thread; the next one if none waits now."""

    def close(self) -> None:
        """Log out politely and close; never raises."""

    def abandon(self) -> None:
        """Close the socket now, from any thread; whatever waits on it raises Stopped or Transient soon."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...
