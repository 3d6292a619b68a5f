"""SEARCH and UID SEARCH: the keys of RFC 3501 6.4.4, MODSEQ (RFC 7162) and RETURN (RFC 4731)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop.demo import message_parts
from desktop.demo.imap_fetch import picked
from desktop.demo.imap_protocol import Argument, Command
from desktop.demo.imap_session import Kind, Reply, Session
from desktop.demo.imap_text import BadArgument, NumberSet, format_set, parse_date
from desktop.demo.mailstore import StoredMail

Test = Callable[[StoredMail], bool]

FLAG_KEYS = {
    "ANSWERED": "\\Answered",
    "DELETED": "\\Deleted",
    "DRAFT": "\\Draft",
    "FLAGGED": "\\Flagged",
    "SEEN": "\\Seen",
}
HEADER_KEYS = {"BCC", "CC", "FROM", "SUBJECT", "TO"}
DATE_KEYS = {"BEFORE", "ON", "SINCE"}
RESULTS = {b"ALL", b"COUNT", b"MAX", b"MIN"}


def search(session: Session, command: Command) -> Iterator[Reply]:
    """Answers SEARCH and UID SEARCH."""
    by_uid = command.name.startswith("UID")
    wanted, arguments = returned(command.arguments)
    keys = Keys(session, without_charset(arguments))
    test = keys.all()
    present = session.owner.snapshot(session.selected).mails
    hits = [(number, mail) for number, uid in enumerate(session.view, 1) if (mail := present.get(uid)) and test(mail)]
    numbers = [mail.uid if by_uid else number for number, mail in hits]
    top = max((mail.modseq for _, mail in hits), default=0) if keys.saw_modseq else 0
    if wanted is None:
        modseq = b" (MODSEQ %d)" % top if top else b""
        yield Reply(b"* SEARCH" + b"".join(b" %d" % number for number in numbers) + modseq + b"\r\n")
    else:
        yield Reply(extended(command.tag, numbers, wanted, by_uid=by_uid, modseq=top))
    yield from session.updates(expunges=by_uid)
    yield Reply(command.tag + b" OK Search completed.\r\n", Kind.TAGGED)


def returned(arguments: list[Argument]) -> tuple[set[bytes] | None, list[Argument]]:
    """What RETURN asks for (None without it) and the remaining arguments."""
    match arguments:
        case [bytes(word), [*options], *rest] if word.upper() == b"RETURN":
            names = {option.upper() for option in options if isinstance(option, bytes)}
            if names - RESULTS:
                raise BadArgument("Unknown SEARCH return option")
            return names or {b"ALL"}, rest
    return None, arguments


def without_charset(arguments: list[Argument]) -> list[Argument]:
    """The arguments after `CHARSET x`; only ASCII and UTF-8 are known."""
    match arguments:
        case [bytes(word), bytes(charset), *rest] if word.upper() == b"CHARSET":
            if charset.upper() not in (b"UTF-8", b"US-ASCII"):
                raise BadArgument("Unknown charset")
            return rest
    return arguments


def extended(tag: bytes, numbers: list[int], wanted: set[bytes], *, by_uid: bool, modseq: int) -> bytes:
    """The ESEARCH answer of RFC 4731 3.1."""
    answer = b'* ESEARCH (TAG "' + tag + b'")' + (b" UID" if by_uid else b"")
    if numbers and b"MIN" in wanted:
        answer += b" MIN %d" % numbers[0]
    if numbers and b"MAX" in wanted:
        answer += b" MAX %d" % numbers[-1]
    if numbers and b"ALL" in wanted:
        answer += b" ALL " + format_set(numbers)
    if b"COUNT" in wanted:
        answer += b" COUNT %d" % len(numbers)
    return answer + (b" MODSEQ %d" % modseq if modseq else b"") + b"\r\n"


@dataclass(slots=True)
class Keys:
    """Reads search keys one after the other and makes tests of them."""

    session: Session
    rest: list[Argument]
    saw_modseq: bool = False

    def all(self) -> Test:
        """A test that holds when every remaining key holds."""
        if not self.rest:
            raise BadArgument("Missing search parameters")
        tests = []
        while self.rest:
            tests.append(self._one())
        return lambda mail: all(test(mail) for test in tests)

    def _one(self) -> Test:
        key = self.rest.pop(0)
        if isinstance(key, list):
            inner = Keys(self.session, key)
            test = inner.all()
            self.saw_modseq |= inner.saw_modseq
            return test
        name = key.decode("ascii", "replace").upper()
        if key[:1].isdigit() or key[:1] == b"*":
            return self._in_set(NumberSet.parse(key), by_uid=False)
        return self._named(name)

    def _named(self, name: str) -> Test:  # noqa: PLR0911 - one line per key of the RFC
        if name == "ALL":
            return lambda _: True
        if name == "UID":
            return self._in_set(NumberSet.parse(self._word()), by_uid=True)
        if name == "NOT":
            inner = self._one()
            return lambda mail: not inner(mail)
        if name == "OR":
            left, right = self._one(), self._one()
            return lambda mail: left(mail) or right(mail)
        if name == "HEADER":
            return header_test(self._word(), self._word())
        if name in HEADER_KEYS:
            return header_test(name.encode(), self._word())
        if name in DATE_KEYS:
            return date_test(name, self._word())
        if name in ("TEXT", "BODY"):
            return text_test(self._word(), whole=name == "TEXT")
        if name in ("LARGER", "SMALLER"):
            return size_test(name, self._number())
        if name == "MODSEQ":
            self.saw_modseq = True
            least = self._number()
            return lambda mail: mail.modseq >= least
        return flag_test(name, self)

    def _in_set(self, wanted: NumberSet, *, by_uid: bool) -> Test:
        uids = {self.session.view[number - 1] for number in picked(self.session, wanted, by_uid=by_uid)}
        return lambda mail: mail.uid in uids

    def _word(self) -> bytes:
        if not self.rest or not isinstance(word := self.rest.pop(0), bytes):
            raise BadArgument("Missing parameter for argument")
        return word

    def _number(self) -> int:
        word = self._word()
        if not word.isdigit():
            raise BadArgument("Invalid number")
        return int(word)

    def keyword(self) -> str:
        """The flag that follows KEYWORD or UNKEYWORD."""
        return self._word().decode("ascii", "replace")


def flag_test(name: str, keys: Keys) -> Test:
    """SEEN, UNSEEN and their like; OLD, NEW and RECENT as for a server that marks nothing recent."""
    if name in ("KEYWORD", "UNKEYWORD"):
        word = keys.keyword()
        return lambda mail: (word in mail.flags) is (name == "KEYWORD")
    if name in ("OLD", "RECENT", "NEW"):
        return lambda _: name == "OLD"
    flag = FLAG_KEYS.get(name.removeprefix("UN"))
    if flag is None:
        raise BadArgument(f"Unknown argument {name}")
    return lambda mail: (flag in mail.flags) is not name.startswith("UN")


def header_test(name: bytes, needle: bytes) -> Test:
    """A header of that name contains the text, in any case; the empty text asks only whether the header is there."""
    wanted = needle.decode("utf-8", "replace").casefold()
    return lambda mail: any(wanted in value.casefold() for value in message_parts.decoded_values(mail.raw, name))


def text_test(needle: bytes, *, whole: bool) -> Test:
    """The bytes of body (or whole message) contain the text, in any case."""
    wanted = bytes(needle).lower()
    return lambda mail: wanted in (mail.raw if whole else message_parts.split(mail.raw)[1]).lower()


def date_test(name: str, word: bytes) -> Test:
    """INTERNALDATE is before, on, or not before a day (in UTC)."""
    day = parse_date(word)
    if name == "BEFORE":
        return lambda mail: mail.internal_date.date() < day
    if name == "SINCE":
        return lambda mail: mail.internal_date.date() >= day
    return lambda mail: mail.internal_date.date() == day


def size_test(name: str, size: int) -> Test:
    """RFC822.SIZE is above or below a number."""
    if name == "LARGER":
        return lambda mail: len(mail.raw) > size
    return lambda mail: len(mail.raw) < size
