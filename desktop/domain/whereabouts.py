"""Where an email lies on its server and lay before: its places, told as one history.

    a move             gone in one folder, in another since   ->  "In INBOX until ..., then in Archive."
    a copy             in both                                ->  "In INBOX and Archive."
    removed            gone everywhere                        ->  "In INBOX until .... No longer on the server ..."
    renumbered         another number in the same folder      ->  the same stay goes on
    no longer looked at                                       ->  "In Archive (a folder that is not synced)."

A move is never told by a server: it is one email, recognised by its content or the server's own id, at another place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import PlaceRow

FLAG_WORDS = {
    "\\Seen": "read",
    "\\Answered": "answered",
    "\\Flagged": "flagged",
    "\\Draft": "a draft",
    "\\Deleted": "marked for deletion",
}


NOT_SYNCED = " (a folder that is not synced)"


@dataclass(frozen=True, slots=True)
class Stay:
    """In one folder, up to when it was found to be gone from there; None while it is there.

    Of one that is not ``synced`` that is what was last seen.
    """

    mailbox: str
    folder: str
    until: datetime | None
    synced: bool = True


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an email has been, those it left first."""

    stays: tuple[Stay, ...]

    @property
    def is_there(self) -> bool:
        """Whether its server still has it somewhere."""
        return any(stay.until is None for stay in self.stays)

    @property
    def gone_since(self) -> datetime | None:
        """When it was found to be gone everywhere; None while it is there."""
        return None if self.is_there else max((stay.until for stay in self.stays if stay.until), default=None)

    @property
    def code(self) -> ReasonCode:
        """What its server has of it."""
        return ReasonCode.SYNCED if self.is_there else ReasonCode.MISSING_ON_SERVER

    def told(self, when: Callable[[datetime], str]) -> str:
        """Tell it in one or two sentences, with times as *when* writes them."""
        several = len({stay.mailbox for stay in self.stays}) > 1

        def name(stay: Stay) -> str:
            return f"{stay.folder} of {stay.mailbox}" if several else stay.folder

        parts = [f"in {name(stay)} until {when(stay.until)}" for stay in self.stays if stay.until is not None]
        here = [name(stay) + NOT_SYNCED * (not stay.synced) for stay in self.stays if stay.until is None]
        if here:
            parts.append("in " + (" and ".join([", ".join(here[:-1]), here[-1]]) if len(here) > 1 else here[0]))
        if not parts:
            return ""
        sentence = ", then ".join(parts)
        gone = "" if here else " No longer on the server since then, as far as the folders that are synced show."
        return f"{sentence[0].upper()}{sentence[1:]}.{gone}"


def whereabouts(places: Sequence[PlaceRow]) -> Whereabouts:
    """Return where the email with these *places* (oldest first) has been: one stay for each folder it came into."""
    stays: dict[tuple[str, str], Stay] = {}
    for place in places:
        key = (place.mailbox, place.folder)
        before = stays.get(key)
        until = place.gone_at if before is None else _later(before.until, place.gone_at)
        stays[key] = Stay(*key, until, place.synced)
    left = sorted((stay for stay in stays.values() if stay.until), key=lambda stay: (stay.until, stay.folder))
    return Whereabouts((*left, *(stay for stay in stays.values() if stay.until is None)))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def flags_told(flags: str | None) -> str:
    """Return the flags of a place in words, such as ``read, answered``; empty when there are none."""
    return ", ".join(FLAG_WORDS.get(flag, flag) for flag in (flags or "").split())
