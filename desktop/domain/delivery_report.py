"""What a report on a delivery says (RFC 3464): which mail it is about, and what became of it for each recipient."""

import enum
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """What happened (RFC 3464 section 2.3.3, Action)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


_WHY = {
    "1.0": "there is something wrong with the address",
    "1.1": "there is no such mailbox",
    "1.2": "there is no such domain",
    "1.3": "the address is not written as one",
    "1.4": "the address means several mailboxes",
    "1.6": "the mailbox has moved and left no address",
    "1.10": "its domain takes no mail",
    "2.0": "there is something wrong with the mailbox",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large for the mailbox",
    "2.4": "the mailing list could not be sent to",
    "3.0": "there is something wrong with its mail server",
    "3.1": "the disk of its mail server is full",
    "3.2": "its mail server takes no mail now",
    "3.4": "the mail is too large for its mail server",
    "4.0": "its mail server could not be reached",
    "4.1": "its mail server did not answer",
    "4.2": "the connection to its mail server was lost",
    "4.3": "its mail server could not be looked up",
    "4.4": "there was no way to its mail server",
    "4.5": "the network is busy",
    "4.6": "the mail went round in a circle",
    "4.7": "it took too long",
    "5.0": "the mail servers did not understand one another",
    "6.0": "its content could not be taken",
    "7.0": "its mail server refused it by its rules",
    "7.1": "its mail server refused it by its rules",
    "7.20": "no signature that counts was on it (DKIM)",
    "7.23": "the server that sent it may not send for the domain (SPF)",
    "7.25": "the server that sent it has no name of its own",
    "7.26": "it was not proven who sent it (SPF, DKIM)",
}
"""What the codes of RFC 3463, and of the registry that follows it, mean, without their class."""


def why_of(status: str) -> str:
    """Return what a status code (``5.2.2``) means, in words; the subject alone counts where the detail is not known."""
    _, _, rest = status.partition(".")
    subject = rest.partition(".")[0]
    return _WHY.get(rest) or _WHY.get(f"{subject}.0") or "no reason was given"


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What became of the mail for one recipient (in comparable form). ``said`` are the server's own words."""

    address: str
    outcome: Outcome
    status: str
    said: str = ""

    @property
    def words(self) -> str:
        """What became of it, as a sentence."""
        if self.outcome is Outcome.FAILED:
            return f"It could not be delivered to {self.address}: {why_of(self.status)}."
        if self.outcome is Outcome.DELAYED:
            return f"It is not delivered to {self.address} yet: {why_of(self.status)}. The server keeps trying."
        if self.outcome is Outcome.RELAYED:
            return f"It was handed on for {self.address} to a server that does not report back."
        if self.outcome is Outcome.EXPANDED:
            return f"It was delivered to {self.address}, which sent it on to others."
        return f"It was delivered to {self.address}."

    def __repr__(self) -> str:
        return f"<RecipientStatus {self.outcome} {self.status}>"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """``message_id`` is of the mail that the report is about, ``envelope_id`` what its sender called it; or ``""``."""

    recipients: tuple[RecipientStatus, ...]
    message_id: str = ""
    envelope_id: str = ""

    @property
    def words(self) -> str:
        """What the report says, as sentences; of many recipients the first few."""
        told = " ".join(one.words for one in self.recipients[:3])
        more = len(self.recipients) - 3
        return f"{told} And so on for {more:,} more." if more > 0 else told

    def __repr__(self) -> str:
        return f"<DeliveryReport of {len(self.recipients)} recipients>"


@dataclass(frozen=True, slots=True)
class Reported:
    """What may lead from a report to the mail: ids that may be its Message-ID, and to whom and before when it was sent.

    ``sent_before`` is in milliseconds since 1970, or None where the report has no date.
    """

    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    sent_before: int | None


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that was sent from here: its Message-ID, and to whom. ``by_id``: found by an id, not by its time."""

    message_id: str
    recipients: frozenset[str]
    by_id: bool
