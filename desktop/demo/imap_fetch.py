"""FETCH and UID FETCH: which items of which messages, as RFC 3501 6.4.5 and RFC 7162 (CHANGEDSINCE) answer them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from desktop.demo import message_parts, message_structure
from desktop.demo.imap_protocol import Argument, Command
from desktop.demo.imap_session import Kind, Reply, Session
from desktop.demo.imap_text import BadArgument, NumberSet, astring, encode_folder, format_internal_date, literal
from desktop.demo.mailstore import StoredMail

MACROS = {
    b"FAST": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
    b"ALL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE"),
}
SECTION = re.compile(rb"BODY(?P<peek>\.PEEK)?\[(?P<section>[^\]]*)\](?:<(?P<start>\d+)\.(?P<length>\d+)>)?\Z", re.I)
HEADER_FIELDS = re.compile(rb"HEADER\.FIELDS(?P<omit>\.NOT)? \((?P<names>[^)]*)\)\Z", re.I)
OLD_NAMES = {b"RFC822": b"", b"RFC822.HEADER": b"HEADER", b"RFC822.TEXT": b"TEXT"}
FLAGS_SEEN = "\\Seen"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to fetch: how it is labelled, how it is made, and whether making it counts as reading."""

    label: bytes
    make: Callable[[StoredMail], bytes]
    marks_seen: bool = False

    def render(self, mail: StoredMail) -> bytes:
        """`LABEL value`."""
        return self.label + b" " + self.make(mail)


SIMPLE: dict[bytes, Callable[[StoredMail], bytes]] = {
    b"UID": lambda mail: b"%d" % mail.uid,
    b"FLAGS": lambda mail: b"(" + b" ".join(sorted(flag.encode() for flag in mail.flags)) + b")",
    b"INTERNALDATE": lambda mail: b'"' + format_internal_date(mail.internal_date) + b'"',
    b"RFC822.SIZE": lambda mail: b"%d" % len(mail.raw),
    b"MODSEQ": lambda mail: b"(%d)" % mail.modseq,
    b"ENVELOPE": lambda mail: message_structure.envelope(mail.raw),
    b"BODYSTRUCTURE": lambda mail: message_structure.body_structure(mail.raw),
    b"BODY": lambda mail: message_structure.body_structure(mail.raw, extended=False),
}


LABELLED: dict[bytes, Callable[[StoredMail], bytes]] = {
    b"X-GM-MSGID": lambda mail: b"%d" % mail.message_id,
    b"X-GM-THRID": lambda mail: b"%d" % mail.thread_id,
    b"X-GM-LABELS": lambda mail: b"(" + b" ".join(label_word(label) for label in mail.labels) + b")",
}
"""What a server that keeps labels tells about a message (X-GM-EXT-1)."""


def label_word(label: str) -> bytes:
    """A label as Gmail writes it: its own as atoms or strings that begin with a backslash, others as folder names."""
    return astring(label.encode() if label.startswith("\\") else encode_folder(label))


def fetch(session: Session, command: Command) -> Iterator[Reply]:
    """Answers FETCH and UID FETCH, message by message."""
    by_uid = command.name.startswith("UID")
    numbers, items, since = parse(session, command, by_uid=by_uid)
    gone = False
    if is_resync(command):
        yield from vanished(session, command, since)
    for number in numbers:
        uid = session.view[number - 1]
        mail = session.selected.mails.get(uid)
        if mail is None:
            gone = True
        elif mail.modseq > since:
            yield answer(session, number, mail, items)
    yield from session.updates(expunges=by_uid)
    verdict = b"OK [EXPUNGEISSUED] Some messages were already expunged" if gone else b"OK Fetch completed"
    yield Reply(command.tag + b" " + verdict + b".\r\n", Kind.TAGGED)


def answer(session: Session, number: int, mail: StoredMail, items: list[Item]) -> Reply:
    """One message's FETCH answer; an item that counts as reading sets \\Seen where the folder is open for writing."""
    if not session.read_only and FLAGS_SEEN not in mail.flags and any(item.marks_seen for item in items):
        session.owner.set_flags(session.selected.name, mail.uid, *mail.flags, FLAGS_SEEN)
        mail = replace(mail, flags=mail.flags | {FLAGS_SEEN})
        if all(item.label != b"FLAGS" for item in items):
            items = [Item(b"FLAGS", SIMPLE[b"FLAGS"]), *items]
    return Reply(b"* %d FETCH (%b)\r\n" % (number, b" ".join(item.render(mail) for item in items)), uid=mail.uid)


def parse(session: Session, command: Command, *, by_uid: bool) -> tuple[list[int], list[Item], int]:
    """(sequence numbers to answer for, items, MODSEQ they must exceed)."""
    if not 2 <= len(command.arguments) <= 3 or not isinstance(command.arguments[0], bytes):
        raise BadArgument("Invalid arguments")
    wanted = NumberSet.parse(command.arguments[0])
    numbers = picked(session, wanted, by_uid=by_uid)
    since = changed_since(command.arguments[2]) if len(command.arguments) == 3 else None
    names = command.arguments[1]
    listed = [name for name in names if isinstance(name, bytes)] if isinstance(names, list) else [names]
    if not isinstance(names, list):
        listed = list(MACROS.get(names.upper(), (names,)))
    items = [item(name, keeps_labels=session.owner.keeps_labels) for name in listed]
    labels = {one.label for one in items}
    if by_uid and b"UID" not in labels:
        items.insert(0, item(b"UID"))
    if since is not None and b"MODSEQ" not in labels:
        items.append(item(b"MODSEQ"))
    if since is not None or b"MODSEQ" in labels:
        session.condstore = True
    return numbers, items, since or 0


def picked(session: Session, wanted: NumberSet, *, by_uid: bool) -> list[int]:
    """The sequence numbers a set means in this session; a number beyond the folder is an error, a UID is not."""
    if by_uid:
        chosen = set(wanted.pick(session.view))
        return [number for number, uid in enumerate(session.view, 1) if uid in chosen]
    if wanted.highest() > len(session.view):
        raise BadArgument("Invalid messageset")
    return wanted.pick(range(1, len(session.view) + 1))


def changed_since(modifier: Argument) -> int:
    """The number in `(CHANGEDSINCE n)`."""
    match modifier:
        case [bytes(word), bytes(number), *rest] if word.upper() == b"CHANGEDSINCE" and number.isdigit():
            if not rest or is_vanished(rest):
                return int(number)
    raise BadArgument("Unknown FETCH modifier")


def is_vanished(words: list[Argument]) -> bool:
    """Whether these words of the modifier are VANISHED (RFC 7162 section 3.2.6)."""
    return len(words) == 1 and isinstance(words[0], bytes) and words[0].upper() == b"VANISHED"


def is_resync(command: Command) -> bool:
    """Whether the client asks for what is gone too."""
    modifier = command.arguments[2] if len(command.arguments) == 3 else None
    return isinstance(modifier, list) and is_vanished(modifier[2:])


def vanished(session: Session, command: Command, since: int) -> Iterator[Reply]:
    """VANISHED (EARLIER) for what went since; only for who has switched QRESYNC on."""
    if not session.qresync or not isinstance(command.arguments[0], bytes):
        raise BadArgument("VANISHED without QRESYNC")
    wanted = NumberSet.parse(command.arguments[0])
    gone = wanted.pick(sorted(uid for uid, at in session.selected.gone.items() if at > since))
    if gone:
        yield Reply(b"* VANISHED (EARLIER) " + b",".join(b"%d" % uid for uid in gone) + b"\r\n")


def item(name: bytes, *, keeps_labels: bool = False) -> Item:
    """The item of that name, or BadArgument."""
    upper = name.upper()
    if keeps_labels and upper in LABELLED:
        return Item(upper, LABELLED[upper])
    if upper in SIMPLE:
        return Item(upper, SIMPLE[upper])
    if upper in OLD_NAMES:
        section = OLD_NAMES[upper]
        return Item(upper, lambda mail: literal(cut(mail.raw, section)), marks_seen=upper != b"RFC822.HEADER")
    found = SECTION.match(name)
    if found is None:
        raise BadArgument(f"Unknown parameter: {name.decode('ascii', 'replace')}")
    return section_item(found)


def section_item(found: re.Match[bytes]) -> Item:
    """`BODY[section]<start.length>`."""
    section = found["section"].upper()
    cut(b"", section)
    label = b"BODY[" + section + b"]"
    if found["start"] is None:
        return Item(label, lambda mail: literal(cut(mail.raw, section)), marks_seen=not found["peek"])
    start, end = int(found["start"]), int(found["start"]) + int(found["length"])
    label += b"<%d>" % start
    return Item(label, lambda mail: literal(cut(mail.raw, section)[start:end]), marks_seen=not found["peek"])


def cut(raw: bytes, section: bytes) -> bytes:
    """The bytes a section names: all, HEADER, TEXT or HEADER.FIELDS."""
    if section == b"":
        return raw
    if section == b"HEADER":
        return message_parts.split(raw)[0]
    if section == b"TEXT":
        return message_parts.split(raw)[1]
    found = HEADER_FIELDS.match(section)
    if found is None:
        part = message_structure.section(raw, section.decode("ascii", "replace"))
        if part is None:
            raise BadArgument("Invalid BODY[..] section")
        return part
    return message_parts.chosen_fields(raw, found["names"].replace(b'"', b"").split(), omit=bool(found["omit"]))
