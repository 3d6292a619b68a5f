"""What a write changed: announced after its commit, so that screens know what to read again."""

import enum
from dataclasses import dataclass


class Changed(enum.Flag):
    """Kinds of stored things that a write touched."""

    NOTHING = 0
    EMAILS = enum.auto()
    REVIEW = enum.auto()
    CUSTOMERS = enum.auto()
    MAILBOXES = enum.auto()
    HEALTH = enum.auto()
    LOG = enum.auto()
    BACKFILLS = enum.auto()
    ATTACHMENTS = enum.auto()
    FILTERS = enum.auto()
    VIEWS = enum.auto()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The kinds touched, who asked, and the words for a person (``"Assigned 3 emails to Acme Parts"``)."""

    changed: Changed
    words: str = ""
    initiator: str = ""
