"""A mail server in memory: accounts with folders, UIDVALIDITY, UIDNEXT, a past that is never forgotten, and faults."""

import enum
import functools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from desktop.domain.errors import Misbehaving, Misconfigured, SourceError, Stopped, Transient
from desktop.domain.ids import Epoch, Ref
from desktop.domain.mail import RawMail
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import (
    Alert,
    Changes,
    FolderStatus,
    NewestMessage,
    Outline,
    Push,
    RemoteFolder,
    RemoteMessage,
    Source,
)
from desktop.sync.context import StopSignal
from tests.helpers.pieces import outline_of
from tests.model.letters import LARGE_KINDS, Letter


class Temper(enum.Enum):
    """How the server treats one message."""

    GOOD = "good"
    NOT_FETCHED = "left out of every answer to a fetch"
    NOT_DESCRIBED = "left out of every answer about its size"
    BREAKS_FETCH = "fetching it breaks the connection"
    BREAKS_DESCRIBE = "asking about its size breaks the connection"


@dataclass(slots=True)
class Slot:
    """A message in a folder. ``was_away``: it was invisible after it had been seen (the server took it back)."""

    letter: Letter
    temper: Temper = Temper.GOOD
    visible: bool = True
    was_away: bool = False
    flags: str = ""
    modseq: int = 0


@dataclass(slots=True, eq=False)
class Folder:
    """One folder. ``ever`` has the letters that ever had a number, by (epoch, number): several if the epoch came back.

    ``shrunk``: something was removed since the last quiet. ``vanished``: at which modification number each went.
    """

    name: str
    epoch: int = 1
    next_uid: int = 1
    modseq: int = 1
    slots: dict[int, Slot] = field(default_factory=dict)
    ever: dict[tuple[str, int], list[Letter]] = field(default_factory=dict)
    shrunk: bool = False
    vanished: dict[int, int] = field(default_factory=dict)

    def add(self, letter: Letter, *, visible: bool = True, temper: Temper = Temper.GOOD) -> int:
        uid = self.next_uid
        self.next_uid += 1
        self.modseq += 1
        self.slots[uid] = Slot(letter, temper, visible, modseq=self.modseq)
        self.ever.setdefault((str(self.epoch), uid), []).append(letter)
        return uid

    def expunge(self, uid: int) -> Slot:
        """Remove a message; HIGHESTMODSEQ need not change where nobody may ask what is gone (RFC 7162)."""
        self.shrunk = True
        self.vanished[uid] = self.modseq + 1
        return self.slots.pop(uid)

    def set_flags(self, uid: int, flags: str) -> None:
        """Another program marks a message."""
        self.modseq += 1
        slot = self.slots[uid]
        slot.flags, slot.modseq = flags, self.modseq

    def set_back(self, by: int) -> None:
        """Count changes from further back."""
        self.modseq = max(1, self.modseq - by)
        for slot in self.slots.values():
            slot.modseq = min(slot.modseq, self.modseq)
        self.vanished = {uid: min(at, self.modseq) for uid, at in self.vanished.items()}

    def renumber(self, epoch: int, *, backwards: bool) -> None:
        """Give every message another number under another UIDVALIDITY."""
        slots = list(self.slots.values())
        if backwards:
            slots.reverse()
        self.epoch, self.next_uid, self.slots, self.vanished = epoch, 1, {}, {}
        for slot in slots:
            uid = self.add(slot.letter)
            self.slots[uid] = replace(slot, was_away=False, modseq=self.modseq)

    def visible(self) -> dict[int, Slot]:
        return {uid: slot for uid, slot in self.slots.items() if slot.visible}


@dataclass(slots=True)
class Faults:
    """What goes wrong during one sync. Calls are counted from 1; 0 means never.

    ``at_call`` happens on the server's side just before a call is answered. ``omit`` leaves the n-th message out of
    the fetch answers, once; ``mute`` all from that one on. ``short_by`` takes so many messages out of each listing,
    ``untold`` out of what is told to be gone, and of what has changed; ``cut_changes`` breaks off over that question.
    """

    cut_at: int = 0
    asks_to_wait: bool = False
    cut_fetch: int = 0
    cut_after: int = 0
    omit: int = 0
    mute: bool = False
    short_by: int = 0
    untold: int = 0
    cut_changes: bool = False
    alerts: Sequence[Alert] = ()
    stray: bool = False
    refuse: SourceError | None = None
    missing: str = ""
    at_call: int = 0
    event: Callable[[], None] | None = None


class ModelServer:
    """All accounts. ``has_lied``: what it showed may hide, until the next full listing (see machine.quiet), that a
    message came or went; ``hides_flags``: that it was marked.

    ``condstore``: it tells which flags changed; ``resyncs``: also what is gone (RFC 7162).
    """

    def __init__(
        self, accounts: dict[str, tuple[str, ...]], *, condstore: bool, says_next: bool, resyncs: bool = False
    ) -> None:
        self.accounts = {address: {name: Folder(name) for name in names} for address, names in accounts.items()}
        self.condstore = condstore or resyncs
        self.resyncs = resyncs
        self.says_next = says_next
        self.faults = Faults()
        self.has_lied = self.hides_flags = False
        self.commands: Counter[tuple[str, str]] = Counter()
        self.reach: Callable[[str], None] = lambda point: None
        self._calls = self._fetches = self._fetched = 0

    def folders(self) -> Iterator[Folder]:
        """Every folder, in order."""
        for folders in self.accounts.values():
            yield from folders.values()

    def begin(self, faults: Faults) -> None:
        """The next sync meets *faults*."""
        self.faults = faults
        self._calls = self._fetches = self._fetched = 0
        self.commands.clear()

    def end(self) -> None:
        """No faults any more; what was to happen and did not yet, happens now."""
        event = self.faults.event
        self.faults = Faults()
        if event is not None:
            event()

    def connect(self, mailbox: Mailbox, stop: StopSignal) -> Source:
        """Sign in."""
        stop.check()
        self.call()
        if self.faults.refuse is not None:
            raise self.faults.refuse
        return ModelSource(self, mailbox.address)

    def call(self) -> None:
        """Count one call and let it meet its fault."""
        self._calls += 1
        self.reach("server call")
        if self.faults.event is not None and self._calls == self.faults.at_call:
            event, self.faults.event = self.faults.event, None
            event()
        if 0 < self.faults.cut_at == self._calls:  # 0 as well while another thread begins to count anew
            raise self._cut()

    def _cut(self) -> Transient:
        broken = Transient(ReasonCode.SERVER_UNREACHABLE, "The connection was cut.")
        return broken.after(60) if self.faults.asks_to_wait else broken

    def shorten(self, refs: list[int], folder: Folder, *, first: int) -> list[int]:
        """Leave some references out of a listing; with others removed before, the counts may still agree.

        So they may with one that came since EXISTS was said, and only a server that says UIDNEXT lets that be told.
        """
        short = self.faults.short_by
        if not short or not refs:
            return refs
        self.has_lied |= (first > 1 and folder.shrunk) or self.faults.at_call > 0
        kept = refs[:-short] if len(refs) % 2 else refs[short:]
        if self.faults.at_call > 0 and not self.says_next:
            for ref in set(refs) - set(kept):
                folder.slots[ref].was_away = True
        return kept

    def tell_gone(self, gone: list[int]) -> list[int]:
        """Leave some out of what is told to be gone.

        The count shows that - but for one that goes while it is asked: the one it was told of makes up for another.
        """
        self.has_lied |= bool(self.faults.untold and gone and self.faults.at_call)
        return gone[self.faults.untold :]

    def tell_changed(self, flags: dict[int, str]) -> dict[int, str]:
        """Leave some out of what is told to have changed: only the daily listing shows that."""
        left_out = list(flags)[: self.faults.untold]
        self.hides_flags |= bool(left_out)
        return {uid: words for uid, words in flags.items() if uid not in left_out}

    def is_omitted(self) -> bool:
        """Tell whether the next message of a fetch answer is left out."""
        self._fetched += 1
        omit = self.faults.omit
        return self._fetched == omit or (self.faults.mute and self._fetched > omit > 0)

    def mails_before_cut(self) -> int | None:
        """Return after how many mails this fetch breaks off, or None."""
        self._fetches += 1
        return self.faults.cut_after if self._fetches == self.faults.cut_fetch else None


class ModelSource:
    """One connection: ends for good at its first error, as ``Source`` demands."""

    def __init__(self, server: ModelServer, address: str) -> None:
        self._server = server
        self._address = address
        self._folders = server.accounts[address]
        self._opened: Folder | None = None
        self._epoch = 0
        self._broken = self._abandoned = False

    def folders(self) -> Sequence[RemoteFolder]:
        return [RemoteFolder(name, "", selectable=True) for name in self._folders]

    def open_folder(self, name: str) -> FolderStatus:
        folder = self._folders[name]
        self._ask(folder)
        if name == self._server.faults.missing:
            raise Misconfigured(ReasonCode.FOLDER_MISSING, f"There is no folder {name}.")
        self._opened, self._epoch = folder, folder.epoch
        says = self._server
        if says.resyncs:
            folder.modseq = max(folder.modseq, *folder.vanished.values(), 1)
        return FolderStatus(
            epoch=Epoch(str(folder.epoch)),
            exists=len(folder.visible()),
            uid_next=folder.next_uid if says.says_next else None,
            highest_modseq=folder.modseq if says.condstore else None,
        )

    def list_refs(self, *, first: int = 1, received_since: object = None) -> RefSet:
        folder = self._ask()
        refs = sorted(uid for uid in folder.visible() if uid >= first)
        return RefSet.of(self._server.shorten(refs, folder, first=first))

    def describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        folder = self._ask()
        known = {uid: slot for uid, slot in folder.visible().items() if uid in refs}
        if any(slot.temper is Temper.BREAKS_DESCRIBE for slot in known.values()):
            raise self._break()
        return [
            RemoteMessage(uid, slot.letter.received_at, len(slot.letter.content))
            for uid, slot in known.items()
            if slot.temper is not Temper.NOT_DESCRIBED
        ]

    def received_between(self, since: datetime, before: datetime) -> RefSet:
        slots = self._ask().visible().items()
        return RefSet.of(uid for uid, slot in slots if since.date() <= slot.letter.received_at.date() <= before.date())

    def search(self, text: str) -> RefSet:
        wanted = text.casefold().encode()
        heads = {uid: slot.letter.content.partition(b"\r\n\r\n")[0] for uid, slot in self._ask().visible().items()}
        return RefSet.of(uid for uid, head in heads.items() if wanted in head.lower())

    def outline(self, ref: int) -> Outline | None:
        """Tell what a large message is made of; of no other this server does."""
        slot = self._in_pieces(ref)
        return _outline(slot.letter.content) if slot is not None and slot.letter.kind in LARGE_KINDS else None

    def read(self, ref: int, start: int, count: int) -> bytes | None:
        """Give a piece of a message."""
        slot = self._in_pieces(ref)
        return None if slot is None else slot.letter.content[start : start + count]

    def _in_pieces(self, ref: int) -> Slot | None:
        slot = self._ask().visible().get(ref)
        if slot is None or slot.temper is Temper.NOT_FETCHED:
            return None
        if slot.temper is Temper.BREAKS_FETCH:
            raise self._break()
        return slot

    def changes(self, modseq: int, below: int) -> Changes | None:
        folder = self._ask()
        if not self._server.condstore:
            return None
        if self._server.faults.cut_changes:
            raise self._break()
        flags = {uid: slot.flags for uid, slot in folder.visible().items() if slot.modseq > modseq and uid < below}
        gone = [uid for uid, at in folder.vanished.items() if at > modseq and uid < below]
        told = RefSet.of(self._server.tell_gone(gone)) if self._server.resyncs else None
        return Changes(self._server.tell_changed(flags), told)

    def flags(self, refs: RefSet) -> dict[int, str]:
        return {uid: slot.flags for uid, slot in self._ask().visible().items() if uid in refs}

    def alerts(self) -> Sequence[Alert]:
        alerts, self._server.faults.alerts = self._server.faults.alerts, ()
        return alerts

    def newest(self) -> NewestMessage | None:
        visible = self._ask().visible()
        return NewestMessage(max(visible), visible[max(visible)].letter.received_at) if visible else None

    def fetch(self, messages: Sequence[RemoteMessage], *, headers_only: bool = False) -> Iterator[RawMail]:
        folder = self._ask()
        return self._answers(folder, [message.ref for message in messages], headers_only=headers_only)

    def _answers(self, folder: Folder, refs: Sequence[int], *, headers_only: bool) -> Iterator[RawMail]:
        cut_after = self._server.mails_before_cut()
        if self._server.faults.stray:
            yield from self._stray(folder, refs)
        for count, ref in enumerate(refs):
            if count == cut_after:
                raise self._break()
            slot = folder.visible().get(ref)
            if slot is None or slot.temper is Temper.NOT_FETCHED or self._server.is_omitted():
                continue
            if slot.temper is Temper.BREAKS_FETCH:
                raise self._break()
            yield _raw(ref, slot.letter, headers_only=headers_only)

    def _stray(self, folder: Folder, refs: Sequence[int]) -> Iterator[RawMail]:
        """Another message's data, which nobody asked for (another program reads it, say)."""
        other = next((uid for uid in folder.visible() if uid not in refs), None)
        if other is not None:
            yield _raw(other, folder.slots[other].letter, headers_only=False)

    def _ask(self, folder: Folder | None = None) -> Folder:
        """Count a call; a folder that was renumbered under an open connection ends that connection."""
        folder = folder or self._opened
        assert folder is not None, "no folder is open"
        assert not self._broken, "a broken connection was used again"
        if self._abandoned:
            self._broken = True
            raise Stopped
        self._server.commands[self._address, folder.name] += 1
        try:
            self._server.call()
        except SourceError:
            self._broken = True
            raise
        if folder is self._opened and folder.epoch != self._epoch:
            raise self._break()
        return folder

    def _break(self) -> Transient:
        self._broken = True
        return Misbehaving(ReasonCode.SERVER_MISBEHAVES, "The server broke off in the middle of an answer.")

    @property
    def push(self) -> Push:
        return Push.NOTHING

    def await_news(self, folders: Sequence[str], seconds: float) -> frozenset[str]:
        raise AssertionError("listened to, though it tells nothing by itself")

    def nudge(self) -> None:
        pass

    def close(self) -> None:
        self._broken = True

    def abandon(self) -> None:
        """End it from any thread: whoever asks next hears that it was stopped."""
        self._abandoned = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _raw(ref: int, letter: Letter, *, headers_only: bool) -> RawMail:
    content = letter.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if headers_only else letter.content
    return RawMail(Ref(str(ref)), letter.received_at, len(letter.content), content, whole=not headers_only)


@functools.lru_cache(maxsize=64)
def _outline(content: bytes) -> Outline:
    return outline_of(content)
