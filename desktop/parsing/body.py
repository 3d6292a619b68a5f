"""What of a message is read as its text: one pass over the parts, from the last to the first.

HTML of several parts is never joined before it is made text, so that nothing in one part can swallow or carry out
what another holds (EFAIL).
"""

from dataclasses import dataclass, field

from desktop.parsing import clean, htmltext, limits, plaintext
from desktop.parsing.charsets import decode
from desktop.parsing.notes import Notes
from desktop.parsing.structure import Part, Tree
from desktop.parsing.words import header_text

HTML_KINDS = frozenset(["text/html", "application/xhtml+xml"])
_SAVED_TEXT = frozenset(
    f"text/{subtype}"
    for subtype in (
        *("calendar", "css", "csv", "directory", "javascript", "rfc822-headers", "rtf", "vcard", "x-vcard", "xml"),
        *("watch-html", "x-amp-html", "x-diff", "x-patch", "x-python", "x-sh"),
    )
)
"""Kinds of text that are files rather than words to read."""
_EMBEDDED_LINE = "---------- Forwarded message ----------"


@dataclass(slots=True)
class Body:
    """The readable text of a message, ``""`` if there is none.

    ``own`` is what stands before the first forwarded message, or in it when there is nothing else. ``used`` are the
    parts it was made of, ``passed_over`` their alternatives; neither are attachments.
    """

    text: str = ""
    own: str = ""
    used: set[int] = field(default_factory=set)
    passed_over: set[int] = field(default_factory=set)


def read_body(tree: Tree, notes: Notes) -> Body:
    """Choose and decode the text of a message."""
    chooser = _Chooser(tree.parts, notes)
    return chooser.assemble(chooser.choose())


def find_html(tree: Tree) -> int:
    """Return the index of the part that is the HTML form of the message's own body, or -1."""
    for index, part in enumerate(tree.parts):
        if part.kind in HTML_KINDS and part.leaf and not is_attached(part) and not is_inside_message(tree.parts, part):
            return index
    return -1


def is_readable(part: Part) -> bool:
    """Tell whether a part's media type is one to read in place; unknown kinds of text are (RFC 2046 section 4.1.4)."""
    return part.kind in HTML_KINDS or (part.kind.startswith("text/") and part.kind not in _SAVED_TEXT)


def is_attached(part: Part) -> bool:
    """Tell whether the sender means a part to be saved rather than read in place."""
    if part.parent < 0:
        return False
    if part.disposition.value == "attachment":
        return True
    named = part.disposition.params.get("filename") or part.content_type.params.get("name")
    return bool(named) and (part.order > 0 or not is_readable(part))


def part_text(part: Part, notes: Notes) -> str:
    """Return a text part as text with LF line ends, HTML and flowed text made plain."""
    data, oddity = part.content(limits.TEXT_BYTES)
    notes.add(oddity)
    charset = part.content_type.params.get("charset", "")
    if part.kind in HTML_KINDS:
        text, oddity = decode(data, charset or htmltext.declared_charset(data))
        notes.add(oddity)
        if len(text) > limits.HTML_CHARS:
            notes.add("Its HTML form is longer than what is read of one.")
        return clean.lines(htmltext.to_text(text))
    text, oddity = decode(data, charset)
    notes.add(oddity)
    text = clean.lines(text)
    if part.kind in {"text/enriched", "text/richtext"}:
        return clean.lines(htmltext.to_text(text))
    if part.content_type.params.get("format", "").lower() == "flowed":
        delete_space = part.content_type.params.get("delsp", "").lower() == "yes"
        text = plaintext.unflow(text, delete_space=delete_space)
    return text.strip("\n")


def is_inside_message(parts: list[Part], part: Part) -> bool:
    """Tell whether a part belongs to a message that this one holds."""
    parent = part.parent
    while parent >= 0:
        if parts[parent].kind.startswith("message/"):
            return True
        parent = parts[parent].parent
    return False


class _Chooser:
    """Chosen parts are indexes in the order of reading; ``~index`` stands for "here begins embedded message index"."""

    def __init__(self, parts: list[Part], notes: Notes) -> None:
        self.parts = parts
        self.notes = notes
        self.passed_over: set[int] = set()
        self.texts: dict[int, str] = {}
        self.html_room = limits.HTML_CHARS

    def choose(self) -> list[int]:
        chosen: list[list[int]] = [[] for _ in self.parts]
        for index in range(len(self.parts) - 1, -1, -1):
            part = self.parts[index]
            if part.leaf:
                chosen[index] = [index] if is_readable(part) and not is_attached(part) else []
            elif part.kind.startswith("message/"):
                chosen[index] = [~index, *(item for child in part.children for item in chosen[child])]
            else:
                chosen[index] = self._of_multipart(part, chosen)
        return chosen[0]

    def _of_multipart(self, part: Part, chosen: list[list[int]]) -> list[int]:
        children = [child for child in part.children if chosen[child]]
        if part.kind == "multipart/encrypted" or not children:
            return []
        if part.kind == "multipart/alternative":
            self.passed_over.update(child for child in part.children if self._is_other_form(child))
            return self._best(children, chosen)
        if part.kind == "multipart/related":
            return chosen[self._root(part, children)]
        if part.kind == "multipart/signed":
            return chosen[children[0]]
        if part.kind == "multipart/report":  # the message that came back is not what the report says
            returned = [child for child in children if self.parts[child].kind.startswith("message/")]
            self._pass_over(returned, chosen)
            children = [child for child in children if child not in returned]
        return [item for child in children for item in chosen[child]]

    def _best(self, children: list[int], chosen: list[list[int]]) -> list[int]:
        """Of alternatives (RFC 2046 section 5.1.4), take plain text unless it is a stub, else the last, the richest."""
        best = children[-1]
        for child in children:
            plain = all(item < 0 or self.parts[item].kind not in HTML_KINDS for item in chosen[child])
            if plain and (len(children) == 1 or not plaintext.is_stub(self._joined(chosen[child]))):
                best = child
                break
        else:
            best = next((child for child in reversed(children) if self._joined(chosen[child]).strip()), best)
        self._pass_over([child for child in children if child != best], chosen)
        return chosen[best]

    def _pass_over(self, children: list[int], chosen: list[list[int]]) -> None:
        self.passed_over.update(item for child in children for item in chosen[child] if item >= 0)

    def _is_other_form(self, index: int) -> bool:
        """Tell whether an alternative is one more form of the text, for programs that are not ours."""
        part = self.parts[index]
        return part.kind in {"text/x-amp-html", "text/watch-html", "text/rtf"} and not is_attached(part)

    def _root(self, part: Part, children: list[int]) -> int:
        """Return the child that is shown, by ``start`` (RFC 2387 section 3.2) or by being the first."""
        start = part.content_type.params.get("start", "").strip("<> ")
        if start:
            for child in children:
                if content_id(self.parts[child]) == start:
                    return child
        return children[0]

    def _text(self, index: int) -> str:
        if index not in self.texts:
            part = self.parts[index]
            if part.kind in HTML_KINDS:
                if self.html_room <= 0:
                    self.notes.add("It has more HTML than is read of one message.")
                    return ""
                self.html_room -= part.end - part.start
            self.texts[index] = part_text(part, self.notes)
        return self.texts[index]

    def _joined(self, items: list[int]) -> str:
        return "\n".join(self._text(item) for item in items if item >= 0)

    def assemble(self, items: list[int]) -> Body:
        """Make the body of the chosen parts, up to the cap."""
        pieces: list[str] = []
        own: list[str] = []
        size, forwards = 0, 0
        for item in items:
            if size > limits.TEXT_CHARS:
                break
            forwards += item < 0
            text = self._text(item) if item >= 0 else self._forward_lines(~item)
            if text.strip():
                pieces.append(text)
                size += len(text)
                if item >= 0 and (not forwards or not own):
                    own.append(text)
        if size > limits.TEXT_CHARS:
            self.notes.add("Its text is longer than what is kept for search.")
        body = Body("\n\n".join(pieces)[: limits.TEXT_CHARS], "\n\n".join(own))
        body.used = {item for item in items if item >= 0}
        body.passed_over = self.passed_over
        return body

    def _forward_lines(self, index: int) -> str:
        """Return what stands above the text of an embedded message: who, when and what about."""
        part = self.parts[index]
        lines = [_EMBEDDED_LINE]
        for child in part.children:
            headers = self.parts[child].headers
            for name in ("from", "date", "subject"):
                value = headers.first(name)
                if value is not None:
                    text = clean.one_line(header_text(value), limits.NAME_CHARS)
                    lines.append(f"{name.capitalize()}: {text}")
        return "\n".join(lines)


def content_id(part: Part) -> str:
    """Return the part's Content-ID without angle brackets, or ``""``."""
    raw = part.headers.first("content-id")
    return clean.one_line(header_text(raw), limits.NAME_CHARS).strip("<> ") if raw else ""
