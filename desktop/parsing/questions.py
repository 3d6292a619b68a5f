"""What a child can be asked about one message: to read it, to make it ready to be shown, to hand over a part."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from desktop.domain.errors import MessageRejected
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.parsing import clean, wire
from desktop.parsing.identity import identity
from desktop.parsing.shown import ShownMail

Result = ParsedMail | Unreadable
T_co = TypeVar("T_co", covariant=True)


class Question(Protocol[T_co]):
    """One question about the message ``content``."""

    @property
    def content(self) -> bytes:
        """The message."""

    def job(self, number: int) -> wire.Job:
        """Return the question as the child is sent it."""

    def answered(self, answer: wire.Answer) -> T_co:
        """Return what the child's answer means."""

    def given_up(self, why: str) -> T_co:
        """Return what it means that no child could answer; *why* is a sentence."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What does this message say?"""

    mail: RawMail

    @property
    def content(self) -> bytes:
        """The message."""
        return self.mail.content

    def job(self, number: int) -> wire.ReadJob:
        """Return the question as the child is sent it."""
        mail = self.mail
        return wire.ReadJob(number, mail.received_at, mail.size_bytes, mail.whole, mail.content, mail.left)

    def answered(self, answer: wire.Answer) -> Result:
        """Return the mail as read, or why it was not."""
        return answer.mail if isinstance(answer, wire.Done) else self.given_up(_why(answer))

    def given_up(self, why: str) -> Result:
        """Return the message as unreadable."""
        return Unreadable(identity(self.mail), clean.one_line(why, 200))


@dataclass(frozen=True, slots=True)
class ShowMail:
    """How is this message shown?"""

    content: bytes

    def job(self, number: int) -> wire.ShowJob:
        """Return the question as the child is sent it."""
        return wire.ShowJob(number, self.content)

    def answered(self, answer: wire.Answer) -> ShownMail | MessageRejected:
        """Return the forms to show, or the error to raise."""
        return answer.mail if isinstance(answer, wire.Shown) else _refusal(answer)

    def given_up(self, why: str) -> MessageRejected:
        """Return the error to raise."""
        return MessageRejected(ReasonCode.UNPARSEABLE, why)


@dataclass(frozen=True, slots=True)
class TakePart:
    """What does the part at this path hold?"""

    content: bytes
    part: str

    def job(self, number: int) -> wire.PartJob:
        """Return the question as the child is sent it."""
        return wire.PartJob(number, self.content, self.part)

    def answered(self, answer: wire.Answer) -> bytes | MessageRejected:
        """Return the part's bytes, or the error to raise."""
        return answer.data if isinstance(answer, wire.PartBytes) else _refusal(answer)

    def given_up(self, why: str) -> MessageRejected:
        """Return the error to raise."""
        return MessageRejected(ReasonCode.UNPARSEABLE, why)


def _refusal(answer: wire.Answer) -> MessageRejected:
    code = answer.code if isinstance(answer, wire.Refused) else ReasonCode.UNPARSEABLE
    return MessageRejected(code, clean.one_line(_why(answer), 200))


def _why(answer: wire.Answer) -> str:
    return answer.why if isinstance(answer, wire.Refused) else "The reading process gave an answer to another question."
