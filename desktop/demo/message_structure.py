"""A message's MIME tree as IMAP shows it: BODYSTRUCTURE, ENVELOPE, the bytes of part 1.2 (RFC 3501 7.4.2)."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from desktop.demo import message_parts
from desktop.demo.imap_text import quoted
from desktop.demo.message_addresses import address_list

MAX_DEPTH = 50
NIL = b"NIL"
PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]+)', re.S)
SUFFIX = re.compile(r"(?P<numbers>\d+(?:\.\d+)*)(?:\.(?P<rest>MIME|HEADER|TEXT))?\Z")


@dataclass(slots=True)
class Part:
    """One node: its own header and body bytes, what the header says, and its children."""

    head: bytes
    body: bytes
    header: "Message[str, str]"
    kind: tuple[str, str]
    children: "list[Part]"

    @classmethod
    def parse(cls, raw: bytes, default: str = "text/plain", depth: int = 0) -> "Part":
        """The tree of the bytes of a message or part."""
        head, body = message_parts.split(raw)
        header = BytesHeaderParser(policy=compat32).parsebytes(head)
        header.set_default_type(default)
        main, sub = header.get_content_maintype(), header.get_content_subtype()
        part = cls(head, body, header, (main, sub), [])
        boundary = header.get_boundary()
        if depth < MAX_DEPTH and main == "multipart" and boundary:
            inner = "message/rfc822" if sub == "digest" else "text/plain"
            part.children = [cls.parse(piece, inner, depth + 1) for piece in pieces(body, boundary.encode())]
        elif depth < MAX_DEPTH and (main, sub) == ("message", "rfc822"):
            part.children = [cls.parse(body, depth=depth + 1)]
        if main == "multipart" and not part.children:
            part.kind = ("text", "plain")
        return part

    @property
    def is_message(self) -> bool:
        """Tell whether the part is a whole message inside this one."""
        return bool(self.children) and self.kind == ("message", "rfc822")

    def numbered(self, numbers: list[int]) -> "Part | None":
        """The part at that place of a whole message, `[2, 1]` for 2.1, or None; what is no multipart has a part 1."""
        part = self if numbers[0] == 1 else None
        if self.kind[0] == "multipart":
            part = self.child(numbers[0])
        for number in numbers[1:]:
            if part is None or (part is self and not part.is_message):
                return None
            part = part.child(number)
        return part

    def child(self, number: int) -> "Part | None":
        """The n-th part within; a message's parts are those of the message inside, a leaf is its own part 1."""
        inner = self.children[0] if self.is_message else self
        if inner.kind[0] == "multipart":
            return inner.children[number - 1] if 0 < number <= len(inner.children) else None
        return inner if number == 1 and (self.is_message or not self.children) else None


def pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the boundary lines; a missing closing line is forgiven (RFC 2046 5.1.1)."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found: list[bytes] = []
    start = None
    for match in line.finditer(body):
        if start is not None:
            found.append(body[start : match.start()])
        if match[1]:
            return found
        start = match.end() + (2 if body[match.end() : match.end() + 2] == b"\r\n" else 1)
    if start is not None:
        found.append(body[start:])
    return found


def section(raw: bytes, name: str) -> bytes | None:
    """The bytes of `1.2`, `1.2.MIME`, `1.2.HEADER` or `1.2.TEXT`; None when the name is no such section."""
    found = SUFFIX.match(name)
    if found is None:
        return None
    part = Part.parse(raw).numbered([int(number) for number in found["numbers"].split(".")])
    if part is None:
        return b""
    match found["rest"]:
        case None:
            return part.body
        case "MIME":
            return part.head
        case rest:
            header, text = message_parts.split(part.body) if part.is_message else (b"", b"")
            return header if rest == "HEADER" else text


# --- BODYSTRUCTURE ------------------------------------------------------------------------------------------------


def body_structure(raw: bytes, *, extended: bool = True) -> bytes:
    """The parenthesised tree; without extension data when asked for as BODY."""
    return described(Part.parse(raw), extended=extended)


def described(part: Part, *, extended: bool) -> bytes:
    """One node of the tree."""
    if part.children and part.kind[0] == "multipart":
        inner = b"".join(described(child, extended=extended) for child in part.children)
        fields = [inner + b" " + quoted(part.kind[1].encode())]
        if extended:
            fields += [parameters(part.header, "content-type"), *extension(part)]
    else:
        fields = single(part, extended=extended)
        if extended:
            fields += [nstring(part.header["content-md5"]), *extension(part)]
    return b"(" + b" ".join(fields) + b")"


def single(part: Part, *, extended: bool) -> list[bytes]:
    """The fields of a part that is no multipart."""
    params = parameters(part.header, "content-type")
    if part.kind[0] == "text" and b'"charset"' not in params:  # RFC 2045 5.2's default, spelt out as Dovecot does
        params = b"(" + b" ".join([*([params[1:-1]] if params != NIL else []), b'"charset" "us-ascii"']) + b")"
    encoding = str(part.header.get("content-transfer-encoding", "7bit")).split(";")[0].strip().lower()
    fields = [
        *(quoted(word.encode()) for word in part.kind),
        params,
        nstring(part.header["content-id"]),
        nstring(part.header["content-description"]),
        quoted(encoding.encode("ascii", "replace")),
        b"%d" % len(part.body),
    ]
    if part.is_message:
        fields += [envelope(part.body), described(part.children[0], extended=extended)]
    if part.kind[0] == "text" or part.is_message:
        fields.append(b"%d" % part.body.count(b"\n"))
    return fields


def extension(part: Part) -> list[bytes]:
    """Disposition, language, location."""
    disposition = NIL
    if part.header["content-disposition"]:
        kind = str(part.header["content-disposition"]).split(";")[0].strip().lower()
        disposition = b"(%b %b)" % (
            quoted(kind.encode("ascii", "replace")),
            parameters(part.header, "content-disposition"),
        )
    return [disposition, nstring(part.header["content-language"]), nstring(part.header["content-location"])]


def parameters(header: "Message[str, str]", name: str) -> bytes:
    """The parameters of a header field as they stand, `("charset" "utf-8")`, or NIL; RFC 2231 is left to the client."""
    found = PARAMETER.findall(str(header.get(name, "")))
    values = [
        (key.lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value) for key, value in found
    ]
    words = [quoted(text.encode("utf-8", "replace")) for pair in values for text in pair]
    return b"(" + b" ".join(words) + b")" if words else NIL


def nstring(value: object) -> bytes:
    """A quoted string, or NIL for a field that is not there."""
    return NIL if value is None else quoted(" ".join(str(value).split()).encode("utf-8", "replace"))


# --- ENVELOPE -----------------------------------------------------------------------------------------------------


def envelope(raw: bytes) -> bytes:
    """Date, subject, six address lists, In-Reply-To, Message-ID; an absent Sender or Reply-To repeats From."""
    sender = address_list(message_parts.values(raw, b"from"))
    people = [sender]
    for name in (b"sender", b"reply-to", b"to", b"cc", b"bcc"):
        others = address_list(message_parts.values(raw, name))
        people.append(sender if others == NIL and name in (b"sender", b"reply-to") else others)
    date, subject, in_reply_to, message_id = (
        quoted(found[0]) if (found := message_parts.values(raw, name)) else NIL
        for name in (b"date", b"subject", b"in-reply-to", b"message-id")
    )
    return b"(" + b" ".join([date, subject, *people, in_reply_to, message_id]) + b")"
