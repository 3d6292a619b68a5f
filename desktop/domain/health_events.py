"""What can happen to a mailbox's condition: each event a value that makes the next condition of one.

Events say what was, never how that is judged. Time changes a condition by :class:`TimePassed` and
:class:`WatchBegan` alone, and then only in what lateness is counted from.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.domain.health import Condition, FolderFreshness, Trouble, TroubleKind, Waiting
from desktop.domain.ids import FolderId
from desktop.domain.refset import RefSet
from desktop.domain.source import NewestMessage


@dataclass(frozen=True, slots=True)
class Connected:
    """The mailbox was connected, for the first time or again."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Begin anew: all that was known is of another connection."""
        return Condition(counted_from=now)


@dataclass(frozen=True, slots=True)
class Disconnected:
    """A person disconnected the mailbox."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Forget all but the last sync."""
        return Condition(last_sync=condition.last_sync)


@dataclass(frozen=True, slots=True)
class Paused:
    """A person paused the mailbox."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Keep what is known: it is at rest, not mended."""
        return condition


@dataclass(frozen=True, slots=True)
class Resumed:
    """A person let the mailbox go on."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Forget what was wrong before, so that the next sync tries at once."""
        return replace(_mended(condition), counted_from=now, waiting=_if_tried(condition, Waiting.RESUMED))


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A person changed the settings."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Forget what was wrong before; a mailbox that was well stays so until it is tried."""
        counted = replace(condition, counted_from=now)
        if condition.trouble is None and condition.waiting is Waiting.NOTHING:
            return counted
        if condition.waiting is Waiting.SIGNED_IN:
            return counted  # which says more than that something was changed
        return replace(_mended(counted), waiting=_if_tried(condition, Waiting.CHANGED))


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """A person chose how often it is synced: nothing about its server has changed."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Count lateness anew."""
        return replace(condition, counted_from=now)


@dataclass(frozen=True, slots=True)
class Authorised:
    """A person signed in again, or the sign-in was renewed by itself."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Forget a refused sign-in; what else was wrong is not mended by it."""
        if condition.trouble is None or condition.trouble.kind is not TroubleKind.SIGN_IN:
            return condition
        return replace(_mended(condition), counted_from=now, waiting=Waiting.SIGNED_IN)


@dataclass(frozen=True, slots=True)
class PassBegan:
    """A pass has begun."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Keep that of the first one: should it never come to an end, its mail is here all the same."""
        is_first = condition.last_try is None and condition.waiting is Waiting.NOTHING
        return replace(condition, waiting=Waiting.BEGUN) if is_first else condition


@dataclass(frozen=True, slots=True)
class PassWentWell:
    """A pass reached every folder."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Clear everything but the past, and what was seen of the folders."""
        return replace(_mended(condition), last_try=now, last_sync=now, waiting=Waiting.NOTHING)


@dataclass(frozen=True, slots=True)
class PassPartly:
    """Some folders could not be synced and the others were."""

    trouble: Trouble

    def change(self, condition: Condition, now: datetime) -> Condition:
        """It went through, and something is still wrong."""
        return replace(_failed(condition, self.trouble, now), retry_at=None, last_sync=now)


@dataclass(frozen=True, slots=True)
class PassFailed:
    """A pass broke off. ``retry_in`` is None when trying again is of no use."""

    trouble: Trouble
    retry_in: timedelta | None

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Count the failure and note when it is tried again."""
        retry_at = now + self.retry_in if self.retry_in is not None else None
        return replace(_failed(condition, self.trouble, now), retry_at=retry_at)


@dataclass(frozen=True, slots=True)
class FreshnessSeen:
    """What the server says is its newest message in a folder, asked at the end of a pass over it.

    ``here`` are the references that have their verdict (at the epoch the folder is at), ``here_at`` when the newest of
    them was received, as far as that is known.
    """

    folder_id: FolderId
    newest: NewestMessage | None
    here: RefSet
    here_at: datetime | None = None

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Compare the two in the folder they speak of."""
        folders = (self._seen(one, now) if one.folder_id == self.folder_id else one for one in condition.folders)
        return replace(condition, folders=tuple(folders))

    def _seen(self, folder: FolderFreshness, now: datetime) -> FolderFreshness:
        newest = self.newest
        looked = FolderFreshness(folder.folder_id, folder.name, looked_at=now, here_at=self.here_at)
        if newest is None:
            return looked
        looked = replace(looked, there_ref=newest.ref, there_at=newest.received_at)
        if newest.ref in self.here:
            return replace(looked, here_at=newest.received_at)
        if folder.behind_ref is None or folder.behind_ref in self.here:
            return replace(looked, behind_ref=newest.ref, behind_since=now, behind_passes=1)
        return replace(
            looked,
            behind_ref=folder.behind_ref,
            behind_since=folder.behind_since,
            behind_passes=folder.behind_passes + 1,
        )


@dataclass(frozen=True, slots=True)
class Listened:
    """It was seen whether the server can be listened to. ``polled`` says why not; empty when it can."""

    polled: str = ""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Keep that."""
        return replace(condition, polled=self.polled)


@dataclass(frozen=True, slots=True)
class WatchBegan:
    """Somebody began to sync by the schedule: the program was started, or the computer woke."""

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Count lateness from now on."""
        return replace(condition, counted_from=now)


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened. ``moved_at`` is when a pass that runs now last got anywhere."""

    moved_at: datetime | None = None

    def change(self, condition: Condition, now: datetime) -> Condition:
        """Count lateness from where the pass last moved."""
        if self.moved_at is None or (condition.counted_from and condition.counted_from >= self.moved_at):
            return condition
        return replace(condition, counted_from=self.moved_at)


Event = (
    Connected
    | Disconnected
    | Paused
    | Resumed
    | SettingsChanged
    | ScheduleChanged
    | Authorised
    | PassBegan
    | PassWentWell
    | PassPartly
    | PassFailed
    | FreshnessSeen
    | Listened
    | WatchBegan
    | TimePassed
)
BY_A_PERSON = (Connected, Disconnected, Paused, Resumed, SettingsChanged, ScheduleChanged)
"""What a person does: the command itself says so in the log."""


def after(condition: Condition, event: Event, now: datetime) -> Condition:
    """Return the condition after *event* happened at *now*."""
    return event.change(condition, now)


def _mended(condition: Condition) -> Condition:
    return replace(condition, trouble=None, failures=0, failing_since=None, retry_at=None)


def _failed(condition: Condition, trouble: Trouble, now: datetime) -> Condition:
    return replace(
        condition,
        trouble=trouble,
        failures=condition.failures + 1,
        failing_since=condition.failing_since or now,
        last_try=now,
        waiting=Waiting.NOTHING,
    )


def _if_tried(condition: Condition, waiting: Waiting) -> Waiting:
    return waiting if condition.last_try is not None else condition.waiting
