"""Filters: which mail is brought in, as rows a person can read from top to bottom. Pure.

    keep      what fits stays, whatever the rows below it say
    exclude   what fits is left out, unless a row above keeps it
    include   when there are such rows, only what fits one of them (or a keep row) stays

Rows are read from the top; the first keep or exclude row that fits decides. What no row decides stays if there is no
include row, or if one fits. So an order of include rows says nothing, and none of them can save what is excluded.
"""

import enum
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.ids import EmailId, FilterId, MailboxId
from desktop.domain.reasons import ReasonCode


class Effect(enum.StrEnum):
    """What a row does with mail that fits it."""

    KEEP = "keep"
    INCLUDE = "include"
    EXCLUDE = "exclude"


class Field(enum.StrEnum):
    """What of a mail a row looks at. ``KIND``: what sort of mail it is, see :class:`Kind`."""

    SENDER = "from"
    RECIPIENT = "to"
    SUBJECT = "subject"
    KIND = "kind"


class Comparison(enum.StrEnum):
    """How a row compares. ``DOMAIN`` fits the domain and all below it; ``PATTERN`` knows ``*`` and ``?``."""

    IS = "is"
    CONTAINS = "contains"
    STARTS_WITH = "starts-with"
    ENDS_WITH = "ends-with"
    DOMAIN = "domain"
    PATTERN = "pattern"


class Kind(enum.StrEnum):
    """A sort of mail that is told by its headers, its folder and who is on it.

    ``PICKED`` is none that a row names: a person brought it in, and no filter goes over that.
    """

    CUSTOMER = "customer"
    NEWSLETTER = "newsletter"
    AUTOMATIC = "automatic"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    SPAM = "spam"
    INTERNAL = "internal"
    PICKED = "picked"


NAMED_KINDS = tuple(kind for kind in Kind if kind is not Kind.PICKED)
"""The kinds that rows can name."""


class DomainRole(enum.StrEnum):
    """Why a domain is on a list: ``BLOCKED``, or an own one whose ``INTERNAL`` mail is let in."""

    BLOCKED = "blocked"
    INTERNAL = "internal"


KIND_WORDS: dict[Kind, str] = {
    Kind.CUSTOMER: "mail from a known customer",
    Kind.NEWSLETTER: "newsletters and mailing lists",
    Kind.AUTOMATIC: "mail that a program wrote",
    Kind.AUTO_REPLY: "automatic replies",
    Kind.BOUNCE: "reports of mail that could not be delivered",
    Kind.SPAM: "spam and junk",
    Kind.INTERNAL: "mail of our own team only",
    Kind.PICKED: "mail that a person brought in",
}
"""Each kind as it stands in a sentence."""

KIND_EVIDENCE: dict[Kind, str] = {
    Kind.CUSTOMER: "it is from a known customer",
    Kind.NEWSLETTER: "it is a newsletter or mail of a list",
    Kind.AUTOMATIC: "a program wrote it",
    Kind.AUTO_REPLY: "it is an automatic reply",
    Kind.BOUNCE: "it is a report about a delivery",
    Kind.SPAM: "the server takes it for spam",
    Kind.INTERNAL: "only our own people are on it",
    Kind.PICKED: "a person brought it in",
}
"""Why a row of a kind fits, where the exact evidence was not kept."""

KIND_CODES: dict[Kind, ReasonCode] = {
    Kind.CUSTOMER: ReasonCode.EXCLUDED_RULE,
    Kind.NEWSLETTER: ReasonCode.BULK_OR_LIST,
    Kind.AUTOMATIC: ReasonCode.EXCLUDED_RULE,
    Kind.AUTO_REPLY: ReasonCode.AUTO_REPLY,
    Kind.BOUNCE: ReasonCode.BOUNCE,
    Kind.SPAM: ReasonCode.SPAM_FOLDER,
    Kind.INTERNAL: ReasonCode.INTERNAL_ONLY,
    Kind.PICKED: ReasonCode.EXCLUDED_RULE,
}
"""The verdict on what is left out for its kind."""


@dataclass(frozen=True, slots=True)
class FilterRow:
    """One row. It fits a mail when one of ``values`` does; ``mailbox_id`` None: it holds for every mailbox.

    Values of a kind are those of :class:`Kind`; all others are compared without regard to case and form.
    """

    id: FilterId
    effect: Effect
    field: Field
    comparison: Comparison
    values: tuple[str, ...]
    mailbox_id: MailboxId | None = None
    enabled: bool = True

    def sentence(self) -> str:
        """Return what the row does, for the line under it."""
        return f"{_BEGIN[self.effect]} {self._what()}."

    def _what(self) -> str:
        if self.field is Field.KIND:
            return _listed([KIND_WORDS[Kind(value)] for value in self.values])
        what = _listed([f"“{value}”" for value in self.values])
        if self.field is Field.SUBJECT:
            return f"mail whose subject {_COMPARED[self.comparison]} {what}"
        to_whom = "mail from" if self.field is Field.SENDER else "mail sent to"
        if self.comparison is Comparison.IS:
            return f"{to_whom} {what}"
        return f"{to_whom} an address that {_COMPARED[self.comparison]} {what}"


_BEGIN = {
    Effect.KEEP: "Always keeps",
    Effect.INCLUDE: "Brings in only",
    Effect.EXCLUDE: "Leaves out",
}
_COMPARED = {
    Comparison.IS: "is",
    Comparison.CONTAINS: "contains",
    Comparison.STARTS_WITH: "begins with",
    Comparison.ENDS_WITH: "ends with",
    Comparison.DOMAIN: "is at the domain, or below it,",
    Comparison.PATTERN: "looks like",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows look at in a mail: texts in comparable form, and what kinds it is of with the evidence in words."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    kinds: tuple[tuple[Kind, str], ...] = ()

    def __repr__(self) -> str:
        return f"<Facts {len(self.recipients)} recipients, {len(self.kinds)} kinds>"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rows say of a mail. ``row`` decided it: None where no row had to; ``reason`` is a sentence."""

    kept: bool
    code: ReasonCode
    reason: str
    row: FilterId | None = None


@dataclass(frozen=True, slots=True)
class SkippedMail:
    """A mail that a filter left out, as it is listed. ``row``: which one it was; None: none of the rows.

    ``email_id`` is set where the mail itself is here, because a filter was applied to the past: it is only brought
    back. All other is fetched from its place.
    """

    id: int
    mailbox: str
    folder: str
    epoch: str
    ref: str
    sender: str
    sender_name: str
    subject: str
    received_at: datetime | None
    code: ReasonCode
    reason: str
    row: FilterId | None
    gone: bool
    email_id: EmailId | None = None

    def __repr__(self) -> str:
        return f"<SkippedMail {self.id}>"


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
