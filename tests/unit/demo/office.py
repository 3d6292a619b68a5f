"""The demo's office as a person will find it, read by the real parser once for all tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from desktop.demo.composing import DemoMail
from desktop.demo.office import DemoOffice
from desktop.domain.decision import Decision
from desktop.domain.ids import CustomerId, Ref
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.matching.decide import decide_all
from desktop.parsing.pool import ParserPool
from tests.helpers.books import MemoryBook

FRIDAY = datetime(2025, 11, 21, 10, 46, tzinfo=UTC)
SEED = 7


@dataclass(frozen=True)
class Read:
    """An office with what the parser and the matching rules make of its mail."""

    office: DemoOffice
    mails: Sequence[tuple[DemoMail, ParsedMail]]
    unreadable: Sequence[Unreadable]

    @cached_property
    def decided(self) -> list[tuple[ParsedMail, Decision]]:
        """Each mail with its verdict."""
        return decided(self.office, [parsed for _, parsed in self.mails])

    @cached_property
    def for_review(self) -> list[ParsedMail]:
        """What asks a person, without what cannot be read."""
        return [mail for mail, verdict in self.decided if verdict.needs_review]

    def by_subject(self, subject: str) -> ParsedMail:
        """The newest mail of that subject."""
        return next(mail for _, mail in reversed(self.mails) if mail.subject == subject)


def book_of(office: DemoOffice) -> MemoryBook:
    """Who has which address, by the office's own list."""
    return MemoryBook([replace(one, id=CustomerId(number)) for number, one in enumerate(office.customers, 1)])


def decided(office: DemoOffice, mails: Sequence[ParsedMail]) -> list[tuple[ParsedMail, Decision]]:
    """The verdict of the real rules on each mail."""
    return list(zip(mails, decide_all(mails, book_of(office)), strict=True))


def read(office: DemoOffice, mails: Sequence[DemoMail]) -> Read:
    """Have the real parser read mails."""
    wanted = [RawMail(Ref(str(at)), mail.received_at, len(mail.raw), mail.raw) for at, mail in enumerate(mails)]
    with ParserPool(2) as parser:
        found = list(zip(mails, parser.parse_all(wanted), strict=True))
    readable = [(mail, parsed) for mail, parsed in found if isinstance(parsed, ParsedMail)]
    return Read(office, readable, [parsed for _, parsed in found if isinstance(parsed, Unreadable)])
